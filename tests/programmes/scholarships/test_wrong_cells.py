"""Wrong cells have the address and the rule that whoever wrote them knows; where a call does not ask, nothing is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programmes.scholarships.other_calls import COLUMNS, PAID

from cigem_core.scholarships import Call, Round, read_applications

HEAD = """
reference = "R"
title.fr = "T"
opens = 2020-11-09
closes = 2020-11-20
counted_on = 2020-12-31
"""
SEAT = """
[[seat]]
code = "A"
title.fr = "A"
country = "MA"
places = 9
"""
PAYER = """
[[payer]]
name = "État"
amount = 1500
currency = "XOF"
first = 2021-01-31
every_months = 1
count = 3
"""
ASKED = {
    "birth": '[[rule]]\narticle = "1"\nfield = "birth"\nage_at_most = 99\n', "sex": '["F"]', "region": '["ML-1"]',
    "bac_series": '["TSE"]', "bac_year": "[2020]", "bac_mean": '["12"]', "repeats": "[0]", "social": '["pupille"]',
    "pieces": '["photos"]',
}  # fmt: skip
"""Field → what a call says to ask for it: a rule, or the values that a seat accepts."""
RIGHT = dict.fromkeys(COLUMNS, "") | {
    "Date de dépôt": "10/11/2020", "Nom": "Traoré", "Prénom(s)": "Awa", "Sexe": "F", "Date de naissance": "vers 2000",
    "Région": "KAYES", "Série du bac": "TSE", "Année du bac": "2020", "Moyenne du bac": "12,50", "Redoublements": "0",
    "Situation sociale": "pupille, orphelin", "Pièces": "PHOTOS", "Choix 1": "A",
}  # fmt: skip
ALWAYS = [
    ("N° dossier", "", "required"), ("Date de dépôt", "", "required"), ("Date de dépôt", "31/11/2020", "type"),
    ("Date de dépôt", "1/11/2020", "type"), ("Nom", " ", "required"), ("Prénom(s)", "", "required"),
    ("Choix 1", "a", "enum"), ("Choix 5", "B", "enum"),
]  # fmt: skip
IF_ASKED = {
    "sex": [("Sexe", "H", "enum")],
    "birth": [("Date de naissance", "12/13/2001", "type"), ("Date de naissance", "vers l'an 2000", "type")],
    "region": [("Région", "Kaye5", "enum"), ("Région", "Ménaka", "enum")],
    "bac_series": [("Série du bac", "tse", "enum")],
    "bac_year": [("Année du bac", "20O9", "type")],
    "bac_mean": [("Moyenne du bac", "-1", "minimum"), ("Moyenne du bac", "20,01", "maximum"), ("Moyenne du bac", "dix", "type")],
    "repeats": [("Redoublements", "-1", "minimum"), ("Redoublements", "1,5", "type")],
    "social": [("Situation sociale", "orphelin, veuf", "enum")],
}
NEVER = [("Cercle", "?"), ("Téléphone", "12"), ("N° matricule", "x y"), ("Pièces", ",,?")]
PAYMENT = ("1", "État", "28/02/2021", "01/03/2021", "1 500", "", "")
WRONG_PAYMENTS = [
    ("N° dossier", "", "required"), ("N° dossier", "2", "foreign-key"), ("Payeur", "", "required"), ("Payeur", "état", "enum"),
    ("Échéance", "", "required"), ("Échéance", "27/02/2021", "foreign-key"), ("Échéance", "30/02/2021", "type"),
    ("Payé le", "", "required"), ("Payé le", "2021-03-01", "type"), ("Montant", "", "required"), ("Montant", "0", "minimum"),
    ("Montant", "-1 500", "minimum"), ("Montant", "mille", "type"), ("Montant", "12,5", "type"), ("Devise", "xof", "row"),
]  # fmt: skip


def call_asking(fields) -> str:
    """A call that names some fields, each in the one place that can name it."""
    accepts = ", ".join(f"{name} = {ASKED[name]}" for name in sorted(fields) if name != "birth")
    accepted = f"accepts = {{ {accepts} }}\n" if accepts else ""
    return HEAD + (ASKED["birth"] if "birth" in fields else "") + SEAT + accepted + PAYER


def written(columns, rows, encoding) -> bytes:
    quoted = ([f'"{cell}"' if ";" in cell or "\n" in cell else cell for cell in row] for row in [columns, *rows])
    return "\r\n".join(map(";".join, quoted)).encode(encoding)


def told(intake):
    return {(fault.address.row, fault.address.column, str(fault.rule)) for fault in intake.faults}


encodings = st.sampled_from(["cp1252", "utf-8-sig"])
lines = st.lists(st.sampled_from(["right", "wrong", "not asked", "blank", "short", "long", "broken", "again"]), max_size=12)


@settings(max_examples=25, deadline=None)
@given(
    st.data(), st.sets(st.sampled_from(sorted(ASKED))), lines, st.permutations(COLUMNS), st.sampled_from(["cp1252", "utf-8-sig"])
)
def test_applications_are_faulted_where_the_call_asks_and_nowhere_else(data, fields, kinds, columns, encoding):
    """Whatever the order of the columns and the encoding; blank rows count in the numbering and are no records."""
    asked = ALWAYS + [wrong for name, some in IF_ASKED.items() if name in fields for wrong in some]
    passed_over = NEVER + [wrong[:2] for name, some in IF_ASKED.items() if name not in fields for wrong in some]
    rows, faults, records = [], set(), 0
    for at, kind in enumerate(["right", *kinds], start=2):
        cells = RIGHT | {"N° dossier": "2" if kind == "again" else str(at)}
        records += kind != "blank"
        if kind == "wrong":
            column, value, rule = data.draw(st.sampled_from(asked))
            cells[column] = value
            faults.add((at, column, rule))
        elif kind == "not asked":
            column, cells[column] = data.draw(st.sampled_from(passed_over))
        elif kind == "broken":
            cells["Nom"] = "Traoré;\nfille de Sow"
        elif kind == "again":
            faults.add((at, "N° dossier", "unique"))
        row = [cells[name] for name in columns]
        if kind in ("short", "long"):
            faults.add((at, None, "missing-cell" if kind == "short" else "extra-cell"))
        rows.append({"blank": [" "] * len(row), "short": row[:-1], "long": [*row, "?"]}.get(kind, row))

    intake = read_applications(written(columns, rows, encoding), Call.from_toml(call_asking(fields))).intake

    assert told(intake) == faults
    assert (intake.read, intake.quarantined) == (records, len(faults))
    assert intake.accepted == records - len(faults)


@pytest.fixture(scope="module")
def drawn():
    """One award."""
    right = RIGHT | {"N° dossier": "1"}
    call = Call.from_toml(call_asking(()))
    held = Round(call=call, applications=read_applications(written(COLUMNS, [[right[name] for name in COLUMNS]], "cp1252"), call))
    return held, held.draw("graine")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.none() | st.sampled_from(WRONG_PAYMENTS), max_size=15), encodings)
def test_payments_are_faulted_at_their_cells(drawn, wrongs, encoding):
    """A due day and a currency are those of the payer; where the payer is wrong they are not looked at."""
    held, award = drawn
    rows = [list(PAYMENT) for _ in wrongs]
    for row, wrong in zip(rows, wrongs, strict=True):
        if wrong:
            row[PAID.index(wrong[0])] = wrong[1]

    paid, intake = held.payments(written(PAID, rows, encoding), award)

    assert told(intake) == {(at, wrong[0], wrong[2]) for at, wrong in enumerate(wrongs, start=2) if wrong}
    right = wrongs.count(None)
    assert len(paid) == intake.accepted == right
    (balance,) = held.balances(paid, award, date(2021, 3, 1)).balances
    assert (balance.due, balance.paid, balance.arrears) == (3000, 1500 * right, max(0, 3000 - 1500 * right))
