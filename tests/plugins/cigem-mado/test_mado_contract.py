"""What an adapter written from the pages alone shows of itself."""

import sys
from pathlib import Path

from cigem_core.testing import contract

sys.path.insert(0, str(Path(__file__).parent / "src"))
from cigem_mado import mado

test_contract = contract(mado, samples="samples")
