"""What cannot go on, by who must act.

    CigemError
    ├── DeclarationError     the author of an adapter, a kind or a plugin wrote something that cannot be meant
    ├── ConventionError      the signatories: a convention is written wrongly, or none lets this exchange happen
    ├── OperatorError        whoever runs the command or calls the library
    │   ├── SourceRefused    a file (or another source) that cannot be read at all
    │   │   └── UnknownEncoding  a text whose letters cannot be told for sure; it names what it may be
    │   ├── RemoteError      an agency's service that did not do what was asked; it says whether to try again
    │   ├── MissingToken     the token of an agency's service, which was put nowhere
    │   ├── WorkspaceError   a workspace that is missing, foreign, or of another version
    │   ├── UnknownName      an agency, a kind or an axis nobody declared
    │   ├── CallError        a call for applications that is written wrongly; `mistakes` says where
    │   └── MissingExtra     a part that must be installed first
    └── InternalError        us: a promise of the library did not hold

A wrong cell is none of these: it is a fault (see `report`), gathered with the others.
No message ever quotes what a cell held.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from cigem_core.text import Text


class CigemError(Exception):
    """Something cannot go on; `text` says what and how to mend it, in French and in English."""

    def __init__(self, text: Text, **concerned: object) -> None:
        super().__init__(text.en)
        self.text = text
        self.concerned = concerned

    @property
    def code(self) -> str:
        """What programs know it by, the same in every version: `source_refused`, `unknown_name`."""
        return re.sub("(?<=.)(?=[A-Z])", "_", type(self).__name__).lower()

    def __reduce__(self) -> tuple[object, ...]:
        """As itself in another process: a pool of workers would otherwise die of a mistyped name."""
        return _again, (type(self), self.args, self.__dict__)


class DeclarationError(CigemError):
    """A kind, a table, an adapter or a plugin is declared wrongly; found when it is imported."""


class ConventionError(CigemError):
    """A convention is written wrongly, or none in force lets this exchange happen."""


class OperatorError(CigemError):
    """Whoever asked can mend it: another path, another name, another option."""


class SourceRefused(OperatorError):
    """A source that cannot be read at all: nothing of it was taken in."""


class UnknownEncoding(SourceRefused):
    """A text whose encoding its bytes do not tell: read as the wrong one, its letters would be others.

    `candidates` are the encodings it may be in, the likeliest first.
    """

    def __init__(self, text: Text, *, candidates: tuple[str, ...], **concerned: object) -> None:
        super().__init__(text, **concerned)
        self.candidates = candidates


class RemoteError(OperatorError):
    """An agency's service did not do what was asked, and nothing of it was taken in.

    `status` is what it answered, where it answered; `may_retry` says whether the same request may succeed later,
    `after` in how many seconds where the service said so.
    """

    def __init__(
        self, text: Text, *, status: int | None = None, may_retry: bool = False, after: float | None = None, **concerned: object
    ) -> None:
        super().__init__(text, **concerned)
        self.status = status
        self.may_retry = may_retry
        self.after = after


class MissingToken(OperatorError):
    """The token of an agency's service stands nowhere it is looked for, or cannot be sent."""


class WorkspaceError(OperatorError):
    """A workspace that is missing, is something else, or was written by another version."""


class UnknownName(OperatorError):
    """A name nobody declared."""


class CallError(OperatorError):
    """A call for applications is written wrongly, or asks for what cannot be; found before anybody applies."""


class MissingExtra(OperatorError):
    """A part of the library that is installed separately."""


class InternalError(CigemError):
    """A promise of the library did not hold; nothing was kept."""


def _again(kind: type[CigemError], args: tuple[object, ...], held: dict[str, object]) -> CigemError:
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    error.__dict__.update(held)
    return error


def nearest(asked: str, known: Iterable[str]) -> Text:
    """The end of a sentence that proposes the nearest right word, or lists what there is, as far as anyone reads on."""
    names = sorted(known)
    if close := get_close_matches(asked, names, n=1):
        return Text(fr=f"le plus proche est « {close[0]} »", en=f"the nearest is '{close[0]}'")
    if not names:
        return Text(fr="il n'y en a aucun", en="there is none")
    listed, more = ", ".join(names[:_LISTED]), len(names) - _LISTED
    if more <= 0:
        return Text(fr=f"il existe : {listed}", en=f"there are: {listed}")
    return Text(fr=f"il existe : {listed}… ({more} de plus)", en=f"there are: {listed}… ({more} more)")


_LISTED = 40
"""Names of a list in a sentence."""


def is_taken(where: Path) -> OperatorError:
    """The refusal for a file that is there already: nothing is ever written over."""
    return OperatorError(Text(fr=f"{where} existe déjà ; donner un autre nom", en=f"{where} is there already; give another name"))


def unwritable(where: Path, error: OSError) -> OperatorError:
    """The refusal for a file or folder that the system does not let us write, or has no room for."""
    if error.errno in _NO_ROOM:
        return OperatorError(
            Text(
                fr=f"il n'y a pas assez de place pour {where} ; rien n'y a été gardé : faire de la place et recommencer",
                en=f"there is not enough room for {where}; nothing was kept there: make room and try again",
            )
        )
    return OperatorError(
        Text(fr=f"{where} : écriture impossible ; vérifier le dossier", en=f"{where}: cannot be written; check the folder")
    )


# A file may also be too large for its disk: memory sticks are often of a kind that takes no more than 4 GiB.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
