"""Whether a scholarship goes on: by what the years of study came to, and the rule of the call."""

from __future__ import annotations

from collections.abc import Iterable

from cigem_core.model.scholarships import StudyResult
from cigem_core.programmes.scholarships.terms import RenewalRule
from cigem_core.text import Text


def succeeded(rule: RenewalRule, result: StudyResult) -> bool:
    """Whether a year was passed well enough; where a mean is asked for, an empty one is not."""
    if rule.at_least is None:
        return result.passed
    return result.passed and result.mean is not None and result.mean >= rule.at_least


def goes_on(rule: RenewalRule, results: Iterable[StudyResult]) -> bool:
    """Whether the last year was passed well enough, or may be repeated: no more years may be than the rule says."""
    years = sorted(results, key=lambda one: one.year)
    failed = sum(not succeeded(rule, one) for one in years)
    return not years or succeeded(rule, years[-1]) or failed <= rule.repeats


def renewal_said(rule: RenewalRule) -> Text:
    """What the rule asks, in words."""
    least = "" if rule.at_least is None else f"{rule.at_least}"
    fr = "année réussie" + (f" avec au moins {least} de moyenne" if least else "")
    en = "a year passed" + (f" with a mean of at least {least}" if least else "")
    if not rule.repeats:
        return Text(fr=f"{fr} ; aucune année n'est redoublée", en=f"{en}; no year may be repeated")
    return Text(fr=f"{fr} ; {rule.repeats} année(s) redoublée(s) au plus", en=f"{en}; at most {rule.repeats} year(s) repeated")
