"""A fourth axis on the command line: it is typed by the words of the convention that declares it."""

from __future__ import annotations

from datetime import date

from click.testing import CliRunner

from cigem_core import Convention, Referral, Workspace
from cigem_core.cli.commands import program

ON = date(2009, 10, 1)
CONVENTION = """
reference = "CIGEM-ANPE-2010"
title = {fr = "Convention", en = "Convention"}
agency = {code = "anpe", name = {fr = "ANPE", en = "ANPE"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "stated"}

[[axis]]
code = "bourses"
name = {fr = "bourses d'études", en = "study grants"}
word = {fr = "bourse", en = "grant"}

[[clause]]
article = "art. 1"
axis = "bourses"
direction = "pull"
fields.job_seeker = "*"

[[clause]]
article = "art. 2"
axis = "bourses"
direction = "push"
fields.referral = "*"

[[clause]]
article = "art. 3"
axis = "employment-data"
direction = "pull"
fields.job_seeker = "*"
"""


def test_the_words_of_a_convention_are_typed(tmp_path, sample):
    where = tmp_path / "c.sqlite"
    with Workspace.create(where, on=ON, by="awa", bare=True) as centre:
        centre.install(Convention.from_toml(CONVENTION), on=ON, by="awa")

    def run(*arguments, language="fr"):
        return CliRunner().invoke(
            program(language), ["-w", str(where), *map(str, arguments), "--on", "2009-10-01", "--by", "awa"]
        )

    pulled = run("pull", "anpe", sample / "demandeurs_200909.csv", "--axis", "Bourse")
    referred = run("refer", "--to", "anpe", "--family-name", "Diarra", "--axis", "grant", language="en")
    wrong = run("pull", "anpe", sample / "demandeurs_200909.csv", "--axis", "bours")

    assert "bourses d'études" in pulled.output
    assert "préciser l'axe" in run("pull", "anpe", sample / "demandeurs_200909.csv").output
    assert referred.exit_code == 0, referred.output
    assert (wrong.exit_code, "il y a : accueil, emploi, formation, bourse\n" in wrong.output) == (2, True)
    with Workspace(where) as centre:
        assert [one.axis for one in centre.records(Referral)] == ["bourses"]
    assert "accueil|emploi|formation|…" in run("pull", "--help").output
    assert run("push", "anpe", "--to", tmp_path / "out", "--axis", "bourses").exit_code == 0
