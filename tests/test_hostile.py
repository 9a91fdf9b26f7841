"""Texts that mean harm, through every writer: none leaves as a formula, and each comes back equal.

`CIGEM_HISTORIES` says how many are tried, besides those that are known.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hostile import STRINGS, some
from hypothesis import given
from hypothesis import strategies as st
from scale import many

from cigem_anpe import referrals, seekers
from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError
from cigem_core.formats.books.cells.xlsx import unescape
from cigem_core.formats.books.grid import read_book
from cigem_core.formats.books.workbook import Sheet, escape, write_workbook
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.guarding import guard, unguard
from cigem_core.formats.source import Source
from cigem_core.sdk import Table
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.reading.cells import trimmed

ON = date(2009, 10, 1)
HISTORIES = many(100, long=500)
TEXTS = [*STRINGS, *some(HISTORIES, seed=2009)]
FORMULA = tuple("=@\t\r\n＝＋－＠")
NO_TEXT = {"\0", "\ufdd0", "\ufdd1"}
"""Characters that no file of text may hold, and by which the reader marks what is none (Unicode, 23.7)."""
FIT = [text for text in TEXTS if not NO_TEXT & set(text)]

pytestmark = pytest.mark.soak


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might run what stands in a cell of a CSV file."""
    return cell.startswith(FORMULA) or (cell[:1] in ("+", "-") and not re.fullmatch(r"[+-][0-9][0-9 .,\u00a0\u202f]*", cell))


def cells_of(path: Path, encoding: str = "utf-8-sig") -> list[list[str]]:
    """The cells of a CSV file as Python reads them."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=";"))


def as_read(text: str) -> str | None:
    """What a reader of cells makes of a text: trimmed, without signs nobody sees, and nothing where it is empty."""
    return trimmed(pl.DataFrame({"T": [text]}), ["T"]).item()


@given(st.one_of(st.sampled_from(STRINGS), st.text(alphabet=st.characters(codec="utf-8"), max_size=12)))
def test_a_guarded_text_comes_back_and_a_workbook_holds_any(text):
    """OWASP, CSV injection; numbers keep their sign."""
    assert unguard(guard(text)) == text
    assert not is_formula(guard(text))
    quoted = guard(text).replace('"', '""')
    assert [cell for on in ";,\t|" for cell in split_on(on, f'"x","{quoted}"') if might_run(cell)] == []
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("encodings", [("utf-8-sig",), ("cp1252", "utf-8-sig")])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_rows_of_a_csv_file(tmp_path, delimiter, encodings):
    with (tmp_path / "h.csv").open("w+b") as file:
        Csv("h.csv", delimiter=delimiter, encodings=encodings).write(file, ["T", "N"], [[text, "end"] for text in TEXTS])

    text = (tmp_path / "h.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    assert [unguard(cell) for cell, _ in rows[1:]] == TEXTS
    assert [cell for row in rows for cell in row if is_formula(cell)] == []
    assert [cell for other in ";,\t|" for cell in split_on(other, text) if might_run(cell)] == []


def might_run(cell: str) -> bool:
    """Whether a program might run a cell of another country's making: a number with the cell after it is none it can read."""
    bare = cell.lstrip("\t\r\n")
    return is_formula(bare) and not re.match(r"[+-][0-9][0-9 .,\u00a0\u202f]*[;,\t|]", bare)


def split_on(separator: str, text: str) -> Iterator[str]:
    """The cells that a program set to another country makes of a file."""
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        yield from row


def rows_of(path):
    """The rows of the first sheet of a workbook, below its header."""
    cells = read_book(Source.of(path)).sheets[0].cells
    return [[cell or "" for cell in row] for row in cells.select(pl.col(pl.String)).iter_rows()][1:]


def test_sheets_of_a_workbook(tmp_path):
    path = tmp_path / "b.xlsx"
    write_workbook(path, [Sheet(name="=A1", header=["T", "N"], rows=[[text, "end"] for text in TEXTS])])

    assert [row[0] for row in rows_of(path)] == TEXTS
    assert {cell.data_type for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize(("table", "name"), [(seekers, "remarks"), (referrals, "reason")], ids=["seekers", "referrals"])
def test_records_in_the_agencys_layout(tmp_path, table, name):
    """A text that its own reader could not tell from damage is refused, and then nothing is written."""
    # What a spreadsheet shows in place of a value is a fault when it comes back, whoever wrote it.
    texts = [text for text in TEXTS if "#REF!" not in text]
    path, sound = tmp_path / "written.csv", [text for text in texts if can_be_written(table, name, text, tmp_path)]
    table.write(records(table, name, sound), path)

    read = Table(table.kind.python, table.format, table.lenses).read(path)

    assert read.faults == ()
    assert read.accepted[name].to_list() == list(map(as_read, sound))
    assert [cell for row in cells_of(path) for cell in row if is_formula(cell)] == []
    assert len(sound) > 0.8 * len(TEXTS)
    assert {text for text in TEXTS if text not in sound} >= {"\x00"}


def can_be_written(table: Table, name: str, text: str, folder: Path) -> bool:
    """Whether a text is written; those without anything a reader might take for damage always are."""
    if "\n" not in text and not NO_TEXT & set(text):
        return True
    try:
        table.write(records(table, name, [text]), folder / "one.csv")
    except OperatorError:
        return (folder / "one.csv").exists()
    (folder / "one.csv").unlink()
    return True


def records(table: Table, name: str, texts: list[str]) -> pl.DataFrame:
    """Records of a table that say those texts."""
    asked = [table.kind.field(written) for written, lens in table.lenses.items() if lens.is_required]
    given = {f.name: date(2009, 9, 1) if f.python is date else "x" for f in asked}
    key = table.kind.keys[0].name
    rows = [given | {key: f"K-{at}", name: text} for at, text in enumerate(texts)]
    return frame_of(table.kind, rows).select(list(table.lenses))


def test_rows_in_quarantine_there_and_back(centre, tmp_path):
    """A workbook and a CSV file of rows to mend say what came, and close nothing by themselves."""
    came = pl.DataFrame([hostile_row(at, text) for at, text in enumerate(FIT)])
    pull(centre, came)
    waiting = {entry.id for entry in centre.quarantine()}
    assert len(waiting) == came.height

    for name in ("a.xlsx", "a.csv"):
        centre.corrections("anpe", tmp_path / name, on=ON, by="awa")
        rows = rows_of(tmp_path / name) if name == "a.xlsx" else cells_of(tmp_path / name)[1:]
        at = came.columns.index("Observations")
        assert [unguard(row[at]) for row in rows] == came["Observations"].to_list()
        assert name == "a.xlsx" or [cell for row in rows for cell in row if is_formula(cell)] == []

        pull(centre, tmp_path / name)
        assert {entry.id for entry in centre.quarantine()} == waiting


def hostile_row(at: int, text: str) -> dict[str, str]:
    """A row of a job seeker who registered on no day, and of whom something hostile is remarked."""
    row = dict.fromkeys(seekers.headers, "") | {"N° inscription": f"K-{at}", "Nom": "x", "Prénom(s)": "y"}
    return row | {"Date inscription": "31/02/2009", "Observations": text}


def pull(centre: Workspace, source: object) -> None:
    centre.pull("anpe", source, on=ON, by="awa", axis="employment-data")


def test_everything_exported(centre, tmp_path):
    """In CSV no text is a formula; taken off its guard it is what Parquet holds."""
    pull(
        centre,
        pl.DataFrame(
            [hostile_row(at, text) | {"Date inscription": "01/09/2009"} for at, text in enumerate(TEXTS) if "\0" not in text]
        ),
    )
    centre.export(tmp_path / "out", on=ON, by="awa")

    kept = pl.read_parquet(tmp_path / "out/current_job_seeker.parquet")["remarks"].to_list()
    with (tmp_path / "out/current_job_seeker.csv").open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))

    assert [unguard(row["remarks"]) or None for row in exported] == kept
    assert [cell for row in exported for cell in row.values() if is_formula(cell)] == []
    assert json.loads((tmp_path / "out/datapackage.json").read_text("utf-8"))["resources"]


def test_referrals_on_their_way(centre, tmp_path):
    """Each in one row of the file; what no file can hold is refused when it is said."""
    said = []
    for text in TEXTS[: max(many(20, long=60), HISTORIES // 20)]:
        name = " ".join(text.split()) or "x"
        try:
            who = Identity(family_name=name, given_names="Awa")  # of signs alone a name tells nobody who it is
            said.append((centre.refer(who, to="anpe", because=text, again=True, on=ON, by="awa").reference, name, text))
        except OperatorError:
            assert "\0" in text
    done = centre.push("anpe", to=tmp_path / "out", on=ON, by="awa")

    encoding = "utf-8-sig" if done.files[0].read_bytes().startswith(b"\xef\xbb\xbf") else "cp1252"
    header, *rows = cells_of(done.files[0], encoding)

    at = {title: header.index(title) for title in ("N° orientation", "Nom", "Motif")}
    found = {row[at["N° orientation"]]: (unguard(row[at["Nom"]]), unguard(row[at["Motif"]])) for row in rows}
    assert found == {reference: (name, text.strip()) for reference, name, text in said}
    assert [cell for row in rows for cell in row if is_formula(cell)] == []
