"""Names as they are sought: parts of them in any order, without accents or case."""

from __future__ import annotations

from collections.abc import Iterable

from cigem_core.spelling import fold


def words(*texts: str | None) -> tuple[str, ...]:
    """The words of some names, as they are compared: hyphens part them, accents and case do not count."""
    folded = fold(" ".join(text for text in texts if text))
    return tuple("".join(c if c.isalnum() or c == "'" else " " for c in folded).split())


def answers_to(asked: Iterable[str], names: Iterable[str]) -> bool:
    """Whether each word asked is part of a name of its own: two words asked are two names found."""
    wanted, there = list(asked), list(names)
    holders: dict[int, int] = {}

    def finds_a_name(word: int, looked_at: set[int]) -> bool:
        for at, name in enumerate(there):
            if wanted[word] in name and at not in looked_at:
                looked_at.add(at)
                # Whoever holds it may do with another name.
                if at not in holders or finds_a_name(holders[at], looked_at):
                    holders[at] = word
                    return True
        return False

    return bool(wanted) and all(finds_a_name(word, set()) for word in range(len(wanted)))


def bears(asked: Iterable[str], names: Iterable[str | None]) -> bool:
    """Whether somebody of these names answers; a quick look passes over nearly everyone."""
    text = " ".join(filter(None, names)).lower().translate(_BARE)
    if text.isascii() and not all(word in text for word in asked):
        return False
    return answers_to(asked, words(text))


_BARE = {ord(letter): fold(letter) for letter in map(chr, range(0xC0, 0x250)) if fold(letter).isascii() and letter.islower()}
"""Small Latin letters with accents, as they are compared."""
