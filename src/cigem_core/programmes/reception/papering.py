"""What reception hands out on paper: the letter of referral, the caseload, one migrant's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cigem_core.exchange.referrals import what_leaves
from cigem_core.model.codes import countries
from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.referrals import Referral
from cigem_core.model.refs import Ref
from cigem_core.model.values import Country, Edited, Listed, Phone
from cigem_core.pages import Beside, PrintedTable, Prose, chart, page, written
from cigem_core.plugins import Plugins
from cigem_core.programmes.reception.caseload import Caseload
from cigem_core.programmes.reception.orienting import ReferralLine
from cigem_core.programmes.reception.people import People
from cigem_core.programmes.reception.view import KnownOf
from cigem_core.store import Store
from cigem_core.text import Language, Text

_TOLD = (
    "identity.family_name", "identity.given_names", "identity.sex", "identity.birth", "identity.birthplace",
    "identity.nationality", "identity.nina", "identity.phones", "residence.region", "residence.district", "their_reference",
    "occupation", "session",
)  # fmt: skip
"""What of someone a letter may say, in its order; each only where the convention lets the agency know it."""


def letter(store: Store, plugins: Plugins, number: str, *, on: date, issuer: Sequence[str], language: Language) -> str:
    """The letter of a referral: one page of A4, with nothing the convention does not let the agency know."""
    referral, convention, leaves = what_leaves(store, number, on=on)
    kind = kind_of(Referral)
    rows = [
        [kind.fields[name].label, spoken(kind.fields[name].restore(leaves[name]), plugins, language)]
        for name in _TOLD if leaves.get(name) not in (None, [], "")
    ]  # fmt: skip
    body: list[Any] = [
        Prose(Text(
            fr="Nous vous adressons la personne nommée ci-dessous, qui se présentera avec cette lettre. "
               f"Merci de nous répondre en rappelant le numéro {number}.",
            en="We refer to you the person named below, who will come with this letter. "
               f"Please answer quoting the number {number}.",
        )),
        _printed(caption=Text(fr="La personne et sa demande", en="The person and the request"),
                     header=[Text(fr="Renseignement", en="Item"), Text(fr="Valeur", en="Value")], rows=rows),
    ]  # fmt: skip
    if leaves.get("reason"):
        body.append(Prose(str(leaves["reason"]), heading=Text(fr="Pourquoi", en="Why")))
    if referral.bring:
        body.append(Prose(referral.bring, heading=Text(fr="À apporter", en="What to bring")))
    return page(
        "letter.html", title=Text(fr="Lettre d'orientation", en="Letter of referral"), language=language, issuer=list(issuer),
        addressee=[convention.agency.name], on=on, reference=number, body=body,
        signatures=[Text(fr="Pour le centre", en="For the centre")],
        foot=Text(
            fr=f"Cette lettre ne dit que ce que la convention {convention.reference} permet de vous communiquer.",
            en=f"This letter says only what the convention {convention.reference} lets you know.",
        ),
    )  # fmt: skip


def spoken(value: Any, plugins: Plugins, language: Language) -> Any:
    """A value as a letter says it: codes by their names."""
    if isinstance(value, tuple):
        return ", ".join(str(written(spoken(one, plugins, language), language)) for one in value)
    if isinstance(value, Country):
        return countries(language).by_code[value.code].name
    if isinstance(value, Edited):
        for one in plugins.codelists:
            if (one.list, one.edition) == (value.list, value.edition) and value.code in one.by_code:
                return one.by_code[value.code].name
    return str(value) if isinstance(value, Listed | Edited | Phone | Ref | int) and not isinstance(value, bool) else value


def caseload_page(found: Caseload, *, issuer: Sequence[str], language: Language) -> str:
    """Who waits for what, and since when; charts of situations and of referrals by state."""
    body: list[Any] = [
        Prose(Text(
            fr=f"Dossiers : {found.files}. Projets ouverts : {found.open_projects}. Orientations : {found.referrals}, dont "
               f"{found.under_way} en cours.",
            en=f"Files: {found.files}. Open projects: {found.open_projects}. Referrals: {found.referrals}, of which "
               f"{found.under_way} under way.",
        )),
        *_counted(Text(fr="Situations", en="Situations"), found.situations, language),
        *_counted(Text(fr="Orientations par état", en="Referrals by state"), found.states, language),
        *_counted(Text(fr="Refus par motif", en="Refusals by reason"), found.refusals, language),
        _waiting(found),
    ]  # fmt: skip
    if found.more_waiting:
        body.append(Prose(Text(fr=f"Et {found.more_waiting} autres, de délai plus lointain.",
                               en=f"And {found.more_waiting} more, whose delay is further off.")))  # fmt: skip
    if found.overdue:
        body.append(_printed(
            caption=Text(fr="En transit, le départ attendu est passé", en="In transit, and should have left"),
            header=["N°", Text(fr="Nom", en="Name"), Text(fr="Prochaine étape", en="Next place"), Text(fr="Avant le", en="By")],
            rows=[[f.number, f.name, s.leg and s.leg.place, s.leg and s.leg.leaves_by] for f, s in found.overdue],
        ))  # fmt: skip
    if found.more_overdue:
        body.append(Prose(Text(fr=f"Et {found.more_overdue} autres.", en=f"And {found.more_overdue} more.")))
    return page(
        title=Text(fr="Suivi des orientations", en="Referrals followed up"), language=language, issuer=list(issuer), on=found.on,
        body=body, **({"reference": found.to} if found.to else {}),
    )  # fmt: skip


def _printed(*, caption: Text, header: Sequence[Any], rows: Any) -> PrintedTable:
    """A table of texts, days and numbers."""
    return PrintedTable(caption=caption, header=header, rows=rows)


def _counted(title: Text, counts: Mapping[Any, int], language: Language) -> list[Any]:
    """A table of counts, and beside it the chart that says the same; nothing where nothing is counted."""
    if not counts:
        return []
    rows = [[member.label, number] for member, number in counts.items()]
    said = [f"{label.in_(language)} {number}" for label, number in rows]
    drawn = chart(
        {
            "data": {"values": [{"what": label.in_(language), "n": number} for label, number in rows]},
            "mark": "bar",
            "width": 340,
            "height": {"step": 24},
            "encoding": {
                "y": {"field": "what", "type": "nominal", "title": None, "sort": None},
                "x": {"field": "n", "type": "quantitative", "title": None, "axis": None},
            },
        },
        title=title, description=Text(fr=", ".join(said) + ".", en=", ".join(said) + "."), language=language, shown=False,
    )  # fmt: skip
    return [Beside([_printed(caption=title, header=["", Text(fr="Nombre", en="Number")], rows=rows), drawn])]


def _waiting(found: Caseload) -> PrintedTable:
    return _printed(
        caption=Text(fr="Qui attend quoi", en="Who waits for what"),
        header=["N°", Text(fr="Nom", en="Name"), Text(fr="Vers", en="To"), Text(fr="État", en="State"),
                Text(fr="Depuis (jours)", en="Since (days)"), Text(fr="Réponse avant le", en="Answer by")],
        rows=[[r.number, r.name, r.to, r.state.label, r.days_waiting, r.due_on] for r in found.waiting],
    )  # fmt: skip


def migrant_page(
    people: People, referrals: Sequence[ReferralLine], number: str, *, on: date, issuer: Sequence[str], language: Language
) -> str:
    """Everything known of someone, on one page; contradictions stand side by side."""
    known, held = people.view(number), people.situations(number)
    rows = [
        [one.label if at == 0 else "", spoken(said.value, people.plugins, language), _source(said.source), said.on, _mark(one)]
        for one in known for at, said in enumerate(one.said)
    ]  # fmt: skip
    days = Text(fr="Depuis", en="Since"), Text(fr="Jusqu'au", en="Until")
    return page(
        title=Text(fr="Dossier individuel", en="Individual file"), language=language, issuer=list(issuer), reference=number,
        on=on,
        body=[
            _printed(caption=Text(fr="Situations", en="Situations"), header=[Text(fr="Situation", en="Situation"), *days],
                         rows=[[s.condition and s.condition.label, s.since, s.until] for s in held]),
            _printed(caption=Text(fr="Ce qui est su", en="What is known"),
                         header=[Text(fr="Quoi", en="What"), Text(fr="Valeur", en="Value"), "Source", days[0],
                                 Text(fr="Contredit", en="Contradicted")],
                         rows=rows),
            _printed(caption=Text(fr="Orientations", en="Referrals"),
                         header=["N°", Text(fr="Vers", en="To"), Text(fr="Le", en="On"), Text(fr="État", en="State")],
                         rows=[[r.number, r.to, r.referred_on, r.state.label] for r in referrals]),
        ],
    )  # fmt: skip


def _mark(one: KnownOf) -> Any:
    """What stands beside a value that another record contradicts."""
    return Text(fr="oui", en="yes") if one.is_contradicted else ""


def _source(written: str) -> Any:
    ref = Ref.parse(written)
    return Text(fr="le centre", en="the centre") if ref.agency == CENTRE else written
