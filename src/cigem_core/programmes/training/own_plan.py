"""A plan of the centre's own, written by hand: one TOML file, with its mistakes named.

reference = "PC-2009-01"

[[module]]
reference = "M1"
occupation = "7212"

[[session]]
reference = "S1"
module = "M1"
begins_on = 2009-11-02
ends_on = 2009-12-19
places = 12

[[budget]]
module = "M1"
heading = "Formateur"
quantity = 30
unit_cost = 15000
currency = "EUR"

[[funder]]
name = "centre"
percent = 100
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import field, frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.fields import CENTRE
from cigem_core.model.refs import Ref
from cigem_core.model.toml_text import exact_of, toml_of
from cigem_core.model.training import BudgetLine, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.model.training_acts import Funding
from cigem_core.model.values import Amount, Occupation
from cigem_core.programmes.training.money import check_shares
from cigem_core.text import Text

_PLAN = {"reference": str, "convention": str, "promoter": str, "region": str}
_SECTIONS: Mapping[str, Mapping[str, type]] = {
    "module": {"reference": str, "title": str, "occupation": Occupation, "hours": int, "provider": str, "certification": str},
    "session": {"reference": str, "module": str, "venue": str, "begins_on": date, "ends_on": date, "places": int},
    "budget": {"module": str, "heading": str, "quantity": Decimal, "unit_cost": int, "currency": str},
    "funder": {"name": str, "percent": Decimal},
}
_ASKED: Mapping[str, tuple[str, ...]] = {
    "module": ("reference",), "session": ("reference", "module"), "funder": ("name", "percent"),
    "budget": ("module", "heading", "quantity", "unit_cost", "currency"),
}  # fmt: skip


@frozen(kw_only=True)
class OwnPlan:
    """A plan as its files say it, with the funders they name."""

    reference: str
    plan: TrainingPlan | None
    """Its own particulars; None where the files say nothing of them, and those known stay."""
    modules: Sequence[TrainingModule] = field(repr=False)
    sessions: Sequence[TrainingSession] = field(repr=False)
    budget: Sequence[BudgetLine] = field(repr=False)
    funders: Sequence[Funding] = field(repr=False)

    @property
    def ref(self) -> Ref:
        """What names it in the workspace."""
        return Ref(CENTRE, "training_plan", self.reference)


def read_own_plan(path: Path) -> OwnPlan:
    """The plan a file says; OperatorError says which part is written wrongly, and how to write it."""
    try:
        document = toml_of(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise _wrong(path.name, "le fichier n'est pas en UTF-8", "the file is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path.name, f"ce n'est pas du TOML ({error})", f"this is not TOML ({error})") from None
    return own_plan_of(document, path.name)


def own_plan_of(document: Mapping[str, Any], file: str) -> OwnPlan:
    """The plan of a document already read."""
    alone = {word: value for word, value in document.items() if word not in _SECTIONS}
    head = _read(alone, _PLAN, ("reference",), file, also=_SECTIONS)
    parts = {name: _section(document.get(name, []), name, file) for name in _SECTIONS}
    number = head["reference"]
    modules = {one["reference"] for _, one in parts["module"]}
    for which, one in (*parts["session"], *parts["budget"]):
        if one["module"] not in modules:
            near = nearest(one["module"], modules)
            raise _wrong(which, f"le plan n'a pas de module {one['module']} ; {near.fr}", f"there is no such module; {near.en}")
    made = OwnPlan(
        reference=number,
        plan=TrainingPlan(**head),
        modules=[TrainingModule(plan=number, **one) for _, one in parts["module"]],
        sessions=[_session(number, which, one) for which, one in parts["session"]],
        budget=[_budget_line(number, which, one) for which, one in parts["budget"]],
        funders=[_funder(number, which, one) for which, one in parts["funder"]],
    )
    if made.funders:
        check_shares(made.funders)
    _check_once(made, file)
    return made


def _section(given: Any, name: str, file: str) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(file, f"chaque {name} commence par [[{name}]]", f"each {name} begins with [[{name}]]")
    found = []
    for at, one in enumerate(given, start=1):
        called = next((f" ({one[word]})" for word in ("reference", "name") if isinstance(one.get(word), str)), "")
        which = f"{file}, [[{name}]] {at}{called}"
        found.append((which, _read(one, _SECTIONS[name], _ASKED[name], which)))
    return found


def _read(
    given: Mapping[str, Any], words: Mapping[str, type], asked: Collection[str], which: str, *, also: Collection[str] = ()
) -> dict[str, Any]:
    """What a part says, each word a value of its own; empty texts say nothing."""
    if unknown := sorted(set(given) - set(words)):
        near = nearest(unknown[0], [*words, *also])
        raise _wrong(which, f"« {unknown[0]} » n'existe pas ici ; {near.fr}", f"there is no '{unknown[0]}' here; {near.en}")
    said = {word: _READERS[words[word]](value, word, which) for word, value in given.items() if value != ""}
    for word in asked:
        if word not in said:
            raise _wrong(which, f"il manque « {word} »", f"'{word}' is missing")
    return said


def _text(value: Any, word: str, which: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(which, f"{word}= est un texte entre guillemets", f"{word}= is a text in quotes")
    return value.strip()


def _number(value: Any, word: str, which: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(which, f"{word}= est un nombre entier, au moins 0", f"{word}= is a whole number, 0 or more")
    return value


def _decimal(value: Any, word: str, which: str) -> Decimal:
    number = exact_of(value)
    if number is None or not 0 <= number < 10**12:
        raise _wrong(which, f"{word}= est un nombre, au moins 0", f"{word}= is a number, 0 or more")
    return number


def _day(value: Any, word: str, which: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(which, f"{word}= est un jour sans guillemets, comme 2009-11-02", f"{word}= is a bare day, like 2009-11-02")
    return value


def _trade(value: Any, word: str, which: str) -> Occupation:
    from cigem_core.model.codes import occupations

    if not isinstance(value, str) or value not in occupations().by_code:
        fr, en = "est un code de la CITP-08 à quatre chiffres, comme", "is a code of ISCO-08 with four digits, like"
        raise _wrong(which, f'{word}= {fr} "7212"', f'{word}= {en} "7212"')
    return Occupation(value)


_READERS: Mapping[type, Callable[[Any, str, str], Any]] = {
    str: _text, int: _number, Decimal: _decimal, date: _day, Occupation: _trade
}  # fmt: skip


def _session(number: str, which: str, one: Mapping[str, Any]) -> TrainingSession:
    if one.get("places") == 0:
        raise _wrong(which, "places= est au moins 1", "places= is 1 or more")
    begins, ends = one.get("begins_on"), one.get("ends_on")
    if begins and ends and ends < begins:
        raise _wrong(which, "ends_on= est avant begins_on=", "ends_on= is before begins_on=")
    return TrainingSession(plan=number, **one)


def _budget_line(number: str, which: str, one: Mapping[str, Any]) -> BudgetLine:
    currency, units = one["currency"], one["quantity"] * one["unit_cost"]
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise _wrong(which, "currency= est un code ISO 4217, comme EUR", "currency= is a code of ISO 4217, like EUR")
    if units != int(units):
        raise _wrong(which, "quantity × unit_cost doit faire un montant entier", "quantity × unit_cost must make a whole amount")
    return BudgetLine(
        plan=number, module=one["module"], heading=one["heading"], quantity=one["quantity"],
        unit_cost=Amount(one["unit_cost"], currency), amount=Amount(int(units), currency),
    )  # fmt: skip


def _funder(number: str, which: str, one: Mapping[str, Any]) -> Funding:
    if not 0 < one["percent"] <= 100:
        raise _wrong(which, "percent= est plus de 0, et au plus 100", "percent= is more than 0, and at most 100")
    return Funding(plan=str(Ref(CENTRE, "training_plan", number)), funder=one["name"], percent=one["percent"])


def _check_once(made: OwnPlan, file: str) -> None:
    """A code names one module, one session, one line of a module, one funder."""
    listed: Mapping[str, Sequence[str]] = {
        "module": [one.reference for one in made.modules], "session": [one.reference for one in made.sessions],
        "budget": [f"{one.module} {one.heading}" for one in made.budget], "funder": [one.funder for one in made.funders],
    }  # fmt: skip
    for name, codes in listed.items():
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            raise _wrong(file, f"deux [[{name}]] s'appellent « {twice} »", f"two [[{name}]] are called '{twice}'")


def _wrong(where: str, fr: str, en: str) -> OperatorError:
    return OperatorError(Text(fr=f"{where} : {fr}", en=f"{where}: {en}"))
