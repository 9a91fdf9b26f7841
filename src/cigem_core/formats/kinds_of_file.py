"""What a file is by its first bytes, where it came in place of another: a web page, an archive, a workbook, an image."""

from __future__ import annotations

import re

from cigem_core.errors import SourceRefused
from cigem_core.text import Text

_ARCHIVE = b"PK\x03\x04"
_BOOK = re.compile(rb"\[Content_Types\]\.xml|_rels/|xl/|application/vnd\.oasis")
"""What stands near the start of an archive that is a workbook or a document."""
_PAGE = re.compile(
    rb"(?>(?:\xef\xbb\xbf)?\s*)(?>(?:<(?:\?xml|!--)(?>.*?>)\s*)*)<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
"""What a web page begins with, be it below a declaration or remarks; nothing is tried twice, whatever is repeated."""
_BEGINS = (
    ((b"\xd0\xcf\x11\xe0",), Text(fr="un classeur d'un ancien format", en="a workbook of an old format")),
    ((b"%PDF-",), Text(fr="un PDF", en="a PDF")),
    ((b"\x1f\x8b",), Text(fr="un fichier comprimé (gzip)", en="a compressed file (gzip)")),
    ((b"7z\xbc\xaf\x27\x1c", b"Rar!"), Text(fr="une archive", en="an archive")),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), Text(fr="une image", en="an image")),
    ((b"SQLite format 3\0",), Text(fr="une base de données SQLite", en="an SQLite database")),
    ((b"PAR1",), Text(fr="un fichier Parquet", en="a Parquet file")),
)
_HEAD = 4096


def kind_of_file(head: bytes) -> Text | None:
    """What a file with these first bytes is, where it is neither text, nor JSON, nor XML of data."""
    if head.startswith(_ARCHIVE):
        return _WORKBOOK if _BOOK.search(head[:_HEAD]) else Text(fr="une archive ZIP", en="a ZIP archive")
    if is_page(head):
        return Text(fr="une page web, de connexion ou d'erreur peut-être", en="a web page, perhaps one to sign in or of an error")
    return next((said for begins, said in _BEGINS if head.startswith(begins)), None)


def is_page(head: bytes) -> bool:
    """Whether bytes begin as a web page does."""
    return _PAGE.match(head[:_HEAD]) is not None


_WORKBOOK = Text(fr="un classeur", en="a workbook")


def check_kind(name: str, content: bytes, wanted: str) -> None:
    """SourceRefused where a file that should be of another kind (`JSON`) shows that it is none."""
    if (found := kind_of_file(content[:_HEAD])) is not None:
        raise SourceRefused(
            Text(
                fr=f"{name} : c'est {found.fr}, et non du {wanted} ; demander à l'agence de l'envoyer à nouveau",
                en=f"{name}: this is {found.en}, and not {wanted}; ask the agency to send it again",
            ),
            reason="kind",
        )
