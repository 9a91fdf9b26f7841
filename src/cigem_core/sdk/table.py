"""A table: how one kind of record stands in an agency's files, as a value that reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.formats.source import Source
from cigem_core.policy import ALL, Mask
from cigem_core.sdk.declaration import Declaration

if TYPE_CHECKING:
    from cigem_core.sdk.batch import Batch
    from cigem_core.sdk.reading.validation import Known


@frozen(eq=False)
class Table(Declaration):
    """One kind of record in one kind of file: field → lens, and the rules between fields of a row.

    Mistakes in a declaration raise DeclarationError here, when the adapter is imported.
    """

    def read(self, source: Any, mask: Mask = ALL) -> Batch:
        """Read a whole source: accepted records, quarantined rows, and the faults with their addresses.

        A source is a path, bytes, or an Arrow table. References to other tables are not looked up
        (`Adapter.read` does), which `Batch.not_run` says. Raises SourceRefused when a declared
        column is missing or the source is no such table.
        """
        from cigem_core.sdk.batch import gather

        return gather(self.scan(source, mask))

    def scan(self, source: Any, mask: Mask = ALL, *, known: Known | None = None, block: int | None = None) -> Iterator[Batch]:
        """Read a source a block at a time, in bounded memory; there is at least one batch."""
        from cigem_core.sdk.reading.validation import scan

        return scan(self, Source.of(source), mask, known, block)

    def columns_found(self, source: Any) -> int:
        """How many declared columns a source has, by its header alone; 0 when it is no file of this table."""
        from cigem_core.sdk.reading.validation import columns_found

        return columns_found(self, Source.of(source))

    def write(self, records: Any, to: str | Path) -> None:
        """Write records as a file of the agency's own: a Batch, a Polars table of stored forms, or objects.

        The columns of the fields given come in the order of the declaration, then the columns nobody declared that
        records came with (`#cargo`). Raises OperatorError, and writes nothing, where a value would not read back as
        it is: a place of another edition, a second phone where there is room for one.
        """
        from cigem_core.sdk.writing import write

        write(self, records, Path(to))
