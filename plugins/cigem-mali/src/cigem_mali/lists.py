"""Code lists of Mali. Codes and names are facts; each list says where they come from."""

from __future__ import annotations

from cigem_core.sdk import Code, CodeList, PhonePlan, Text, countries

_REGIONS_2009 = (
    Code(code="ML-1", name="Kayes"),
    Code(code="ML-2", name="Koulikoro"),
    Code(code="ML-3", name="Sikasso"),
    Code(code="ML-4", name="Ségou"),
    Code(code="ML-5", name="Mopti"),
    Code(code="ML-6", name="Tombouctou", spellings=("Timbuktu",)),
    Code(code="ML-7", name="Gao"),
    Code(code="ML-8", name="Kidal"),
    Code(code="ML-BKO", name="Bamako", spellings=("District de Bamako",)),
)

# Taoudénit was carved from Tombouctou and Ménaka from Gao (law 2012-017), so those two cannot be told
# from a record of 2009; the other seven kept their limits in ISO 3166-2.
_UNDIVIDED = {code.code: code.code for code in _REGIONS_2009 if code.code not in ("ML-6", "ML-7")}

MALI_2009 = CodeList(
    list="iso-3166-2:ml",
    edition="2009",
    title=Text(fr="Régions du Mali en 2009", en="Regions of Mali in 2009"),
    source="ISO 3166-2:ML as in force in 2009: eight regions and the district of Bamako",
    codes=_REGIONS_2009,
    folded=True,
    to={"2017": _UNDIVIDED},
)

MALI_2017 = CodeList(
    list="iso-3166-2:ml",
    edition="2017",
    title=Text(fr="Régions du Mali, ISO 3166-2", en="Regions of Mali, ISO 3166-2"),
    source="ISO 3166-2:ML with ML-9 and ML-10, added on the ISO Online Browsing Platform on 2017-11-23",
    codes=(*_REGIONS_2009, Code(code="ML-9", name="Ménaka"), Code(code="ML-10", name="Taoudénit")),
    folded=True,
    to={"2009": {code.code: code.code for code in _REGIONS_2009} | {"ML-9": "ML-7", "ML-10": "ML-6"}},
)

# Levels of ISCED 2011 by the years of study each one crowns: 6 + 3 years of basic education, CAP, BT and
# baccalaureate after the DEF, then the diplomas of higher education; as the ILO's processing of Mali's
# employment surveys maps them.
SCHOOL_LEVELS = CodeList(
    list="ml-school-levels",
    edition="2009",
    title=Text(fr="Niveaux d'étude", en="School levels"),
    source="School levels of Mali; ISCED 2011, UNESCO Institute for Statistics",
    codes=(
        Code(code="neant", name="Néant", isced=0),
        Code(code="fondamental-1", name="Fondamental 1", isced=1),
        Code(code="fondamental-2", name="Fondamental 2", isced=2),
        Code(code="def", name="DEF", isced=2),
        Code(code="cap", name="CAP", isced=3),
        Code(code="bt", name="BT", isced=3),
        Code(code="bac", name="BAC", isced=3),
        Code(code="dut", name="DUT", isced=5),
        Code(code="licence", name="Licence", isced=6),
        Code(code="maitrise", name="Maîtrise", isced=7),
    ),
)

_SPELLINGS = {
    "Congo": "CG",
    "Congo (Rép. dém.)": "CD",
    "Îles du Cap-Vert": "CV",
    "Guyane": "GF",
    "Hong Kong": "HK",
    "Kirghizistan": "KG",
    "Macao": "MO",
    "Birmanie": "MM",
    "Île Maurice": "MU",
    "Palaos (Palau)": "PW",
    "Palestine": "PS",
    "Réunion": "RE",
    "São Tomé et Príncipe": "ST",
    "Surinam": "SR",
    "Cité du Vatican": "VA",
    "Saint-Vincent-et-les-Grenadines": "VC",
}


def COUNTRIES() -> CodeList:  # noqa: N802  made when first used, for Babel is slow to import
    """Countries by their French names, and the spellings of Mali's agencies."""
    return countries("fr").with_spellings(_SPELLINGS)


PHONES = PhonePlan(calling_code="223", national="[2456789][0-9]{7}", like="70 12 34 56")
"""Mali's numbers: eight digits, written by twos (ITU-T E.164, +223)."""
