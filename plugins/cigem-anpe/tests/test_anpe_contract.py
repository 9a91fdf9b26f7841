"""What ANPE's adapter shows of itself, from its samples and its declaration alone."""

from cigem_anpe import anpe
from cigem_core.testing import contract

test_contract = contract(anpe, samples="../samples/anpe")
