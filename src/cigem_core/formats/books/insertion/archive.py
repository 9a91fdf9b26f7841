"""A zip archive with some of its entries replaced; the others are copied as they stand, without being unfolded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DESCRIBED_AFTER, _UTF8 = 0x8, 0x800


def replaced(content: bytes, archive: zipfile.ZipFile, parts: Mapping[str, bytes | None]) -> bytes:
    """The archive with other bytes for some entries, by name; None takes an entry out."""
    out, directory = bytearray(), bytearray()
    entries = [entry for entry in archive.infolist() if parts.get(entry.filename, b"") is not None]
    for entry in entries:
        given = parts.get(entry.filename)
        packed = _packed(entry, _as_it_stands(content, entry) if given is None else None, given)
        directory += _central(entry, packed, len(out))
        out += _local(entry, packed) + packed.name + packed.data
    start = len(out)
    end = _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), start, len(archive.comment))
    return bytes(out + directory + end + archive.comment)


class _Packed:
    def __init__(self, name: bytes, data: bytes, crc: int, size: int, method: int, flags: int) -> None:
        self.name, self.data, self.crc, self.size, self.method, self.flags = name, data, crc, size, method, flags


def _packed(entry: zipfile.ZipInfo, data: bytes | None, given: bytes | None) -> _Packed:
    flags = entry.flag_bits & ~_DESCRIBED_AFTER
    name = entry.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437")
    if data is not None:
        return _Packed(name, data, entry.CRC, entry.file_size, entry.compress_type, flags)
    assert given is not None
    packer = zlib.compressobj(wbits=-15)
    return _Packed(name, packer.compress(given) + packer.flush(), zlib.crc32(given), len(given), zipfile.ZIP_DEFLATED, flags)


def _as_it_stands(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    names = struct.unpack_from("<2H", content, entry.header_offset + 26)
    start = entry.header_offset + _LOCAL.size + sum(names)
    return content[start : start + entry.compress_size]


def _moment(entry: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = entry.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _local(entry: zipfile.ZipInfo, packed: _Packed) -> bytes:
    sizes = (packed.crc, len(packed.data), packed.size)
    return _LOCAL.pack(b"PK\3\4", 20, packed.flags, packed.method, *_moment(entry), *sizes, len(packed.name), 0)


def _central(entry: zipfile.ZipInfo, packed: _Packed, offset: int) -> bytes:
    made_by = entry.create_system << 8 | entry.create_version
    sizes = (packed.crc, len(packed.data), packed.size)
    lengths = (len(packed.name), 0, len(entry.comment), 0, entry.internal_attr)
    head = (b"PK\1\2", made_by, 20, packed.flags, packed.method, *_moment(entry), *sizes, *lengths)
    return _CENTRAL.pack(*head, entry.external_attr, offset) + packed.name + entry.comment
