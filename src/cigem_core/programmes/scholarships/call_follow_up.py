"""What a call says of people's part in it: how applications are read, and what renews a scholarship."""

from __future__ import annotations

from cigem_core.programmes.scholarships.sections import CallSection
from cigem_core.programmes.scholarships.terms import RenewalRule, ReviewRule, Rubric


def renewal_of(root: CallSection) -> RenewalRule | None:
    """The rule of `[renewal]`; None where a call has none."""
    inside = root.inside("renewal") if root.has("renewal") else None
    if inside is None:
        return None
    least = inside.decimal("at_least") if inside.has("at_least") else None
    repeats = inside.whole("repeats", least=0) if inside.has("repeats") else 0
    found = RenewalRule(article=inside.text("article"), at_least=least, repeats=repeats)
    inside.close()
    return found


def review_of(root: CallSection) -> ReviewRule | None:
    """The rule of `[review]` with its `[[review.rubric]]`; None where nobody reads."""
    inside = root.inside("review") if root.has("review") else None
    if inside is None:
        return None
    rubrics = tuple(map(_rubric, inside.each("rubric")))
    names = [rubric.name for rubric in rubrics]
    if not rubrics or len(set(names)) < len(names):
        inside.wrong(
            "rubric", "il faut au moins une [[review.rubric]], et chacune a son nom",
            "expected at least one [[review.rubric]], each with a name of its own",
        )  # fmt: skip
    blind = not (inside.has("blind") and inside.data["blind"] is False)
    found = ReviewRule(
        article=inside.text("article"), readers=inside.whole("readers"), rubrics=rubrics,
        more_than=inside.whole("more_than", least=0), blind=blind,
    )  # fmt: skip
    inside.close()
    return found


def _rubric(rubric: CallSection) -> Rubric:
    found = Rubric(name=rubric.text("name"), most=rubric.whole("most"))
    rubric.close()
    return found
