"""What the form of applications shows of itself, from synthetic answers and its declaration alone."""

from cigem_bourses import form

from cigem_core.testing import contract

test_contract = contract(form, samples=["../samples/formulaire/dossiers.json"])
