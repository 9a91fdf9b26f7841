"""What the centre keeps of a publication: so that the next one does not undo its protection."""

from __future__ import annotations

from attrs import frozen

from cigem_core.model.fields import field, key, kind


@kind("release", fr="publication", en="release")
@frozen(kw_only=True)
class Release:
    """Figures that were published for a period, with what was hidden among them."""

    reference: str = key("Period", fr="Période")
    figures_digest: str = field("Digest of the figures (SHA-256)", fr="Empreinte des chiffres (SHA-256)", required=True)
    inside: str = field("Cells, the hidden ones included (JSON)", fr="Cases, masquées comprises (JSON)", required=True)
