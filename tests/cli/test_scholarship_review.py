"""The review of a round on the command line: drawn readers with their sheets, points, what is to be parted."""

from __future__ import annotations

import json

from click.testing import CliRunner
from programmes.scholarships.other_calls import COLUMNS, write
from programmes.scholarships.test_reviewing import CALL

from cigem_core.cli.commands import program


def test_readers_are_drawn_and_their_points_taken_in(tmp_path):
    """One application, two readers who lie apart, a third who parts them."""
    (tmp_path / "call.toml").write_text(CALL, "utf-8")
    cells = {"N° dossier": "D0", "Date de dépôt": "15/01/2022", "Nom": "T", "Prénom(s)": "A", "Choix 1": "A"}
    write(tmp_path / "dossiers.csv", COLUMNS, [dict.fromkeys(COLUMNS, "") | cells], "cp1252")

    def run(*words, code=0):
        done = CliRunner().invoke(program("fr"), ["-w", str(tmp_path / "c.sqlite"), "scholarship", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    CliRunner().invoke(program("fr"), ["init", str(tmp_path / "c.sqlite"), "--bare"])
    call, on = tmp_path / "call.toml", ("--on", "2022-02-01")
    run("reviewers", call, "R1", "R2", "--conflict", "R9=D0", "--seed", "s", *on, code=2)
    drawn = json.loads(run("reviewers", call, "R1", "R2", "--seed", "s", "--to", tmp_path / "f", *on, "--json"))
    assert drawn["readings"] == [{"application": "D0", "reviewers": ["R1", "R2"]}]
    assert set(drawn["sheets"]) == {"R1", "R2"}

    given = [f"D0;{who};{what};{points}" for who, points in (("R1", 5), ("R2", 1)) for what in ("projet", "lettre")]
    (tmp_path / "lectures.csv").write_text("\r\n".join(["N° dossier;Lecteur;Critère;Points", *given, ""]), "utf-8")
    assert "4 lus = 4 acceptés" in run("readings", "LU", tmp_path / "lectures.csv", *on)
    assert run("review", "LU").splitlines() == [
        "2 lectures sur 2",
        "  D0 : à départager",
        "  R1 : +8.0000 point(s) par rapport aux autres",
        "  R2 : -8.0000 point(s) par rapport aux autres",
    ]
    assert run("moderate", "LU", "D0", "R3", *on) == "D0 · R3\n"
    assert json.loads(run("review", "LU", "--json"))["assigned"] == 3
