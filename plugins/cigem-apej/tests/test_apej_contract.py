"""What APEJ's adapter shows of itself, from its samples and its declaration alone."""

from cigem_apej import apej

from cigem_core.testing import contract
from cigem_core.testing.apej import ApejServer

test_contract = contract(apej, samples="../samples/apej", service=ApejServer)
