"""What an adapter written from the pages alone shows of itself."""

from cigem_dtm import dtm

from cigem_core.testing import contract

test_contract = contract(dtm, samples="samples")
