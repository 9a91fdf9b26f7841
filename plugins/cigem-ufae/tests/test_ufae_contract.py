"""What UFAE's adapter shows of itself, from its samples and its declaration alone."""

from cigem_ufae import ufae

from cigem_core.testing import contract

test_contract = contract(
    ufae, samples="../samples/ufae", unsupported={"exactly-once": "no OpenRosa server that goes wrong is at hand"}
)
