"""What the tables of scholarships show of themselves, from the samples of one call and their declaration alone."""

from cigem_bourses import bourses

from cigem_core.testing import contract

CALL = "../samples/maroc-2020"
test_contract = contract(
    bourses, samples=[f"{CALL}/dossiers.csv", f"{CALL}/paiements.csv", f"{CALL}/resultats.csv", f"{CALL}/lectures.csv"]
)
