"""What is written in rows that are no records, in offices that write French: totals, notes, signatures; texts come folded."""

from __future__ import annotations

import re

_TOTAL = re.compile(r"\W*(?:(?:sous|s|grand|g|sub|montant|nombre|effectif|cout)\W*(?:(?:de la|des|du|de|d)\W)?)?tota(?:l|ux)\b")
# Whole words, so that a text is divided in one way only.
_WHOLE = re.compile(r"(?:\W|\b(?:(?:general|partiel|global|annuel|mensuel|cumule)\w*|generaux|de|la|du|page|mois)\b)*")
_SUMMED = re.compile(r"\W*(?:ensemble|sommes?|cumuls?|(?:a )?report(?:er|s)?|moyennes?|soldes?|recapitulati(?:f|on))\W*")
_NOTE = re.compile(
    r"\W*(?:arretee? (?:le|la|les|a|au)\b|faite? a\b|certifiee?s?\b|vu\b|visas?\b|signe\b|signature|cachet|n\W?b\b|notas?\b"
    r"|notes?\b|sources?\b|observations? ?:|remarques? ?:|legende|p\W?[oi]\b|page\b|imprimee? |editee? |ampliation|copie a\b"
    r"|(?:(?:pour )?l[ea] |les )?(?:direct(?:eur|rice)|chef d|responsable|comptable|president|coordinat|secretaire|gestionnaire))"
)
_PLACE_AND_DAY = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[ '-]){1,40}, (?:le )?\d{1,2}(?:er)?(?:[ ./-]\d{1,2}[ ./-]| [^\W\d_]{3,10}\.? )\d{2,4}\W*"
)
_TAG = re.compile(r"#[A-Za-z][\w ]*(?:\+[\w ]+)*")


def is_total(text: str) -> bool:
    """Whether a text begins as the label of a total: `total nord`, `sous-total`."""
    return _TOTAL.match(text) is not None


def is_sum(text: str, total: str) -> bool:
    """Whether a text is the label of a total and says nothing else: what is declared to be one, `total general :`, `ensemble`."""
    found = _TOTAL.match(text)
    return (
        text == total or _SUMMED.fullmatch(text) is not None or (found is not None and bool(_WHOLE.fullmatch(text, found.end())))
    )


def is_note(text: str) -> bool:
    """Whether a text begins as notes and signatures do: `arrete le present etat`, `fait a paris`; or is a place and a day."""
    return _NOTE.match(text) is not None or _PLACE_AND_DAY.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether a text is a tag of the Humanitarian Exchange Language: `#adm1+name`."""
    return _TAG.fullmatch(text.strip()) is not None
