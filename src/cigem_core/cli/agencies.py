"""Which agencies a workspace knows, for what lists those of one only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.fields import CENTRE
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.workspace import Workspace


def check_agency(centre: Workspace, agency: str | None) -> None:
    """Refuse the code of an agency that nothing here knows: no plugin, no convention, no record."""
    if agency is None:
        return
    known = {CENTRE, *centre.plugins.adapters, *(one.agency.code for one in centre.conventions())}
    if agency not in known | {holder for holder, _ in centre.store.counts()}:
        near = nearest(agency, known)
        raise UnknownName(
            Text(
                fr=f"« {agency} » n'est pas une structure connue ; {near.fr}", en=f"'{agency}' is no agency known here; {near.en}"
            )
        )
