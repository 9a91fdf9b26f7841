"""The drafts of the agencies' samples, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from agencies.truth import FILES, sources

from cigem_core.scaffold import Drafted, draft


@pytest.fixture(scope="session", params=FILES)
def drafted(request, tmp_path_factory) -> tuple[str, Path, Drafted]:
    """An agency, its first sample, and the draft that was made of it."""
    agency = request.param
    sample = sources(agency)[0]
    return agency, sample, draft(f"new-{agency}", [sample], to=tmp_path_factory.mktemp(agency) / "package")
