"""Twelve files of each format, made to take all the memory or all the time of whoever reads them."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Mapping

from formats.books import ods, xlsx
from formats.hostile import A_CELL

Made = Callable[[], bytes]
Table = Mapping[str, Mapping[str, Made]]

HEADER = b"Ref;Nom;Motif;Note\n"


def endless(scale: float = 1.0) -> Table:
    """Format → what is wrong with a file → how it is made; a `scale` below 1 makes them smaller."""

    def n(number: int) -> int:
        return max(2, int(number * scale))

    return {"csv": _csv(n), "json": _json(n), "xml": _xml(n), "xlsx": _xlsx(n), "xls": _xls(n), "rest": _rest(n)}


def _csv(n: Callable[[int], int]) -> dict[str, Made]:
    return {
        "blank lines": lambda: HEADER + b"\n" * n(3_000_000),
        "open quotes": lambda: HEADER + b'"a\n' * n(300_000),
        "short rows": lambda: HEADER + b"x\n" * n(1_500_000),
        "columns": lambda: b";".join(b"c%d" % at for at in range(n(600_000))) + b"\n",
        "one long cell": lambda: HEADER + b"a" * n(4_000_000) + b";b;c;d\n",
        "one long row": lambda: HEADER + b";" * n(4_000_000) + b"\n",
        "doubled quotes": lambda: HEADER + b'"' * n(4_000_000) + b";b;c;d\n",
        "quotes in cells": lambda: HEADER + b'a"b;"c"d;e;f\n' * n(250_000),
        "no text": lambda: HEADER + b"\xff\xfe\xfd;\x81;\x8d;\x9d\n" * n(400_000),
        "totals": lambda: HEADER + b"TOTAL;1;2;3\n" * n(300_000),
        "signs nobody sees": lambda: HEADER + "\u200b;\u00ad;\ufeff;\u2060\n".encode() * n(300_000),
        "returns": lambda: HEADER + b"\r;\r;\r;\r\n" * n(400_000),
    }


def _json(n: Callable[[int], int]) -> dict[str, Made]:
    return {
        "depth": lambda: b"[" * n(4_000_000),
        "depth that closes": lambda: b'{"a":' * n(600_000) + b"1" + b"}" * n(600_000),
        "empty records": lambda: b"[" + b"{}," * n(1_000_000) + b'{"id":"1"}]',
        "keys of one record": lambda: b'[{"id":"1",' + b",".join(b'"k%d":1' % at for at in range(n(300_000))) + b"}]",
        "keys of their own": lambda: b"[" + b",".join(b'{"id":"%d","k%d":1}' % (at, at) for at in range(n(150_000))) + b"]",
        "one key twice": lambda: b"[" + b'{"id":"1","id":"2"},' * n(150_000) + b'{"id":"3"}]',
        "one key often": lambda: b'[{"id":"1",' + b",".join(b'"k":%d' % at for at in range(n(300_000))) + b"}]",
        "no records": lambda: b"[" + b"1," * n(1_500_000) + b"1]",
        "digits": lambda: b'[{"id":' + b"9" * n(4_000_000) + b"}]",
        "items": lambda: b'[{"id":"1","l":[' + b"{}," * n(1_000_000) + b"{}]}]",
        "halves of characters": lambda: b'[{"id":"' + b"\\ud800" * n(600_000) + b'"}]',
        "exponents": lambda: b"[" + b'{"id":1e999999999},' * n(150_000) + b'{"id":"1"}]',
    }


def _xml(n: Callable[[int], int]) -> dict[str, Made]:
    def records(inside: Callable[[int], bytes], number: int) -> bytes:
        return b"<r>" + b"".join(b'<d id="f">%b</d>' % inside(at) for at in range(number)) + b"</r>"

    return {
        "depth": lambda: b"<a>" * n(1_300_000),
        "depth that closes": lambda: b"<a>" * n(500_000) + b"</a>" * n(500_000),
        "empty records": lambda: b"<r>" + b"<d/>" * n(1_000_000) + b"</r>",
        "names of one record": lambda: b"<d id='f'>" + b"".join(b"<c%d/>" % at for at in range(n(400_000))) + b"</d>",
        "names of their own": lambda: records(lambda at: b"<k%d>1</k%d>" % (at, at), n(120_000)),
        "comments": lambda: b"<!-- -->" * n(500_000) + b"<data/>",
        "instructions": lambda: b"<?a" * n(1_300_000),
        "namespaces": lambda: b"<d " + b" ".join(b'xmlns:a%d="u%d"' % (at, at) for at in range(n(150_000))) + b"/>",
        "attributes": lambda: records(lambda at: b"<a%s/>" % (b' x="1"' * 0 + b' y%d="2"' % at), n(120_000)),
        "laughs": lambda: b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>',
        "text between": lambda: records(lambda at: b"x<a>1</a>y", n(120_000)),
        "references": lambda: b"<d id='f'><a>" + b"&#233;" * n(650_000) + b"</a></d>",
    }


def _xlsx(n: Callable[[int], int]) -> dict[str, Made]:
    rows = "".join(f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(1, n(40_000)))
    return {
        "far apart": lambda: xlsx(A_CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "far apart, large": lambda: xlsx(rows + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "markup": lambda: xlsx(A_CELL, more={"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * n(1 << 28)}),
        "laughs": lambda: xlsx(A_CELL, more={"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "ha">]><si><t>&a;</t></si>'}),
        "depth": lambda: xlsx("<row>" * n(2_000_000)),
        "huge cell": lambda: xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * n(40 << 20)}</t></is></c></row>'),
        "shared texts": lambda: xlsx(A_CELL, strings="<si><t>a</t></si>" * n(3_000_000)),
        "cells": lambda: xlsx('<row r="1">' + "<c><v>1</v></c>" * n(2_000_000) + "</row>"),
        "rows": lambda: xlsx('<row><c t="e"><v>#REF!</v></c></row>' * n(1_000_000)),
        "merged": lambda: xlsx(A_CELL + "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * n(200_000)),
        "rows repeated": lambda: ods(_repeated(n(1_000_000), n(16_000))),
        "spaces repeated": lambda: ods(_cell(f'<text:p><text:s text:c="{n(2_000_000_000)}"/></text:p>')),
    }


def _xls(n: Callable[[int], int]) -> dict[str, Made]:
    number = _record(0x203, struct.pack("<HHHd", 65_535, 255, 0, 1.0))
    format_ = _record(0x41E, struct.pack("<HHB", 164, 60, 0) + b"[" * 60)
    merged = _record(0xE5, struct.pack("<H", 1_000) + struct.pack("<HHHH", 0, 65_535, 0, 255) * 1_000)
    formula = _record(0x06, struct.pack("<HHH", 0, 0, 0) + bytes(8) + struct.pack("<HIH", 0, 0, 8_000) + b"\x44" * 8_000)
    shared = _record(0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + b"\x01\x00\x00A" * n(2_000))
    text = _record(0xFC, struct.pack("<II", 1, 1) + b"\xff\xff\x01")
    sheet = _record(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"A")
    return {
        "half a file": lambda: _OLE + bytes(5_000),
        "chain of sectors": lambda: _ole(struct.pack("<128I", 0xFFFFFFFD, 1, *[2] * 126), b""),
        "sectors": lambda: _ole(struct.pack("<128I", *range(1, 129)), bytes(n(4_000_000))),
        "announced size": lambda: _ole(struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126), b"", 0xFFFFFFFF),
        "sheets": lambda: _biff(sheet * n(250_000), b""),
        "records": lambda: _biff(b"", number * n(200_000)),
        "rows announced": lambda: _biff(b"", _record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + number),
        "shared texts": lambda: _biff(shared, number),
        "continued": lambda: _biff(text + _record(0x3C, b"\x01A\x00" * 2_000) * n(600), number),
        "formats": lambda: _biff(format_ * n(60_000), number),
        "merged": lambda: _biff(b"", merged * n(400)),
        "formulas": lambda: _biff(b"", formula * n(400)),
    }


def _rest(n: Callable[[int], int]) -> dict[str, Made]:
    """Bodies of answers; those that begin as gzip does are sent as such."""
    return {
        "bomb": lambda: gzip.compress(b'{"x":"' + b"y" * n(500_000_000) + b'"}'),
        "bombs": lambda: gzip.compress(b"y" * n(4_000_000)) * n(2_000),
        "empty members": lambda: gzip.compress(b"") * n(200_000),
        "depth": lambda: b"[" * n(4_000_000),
        "depth that closes": lambda: b'{"a":' * n(600_000) + b"1" + b"}" * n(600_000),
        "digits": lambda: b'{"jeunes":[{"id":' + b"9" * n(4_000_000) + b'}],"total":1}',
        "records": lambda: b'{"jeunes":[' + b"{}," * n(1_000_000) + b'{}],"total":1000001}',
        "keys": lambda: b'{"jeunes":[{' + b",".join(b'"k%d":1' % at for at in range(n(300_000))) + b'}],"total":1}',
        "blanks": lambda: b'{"jeunes":[' + b" " * n(4_000_000),
        "strings": lambda: b'{"jeunes":["' + b'","' * n(1_300_000) + b'"],"total":1}',
        "broken": lambda: b'{"jeunes":[' + b'{"id":"' * n(500_000),
        "no text": lambda: b'{"jeunes":["' + b"\xff" * n(4_000_000),
    }


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _biff(records: bytes, cells: bytes) -> bytes:
    """An old workbook (BIFF8 in OLE): these records, and one sheet of these cells."""
    whole, of_sheet = (_record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0)) for kind in (0x05, 0x10))
    named = struct.pack("<BBBB", 0, 0, 2, 0) + b"S1"
    begins = len(whole) + len(records) + 4 + 4 + len(named) + 4
    stream = whole + records + _record(0x85, struct.pack("<I", begins) + named) + _record(0x0A, b"")
    stream += of_sheet + cells + _record(0x0A, b"")
    stream = stream.ljust(4_096, b"\0")
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 1) // 127)
    chain = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = _header(first=sectors, tables=[sectors + 1 + at for at in range(tables)][:109])
    body = stream.ljust(sectors * 512, b"\0") + _directory(len(stream)) + struct.pack(f"<{len(chain)}I", *chain)
    return header + body


def _ole(table: bytes, body: bytes, size: int = 4_096) -> bytes:
    return _header(first=1, tables=[0]) + table + _directory(size) + body


def _header(first: int, tables: list[int]) -> bytes:
    header = bytearray(512)
    header[:8] = _OLE
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<9I", header, 40, 0, len(tables), first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, *tables, *[0xFFFFFFFF] * (109 - len(tables)))
    return bytes(header)


def _directory(size: int) -> bytes:
    def entry(name: str, kind: int, start: int, length: int, child: int) -> bytes:
        named = name.encode("utf-16-le") + b"\0\0"
        head = named.ljust(64, b"\0") + struct.pack("<HBB3I", len(named), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (head + bytes(36) + struct.pack("<IQ", start, length)).ljust(128, b"\0")

    return (entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 0, size, 0xFFFFFFFF)).ljust(512, b"\0")


def _cell(inside: str) -> str:
    return f'<table:table-row><table:table-cell office:value-type="string">{inside}</table:table-cell></table:table-row>'


def _repeated(rows: int, columns: int) -> str:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
