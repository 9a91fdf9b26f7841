"""Yardsticks as declared values: what became of people, told alike at whichever service received them."""

from __future__ import annotations

from attrs import frozen

from cigem_core.model import employment, training, youth  # noqa: F401  kinds are declared by being imported
from cigem_core.model.indicators import Tally
from cigem_core.text import Text

LIKE = ("age", "sex")
"""What services are made alike in, unless something else is asked."""


@frozen(kw_only=True)
class Ending:
    """The records of one kind that say how it ended for somebody: of those whose end is known, the good ends."""

    known: Tally
    good: tuple[str, ...]


@frozen(kw_only=True)
class Yardstick:
    """A question that several services can be asked: of the people they received, how many got there."""

    name: str
    label: Text
    definition: Text
    endings: tuple[Ending, ...]
    until: None = None
    """As of an indicator: no wait is told."""

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """What it counts."""
        return tuple(ending.known for ending in self.endings)

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """What people may be told apart by, at one of the services at least."""
        return tuple(dict.fromkeys(["agency", *(name for tally in self.tallies for name in tally.by if name != "result")]))


_PLACED = Ending(
    known=Tally(
        "placement",
        day="started_on",
        where={"result": ("employed", "in-training", "without-work")},
        by={
            "result": "outcome",
            "operator": "offer.employer",
            "trade": ("offer.occupation", "seeker.occupation"),
            "level": "seeker.education",
            "returnee": "seeker.migration.returnee",
            "region": "seeker.residence.region",
            "age": "seeker.identity.birth",
            "sex": "seeker.identity.sex",
        },
    ),
    good=("employed",),
)
_INTERNS = Ending(
    known=Tally(
        "internship",
        day="ends_on",
        where={"result": ("job", "abandoned", "finished")},
        by={
            "result": "outcome",
            "operator": "host",
            "trade": "young_person.occupation",
            "level": "young_person.education",
            "returnee": "young_person.migration.returnee",
            "region": "young_person.residence.region",
            "age": "young_person.identity.birth",
            "sex": "young_person.identity.sex",
        },
    ),
    good=("job",),
)
_ENROLLED = Ending(
    known=Tally(
        "enrolment",
        day="session.begins_on",
        where={"result": ("certified", "abandoned")},
        by={
            "result": "status",
            "module": "session.module",
            "operator": "session.module.provider",
            "trade": "session.module.occupation",
            "returnee": ("migration.returnee", "migration.country?"),
            "region": "residence.region",
            "age": "identity.birth",
            "sex": "identity.sex",
        },
    ),
    good=("certified",),
)
_TRAINED = Ending(
    known=Tally(
        "trainee",
        day="ended_on",
        where={"result": ("certified", "adjourned", "abandoned")},
        by={"result": "result", "module": "trade", "region": "residence.region", "age": "identity.birth", "sex": "identity.sex"},
    ),
    good=("certified",),
)

YARDSTICKS = (
    Yardstick(
        name="work",
        label=Text(fr="En emploi", en="In work"),
        definition=Text(
            fr="Des placements commencés et des stages finis pendant la période dont l'issue est connue, ceux qui ont mené à un "
            "emploi : en emploi six mois après le placement, ou à l'issue du stage.",
            en="Of placements begun and internships ended in the period whose outcome is known, those that led to a job: "
            "employed six months after the placement, or at the end of the internship.",
        ),
        endings=(_PLACED, _INTERNS),
    ),
    Yardstick(
        name="certified",
        label=Text(fr="Certifiés", en="Certified"),
        definition=Text(
            fr="Des inscriptions dans les sessions qui commencent pendant la période et des stagiaires dont la formation y a "
            "fini, parmi ceux dont on sait la fin, les certifiés.",
            en="Of enrolments in sessions that begin in the period and of trainees whose training ended in it, among those "
            "whose end is known, the certified.",
        ),
        endings=(_ENROLLED, _TRAINED),
    ),
)
