"""What an adapter written from the pages alone shows of itself."""

import sys
from pathlib import Path

from cigem_core.testing import contract

sys.path.insert(0, str(Path(__file__).parent / "src"))
from cigem_dtm import dtm

test_contract = contract(dtm, samples="samples")
