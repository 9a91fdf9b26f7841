"""Rows of applications that cannot be taken as they are go back to whoever handed them in, a file for each file that came.

A school hands in its own file: so its rows, and nobody else's, stand in the file that goes back to it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from cigem_core.exchange.corrections import check_free, files_to_mend, put_in_place
from cigem_core.model.applications import Application
from cigem_core.model.fields import kind_of
from cigem_core.programmes.scholarships.keeping import rows_of
from cigem_core.programmes.scholarships.kept import KeptRounds
from cigem_core.programmes.scholarships.refusals import nothing_to_mend
from cigem_core.programmes.scholarships.vocabulary import installed_table, mask_of


def write_corrections_of(kept: KeptRounds, reference: str, folder: str | Path, *, on: date, by: str) -> dict[str, Path]:
    """Write the rows that wait, a workbook for each file they came in: file → workbook.

    What the call does not ask for is not in it. It holds personal values, and goes back to whoever handed the file in.
    OperatorError where nothing waits, or a workbook stands there already.
    """
    mask = mask_of(kept.call(reference).fields & kept.words.words.keys())
    by_file = defaultdict(list)
    for file, entry, body in rows_of(kept.store, Application, reference):
        by_file[file].append((entry, body))
    if not by_file:
        raise nothing_to_mend(reference)
    to = Path(folder)
    to.mkdir(parents=True, exist_ok=True)
    paths = {file: to / f"a-corriger-{Path(file).stem}.xlsx" for file in sorted(by_file)}
    files: dict[Path, Any] = {}
    for file, rows in by_file.items():
        table = installed_table(Application, kept.plugins, file=file)
        files |= files_to_mend([table], rows, paths[file], lambda _: mask)
    for path in files:
        check_free(path)
    counted = {"rows": sum(map(len, by_file.values())), "files": len(paths), "kind": kind_of(Application).name}
    # The line stands first: a line too many is better than people's rows in a file that nobody knows of.
    kept.store.keep(act="corrections", on=on, by=by, call=reference, **counted)
    put_in_place(kept.store, files)
    return paths
