"""Receiving files: all together or not at all, and history never reverts."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from cigem_core import ConventionError, JobSeeker, SourceRefused, Workspace
from cigem_core.errors import InternalError
from cigem_core.model.employment import Placement
from cigem_core.model.fields import kind_of
from cigem_core.sdk.hooks import hookimpl
from cigem_core.store.schema import batch, journal, version

ON = date(2009, 10, 1)
SEEKER = kind_of(JobSeeker)
AXIS = "employment-data"


def edited(path: Path, folder: Path, old: str, new: str, name: str | None = None) -> Path:
    """A copy of an agency's file in which some text was changed."""
    text = path.read_bytes().decode("cp1252")
    assert old in text
    copy = folder / (name or path.name)
    copy.write_bytes(text.replace(old, new, 1).encode("cp1252"))
    return copy


def pull(centre: Workspace, *files: Path, on: date = ON):
    return centre.pull("anpe", *files, on=on, by="awa", axis=AXIS)


def test_the_sample_quarantines_exactly_the_rows_of_the_truth(centre, september, sample):
    """Every listed cell is named, every other row is accepted, and the receipt balances."""
    receipt = pull(centre, *september)

    with (sample.parent / "truth/errors.csv").open(encoding="utf-8") as file:
        truth = {(t["file"], int(t["row"]), t["column"], t["type"], t["value"]) for t in csv.DictReader(file)}
    found = {(f.address.file, f.address.row, f.address.column or "", str(f.rule), f.value or "") for f in receipt.faults}
    assert found == truth
    assert receipt.counts.quarantined == len({(file, row) for file, row, *_ in truth})
    assert receipt.counts.read == 930 + 155 + 182
    assert receipt.counts.balances


def test_a_second_pull_changes_nothing(centre, september):
    """Not one version, not one entry more."""
    pull(centre, *september)
    before = centre.quarantine()

    again = pull(centre, *reversed(september))

    assert (again.counts.new, again.counts.changed) == (0, 0)
    assert centre.quarantine() == before
    with centre.store.reading() as connection:
        assert len(connection.execute(select(version.c.id)).all()) == 912 + 150 + 178


def test_october_says_what_it_changes_and_september_reverts_nothing(centre, september, sample):
    """A file that was taken before is history already."""
    pull(centre, *september)
    (later,) = json.loads((sample.parent / "truth/later.json").read_text("utf-8"))

    october = pull(centre, sample / later["file"])
    after = {s.reference: s for s in centre.records(JobSeeker)}
    once_more = pull(centre, september[0])

    counts = october.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.quarantined) == (
        later["new"], later["changed"], later["unchanged"], later["quarantined"],
    )  # fmt: skip
    assert (once_more.counts.new, once_more.counts.changed) == (0, 0)
    assert {s.reference: s for s in centre.records(JobSeeker)} == after


def test_two_files_of_a_kind_are_versions_in_the_order_given(centre, september, sample):
    """September then October in one pull is one transaction with two versions of what changed."""
    receipt = pull(centre, september[0], sample / "demandeurs_200910.csv")

    assert [f.kinds["job_seeker"].changed for f in receipt.files] == [0, 25]
    with centre.store.reading() as connection:
        assert len(connection.execute(select(batch.c.id)).all()) == 1


def test_a_changed_field_is_a_new_version_and_the_history_keeps_both(centre, september, tmp_path):
    pull(centre, september[0])
    moved = edited(september[0], tmp_path, "Seydou;M", "Seidou;M")

    receipt = pull(centre, moved, on=date(2009, 10, 2))

    assert (receipt.counts.changed, receipt.counts.unchanged) == (1, 911)
    first, second = centre.store.versions(SEEKER, "NIO-2009-00001", agency="anpe")
    assert first["content"]["identity.given_names"] == "Seydou"
    assert second["content"]["identity.given_names"] == "Seidou"
    assert (first["sequence"], second["sequence"]) == (1, 2)


def test_a_row_mended_in_a_later_file_leaves_quarantine_as_a_version_that_cites_its_entry(centre, september, tmp_path):
    """The entry is closed; its history stays."""
    pull(centre, september[0])
    (entry,) = [e for e in centre.quarantine() if any(f.column == "Sexe" for f in e.faults)]
    row = next(r for r in csv.reader(september[0].read_bytes().decode("cp1252").splitlines(), delimiter=";") if r[4] == "H")
    mended = edited(september[0], tmp_path, f"{row[2]};{row[3]};H;", f"{row[2]};{row[3]};F;", name="demandeurs_200911.csv")

    receipt = pull(centre, mended)

    assert receipt.counts.new == 1
    assert entry.id not in {e.id for e in centre.quarantine()}
    (only,) = centre.store.versions(SEEKER, entry.key, agency="anpe")
    assert only["corrects"] == entry.id
    assert [e.state for e in centre.store.entries(state=None) if e.id == entry.id] == ["corrected"]


def test_a_row_in_quarantine_twice_is_two_entries_and_the_same_two_the_next_time(centre, september, tmp_path):
    """The n-th occurrence of the same text is the same entry."""
    lines = september[2].read_bytes().split(b"\r\n")
    path = tmp_path / "placements_200909.csv"
    path.write_bytes(b"\r\n".join([lines[0], b";;;;;;;x", b";;;;;;;x", b""]))

    pull(centre, *september[:2], path)
    entries = [e for e in centre.quarantine() if e.kind == "placement"]
    pull(centre, path)

    assert len(entries) == 2
    assert [e for e in centre.quarantine() if e.kind == "placement"] == entries


def test_a_reference_is_looked_up_in_the_store(centre, september):
    """Placements may come after the seekers and offers they point at."""
    pull(centre, *september[:2])

    receipt = pull(centre, september[2])

    assert receipt.counts.quarantined == 4
    assert receipt.not_run == ()


def test_a_reference_to_a_row_in_quarantine_is_pending_until_the_row_is_mended(centre, september, tmp_path):
    """It is accepted; the doctor shows it while it waits."""
    refused = next(
        e for e in (pull(centre, *september[:2]) and centre.quarantine()) if e.key and any(f.column == "Sexe" for f in e.faults)
    )
    header = september[2].read_bytes().split(b"\r\n")[0]
    path = tmp_path / "placements_200909.csv"
    path.write_bytes(header + f"\r\nPL-1;{refused.key};OF-2009-0001;;;;;\r\n".encode("cp1252"))

    receipt = pull(centre, path)

    assert (receipt.counts.accepted, receipt.pending) == (1, 1)
    assert [(d.kind, d.key, d.field) for d in centre.store.dangling()] == [("placement", "PL-1", "seeker")]


def test_a_row_refused_for_a_missing_record_is_accepted_when_its_file_comes_again(centre, september):
    """`foreign-key` is asked again when the file is pulled again."""
    alone = pull(centre, september[2])
    assert alone.counts.accepted == 0

    pull(centre, *september[:2])
    again = pull(centre, september[2])

    assert (again.counts.new, again.counts.quarantined) == (178, 4)
    assert len([e for e in centre.quarantine() if e.kind == "placement"]) == 4


def test_a_refused_file_refuses_the_whole_pull(centre, september, tmp_path):
    """Nothing of the others is kept: no record, no entry, no line of the journal."""
    broken = edited(september[1], tmp_path, "Employeur", "Patron")
    head = centre.store.head()

    with pytest.raises(SourceRefused, match="Employeur"):
        pull(centre, september[0], broken)

    assert centre.store.counts() == {}
    assert centre.quarantine() == []
    assert centre.store.head() == head


def test_a_failure_in_the_transaction_keeps_nothing(centre, september, monkeypatch):
    """Batch, versions, quarantine and journal line are kept together or not at all."""
    from cigem_core.exchange import pull as module

    def fail(*_, **__):
        raise InternalError(module.Text(fr="essai", en="trial"))

    monkeypatch.setattr(module.journal, "write", fail)
    head = centre.store.head()
    with pytest.raises(InternalError):
        pull(centre, *september)
    monkeypatch.undo()

    assert (centre.store.counts(), centre.quarantine(), centre.store.head()) == ({}, [], head)
    assert pull(centre, *september).counts.new == 1240


def test_before_the_signature_nothing_crosses(centre, september):
    with pytest.raises(ConventionError, match="in force"):
        pull(centre, *september, on=date(2009, 6, 11))

    assert centre.store.counts() == {}


def test_without_conventions_there_is_no_exchange(tmp_path, september):
    with (
        Workspace.create(tmp_path / "bare.sqlite", on=ON, by="awa", bare=True) as bare,
        pytest.raises(ConventionError, match="no convention with anpe"),
    ):
        pull(bare, *september)


def test_the_journal_names_the_clause_and_the_digests_and_no_file_name(centre, september):
    """A file's name may be a person's; the receipt has it, the journal does not."""
    pull(centre, *september)

    with centre.store.reading() as connection:
        line = connection.execute(select(journal).order_by(journal.c.line.desc())).mappings().first()
    facts = json.loads(line["facts"])
    assert (line["act"], line["by"], facts["clause"]) == ("pull", "awa", "art. 4")
    assert facts["convention_digest"] == centre.conventions()[0].digest
    assert "demandeurs" not in line["facts"]


def test_embedders_are_told_after_the_commit(centre, september):
    """A listener that looks finds what it was told of."""
    told = []

    class Listener:
        @hookimpl
        def cigem_happened(self, event):
            told.append((event.act, event.agency, centre.store.counts()["anpe", "job_seeker"]))

    centre.plugins._manager.register(Listener())
    pull(centre, september[0])

    assert told == [("pull", "anpe", 912)]


def test_records_come_back_as_objects(centre, september):
    pull(centre, *september)

    placement = next(centre.records(Placement, agency="anpe"))

    assert isinstance(placement, Placement)
    assert placement.monthly_salary.currency == "XOF"
    assert list(centre.records(Placement, agency="fafpa")) == []


def test_bytes_and_tables_in_memory_are_sources_too(centre, september):
    """Embedders hold data, not only files: the table is found by its columns."""
    import polars as pl

    text = september[1].read_bytes().decode("cp1252")
    frame = pl.read_csv(text.encode(), separator=";", infer_schema=False)

    from_bytes = pull(centre, september[1].read_bytes())
    from_table = pull(centre, frame)

    assert from_bytes.counts.accepted == 150
    assert (from_table.counts.unchanged, from_table.counts.quarantined) == (150, 5)


def test_a_file_under_any_name_is_known_by_its_columns(centre, september, tmp_path):
    renamed = tmp_path / "copie de offres.csv"
    renamed.write_bytes(september[1].read_bytes())

    assert pull(centre, renamed).files[0].kinds["job_offer"].accepted == 150


def test_a_new_record_between_reading_and_keeping_is_not_missed(centre, database, september, monkeypatch):
    """What was looked up before the lock is looked up again when the journal has moved on."""
    from cigem_core.exchange.pull import _Exchange

    read = _Exchange._read
    interfered = []

    def read_then_someone_else_writes(self, *arguments):
        result = read(self, *arguments)
        if not interfered:
            interfered.append(True)
            with Workspace(database) as other:
                pull(other, *september[:2])
        return result

    monkeypatch.setattr(_Exchange, "_read", read_then_someone_else_writes)
    receipt = pull(centre, september[2])

    assert receipt.counts.quarantined == 4
