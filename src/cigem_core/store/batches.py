"""What became of the files of an exchange, and whether one was taken before."""

from __future__ import annotations

from attrs import asdict
from sqlalchemy import Connection, exists, insert, select

from cigem_core.model.fields import Kind
from cigem_core.model.receipts import Counts
from cigem_core.store.schema import batch_file
from cigem_core.store.staging import StagedFile


def was_taken(connection: Connection, sha256: str, kind: Kind, mask_digest: str) -> bool:
    """Whether this very file was taken before under the same mask."""
    of_file = (batch_file.c.sha256 == sha256, batch_file.c.kind == kind.name, batch_file.c.mask_digest == mask_digest)
    return bool(connection.execute(select(exists().where(*of_file))).scalar())


def add_file(connection: Connection, number: int, file: StagedFile, mask_digest: str, sha256: str, counts: Counts) -> None:
    """Record what became of a file of an exchange, and the mask its kind was read under."""
    facts = {"name": file.name, "kind": file.kind.name, "sha256": sha256, "mask_digest": mask_digest, **asdict(counts)}
    connection.execute(insert(batch_file).values(batch=number, position=file.position, **facts))
