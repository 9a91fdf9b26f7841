"""What the tests of training share."""

import pytest

from cigem_core import Workspace


@pytest.fixture
def centre(ready, tmp_path):
    """A copy, for one test, of the workspace that its module made ready."""
    copy = tmp_path / "centre.sqlite"
    copy.write_bytes(ready.read_bytes())
    with Workspace(copy) as opened:
        yield opened
