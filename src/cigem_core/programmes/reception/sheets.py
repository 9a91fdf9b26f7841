"""Information sheets on legal migration: one per country and purpose, checked on a day and good until another.

A sheet is a TOML file, or Markdown with its front matter between `+++` (TOML) or `---` (name: value) lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from attrs import field, frozen

from cigem_core.errors import OperatorError, SourceRefused, UnknownName, nearest
from cigem_core.formats.source import Source
from cigem_core.programmes.reception.papers import Leaf, canonical, digest_of, text_in, toml_in
from cigem_core.text import Text

_NAMES = ("reference", "country", "purpose", "title", "conditions", "papers", "addresses", "fees", "source", "checked_on",
          "valid_until", "body")  # fmt: skip
MOST = 2_000
"""Sheets of one folder."""


@frozen(kw_only=True)
class InformationSheet:
    """What someone needs to know to go legally to a country for a purpose, in one wording."""

    reference: str
    country: str
    purpose: str
    title: Text
    conditions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    source: str | None = None
    checked_on: date | None = None
    valid_until: date | None = None
    body: str | None = None
    wording: str = field(repr=False)

    @property
    def digest(self) -> str:
        """Which wording it is."""
        return digest_of(self.wording)


def read_sheets(folder: Any) -> tuple[InformationSheet, ...]:
    """The sheets of a folder, by their references; SourceRefused names the file that is none, or says twice the same."""
    path = Path(folder)
    if not path.is_dir():
        raise SourceRefused(Text(fr=f"{path.name} n'est pas un dossier de fiches", en=f"{path.name} is no folder of sheets"))
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in (".toml", ".md"))
    if len(files) > MOST:
        raise SourceRefused(Text(fr=f"{path.name} : plus de {MOST} fiches", en=f"{path.name}: more than {MOST} sheets"))
    sheets = [read_sheet(one) for one in files]
    return in_order(sheets)


def in_order(sheets: Iterable[InformationSheet]) -> tuple[InformationSheet, ...]:
    """Sheets by their references; SourceRefused where two share one."""
    found: dict[str, InformationSheet] = {}
    for one in sheets:
        if one.reference in found and found[one.reference].digest != one.digest:
            raise SourceRefused(
                Text(
                    fr=f"deux fiches différentes portent la référence « {one.reference} » ; en garder une",
                    en=f"two different sheets bear the reference '{one.reference}'; keep one of them",
                )
            )
        found[one.reference] = one
    return tuple(found[name] for name in sorted(found))


def read_sheet(given: Any) -> InformationSheet:
    """The sheet a file holds."""
    source = Source.of(given)
    text = text_in(source)
    paper = _front_matter(text, source.name) if text.lstrip().startswith(("+++", "---")) else toml_in(text, source.name)
    return sheet_of(paper)


def sheet_kept(wording: str, name: str) -> InformationSheet:
    """The sheet of a wording that was kept."""
    return sheet_of(Leaf(json.loads(wording), name))


def sheet_of(paper: Leaf) -> InformationSheet:
    """The sheet a document describes."""
    paper.only(*_NAMES)
    country, purpose = paper.needed("country"), paper.needed("purpose")
    reference = paper.text("reference") or f"{country}-{purpose}"
    checked, until = paper.day("checked_on"), paper.day("valid_until")
    if checked and until and until < checked:
        raise paper.refuse("valid_until", "la fiche expirerait avant sa vérification", "it would expire before it was checked")
    return InformationSheet(
        reference=reference, country=country, purpose=purpose, title=paper.both("title") or Text(fr=reference, en=reference),
        conditions=paper.texts("conditions"), papers=paper.texts("papers"), addresses=paper.texts("addresses"),
        fees=paper.texts("fees"), source=paper.text("source"), checked_on=checked, valid_until=until, body=paper.text("body"),
        wording=canonical(dict(paper.data)),
    )  # fmt: skip


def flaw(sheet: InformationSheet, on: date) -> Text | None:
    """Why a sheet may not be handed over on a day; None where it may."""
    if sheet.source is None:
        return Text(fr="elle ne dit pas sa source", en="it does not say its source")
    if sheet.checked_on is None:
        return Text(fr="personne ne l'a vérifiée", en="nobody checked it")
    if on < sheet.checked_on:
        return Text(fr=f"elle n'est vérifiée que le {sheet.checked_on:%d/%m/%Y}", en=f"it is checked on {sheet.checked_on} only")
    if sheet.valid_until is None:
        return Text(fr="elle ne dit pas jusqu'à quand elle vaut", en="it does not say until when it holds")
    if sheet.valid_until < on:
        return Text(fr=f"elle a expiré le {sheet.valid_until:%d/%m/%Y}", en=f"it expired on {sheet.valid_until}")
    return None


def to_refresh(sheets: Iterable[InformationSheet], on: date) -> list[tuple[InformationSheet, Text]]:
    """The sheets that may not be handed over on a day, and why."""
    return [(one, why) for one in sheets if (why := flaw(one, on))]


def sheet_for(sheets: Iterable[InformationSheet], reference: str, on: date) -> InformationSheet:
    """The sheet of a reference, to be handed over on a day.

    Raises UnknownName with the nearest; OperatorError where it may not be handed over, with all those to refresh.
    """
    held = {one.reference: one for one in sheets}
    if reference not in held:
        near = nearest(reference, held)
        raise UnknownName(Text(fr=f"aucune fiche « {reference} » ; {near.fr}", en=f"there is no sheet '{reference}'; {near.en}"))
    if why := flaw(held[reference], on):
        stale = to_refresh(held.values(), on)
        fr = " ; ".join(f"{one.reference} ({said.fr})" for one, said in stale)
        en = "; ".join(f"{one.reference} ({said.en})" for one, said in stale)
        raise OperatorError(
            Text(fr=f"la fiche {reference} ne se remet pas : {why.fr}. Fiches à rafraîchir : {fr}",
                 en=f"the sheet {reference} is not handed over: {why.en}. Sheets to refresh: {en}"),
            stale=tuple(one.reference for one, _ in stale),
        )  # fmt: skip
    return held[reference]


def _front_matter(text: str, name: str) -> Leaf:
    """What stands between the marks, and the rest as the body."""
    lines = text.lstrip().splitlines()
    mark = lines[0].strip()
    ends = next((at for at, line in enumerate(lines[1:], start=1) if line.strip() == mark), None)
    if mark not in ("+++", "---") or ends is None:
        raise SourceRefused(
            Text(
                fr=f"{name} : l'en-tête se ferme par une ligne « {mark[:3]} »",
                en=f"{name}: the front matter ends with '{mark[:3]}'",
            )
        )
    head, body = lines[1:ends], "\n".join(lines[ends + 1 :]).strip()
    data = dict(toml_in("\n".join(head), name).data) if mark == "+++" else _plain_head(head, name)
    return Leaf(data | ({"body": body} if body else {}), name)


def _plain_head(lines: list[str], name: str) -> dict[str, Any]:
    """Lines of `name: value`, and under a name without one, lines of `- item`."""
    found: dict[str, Any] = {}
    under: str | None = None
    for number, line in enumerate(lines, start=2):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if words.startswith("- ") and under is not None:
            found[under].append(_unquoted(words[2:]))
            continue
        key, colon, value = words.partition(":")
        if not colon or line != line.lstrip() or key.strip() in found:
            raise SourceRefused(
                Text(
                    fr=f"{name}, ligne {number} : écrire « nom: valeur » (chaque nom une fois), ou « - élément » sous un nom",
                    en=f"{name}, line {number}: write 'name: value' (each name once), or '- item' below a name",
                )
            )
        under = None if value.strip() else key.strip()
        found[key.strip()] = _unquoted(value) if value.strip() else []
    return found


def _unquoted(value: str) -> str:
    text = value.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
