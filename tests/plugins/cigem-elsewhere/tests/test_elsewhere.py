"""The contract of the Labour House; its package is not installed for the tests of the library, so it is put on the path."""

import sys
from pathlib import Path

from cigem_core.testing import contract

sys.path.append(str(Path(__file__).parents[1] / "src"))

from cigem_elsewhere import labour_house

test_contract = contract(labour_house, samples="../samples")
