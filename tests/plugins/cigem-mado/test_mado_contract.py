"""What an adapter written from the pages alone shows of itself."""

from cigem_mado import mado

from cigem_core.testing import contract

test_contract = contract(mado, samples="samples")
