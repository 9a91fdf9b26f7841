"""Files made to hurt whoever opens them, and good files damaged."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Iterator

from formats.books import ods, sheet, xlsx, zipped

A_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def kinds() -> Iterator[tuple[str, bytes]]:
    """Hostile files, each of a kind of its own, with what is wrong with them."""
    yield "far apart", xlsx(A_CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "far apart, large", xlsx(_many_rows(40_000) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "gibibyte of markup", xlsx(A_CELL, more={"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (1 << 28)})
    yield "billion laughs", xlsx(A_CELL, more={"xl/worksheets/sheet1.xml": _laughs("<sheetData/>")})
    yield "laughs in the shared texts", xlsx(A_CELL, more={"xl/sharedStrings.xml": _laughs("<si><t>&l9;</t></si>")})
    yield "laughs in an ods", zipped({"content.xml": _laughs("&l9;")})
    yield "entity from outside", xlsx(A_CELL, more={"xl/styles.xml": '<!DOCTYPE s SYSTEM "file:///etc/passwd"><styleSheet/>'})
    yield "nested elements", xlsx("<row>" * 100_000)
    yield "huge cell", xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * (40 << 20)}</t></is></c></row>')
    yield "huge shared text", xlsx(A_CELL, strings=f"<si><t>{'a' * (40 << 20)}</t></si>")
    yield "many shared texts", xlsx(A_CELL, strings="<si><t>a</t></si>" * 5_000_000)
    yield (
        "many styles",
        xlsx(A_CELL, more={"xl/styles.xml": f"<styleSheet><cellXfs>{'<xf/>' * 12_000_000}</cellXfs></styleSheet>"}),
    )
    yield "many sheets", xlsx(*[A_CELL] * 9_000)
    yield "many parts", zipped({f"part{number}": "" for number in range(20_000)})
    yield "rows repeated", ods(_repeated(1_000_000, 16_000))
    yield "spaces repeated", ods(_cell('<text:p><text:s text:c="2000000000"/></text:p>'))
    yield "nested tables", ods("<table:table>" * 50_000)
    yield "overlapping parts", _overlapping()
    yield "lying sizes", _lying()
    yield "locked", _locked()
    yield "unknown string", xlsx('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')
    yield "style beyond", xlsx('<row r="1"><c r="A1" s="99999999999"><v>9</v></c></row>')
    yield "row of rows", xlsx('<row r="99999999999999"><c><v>9</v></c></row>')
    yield "chain of sectors", _looping_ole()
    yield "half an ole file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)
    yield "nothing", b""
    yield "zip of nothing", zipped({})


def mutants(good: bytes, number: int, seed: int) -> Iterator[bytes]:
    """A good file with bytes changed, cut off, or with a part changed in the archive."""
    chance = random.Random(seed)
    for turn in range(number):
        if turn % 3 == 0 and good.startswith(b"PK"):
            yield _other_part(good, chance)
        elif turn % 3 == 1:
            yield good[: chance.randrange(len(good))]
        else:
            changed = bytearray(good)
            for _ in range(chance.randrange(1, 20)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield bytes(changed)


def _other_part(good: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    content = bytearray(parts[name] or b" ")
    at = chance.randrange(len(content))
    match chance.randrange(4):
        case 0:
            del parts[name]
            return zipped(parts)
        case 1:
            del content[at : at + chance.randrange(1, 40)]
        case 2:
            content[at:at] = content[: chance.randrange(1, 200)]
        case _:
            content[at] = chance.randrange(256)
    return zipped({**parts, name: bytes(content)})


def _many_rows(number: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, number))


def _laughs(body: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]><worksheet>{body}</worksheet>'


def _cell(inside: str) -> str:
    return f'<table:table-row><table:table-cell office:value-type="string">{inside}</table:table-cell></table:table-row>'


def _repeated(rows: int, columns: int) -> str:
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


def _overlapping() -> bytes:
    """Two names for the same bytes."""
    good = xlsx(A_CELL)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        entries = archive.infolist()
    directory = good.index(b"PK\1\2")
    second = good.index(b"PK\1\2", directory + 4)
    changed = bytearray(good)
    struct.pack_into("<I", changed, second + 42, entries[0].header_offset)
    return bytes(changed)


def _lying() -> bytes:
    """A part that says it is small, and is not."""
    good = bytearray(xlsx(A_CELL, more={"xl/worksheets/sheet1.xml": sheet(_many_rows(2_000))}))
    at = good.index(b"PK\1\2")
    while b"sheet1.xml" not in good[at : at + 100]:
        at = good.index(b"PK\1\2", at + 4)
    struct.pack_into("<I", good, at + 24, 100)
    return bytes(good)


def _locked() -> bytes:
    good = bytearray(xlsx(A_CELL))
    at = -1
    while (at := good.find(b"PK\1\2", at + 1)) >= 0:
        good[at + 8] |= 1
    return bytes(good)


def _looping_ole() -> bytes:
    """An OLE file whose chain of sectors bites its own tail."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<9I", header, 40, 0, 1, 1, 0, 4096, 1, 1, 0, 1)
    struct.pack_into("<I", header, 76, 0)
    table = struct.pack("<128I", 0xFFFFFFFD, 1, *[2] * 126)
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB3I", 22, 5, 1, *[0xFFFFFFFF] * 3)
    return bytes(header) + table + root.ljust(128, b"\0") * 4
