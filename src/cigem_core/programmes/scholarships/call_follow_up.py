"""What a call says of the time after the draw: what renews a scholarship."""

from __future__ import annotations

from cigem_core.programmes.scholarships.call import RenewalRule
from cigem_core.programmes.scholarships.sections import Section


def renewal_of(root: Section) -> RenewalRule | None:
    """The rule of `[renewal]`; None where a call has none."""
    inside = root.inside("renewal") if root.has("renewal") else None
    if inside is None:
        return None
    least = inside.decimal("at_least") if inside.has("at_least") else None
    repeats = inside.whole("repeats", least=0) if inside.has("repeats") else 0
    found = RenewalRule(article=inside.text("article"), at_least=least, repeats=repeats)
    inside.close()
    return found
