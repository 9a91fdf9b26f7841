"""What an adapter of a list without numbers shows of itself: all that gold asks."""

from cigem_mairie import mairie

from cigem_core.testing import contract

test_contract = contract(mairie, samples="samples")
