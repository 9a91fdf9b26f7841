"""The results of a round for people: a page by counts, without names, and the staff's workbook, the only place with names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.model.applications import Application
from cigem_core.newfiles import writing_new
from cigem_core.pages import PrintedTable, Prose, chart, page
from cigem_core.programmes.scholarships.checking import label
from cigem_core.programmes.scholarships.draw import Award, Draw
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Reason
from cigem_core.programmes.scholarships.terms import OPEN
from cigem_core.programmes.scholarships.vocabulary import ASKABLE, installed_table
from cigem_core.sdk.codecs import CodeListCodec
from cigem_core.sdk.lenses import Column
from cigem_core.text import Language, Text

REASONS: Mapping[Reason, Text] = {
    Reason.EARLY: Text(fr="déposé trop tôt", en="deposited too early"),
    Reason.LATE: Text(fr="déposé trop tard", en="deposited too late"),
    Reason.DOUBLE: Text(fr="en double", en="a double"),
    Reason.INCOMPLETE: Text(fr="incomplet", en="incomplete"),
    Reason.INELIGIBLE: Text(fr="hors des règles", en="outside the rules"),
}


def round_page(held: Round, drawn: Draw, *, on: date, issuer: str, language: Language = "fr") -> str:
    """The page of a round: applications, cut-offs and reserves, by counts; it names nobody. Needs the extra `pages`."""
    return page(
        title=held.call.title,
        issuer=[issuer],
        reference=f"{held.call.reference} · {drawn.seed}",
        on=on,
        language=language,
        body=[
            Prose(_opening(held, drawn)),
            _screened(held),
            *(_by(held, drawn, name) for name in ("bac_series", "region", "sex") if name in held.call.fields),
            _chart(drawn, language),
            _seats(drawn),
            _reserves(drawn),
        ],
    )


def _opening(held: Round, drawn: Draw) -> list[Text]:
    lists, places = held.screening, held.call.places
    return [
        Text(
            fr=f"{len(held.applications)} dossiers lus et acceptés, {len(lists.eligible)} recevables, {places} places, "
            f"{len(drawn.placed)} attribuées, {len(drawn.waiting)} dossiers en attente.",
            en=f"{len(held.applications)} applications accepted, {len(lists.eligible)} eligible, {places} places, "
            f"{len(drawn.placed)} awarded, {len(drawn.waiting)} applications waiting.",
        ),
        Text(fr=f"Empreinte de la liste : {held.commitment}", en=f"Digest of the list: {held.commitment}"),
    ]


def _screened(held: Round) -> PrintedTable:
    rows: Any
    found = Counter(one.reason for one in held.screening.refused.values())
    rows = [[Text(fr="recevables", en="eligible"), len(held.screening.eligible)]]
    rows += [[Text(fr="à décider", en="to decide"), len(held.screening.to_review)]]
    rows += [[said, found[reason]] for reason, said in REASONS.items()]
    return PrintedTable(
        caption=Text(fr="Recevabilité", en="Screening"),
        header=[Text(fr="Dossiers", en="Applications"), Text(fr="Nombre", en="Number")],
        rows=rows,
        foot=[Text(fr="Ensemble", en="Together"), len(held.applications)],
    )


def _by(held: Round, drawn: Draw, name: str) -> PrintedTable:
    """Applications, eligible and placed by the values of one field; what nobody said is a line too."""
    values = dict(zip(held.applications.column("application"), held.applications.column(name), strict=True))
    every, placed = Counter(values.values()), Counter(values[award.application] for award in drawn.placed)
    eligible = Counter(values[number] for number in held.screening.eligible)
    said, called = label(name), _names(name)
    rows: Any = [
        [called.get(value, value) or Text(fr="non dit", en="not said"), every[value], eligible[value], placed[value]]
        for value in sorted(every, key=lambda value: (value is None, str(value)))
    ]
    return PrintedTable(
        caption=Text(fr=f"Par {said.fr}", en=f"By {said.en}"),
        header=[said, *(Text(fr=fr, en=en) for fr, en in _COUNTED)],
        rows=rows,
        foot=[Text(fr="Ensemble", en="Together"), every.total(), eligible.total(), placed.total()],
    )


def _names(field: str) -> Mapping[str, str]:
    """What people call the values of a field that is kept as codes: a region by its name."""
    lens = installed_table(Application).lenses.get(ASKABLE[field].field)
    codec = lens.codec if isinstance(lens, Column) else None
    return {one.code: one.name for one in codec.codes.by_code.values()} if isinstance(codec, CodeListCodec) else {}


_COUNTED = (("dossiers", "applications"), ("recevables", "eligible"), ("placés", "placed"))


def _seats(drawn: Draw) -> PrintedTable:
    rows: Any = []
    for seat in drawn.call.seats:
        holders = [award for award in drawn.placed if award.seat == seat.code]
        first = sum(award.rank_of_choice == 1 for award in holders)
        cut_off = min((award.score for award in holders), default=None)
        rows.append([f"{seat.title.fr} ({seat.code})", seat.places, len(holders), first, cut_off])
    columns = (("Places", "Places"), ("Prises", "Taken"), ("Premier choix", "First choice"), ("Moins de points", "Fewest points"))
    return PrintedTable(
        caption=Text(fr="Sièges", en="Seats"),
        header=[Text(fr="Siège", en="Seat"), *(Text(fr=fr, en=en) for fr, en in columns)],
        rows=rows,
    )


def _reserves(drawn: Draw) -> PrintedTable:
    seats = drawn.as_dict()["seats"]
    rows: Any = [[seat["seat"], one["name"], one["places"], one["taken"]] for seat in seats for one in seat["reserves"]]
    columns = (("Siège", "Seat"), ("Réserve", "Reserve"), ("Places", "Places"), ("Remplies", "Filled"))
    return PrintedTable(
        caption=Text(fr="Réserves ; ce que personne ne remplit revient à tous", en="Reserves; what nobody fills is open to all"),
        header=[Text(fr=fr, en=en) for fr, en in columns],
        rows=rows,
    )


def _chart(drawn: Draw, language: Language) -> Any:
    """Places taken by seat, on reserved places and open ones."""
    kinds = {True: Text(fr="ouvertes", en="open"), False: Text(fr="réservées", en="reserved")}
    counts = Counter((award.seat, award.seat_type == OPEN) for award in drawn.placed)
    bars = [{"seat": seat, "n": many, "kind": kinds[is_open].in_(language)} for (seat, is_open), many in sorted(counts.items())]
    told = ", ".join(f"{bar['seat']} {bar['kind']} {bar['n']}" for bar in bars)
    return chart(
        {
            "data": {"values": bars},
            "mark": "bar",
            "height": {"step": 24},
            "encoding": {
                "y": {"field": "seat", "type": "nominal", "title": None},
                "x": {"field": "n", "type": "quantitative", "title": Text(fr="places prises", en="places taken")},
                "color": {"field": "kind", "type": "nominal", "title": None},
            },
        },
        title=Text(fr="Places prises par siège", en="Places taken by seat"),
        description=Text(fr=told, en=told),
        language=language,
    )


def write_results(held: Round, drawn: Draw, to: str | Path) -> Path:
    """Write the staff's workbook: results with names, those who wait, and why others take no part.

    It holds personal data. Nothing in it is taken for a formula. Needs the extra `xlsx`.
    """
    path = Path(to)
    with writing_new(path):
        write_workbook(path, _sheets(held, drawn))
    return path


def _sheets(held: Round, drawn: Draw) -> list[Sheet]:
    frame = held.applications.frame
    rows = frame.select("application", "family_name", "given_names").rows()
    names = {number: (family, given) for number, family, given in rows}
    placed = [
        (one.application, *names[one.application], one.seat, str(one.rank_of_choice), _place(one), str(one.score))
        for one in drawn.placed
    ]
    waiting = [(str(rank), number, *names[number], str(score)) for rank, (number, score) in enumerate(drawn.waiting, 1)]
    refused = [
        (number, *names[number], REASONS[one.reason].fr, ", ".join(one.articles), ", ".join(one.pieces), one.counts or "")
        for number, one in sorted(held.screening.refused.items())
    ]
    review = [(number, *names[number], ", ".join(articles)) for number, articles in sorted(held.screening.to_review.items())]
    who = ["N° dossier", "Nom", "Prénom(s)"]
    placed_header = [*who, "Siège", "Choix", "Place", "Points"]
    refused_header = [*who, "Motif", "Articles", "Pièces manquantes", "Dossier qui compte"]
    return [
        Sheet(name="Placés", header=placed_header, rows=placed, numbers=frozenset({4, 6})),
        Sheet(name="En attente", header=["Rang", *who, "Points"], rows=waiting, numbers=frozenset({0, 4})),
        Sheet(name="À décider", header=[*who, "Articles"], rows=review),
        Sheet(name="Irrecevables", header=refused_header, rows=refused),
    ]


def _place(award: Award) -> str:
    """Whose place it is: everybody's, or that of a reserve."""
    return "ouverte" if award.seat_type == OPEN else award.seat_type
