"""A column nobody declared is the same one under a title in another letter case, as a declared one is."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core import Workspace
from cigem_core.model.employment import JobOffer
from cigem_core.model.fields import kind_of
from cigem_core.spelling import title_key
from cigem_core.store.titles import first_titles

HEADER = (
    "N° offre;Employeur;Secteur;Code métier;Intitulé du poste;Type de contrat;Nombre de postes;Région;Salaire mensuel (F CFA);"
    "Date de dépôt;Date de clôture;Statut"
)
TITLES = st.sets(st.sampled_from(["Vu par", "VU PAR", "vu par", "Été", "ÉTÉ", "N.B.", "n.b.", "n.b. (2)", "Reçu"]))


def offers(*cargo: tuple[str, str]) -> bytes:
    """One offer, with columns nobody declared."""
    titles, cells = (";".join(["", *some]) for some in zip(*cargo, strict=True)) if cargo else ("", "")
    return f"{HEADER}{titles}\r\nOF-1{';' * 11}{cells}\r\n".encode("cp1252")


@pytest.mark.parametrize(
    ("later", "changed", "kept"),
    [
        ([("  vu   PAR ", "Awa"), ("ÉTÉ", "x")], 0, {"Vu par": "Awa", "Été": "x"}),
        ([("VU PAR", "Issa")], 1, {"Vu par": "Issa", "Été": "x"}),
        ([("VU PAR", ""), ("Autre", "")], 1, {"Vu par": "", "Été": "x", "Autre": ""}),
        ([("Vu par", "Awa"), ("VU PAR", "Issa")], 1, {"Vu par": "Awa", "VU PAR": "Issa", "Été": "x"}),
        ([], 0, {"Vu par": "Awa", "Été": "x"}),
    ],
)
def test_a_title_in_another_letter_case_is_the_title_that_is_kept(database, later, changed, kept):
    with Workspace.create(database, on=date(2009, 10, 1), by="awa") as centre:
        for day, cargo in enumerate([[], [("Été", "x"), ("Vu par", "Awa")], later], start=2):
            source = offers(*cargo)
            receipt = centre.pull("anpe", source, on=date(2009, 10, day), by="awa", axis="employment-data")
        [offer] = centre.store.records(kind_of(JobOffer))

        assert (receipt.counts.changed, json.loads(offer["cargo"])) == (changed, kept)
        assert centre.verify_journal() is None


@given(TITLES, TITLES)
def test_titles_differ_in_nothing_that_counts_and_never_become_the_same(today, before):
    found = first_titles(today, before)
    called = [found.get(title, title) for title in today]

    assert len(set(called)) == len(today)
    assert all(title_key(title) == title_key(first) and first in before and title not in before for title, first in found.items())
    assert {title_key(title) for title in today - before} & {title_key(title) for title in before - today} == {
        title_key(title) for title in found
    }
