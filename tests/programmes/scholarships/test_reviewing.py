"""A round that is read by people: drawn readers, points that stand, what lies apart is parted, and all of it is rechecked."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from programmes.scholarships.other_calls import COLUMNS, write

from cigem_core import Workspace
from cigem_core.errors import CallError, OperatorError
from cigem_core.programmes.scholarships import verifier
from cigem_core.scholarships import Call, check_call, explain, package

WHO = {"on": date(2022, 2, 1), "by": "awa"}
CALL = """
reference = "LU"
title.fr = "Lus par deux"
opens = 2022-01-01
closes = 2022-12-31
counted_on = 2022-12-31
[review]
article = "3"
readers = 2
more_than = 4
[[review.rubric]]
name = "projet"
most = 10
[[review.rubric]]
name = "lettre"
most = 5
[[seat]]
code = "A"
title.fr = "A"
country = "GH"
places = 1
"""


@pytest.fixture
def centre(tmp_path):
    """Three who apply."""
    empty = dict.fromkeys(COLUMNS, "")
    names = {"N° dossier": "", "Date de dépôt": "15/01/2022", "Nom": "Traoré", "Prénom(s)": "Awa", "Choix 1": "A"}
    write(tmp_path / "dossiers.csv", COLUMNS, [empty | names | {"N° dossier": f"D{n}"} for n in range(3)], "cp1252")
    with Workspace.create(tmp_path / "centre.sqlite", bare=True, **WHO) as made:
        made.scholarships.open(Call.from_toml(CALL), **WHO)
        made.scholarships.intake("LU", tmp_path / "dossiers.csv", **WHO)
        yield made


def filled(sheet, points, to):
    """A reviewer's sheet with points for each line."""
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig")), delimiter=";"))
    lines = [[row["N° dossier"], row["Lecteur"], row["Critère"], str(points(row))] for row in rows]
    to.write_text("\r\n".join(";".join(line) for line in [["N° dossier", "Lecteur", "Critère", "Points"], *lines, []]), "utf-8")
    return to


def test_a_reviewed_round_from_the_lot_of_readers_to_the_package(centre, tmp_path):
    """Blind sheets, points that stand, a further reading that parts, severity beside, and verify.py agrees."""
    desk = centre.scholarships
    drawn = desk.assign_review("LU", {"R1": set(), "R2": {"D0"}, "R3": set()}, seed="lecteurs", **WHO)
    assert drawn["D0"] == ("R1", "R3")
    assert {len(readers) for readers in drawn.values()} == {2}
    sheets = desk.reading_sheets("LU", tmp_path / "feuilles", **WHO)
    assert "Traoré" not in sheets["R1"].read_text("utf-8-sig")
    with pytest.raises(OperatorError, match="not yet read"):
        desk.draw("LU", "s", **WHO)

    def points(row):
        """R3 is severe, and far from R1 on D0 alone."""
        most = {"projet": 8, "lettre": 4}[row["Critère"]]
        return (
            most - {"R3": 1, "R1": 0, "R2": 0}[row["Lecteur"]] - (2 if (row["N° dossier"], row["Lecteur"]) == ("D0", "R3") else 0)
        )

    for who, sheet in sheets.items():
        taken = desk.readings("LU", filled(sheet, points, tmp_path / f"{who}.csv"), **WHO)
        assert (taken.quarantined, taken.read > 0) == (0, True)
    report = desk.review("LU")
    assert (report.assigned, report.read, report.to_moderate) == (6, 6, ("D0",))
    assert report.severity["R3"] < 0 < report.severity["R1"]

    altered = filled(sheets["R1"], lambda _: 1, tmp_path / "autre.csv")
    with pytest.raises(OperatorError, match="not altered"):
        desk.readings("LU", altered, **WHO)
    with pytest.raises(OperatorError, match="1 eligible application"):
        desk.draw("LU", "s", **WHO)
    desk.moderate("LU", "D0", "R2", **WHO)
    parting = desk.reading_sheets("LU", tmp_path / "encore", **WHO)["R2"]
    desk.readings("LU", filled(parting, lambda row: {"projet": 9, "lettre": 5}[row["Critère"]], tmp_path / "p.csv"), **WHO)

    digest = desk.commit("LU", **WHO)
    made = desk.draw("LU", "s", **WHO)
    assert [(one.application, one.score) for one in made.placed] == [("D0", 28)]
    held, again = desk.last_round("LU")
    assert verifier.check(package(held, again).write(tmp_path / "publié"), digest) == []
    assert "article 3, lectures : 28 point(s)" in [one.fr for one in explain(held, again, "D0").because]


def test_points_beyond_a_rubric_or_of_somebody_else_are_named(centre, tmp_path):
    """Each wrong line has its address and its mend."""
    centre.scholarships.assign_review("LU", {"R1": set(), "R2": set()}, seed="s", **WHO)
    lines = ["N° dossier;Lecteur;Critère;Points", "D0;R1;projet;11", "D0;R9;projet;1", "D1;R1;style;1", "D1;R2;lettre;"]
    (tmp_path / "l.csv").write_text("\r\n".join([*lines, ""]), "utf-8")

    taken = centre.scholarships.readings("LU", tmp_path / "l.csv", **WHO)

    assert [(f.address.row, f.address.column, str(f.rule)) for f in taken.faults] == [
        (2, "Points", "maximum"), (3, "N° dossier", "foreign-key"), (4, "Critère", "enum"), (5, "Points", "required"),
    ]  # fmt: skip


def test_a_call_says_how_it_is_read_and_its_mistakes_have_lines():
    """In sentences for the staff, and with the nearest word for whoever wrote it."""
    said = " ".join(one.fr for one in check_call(Call.from_toml(CALL)).says)
    assert "lecture par 2 personne(s), sans les noms : projet (0 – 10), lettre (0 – 5) ; au-delà de 4 point(s)" in said
    with pytest.raises(CallError, match=r"line 7: 'readers' is missing"):
        Call.from_toml(CALL.replace("readers = 2", "reader = 2"))
