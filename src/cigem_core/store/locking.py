"""A file made of an agency's own workbook waits locked by that workbook: without it, nothing of its cells can be read here.

The workbook holds cells that no clause lets the centre keep. What is made of it is kept only as long as a push is cut
short, and only as bytes that the very workbook opens again. Its ordinary digest is in the journal and opens nothing.
"""

from __future__ import annotations

import hashlib

LOCKED = "application/x-cigem-locked"
"""The media type of a parcel that waits so."""


def lock_of(workbook: bytes) -> bytes:
    """What locks whatever is made of a workbook; it is never kept."""
    return hashlib.blake2b(workbook, digest_size=32, person=b"cigem parcel").digest()


def locked(content: bytes, lock: bytes, sha256: str) -> bytes:
    """Content under a lock, given the content's own digest; the same again opens it."""
    stream = hashlib.shake_256(b"cigem parcel\0" + lock + bytes.fromhex(sha256)).digest(len(content))
    mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream, "big")
    return mixed.to_bytes(len(content), "big")
