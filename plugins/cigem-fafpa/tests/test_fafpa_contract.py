"""What FAFPA's adapter shows of itself, from its samples and its declaration alone."""

from cigem_fafpa import fafpa

from cigem_core.testing import contract

test_contract = contract(fafpa, samples="../samples/fafpa")
