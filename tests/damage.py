"""Delimited files as they are written soundly, and the accidents that happen to them in life, for hypothesis to draw."""

from __future__ import annotations

import re

from attrs import evolve, frozen
from hypothesis import strategies as st

WIDTH = 4
HEADER = ("N°", "Employeur", "Intitulé", "Note")
DELIMITERS = ";,\t|"


# --- files as they are written ---------------------------------------------------------------------------------------


@frozen(kw_only=True)
class File:
    """A file and the little that is known of it without reading it."""

    delimiter: str
    encoding: str
    head: bytes
    """Up to the end of the header."""
    body: bytes

    @property
    def content(self) -> bytes:
        return self.head + self.body


PLAIN = st.sampled_from(["", " ", "A-1", "Société Sahel", "œuvre", "12/03/1985", "0", "\u00a0", "é" * 30, "x y", "#1", "'", "€"])
# `@` stands for the delimiter, `$` for the line break.
AWKWARD = st.sampled_from(
    ['"', '""', 'dit "le Grand"', "a@b", "@@@", "a$b", "$", "$$", '"$"', "x$@y", "a$b$c", '@"$"@', "a\rb", "\r", '"@"', "a$@@$b"]
)  # fmt: skip
FREE = st.text("aé\"@$ \r'", max_size=6)
# A line inside it looks like a record: sound by RFC 4180, yet not to be believed.
SWALLOWING = st.sampled_from(["a$@@@$b", "$1@2@3@4$", "a$$@@@$$b", "a$x@y@z@\u00a0$@"])
BLANK_ROWS = st.sampled_from(["", " ", "@@@", '""@" "', "@", "\t", '""', '"$"@""', "\u00a0@@", "@@@@@"])


@st.composite
def files(draw: st.DrawFn, cells: st.SearchStrategy[str] = PLAIN | AWKWARD | FREE) -> File:
    """A sound file, in one of the dialects met."""
    delimiter = draw(st.sampled_from(DELIMITERS))
    encoding = draw(st.sampled_from(["cp1252", "utf-8", "utf-8-sig"]))
    end = draw(st.sampled_from(["\r\n", "\n"]))
    always_quoted = draw(st.booleans())

    def meant(text: str) -> str:
        return text.replace("@", delimiter).replace("$", end)

    def written(cell: str) -> str:
        needs_quotes = always_quoted or any(c in cell for c in f'"\r\n{delimiter}')
        return '"' + cell.replace('"', '""') + '"' if needs_quotes else cell

    rows = draw(st.lists(st.lists(cells.map(meant), min_size=WIDTH, max_size=WIDTH) | BLANK_ROWS.map(meant), max_size=12))
    lines = [row if isinstance(row, str) else delimiter.join(map(written, row)) for row in rows]
    body = "".join(line + end for line in lines)
    if draw(st.booleans()):
        body = body.removesuffix(end)
    header = draw(st.sampled_from([HEADER, tuple(f" {name.upper()}\u00a0" for name in HEADER), tuple(map(str.lower, HEADER))]))
    above = draw(st.lists(st.sampled_from(["", " ", delimiter * 3]), max_size=2))
    head = end.join([*above, delimiter.join(map(written, header)), ""]).encode(encoding)
    return File(delimiter=delimiter, encoding=encoding, head=head, body=body.encode(encoding.removesuffix("-sig")))


# --- what happens to them --------------------------------------------------------------------------------------------


FOREIGN_TO_CP1252 = [b"\x81", b"\x8d", b"\x9d", b"\0"]
FOREIGN_TO_UTF_8 = [b"\xff", b"\xc3", b"\xe2\x82", b"\x80", b"\xed\xa0\x80", b"\0"]


@st.composite
def damaged(draw: st.DrawFn) -> File:
    """A file after one to six accidents below its header."""
    file = draw(files(PLAIN | AWKWARD | FREE | SWALLOWING))
    return evolve(file, body=draw(accidents(file.body, file)))


@st.composite
def accidents(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    """Some bytes after one to six accidents."""
    for _ in range(draw(st.integers(1, 6))):
        content = draw(st.sampled_from(ACCIDENTS))(draw, content, file)
    return content


def stray_quote(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return inserted(draw, content, draw(st.sampled_from([b'"', b'"', b'""', b'"""'])))


def quote_at_an_edge(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    at = draw(st.sampled_from([0, *places(content, file.delimiter.encode()), *places(content, b"\n"), len(content)]))
    return content[:at] + b'"' + content[at:]


def quote_at_the_end(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return content + b'"'


def line_of_quotes(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return inserted(draw, content, b"\n" + b'"' * draw(st.integers(1, 5)) + b"\n")


def extra_delimiter(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return inserted(draw, content, file.delimiter.encode())


def foreign_byte(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    foreign = FOREIGN_TO_CP1252 if file.encoding == "cp1252" else FOREIGN_TO_UTF_8
    return inserted(draw, content, draw(st.sampled_from(foreign)))


def stray_line_break(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return inserted(draw, content, draw(st.sampled_from([b"\r", b"\r\r", b"\n", b"\r\n"])))


def carriage_return_at_an_edge(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    at = draw(st.sampled_from([len(content), *(end - 1 for end in places(content, file.delimiter.encode()))]))
    return content[:at] + b"\r" + content[at:]


def very_long_cell(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return inserted(draw, content, b"x" * 5000)


def second_byte_order_mark(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    at = draw(st.sampled_from([0, *places(content, b"\n")]))
    return content[:at] + b"\xef\xbb\xbf" + content[at:]


def line_repeated(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    at = draw(st.sampled_from([0, *places(content, b"\n")]))
    return content[:at] + draw(st.sampled_from(content.split(b"\n"))) + b"\n" + content[at:]


def lost_delimiter(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return without_one(draw, content, file.delimiter.encode())


def lost_quote(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return without_one(draw, content, b'"')


def cut_short(draw: st.DrawFn, content: bytes, file: File) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


ACCIDENTS = [
    stray_quote, quote_at_an_edge, quote_at_the_end, line_of_quotes, extra_delimiter, foreign_byte, stray_line_break,
    carriage_return_at_an_edge, very_long_cell, second_byte_order_mark, line_repeated, lost_delimiter, lost_quote, cut_short,
]  # fmt: skip


def inserted(draw: st.DrawFn, content: bytes, what: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + what + content[at:]


def without_one(draw: st.DrawFn, content: bytes, what: bytes) -> bytes:
    at = draw(st.sampled_from(places(content, what) or [0]))
    return content[: at - 1] + content[at:] if at else content


def places(content: bytes, what: bytes) -> list[int]:
    """Where each occurrence of a byte ends."""
    return [match.end() for match in re.finditer(re.escape(what), content)]
