"""The report of execution as a page: what crossed, what waited, what was owed, and the lines by which it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cigem_core.model.fields import kind_of
from cigem_core.model.obligations import CENTRE
from cigem_core.pages import Percent, PrintedTable, Prose, chart, page
from cigem_core.programmes.agreements.execution import Execution, MonthCrossed, Share, Way
from cigem_core.programmes.agreements.rules import DueState
from cigem_core.text import Language, Text

_WAYS: dict[Way, Text] = {
    "pull": Text(fr="remis au centre", en="handed to the centre"),
    "push": Text(fr="transmis par le centre", en="handed by the centre"),
    "corrections": Text(fr="rendu à corriger", en="returned to be mended"),
}


def execution_page(found: Execution, language: Language = "fr") -> str:
    """A year of a convention as HTML, whole in one file."""
    return page(
        title=Text(fr=f"Rapport d'exécution {found.year}", en=f"Report of execution {found.year}"),
        subtitle=found.wordings[-1].title if found.wordings else found.convention, reference=found.convention,
        issuer=[Text(fr="Convention de partenariat", en="Partnership agreement")], language=language,
        body=[
            _head(found), *_drawn(found, language), _crossed(found), _rates(found), _states(found), _terms(found),
            _wordings(found), _exchanges(found),
        ],
        foot=Text(
            fr="Chaque partie peut refaire ces comptes avec les récépissés qu'elle garde : cigem conventions recheck.",
            en="Each party can do these sums again with the receipts it keeps: cigem conventions recheck.",
        ),
    )  # fmt: skip


def _head(found: Execution) -> Prose:
    name = found.wordings[-1].agency.name if found.wordings else Text(fr=found.agency, en=found.agency)
    return Prose(
        Text(
            fr=f"Entre le centre et : {name.fr}. Situation au {found.on:%d/%m/%Y}.",
            en=f"Between the centre and: {name.en}. As it stood on {found.on}.",
        )
    )


def _drawn(found: Execution, language: Language) -> list[Any]:
    """The records of each month, taken as they were or put in quarantine; nothing where nothing was read."""
    months = sorted({one.month for one in found.crossed if one.counts.read})
    if not months:
        return []
    words = Text(fr="acceptées", en="accepted"), Text(fr="en quarantaine", en="in quarantine")
    sums = [
        (month, word.in_(language), sum(getattr(one.counts, name) for one in found.crossed if one.month == month))
        for month in months
        for name, word in zip(("accepted", "quarantined"), words, strict=True)
    ]
    title = Text(fr="Fiches remises, par mois", en="Records handed over, by month")
    said = ", ".join(f"{month} : {number} {word}" for month, word, number in sums) + "."
    spec = {
        "data": {"values": [{"month": month, "what": word, "n": number} for month, word, number in sums]},
        "mark": "bar",
        "width": {"step": 64},
        "height": 180,
        "encoding": {
            "x": {"field": "month", "type": "nominal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "n", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
            "color": {"field": "what", "type": "nominal", "title": None, "sort": None},
        },
    }
    return [chart(spec, title=title, description=Text(fr=said, en=said), language=language)]


def _crossed(found: Execution) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Ce qui est passé, par mois, fiche et clause", en="What crossed, by month, kind and clause"),
        header=[
            Text(fr="Mois", en="Month"), Text(fr="Sens", en="Way"), Text(fr="Fiche", en="Record"), Text(fr="Clause", en="Clause"),
            Text(fr="Échanges", en="Exchanges"), Text(fr="Lues", en="Read"), Text(fr="Acceptées", en="Accepted"),
            Text(fr="Quarantaine", en="Quarantine"), Text(fr="Transmises", en="Handed over"),
        ],
        rows=[_month(one) for one in found.crossed],
        empty=Text(fr="Rien n'est passé cette année.", en="Nothing crossed in this year."),
    )  # fmt: skip


def _month(one: MonthCrossed) -> Sequence[Any]:
    label = kind_of(one.kind).label if one.kind else Text(fr="fiches à corriger", en="rows to mend")
    inward = (one.counts.read, one.counts.accepted, one.counts.quarantined) if one.act == "pull" else (None, None, None)
    return [one.month, _WAYS[one.act], label, one.clause, one.exchanges, *inward, None if one.act == "pull" else one.records]


def _rates(found: Execution) -> PrintedTable:
    rows = [
        [Text(fr="Fiches en quarantaine, sur celles lues", en="Records quarantined, of those read"), *_of(found.quarantine_rate)],
        [Text(fr="Lignes corrigées, sur celles en quarantaine", en="Rows mended, of those quarantined"),
         *_of(found.correction_rate)],
        [Text(fr="Orientations répondues, sur celles parties", en="Referrals answered, of those that left"),
         *_of(Share(len(found.days_to_answer), found.referrals))],
        [Text(fr="Ouverture : migrants de retour, sur les inscrits dont on sait s'ils le sont",
              en="Openness: returnees, of those enrolled of whom it is known"), *_of(found.openness)],
        [Text(fr="Jours jusqu'à la correction, médiane", en="Days until mended, median"), None, None,
         found.median_days_to_correct],
        [Text(fr="Jours jusqu'à la réponse, médiane", en="Days until answered, median"), None, None,
         found.median_days_to_answer],
    ]  # fmt: skip
    header: list[Text | str] = [
        "", Text(fr="Nombre", en="Number"), Text(fr="Sur", en="Of"), Text(fr="Taux ou jours", en="Rate or days"),
    ]  # fmt: skip
    return PrintedTable(caption=Text(fr="Taux et délais", en="Rates and delays"), header=header, rows=rows)


def _of(share: Share) -> tuple[Any, ...]:
    return share.numerator, share.denominator, Percent(share.value)


def _states(found: Execution) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Engagements échus dans l'année", en="Obligations due in the year"),
        header=[
            Text(fr="Article", en="Article"), Text(fr="Qui doit", en="Who owes"), Text(fr="Quoi", en="What"),
            *(state.label for state in DueState),
        ],
        rows=[
            [article, _party(found, of), _WHAT.get(owes, owes), *states.values()]
            for (article, of, owes), states in found.states.items()
        ],
        empty=Text(fr="Rien n'était dû.", en="Nothing was due."),
    )  # fmt: skip


_WHAT = {
    "answer-referrals": Text(fr="répondre aux orientations", en="answer referrals"),
    "return": Text(fr="remettre ses fiches", en="hand over its records"),
    "seats": Text(fr="accepter des personnes orientées", en="accept people referred"),
    "meeting": Text(fr="tenir une réunion", en="hold a meeting"),
}


def _party(found: Execution, of: str) -> Any:
    if of == CENTRE:
        return Text(fr="le centre", en="the centre")
    return found.wordings[-1].agency.name if found.wordings else of


def _terms(found: Execution) -> PrintedTable:
    """Those that were not met in time: the others are counted above."""
    missed = [one for one in found.obligations if one.state is not DueState.MET]
    return PrintedTable(
        caption=Text(fr="En retard, manqués ou en cours", en="Late, breached or pending"),
        header=[
            Text(fr="Article", en="Article"), Text(fr="Sur", en="About"), Text(fr="Échéance", en="Due"),
            Text(fr="Fait le", en="Done on"), Text(fr="Retard (jours)", en="Delay (days)"), Text(fr="État", en="State"),
        ],
        rows=[[one.article, one.about, one.due, one.done_on, _delay(found, one), one.state.label] for one in missed],
        empty=Text(fr="Tout ce qui était dû a été fait à temps.", en="All that was due was done in time."),
    )  # fmt: skip


def _delay(found: Execution, one: Any) -> int | None:
    return max(0, ((one.done_on or found.on) - one.due).days) or None


def _wordings(found: Execution) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Textes qui ont décidé", en="Wordings that decided"),
        header=[Text(fr="À partir du", en="From"), Text(fr="Texte", en="Wording"), "SHA-256"],
        rows=[[one.counts_from, one.amends or one.title, one.digest] for one in found.wordings],
    )


def _exchanges(found: Execution) -> PrintedTable:
    return PrintedTable(
        caption=Text(fr="Échanges, par leurs lignes du journal", en="Exchanges, by their lines of the journal"),
        header=[
            Text(fr="Jour", en="Day"), Text(fr="Sens", en="Way"), Text(fr="Clause", en="Clause"), Text(fr="Ligne", en="Line"),
            Text(fr="Empreinte de la ligne", en="Digest of the line"),
        ],
        rows=[[one.on, _WAYS[one.act], one.clause, str(one.journal.length), one.journal.digest[:16]] for one in found.exchanges],
        empty=Text(fr="Aucun échange.", en="No exchange."),
    )  # fmt: skip
