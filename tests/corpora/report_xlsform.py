"""Reads every workbook of a corpus of forms, and says what became of each: read, read with notes, or refused.

    CIGEM_CORPORA=… python tests/corpora/report_xlsform.py odk-xlsform odk-central

Nothing of a corpus is copied. The exit code is 1 where a file ends otherwise than in a form or a typed error.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections import Counter
from pathlib import Path

import polars as pl

from cigem_core.errors import CigemError
from cigem_core.formats.forms.xlsform import read_form
from cigem_core.model.forms import ITEM, Form
from cigem_core.sdk.forms.rules import FormRules

KINDS = {".xlsx", ".xls", ".xlsm", ".xml"}


def outcome(path: Path) -> tuple[str, list[str]]:
    """What became of a file, and what is said of it."""
    try:
        form = read_form(path)
        not_run = _unasked(form)
    except CigemError as error:
        return f"refused ({type(error).__name__})", error.text.en.splitlines()
    except Exception:  # noqa: BLE001  the report is there to find them
        return "CRASHED", traceback.format_exc().splitlines()[-1:]
    size = f"{len(form.questions)} questions, {len(form.sections)} sections, id {form.id}"
    said = [*(note.en for note in form.notes), *(f"not run: {entry}" for entry in not_run)]
    return "read", [size, *said]


def _unasked(form: Form) -> list[str]:
    """Judge a record without answers, so that every expression is compiled and asked."""
    schema = {q.path: pl.List(pl.String) if q.repeat else pl.String for q in form.questions if q.path.count(ITEM) < 2}
    judged = FormRules(form).apply(pl.DataFrame([dict.fromkeys(schema)], schema=schema))
    return [f"{entry.rule}: {entry.reason.en}" for entry in judged.not_run]


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(line + "\n")


def main(folders: list[str]) -> int:
    """Print the report; 1 where a file crashed."""
    corpora = os.environ.get("CIGEM_CORPORA")
    if not corpora:
        say("CIGEM_CORPORA names no folder of corpora; nothing was read")
        return 0
    warnings.simplefilter("ignore")
    outcomes: Counter[str] = Counter()
    for path in sorted(p for folder in folders for p in (Path(corpora) / folder).rglob("*") if p.suffix in KINDS):
        what, said = outcome(path)
        outcomes[what] += 1
        say("\n    ".join([f"{path.name}: {what}", *said]))
    say(str(dict(outcomes)))
    return int("CRASHED" in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
