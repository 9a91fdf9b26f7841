"""Why a workbook was not read, as a word that can cross from one process to another; the sentences are in `refusals`."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "broken",  # it cannot be understood
    "kind",  # it is no workbook of a kind that is read
    "locked",  # it asks for a password
    "doctype",  # its XML declares a document type
    "deep",  # something in it is nested too deep
    "large",  # it holds, or would unfold to, more than may be read
    "sparse",  # its cells stand so far apart that the sheet would be enormous
    "cell",  # one cell is too long
    "time",  # it took too long
]


class Unreadable(Exception):
    """A workbook that is not read, and the word for why; nothing of its content is said."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
