"""What the tests of exchanges with services share: a workspace, and APEJ's service."""

import pytest
from agency_services import apej, workspace


@pytest.fixture
def centre(database):
    """A workspace with the shipped conventions, on each database."""
    with workspace(database) as made:
        yield made


@pytest.fixture
def service():
    """APEJ's service, with nothing in it."""
    with apej() as started:
        yield started
