"""How agencies usually name what the kinds hold: the words by which a column's name is compared with a field's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.scaffold.tags import is_tag, said_by
from cigem_core.spelling import fold

USUAL = {
    "identity.family_name": ("nom", "nom de famille", "nom patronymique", "surname", "last name", "family name",
                             "lastname", "nom famille"),
    "identity.given_names": ("prénom", "prénoms", "first name", "given name", "firstname",
                             "other names", "forename", "prénom usuel"),
    "identity.sex": ("sexe", "genre", "sex", "gender", "civilité"),
    "identity.birth": ("né le", "née le", "date de naissance", "naissance", "date naissance", "ddn", "année de naissance",
                       "birth date", "date of birth", "dob", "birth", "birthday", "birthdate", "year of birth"),
    "identity.birthplace": ("lieu de naissance", "birthplace", "place of birth", "etat civil lieu"),
    "identity.nationality": ("nationalité", "nationality"),
    "identity.nina": ("nina", "n° nina", "numéro nina"),
    "identity.phones": ("téléphone", "tél", "tel", "contact", "mobile", "portable", "phone", "contacts valeur", "gsm",
                        "phone number", "telephone number", "mobile number", "mobile phone", "cell phone", "msisdn", "whatsapp"),
    "residence.region": ("région", "region", "région de résidence", "admin1", "adm1", "admin1 region", "province", "region name",
                         "region of residence"),
    "residence.district": ("cercle", "résidence", "district", "domicile", "commune", "admin2", "adm2", "county"),
    "migration.returnee": ("migrant de retour", "retour", "migration retour", "returnee"),
    "migration.country": ("pays de provenance", "pays de retour", "migration pays", "pays", "country", "country of return",
                          "return country", "host country", "pays d'accueil"),
    "migration.returned_on": ("date de retour", "migration date", "date retour", "return date", "date of return", "arrival date",
                              "date of arrival", "returned"),
    "migration.reason": ("motif du retour", "migration motif", "motif retour", "reason for return", "return reason"),
    "education": ("niveau d'étude", "niveau scolaire", "formation niveau", "niveau", "diplôme",
                  "education level", "level of education",
                  "education"),
    "occupation": ("code métier", "citp", "isco", "formation métier", "métier", "isco code", "occupation code"),
    "experience_years": ("expérience", "années d'expérience"),
    "registered_on": ("date inscription", "inscrit le", "registration date", "date of registration", "registered",
                      "created at", "date registered"),
    "modified_at": ("modifié le", "modifiée le", "modified", "updated at", "date modification", "last modified", "modified at",
                    "last update"),
    "recorded_at": ("start", "saisi le", "date de saisie"),
    "began_on": ("début", "date début", "formation début"),
    "ended_on": ("fin", "date fin", "formation fin"),
    "started_on": ("début", "date début"),
    "begins_on": ("début", "date début"),
    "ends_on": ("fin", "date fin"),
    "hours": ("heures", "volume horaire", "heures suivies"),
    "result": ("résultat",),
    "mark": ("note", "note sur 20"),
    "trade": ("filière", "métier", "corps de métier"),
    "status": ("statut", "situation", "état", "status", "state"),
    "remarks": ("observations", "remarques", "commentaires", "comments", "notes", "remarks"),
    "provider": ("opérateur", "prestataire", "formateur"),
    "wanted_job": ("métier recherché", "emploi recherché", "wanted job", "job wanted", "desired job"),
}  # fmt: skip
"""Field → names agencies give it."""

OF_KEYS = (
    "numéro", "n°", "id", "code", "uuid", "référence", "matricule", "identifiant", "key", "number", "reference",
    "case number", "case id", "registration number", "registration id", "beneficiary id", "person id", "record id",
)  # fmt: skip

OF_KINDS = {
    "job_seeker": ("demandeurs", "inscrits"), "job_offer": ("offres",), "young_person": ("jeunes",),
    "internship": ("stages",), "business_project": ("projets",), "training_plan": ("plan",), "training_module": ("modules",),
    "training_session": ("sessions", "calendrier"), "enrolment": ("inscriptions", "inscrits"), "budget_line": ("budget",),
    "trainee": ("stagiaires",), "referral": ("orientations",), "referral_answer": ("réponses",),
}  # fmt: skip
"""Kind → what agencies call a list of its records."""

OF_BIRTHS = {
    "date": ("date de naissance", "naissance date", "date naissance"),
    "year": ("année de naissance", "naissance année", "année naissance", "an naissance"),
    "approximate": ("naissance approx", "approximatif", "vers", "estimé"),
}
"""What each of several columns says of a birth."""

_ASKED_ABOUT = 0.8
"""As alike as what is taken and asked about."""

_IDLE = {"de", "du", "des", "la", "le", "les", "l", "d", "en", "et", "a", "au", "the", "of", "sur"}


def tokens(text: str) -> frozenset[str]:
    """The words that count in a name, without accents, case or plurals."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    plain = re.sub(r"\bn[°º]|№", " numero ", fold(re.sub(r"\((?:s|e|es|ne)\)", "", spaced)))
    words = (_single(word) for word in re.split(r"[^a-z0-9]+", plain) if word)
    return frozenset(word for word in words if word not in _IDLE)


def _single(word: str) -> str:
    return word.rstrip("sx") if len(word) > 3 else word


def snake(text: str) -> str:
    """A text as a name in Python: `Né(e) le` is `ne_e_le`, `householdSize` is `household_size`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    name = re.sub("[^a-z0-9]+", "_", fold(spaced)).strip("_")
    return name if name[:1].isalpha() else f"n_{name}".rstrip("_")


def names_of(header: str) -> Iterator[tuple[frozenset[str], float]]:
    """What a column may be called, and how much each is worth: whole, without its unit, by the end of its path."""
    if bare := _bare_of(header):
        yield tokens(bare), 0.99
    parts = [part for part in re.split(r"[./\[\]]+", header) if part] if re.search(r"\w[./\[\]]", header) else []
    yield tokens(re.sub(r"\([^)]{3,}\)", "", header)), 1.0
    yield tokens(header), 1.0
    if len(parts) > 1:
        yield tokens(" ".join(parts[-2:])), 0.98
        yield tokens(parts[-1]), 0.9


def _bare_of(header: str) -> str | None:
    """The words of a name a program gave, without what it puts around them: `full_name_i_c`, `q12_dateOfBirth__c`."""
    last = re.split(r"[./]|\[\]", header.rstrip("[]"))[-1]
    if not re.fullmatch(r"[^\W\d]\w*", last) or not re.search(r"_|[a-z][A-Z]", last):
        return None
    parts = [part for part in last.split("_") if part]
    while len(parts) > 1 and (len(parts[-1]) == 1 or parts[-1].casefold() in _SUFFIXES):
        parts.pop()
    while len(parts) > 1 and re.fullmatch(r"[A-Za-z]|[A-Za-z]?[0-9]+", parts[0]):
        parts.pop(0)
    return " ".join(parts)


_SUFFIXES = {"txt", "str", "text", "val", "value", "fld", "field", "col", "int", "num", "lbl", "label", "opt"}
"""What programs put behind a name to say of which type it is."""


def phrases(kind: Kind, field: Field) -> set[frozenset[str]]:
    """What a field may be called."""
    last = field.name.rpartition(".")[2]
    bare = [re.sub(r"\([^)]{3,}\)", "", said) for said in (field.label.fr, field.label.en)]
    said = [field.label.fr, field.label.en, *bare, field.name.replace(".", " "), last, *USUAL.get(field.name, ())]
    if field.refers_to:
        said += [kind_of(field.refers_to).label.fr, *_of_key(kind_of(field.refers_to))]
    elif field.is_key and len(kind.keys) == 1:
        said += [*OF_KEYS, *_of_key(kind)]
    return {words for words in map(tokens, said) if words}


def _of_key(kind: Kind) -> Iterator[str]:
    """How the numbers of a kind are called."""
    own = [f for f in kind.keys if not f.refers_to]
    yield from (f.label.fr for f in own)
    for called in (kind.label.fr, *OF_KINDS.get(kind.name, ())):
        yield from (f"{word} {called}" for word in ("numéro", "code", "id"))


def likeness(header: str, kind: Kind, field: Field, hints: Sequence[str] = ()) -> float:
    """How alike what is said above a column and a field's names are, from 0 to 1."""
    known = phrases(kind, field)
    said = [*names_of(header), *(pair for hint in hints for pair in _of_hint(hint))]
    alike = max((_alike(name, phrase) * worth for name, worth in said for phrase in known), default=0.0)
    is_whole = field.name == "identity.family_name" and any(name in _OF_WHOLE_NAMES for name, _ in said)
    return max(alike, _ASKED_ABOUT if is_whole else 0.0)


def _of_hint(hint: str) -> Iterator[tuple[frozenset[str], float]]:
    if is_tag(hint):
        yield from ((tokens(said), worth) for said, worth in said_by(hint))
    else:
        yield from names_of(hint)


def _alike(name: frozenset[str], phrase: frozenset[str]) -> float:
    if not name:
        return 0.0
    common = len(name & phrase)
    return 1.0 if name == phrase else 0.8 * common / len(name | phrase)


def is_called(title: str, kind: Kind) -> bool:
    """Whether a table's title names a kind."""
    words = tokens(title)
    return any(
        tokens(called) and tokens(called) <= words for called in (kind.label.fr, kind.label.en, *OF_KINDS.get(kind.name, ()))
    )


_OF_WHOLE_NAMES = frozenset(
    tokens(said) for said in ("full name", "whole name", "nom complet", "nom et prénoms", "full name of the person", "name")
)
"""How a column is called that holds family name and given names together; where none is kept apart, it is taken whole."""


def says_nothing(header: str) -> bool:
    """Whether a column's name tells nothing of what it holds: `x1`, `Q12`, `Colonne 3`."""
    return all(len(word) < _TELLING or word in _COUNTED for word in re.findall("[a-z]+", fold(header)))


_TELLING = 3
"""Letters of the shortest word that tells something."""

_COUNTED = {"champ", "col", "colonne", "column", "field", "item", "num", "question", "rubrique", "val", "var", "variable"}
"""What columns are called that are only counted."""


def role_of(header: str) -> str | None:
    """What a column says of a birth, where several of them say it."""
    names = [name for name, _ in names_of(header)]
    return next((role for role, said in OF_BIRTHS.items() if any(tokens(phrase) in names for phrase in said)), None)
