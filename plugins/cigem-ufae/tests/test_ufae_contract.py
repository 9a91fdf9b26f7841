"""What UFAE's adapter shows of itself, from its samples and its declaration alone."""

from cigem_ufae import orientation, ufae

from cigem_core.testing import contract
from cigem_core.testing.openrosa import OpenRosaServer

test_contract = contract(
    ufae,
    samples="../samples/ufae",
    service=lambda _, **told: OpenRosaServer(orientation(), **told),  # it serves no records
)
