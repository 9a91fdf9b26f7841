"""How a session's share of its budget is earned: `instalments.toml`, with its mistakes named.

[[instalment]]
when = "attended"
percent = 30
at_least = 80
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from attrs import frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.toml_text import exact_of, toml_of
from cigem_core.text import Text

When = Literal["opened", "attended", "certified", "inserted"]
_WHEN: tuple[str, ...] = get_args(When)
_OWN = {"attended": "at_least", "inserted": "months"}
"""What an instalment says beside its part: from which rate someone attended, after how many months one is asked."""


@frozen(kw_only=True)
class ResultInstalment:
    """A part of a session's budget, and the result that earns it."""

    when: When
    percent: Decimal
    at_least: Decimal | None = None
    """For `attended`: the rate from which someone attended, in percent."""
    months: int | None = None
    """For `inserted`: how long after the last day one must be in work."""


def terms_of(given: Path | str | Sequence[ResultInstalment]) -> Sequence[ResultInstalment]:
    """The instalments of a file, or those handed in."""
    return read_instalments(Path(given)) if isinstance(given, (str, Path)) else given


def read_instalments(path: Path) -> tuple[ResultInstalment, ...]:
    """The instalments a file declares; OperatorError says which one is written wrongly, and how to write it."""
    return instalments_of(_document(path), path.name)


def instalments_of(document: Mapping[str, Any], file: str) -> tuple[ResultInstalment, ...]:
    """The instalments of a document already read."""
    given = document.get("instalment")
    if set(document) != {"instalment"} or not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(file, Text(fr="écrire des [[instalment]], et rien d'autre", en="write [[instalment]], and nothing else"))
    made = tuple(_instalment(one, f"{file}, [[instalment]] {at}") for at, one in enumerate(given, start=1))
    if (total := sum(one.percent for one in made)) != 100:
        raise _wrong(file, Text(fr=f"les percent font {total}, et non 100", en=f"the percents make {total}, not 100"))
    return made


def _document(path: Path) -> dict[str, Any]:
    try:
        return toml_of(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise _wrong(path.name, Text(fr="le fichier n'est pas en UTF-8", en="the file is not UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path.name, Text(fr=f"ce n'est pas du TOML ({error})", en=f"this is not TOML ({error})")) from None


def _instalment(given: Mapping[str, Any], which: str) -> ResultInstalment:
    when = given.get("when")
    if when not in _WHEN:
        near = nearest(str(when), _WHEN)
        raise _wrong(which, Text(fr=f"when= : {near.fr}", en=f"when=: {near.en}"))
    words = {"when", "percent", *([_OWN[when]] if when in _OWN else [])}
    for word in sorted(set(given) - words):
        near = nearest(word, words)
        raise _wrong(which, Text(fr=f"« {word} » n'existe pas ici ; {near.fr}", en=f"there is no '{word}' here; {near.en}"))
    for word in sorted(words - set(given)):
        raise _wrong(which, Text(fr=f"il manque « {word} »", en=f"'{word}' is missing"))
    at_least, months = given.get("at_least"), given.get("months")
    if months is not None and (isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= _LONGEST):
        raise _wrong(which, Text(fr=f"months= est un nombre de 1 à {_LONGEST}", en=f"months= is a number from 1 to {_LONGEST}"))
    percents = {name: _percent(name, value, which) for name, value in (("percent", given["percent"]), ("at_least", at_least))}
    return ResultInstalment(when=when, percent=percents["percent"] or Decimal(0), at_least=percents["at_least"], months=months)


_LONGEST = 120


def _percent(name: str, value: Any, which: str) -> Decimal | None:
    if value is None:
        return None
    number = exact_of(value)
    if number is None or not 0 <= number <= 100:
        raise _wrong(which, Text(fr=f"{name}= est un nombre de 0 à 100", en=f"{name}= is a number from 0 to 100"))
    return number


def _wrong(where: str, said: Text) -> OperatorError:
    return OperatorError(Text(fr=f"{where} : {said.fr}", en=f"{where}: {said.en}"))
