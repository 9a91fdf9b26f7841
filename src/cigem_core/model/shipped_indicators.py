"""The indicators the library ships; plugins bring others by the hook `cigem_indicators`."""

from __future__ import annotations

from cigem_core.model import employment, referrals, training, youth  # noqa: F401  kinds are declared by being imported
from cigem_core.model.indicators import Indicator, Tally
from cigem_core.text import Text

PEOPLE = Text(fr="personnes", en="people")
POSTS = Text(fr="postes", en="posts")
RATIO = Text(fr="rapport", en="ratio")

_SEEKERS = Tally(
    "job_seeker",
    day="registered_on",
    by={
        "region": "residence.region",
        "sex": "identity.sex",
        "age": "identity.birth",
        "occupation": "occupation",
        "returnee": "migration.returnee",
    },
)
_POSTS = Tally(
    "job_offer",
    day="posted_on",
    amount="posts",
    by={"region": "region", "occupation": "occupation", "contract": "contract"},
    is_people=False,
)
_PLACED = {
    "region": "seeker.residence.region",
    "sex": "seeker.identity.sex",
    "age": "seeker.identity.birth",
    "occupation": "offer.occupation",
    "contract": "contract",
}
_OF_THE_SEEKER = {name: _PLACED[name] for name in ("region", "sex")}
_OF_THE_YOUNG = {"region": "young_person.residence.region", "sex": "young_person.identity.sex"}
# The fund's workbook has no column for returnees: a country of return says that somebody is one.
_ENROLLED: dict[str, str | tuple[str, ...]] = {
    "sex": "identity.sex",
    "region": "residence.region",
    "status": "status",
    "returnee": ("migration.returnee", "migration.country?"),
}
_OF_THE_TRAINEE = {"sex": "identity.sex", "region": "residence.region"}


def _outcomes(*outcomes: str | None) -> Tally:
    return Tally("placement", day="started_on", where={"outcome": outcomes}, by=_OF_THE_SEEKER)


def _internships(*outcomes: str) -> Tally:
    return Tally("internship", day="ends_on", where={"outcome": outcomes}, by=_OF_THE_YOUNG)


def _projects(*statuses: str) -> Tally:
    return Tally("business_project", day=None, where={"status": statuses}, by=_OF_THE_YOUNG, is_people=False)


def _enrolments(*returnees: str) -> Tally:
    where = {"returnee": returnees} if returnees else {}
    return Tally("enrolment", day="session.begins_on", where=where, by=_ENROLLED)


def _trainees(*results: str) -> Tally:
    return Tally("trainee", day="ended_on", where={"result": results}, by=_OF_THE_TRAINEE)


def _openness(*returnees: str) -> Tally:
    kept = {name: _ENROLLED[name] for name in ("region", "returnee")}
    return Tally("enrolment", day="session.begins_on", where={"returnee": returnees}, by=kept)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="seekers_registered",
        label=Text(fr="Demandeurs d'emploi inscrits", en="Job seekers registered"),
        definition=Text(fr="Demandeurs d'emploi inscrits pendant la période.", en="Job seekers who registered in the period."),
        unit=PEOPLE,
        counts=_SEEKERS,
    ),
    Indicator(
        name="posts_offered",
        label=Text(fr="Postes offerts", en="Posts offered"),
        definition=Text(
            fr="Postes des offres déposées pendant la période ; une offre qui n'en dit pas le nombre en compte un.",
            en="Posts of offers deposited in the period; an offer that does not say how many counts one.",
        ),
        unit=POSTS,
        counts=_POSTS,
    ),
    Indicator(
        name="tension",
        label=Text(fr="Postes offerts par demandeur inscrit", en="Posts offered per job seeker registered"),
        definition=Text(
            fr="Postes offerts pendant la période, divisés par les demandeurs inscrits pendant la même période.",
            en="Posts offered in the period, divided by the job seekers registered in the same period.",
        ),
        unit=RATIO,
        counts=_POSTS,
        among=_SEEKERS,
    ),
    Indicator(
        name="placements_started",
        label=Text(fr="Placements commencés", en="Placements started"),
        definition=Text(
            fr="Placements commencés pendant la période ; région, sexe et âge de la personne, métier de l'offre.",
            en="Placements begun in the period; region, sex and age of the person, occupation of the offer.",
        ),
        unit=PEOPLE,
        counts=Tally("placement", day="started_on", by=_PLACED),
    ),
    Indicator(
        name="employed_after_6_months",
        label=Text(fr="En emploi six mois après le placement", en="Employed six months after placement"),
        definition=Text(
            fr="Des placements commencés pendant la période, ceux en emploi à six mois parmi ceux dont la situation est "
            "connue ; les bornes comptent les perdus de vue et les non encore interrogés tous sans emploi, puis tous en emploi.",
            en="Of placements begun in the period, those employed after six months among those whose situation is known; "
            "the bounds count the lost sight of and the not yet asked as all without work, then all employed.",
        ),
        unit=RATIO,
        counts=_outcomes("employed"),
        among=_outcomes("employed", "in-training", "without-work"),
        unknown=_outcomes("lost-sight-of", None),
    ),
    Indicator(
        name="internships_to_jobs",
        label=Text(fr="Stages qui mènent à un emploi", en="Internships that lead to a job"),
        definition=Text(
            fr="Des stages finis pendant la période, ceux qui ont mené à un emploi parmi ceux dont l'issue est connue.",
            en="Of internships that ended in the period, those that led to a job among those whose outcome is known.",
        ),
        unit=RATIO,
        counts=_internships("job"),
        among=_internships("job", "abandoned", "finished"),
    ),
    Indicator(
        name="projects_funded",
        label=Text(fr="Projets financés", en="Projects funded"),
        definition=Text(
            fr="Des projets financés ou rejetés, quelle que soit la période (ils n'ont pas de date), les financés.",
            en="Of projects funded or rejected, whatever the period (they have no day), the funded.",
        ),
        unit=RATIO,
        counts=_projects("funded"),
        among=_projects("funded", "rejected"),
    ),
    Indicator(
        name="enrolments",
        label=Text(fr="Inscriptions en formation", en="Enrolments in training"),
        definition=Text(
            fr="Inscriptions dans les sessions qui commencent pendant la période.",
            en="Enrolments in sessions that begin in the period.",
        ),
        unit=PEOPLE,
        counts=_enrolments(),
    ),
    Indicator(
        name="trainees_certified",
        label=Text(fr="Stagiaires certifiés", en="Trainees certified"),
        definition=Text(
            fr="Des stagiaires dont la formation a fini pendant la période avec un résultat, les certifiés.",
            en="Of trainees whose training ended in the period with a result, the certified.",
        ),
        unit=RATIO,
        counts=_trainees("certified"),
        among=_trainees("certified", "adjourned", "abandoned"),
    ),
    Indicator(
        name="referrals_answered",
        label=Text(fr="Orientations répondues", en="Referrals answered"),
        definition=Text(
            fr="Des orientations parties pendant la période, celles qui ont reçu une réponse (un accusé n'en est pas une) ; "
            "nombre médian de jours du départ à la première réponse.",
            en="Of referrals sent in the period, those answered (an acknowledgement is no answer); median number of days "
            "from sending to the first answer.",
        ),
        unit=RATIO,
        counts=Tally("referral", day="sent_on", where={"answered_on?": ("Y",)}, by={"agency": "to"}),
        among=Tally("referral", day="sent_on", by={"agency": "to"}),
        until="answered_on",
    ),
    Indicator(
        name="openness",
        label=Text(fr="Part des migrants de retour en formation", en="Share of return migrants in training"),
        definition=Text(
            fr="Des inscriptions dans les sessions qui commencent pendant la période, celles de migrants de retour parmi "
            "celles dont on le sait.",
            en="Of enrolments in sessions that begin in the period, those of return migrants among those where it is known.",
        ),
        unit=RATIO,
        counts=_openness("Y"),
        among=_openness("Y", "N"),
    ),
)
