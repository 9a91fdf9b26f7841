"""What codes of breakdowns are called, for people who read figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cigem_core.disclosure.cells import TOTAL
from cigem_core.model.codes import CodeList
from cigem_core.model.employment import ContractType
from cigem_core.model.indicators import UNKNOWN
from cigem_core.model.training import EnrolmentStatus
from cigem_core.text import Text

Names = Mapping[tuple[str, str], Text]
"""(breakdown, code) → what it is called."""
BREAKDOWNS = {
    "region": Text(fr="Région", en="Region"),
    "sex": Text(fr="Sexe", en="Sex"),
    "age": Text(fr="Âge", en="Age"),
    "occupation": Text(fr="Grand groupe de métiers", en="Occupation, major group"),
    "returnee": Text(fr="Migrant de retour", en="Return migrant"),
    "contract": Text(fr="Contrat", en="Contract"),
    "status": Text(fr="Situation", en="Status"),
    "agency": Text(fr="Structure", en="Agency"),
}
_CODES = {
    ("sex", "F"): Text(fr="Femmes", en="Women"),
    ("sex", "M"): Text(fr="Hommes", en="Men"),
    ("age", "Y_LT15"): Text(fr="moins de 15 ans", en="under 15"),
    ("age", "Y15-24"): Text(fr="15 à 24 ans", en="15 to 24"),
    ("age", "Y25-34"): Text(fr="25 à 34 ans", en="25 to 34"),
    ("age", "Y35-54"): Text(fr="35 à 54 ans", en="35 to 54"),
    ("age", "Y55-64"): Text(fr="55 à 64 ans", en="55 to 64"),
    ("age", "Y_GE65"): Text(fr="65 ans et plus", en="65 and over"),
    ("returnee", "Y"): Text(fr="oui", en="yes"),
    ("returnee", "N"): Text(fr="non", en="no"),
    # The ten major groups of ISCO-08, named shortly.
    ("occupation", "0"): Text(fr="0 Militaires", en="0 Armed forces"),
    ("occupation", "1"): Text(fr="1 Direction", en="1 Managers"),
    ("occupation", "2"): Text(fr="2 Professions intellectuelles", en="2 Professionals"),
    ("occupation", "3"): Text(fr="3 Techniciens", en="3 Technicians"),
    ("occupation", "4"): Text(fr="4 Bureau", en="4 Clerks"),
    ("occupation", "5"): Text(fr="5 Services et vente", en="5 Services and sales"),
    ("occupation", "6"): Text(fr="6 Agriculture et pêche", en="6 Farming and fishing"),
    ("occupation", "7"): Text(fr="7 Artisanat et bâtiment", en="7 Craft and building"),
    ("occupation", "8"): Text(fr="8 Machines et conduite", en="8 Machines and driving"),
    ("occupation", "9"): Text(fr="9 Métiers élémentaires", en="9 Elementary work"),
    **{("contract", str(one)): one.label for one in ContractType},
    **{("status", str(one)): one.label for one in EnrolmentStatus},
}


def labels(lists: Iterable[CodeList]) -> Names:
    """(breakdown, code) → its name: regions are called what the installed lists call them."""
    regions = {
        ("region", code.code): Text(fr=code.name, en=code.name)
        for one in lists
        if one.list.startswith("iso-3166-2")
        for code in one.codes
    }
    return {**regions, **_CODES}


def label(known: Names, breakdown: str, code: str) -> Text:
    """The name of a code; a code nobody named stands for itself."""
    if code == TOTAL:
        return Text(fr="Ensemble", en="All")
    if code == UNKNOWN:
        return Text(fr="Non connu", en="Not known")
    return known.get((breakdown, code), Text(fr=code, en=code))
