"""The gate, walked through: what the convention does not let cross is nowhere."""

from __future__ import annotations

import csv
import io
import itertools
import json
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from cigem_core import Convention, SourceRefused, Workspace
from cigem_core.cli.commands import program

ON = date(2009, 10, 1)

NARROW = """
reference = "CIGEM-ANPE-2009"
title = {fr = "Convention d'essai, plus étroite", en = "Narrower test convention"}
agency = {code = "anpe", name = {fr = "ANPE", en = "ANPE"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "stated"}

[[clause]]
article = "art. 4"
axis = "employment-data"
direction = "pull"
fields.job_seeker = ["*", "!identity.family_name", "!identity.given_names", "!identity.sex", "!identity.phones"]
fields.job_offer = "*"
fields.placement = "*"
"""

HIDDEN = ("Nom", "Prénom(s)", "Sexe", "Téléphone")
# Texts that stand in hidden cells and nowhere else.
CANARIES = ("CANARI-NOM", "Canari-Prénom", "CANARI-SEXE", "76 11 22 33", "CANARI-SURPLUS")


@pytest.fixture
def narrow(tmp_path):
    """A workspace whose convention lets neither names, nor sex, nor phone cross."""
    with Workspace.create(tmp_path / "narrow.sqlite", on=ON, by="awa", bare=True) as workspace:
        workspace.install(Convention.from_toml(NARROW), on=ON, by="awa")
        yield workspace


@pytest.fixture
def canaries(sample, tmp_path) -> Path:
    """September's seekers, with canaries in every hidden cell and in rows whose cells are pushed aside."""
    text = (sample / "demandeurs_200909.csv").read_bytes().decode("cp1252")
    header, *rows = list(csv.reader(text.splitlines(keepends=True), delimiter=";"))
    at = {name: header.index(name) for name in HIDDEN}
    for row in rows:
        if len(row) == len(header):
            row[at["Nom"]], row[at["Prénom(s)"]], row[at["Téléphone"]] = CANARIES[0], CANARIES[1], CANARIES[3]
            row[at["Sexe"]] = CANARIES[2]  # not even a valid code: a hidden cell cannot be at fault
    rows[5].insert(3, CANARIES[4])  # an extra delimiter in the middle: every name slides under another column
    rows[6] = [*rows[6][:2], CANARIES[4]]  # too short
    lines = [as_line(row) for row in rows]
    lines[7] = lines[7].replace(CANARIES[0], f'"{CANARIES[0]}" {CANARIES[4]}')  # a quote that stands wrong
    path = tmp_path / "in" / "demandeurs_200909.csv"
    path.parent.mkdir()
    path.write_bytes("\r\n".join([";".join(header), *lines, ""]).encode("cp1252"))
    return path


def as_line(row: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow(row)
    return buffer.getvalue().removesuffix("\r\n")


def traces(folder: Path) -> list[str]:
    """Which canaries stand in the bytes of any file of a folder."""
    return canaries_in(b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()))


def canaries_in(content: bytes) -> list[str]:
    """Which canaries stand in some bytes, however they are encoded."""
    return [
        c for c in CANARIES if c.encode() in content or c.encode("cp1252") in content or c.replace(" ", "").encode() in content
    ]


def test_hidden_texts_are_in_no_byte_of_the_workspace_no_receipt_and_no_log(narrow, canaries, tmp_path, caplog, monkeypatch):
    """Database, journal, receipt, logs and temporary files; rows that cannot be aligned included."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(scratch))
    caplog.set_level(logging.DEBUG)

    receipt = narrow.pull("anpe", canaries, on=ON, by="awa", axis="employment-data")
    narrow.store.close()

    assert receipt.counts.accepted > 800
    assert {str(f.rule) for f in receipt.faults} >= {"extra-cell", "missing-cell", "structure"}
    said = json.dumps(receipt.as_dict(), ensure_ascii=False) + str(receipt) + repr(receipt) + caplog.text
    assert [c for c in CANARIES if c in said] == []
    canaries.unlink()
    assert traces(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into the files a process holds open")
def test_hidden_texts_are_in_no_temporary_file_at_any_moment(narrow, canaries, tmp_path, monkeypatch):
    """Files without a name included: SQLite unlinks its own as soon as it has opened them."""
    seen: list[str] = []
    moments: list[bool] = []

    def look(*_: object) -> None:
        held = [content for file, content in held_open() if file != str(canaries)]
        beside = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != canaries]
        content = b"".join([*held, *beside])
        moments.append(b"BAM-2009-" in content)
        seen.extend(canaries_in(content))

    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))

    def spill(raw, _) -> None:
        """Small caches: what would stay in memory goes to files."""
        raw.execute("PRAGMA cache_size = 10")
        raw.execute("PRAGMA temp.cache_size = 10")

    with narrow.store._asked() as engine:
        engine.dispose()
        event.listen(engine, "connect", spill)
        event.listen(engine, "before_cursor_execute", look)
        event.listen(engine, "commit", look)
    narrow.pull("anpe", canaries, on=ON, by="awa", axis="employment-data", progress=look)

    assert seen == []
    assert any(moments), "what may cross was not seen either: this looked at the wrong files"


def held_open() -> Iterator[tuple[str, bytes]]:
    """The ordinary files this process holds open, also those without a name, and what they hold."""
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if stat.S_ISREG(descriptor.stat().st_mode):
                yield os.readlink(descriptor), descriptor.read_bytes()


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
def test_hidden_texts_are_in_no_file_of_the_server(new_database, canaries):
    """Tables, temporary ones, and what it writes ahead."""
    with Workspace.create(new_database("narrow"), on=ON, by="awa", bare=True) as workspace:
        workspace.install(Convention.from_toml(NARROW), on=ON, by="awa")
        receipt = workspace.pull("anpe", canaries, on=ON, by="awa", axis="employment-data")
        with workspace.store.writing() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        kept = connection_folder()

    assert receipt.counts.accepted > 800
    assert any(b"CIGEM-ANPE-2009" in path.read_bytes() for path in (kept / "pg_wal").iterdir() if path.is_file())
    assert traces(kept) == []


def connection_folder() -> Path:
    """Where the server of this run keeps everything."""
    return Path(os.environ["CIGEM_TEST_SERVER"]) / "pgdata"


def test_a_row_that_cannot_be_aligned_keeps_only_its_address(narrow, canaries):
    """Its raw text would carry what may not cross."""
    receipt = narrow.pull("anpe", canaries, on=ON, by="awa", axis="employment-data")

    loose = [f for f in receipt.faults if f.address.column is None]
    assert loose
    assert all(f.value is None for f in loose)
    assert receipt.counts.balances


def test_a_rule_that_needs_a_hidden_field_does_not_run_and_the_receipt_says_so(narrow, canaries):
    receipt = narrow.pull("anpe", canaries, on=ON, by="awa", axis="employment-data")

    assert {n.rule for n in receipt.not_run} == {"required identity.family_name", "required identity.given_names"}
    assert not {f.address.column for f in receipt.faults} & set(HIDDEN)


def test_a_hidden_column_may_be_absent(narrow, canaries, tmp_path):
    """A masked column is not missing."""
    text = io.StringIO(canaries.read_bytes().decode("cp1252"), newline="")
    rows = list(itertools.islice(csv.reader(text, delimiter=";"), 4))
    keep = [i for i, name in enumerate(rows[0]) if name not in HIDDEN]
    path = tmp_path / "demandeurs_200910.csv"
    path.write_bytes("\r\n".join(as_line([row[i] for i in keep]) for row in rows).encode("cp1252"))

    assert narrow.pull("anpe", path, on=ON, by="awa", axis="employment-data").counts.accepted == 3


def test_a_hidden_field_keeps_its_earlier_value(centre, sample):
    """What was received under a wider clause is not forgotten under a narrower one."""
    centre.pull("anpe", sample / "demandeurs_200909.csv", on=ON, by="awa", axis="employment-data")
    from cigem_core import JobSeeker

    before = {s.reference: s.identity.family_name for s in centre.records(JobSeeker)}
    centre.install(Convention.from_toml(NARROW), on=ON, by="awa")
    centre.pull("anpe", sample / "demandeurs_200910.csv", on=date(2009, 11, 1), by="awa", axis="employment-data")

    after = {s.reference: s.identity.family_name for s in centre.records(JobSeeker)}
    assert {reference: name for reference, name in after.items() if reference in before} == before
    assert [name for reference, name in after.items() if reference not in before] == [None] * 15


def test_a_refusal_quotes_no_cell(narrow, tmp_path):
    """A file without its header begins with someone's data."""
    path = tmp_path / "demandeurs_200909.csv"
    path.write_bytes(f"KAY-1;01/10/2009;{CANARIES[0]};{CANARIES[1]}\r\n".encode("cp1252"))

    with pytest.raises(SourceRefused) as refused:
        narrow.pull("anpe", path, on=ON, by="awa", axis="employment-data")

    assert [c for c in CANARIES if c in str(refused.value) + refused.value.text.fr + repr(refused.value.concerned)] == []


def test_a_failing_database_quotes_no_value(narrow, canaries, monkeypatch):
    """An error of the database carries parameters, and parameters are people."""
    with narrow.store.writing() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON version BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(Exception, match="no") as failed:
        narrow.pull("anpe", canaries, on=ON, by="awa", axis="employment-data")

    assert "Kayes" not in str(failed.value)
    assert "BAM-2009" not in str(failed.value)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_a_workspace_is_readable_by_its_owner_alone(tmp_path):
    """It holds personal data of vulnerable people."""
    previous = os.umask(0o022)
    try:
        Workspace.create(tmp_path / "own.sqlite", on=ON, by="awa").close()
    finally:
        os.umask(previous)

    assert (tmp_path / "own.sqlite").stat().st_mode & 0o077 == 0


def test_the_command_line_shows_no_hidden_text(narrow, canaries, tmp_path):
    from click.testing import CliRunner

    result = CliRunner().invoke(
        program("fr"),
        ["-w", str(tmp_path / "narrow.sqlite"), "pull", "anpe", str(canaries), "--axis", "employment-data", "--on", "2009-10-01"],
    )

    assert result.exit_code == 0
    assert [c for c in CANARIES if c in result.output] == []
