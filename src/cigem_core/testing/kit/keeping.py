"""Checks of what is kept: the same files again change nothing, and what the convention hides is nowhere."""

from __future__ import annotations

import json
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pluggy
from attrs import field, frozen

from cigem_core.errors import CigemError
from cigem_core.exchange.services import Services
from cigem_core.formats.source import Source
from cigem_core.model.conventions import Convention
from cigem_core.plugins import Plugin, Plugins
from cigem_core.sdk import hooks
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.hooks import GROUP
from cigem_core.sdk.table import Table
from cigem_core.testing.kit.roads import ADDED
from cigem_core.testing.kit.specimens import Specimen, cut
from cigem_core.testing.kit.subject import Subject, Unsupported
from cigem_core.workspace import Workspace

ON, BY = date(2009, 10, 1), "contract"

Fields = Mapping[str, Sequence[str]]
"""Kind → the fields a clause lets cross."""


def alone(adapter: Adapter) -> Plugins:
    """The adapter as if nothing else were installed."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    plugin = Plugin(name=adapter.agency, distribution="?", version="?", status="ok", adapters=(adapter,))
    return Plugins(found=(plugin,), manager=manager)


def agreed(adapter: Adapter, pull: Fields, push: Fields | None = None, *, cargo: bool) -> Convention:
    """A convention with the agency that lets these fields cross."""
    said = f"""
reference = "CONTRACT"
title = {{fr = "Convention d'essai", en = "Test convention"}}
agency = {{code = "{adapter.agency}", name = {{fr = "x", en = "x"}}}}
begins = 2000-01-01
signed = {{on = 2000-01-01, certainty = "stated"}}
"""
    for direction, fields in (("pull", pull), ("push", push or {})):
        if fields:
            listed = "".join(f"fields.{kind} = {json.dumps(list(names))}\n" for kind, names in fields.items())
            said += f'[[clause]]\narticle = "1"\naxis = "employment-data"\ndirection = "{direction}"\n'
            said += f"cargo = {'true' if cargo else 'false'}\n{listed}"
    return Convention.from_toml(said)


def everything(tables: Sequence[Table]) -> Fields:
    """All fields of the kinds of some tables, and of the records inside their records."""
    return {kind.name: ["*"] for table in tables for kind in (table.kind, *(child.kind for child in table.children))}


@contextmanager
def workspace(folder: Path, adapter: Adapter, convention: Convention, services: Services | None = None) -> Iterator[Workspace]:
    """A workspace of its own, with one adapter and one convention."""
    path = folder / "contract.sqlite"
    if not path.exists():
        with Workspace.create(path, on=ON, by=BY, bare=True, plugins=alone(adapter)) as made:
            made.install(convention, on=ON, by=BY)
    with Workspace(path, plugins=alone(adapter), services=services) as centre:
        yield centre


def idempotent(subject: Subject) -> dict[str, Any]:
    """The samples received a second time change nothing: no record, no entry in quarantine."""
    adapter = subject.adapter
    with (
        tempfile.TemporaryDirectory() as folder,
        workspace(Path(folder), adapter, agreed(adapter, everything(adapter.pull), cargo=True)) as centre,
    ):
        first = centre.pull(adapter.agency, *subject.samples, on=ON, by=BY)
        counts, entries = centre.store.counts(), len(centre.quarantine())
        again = centre.pull(adapter.agency, *subject.samples, on=ON, by=BY)
        if not (first.counts.balances and again.counts.balances):
            raise AssertionError("the receipt does not balance")
        if again.counts.new or again.counts.changed or again.counts.accepted != first.counts.accepted:
            raise AssertionError(f"received again: {again.counts.new} new, {again.counts.changed} changed; none should be")
        if (centre.store.counts(), len(centre.quarantine())) != (counts, entries):
            raise AssertionError("received again, there is more than before")
        return {"records": first.counts.accepted, "quarantined": first.counts.quarantined}


@frozen(kw_only=True)
class Canaries:
    """Texts that stand in hidden cells and nowhere else, and where they were seen."""

    texts: tuple[str, ...]
    seen: dict[str, str] = field(factory=dict)

    def look(self, where: str, content: bytes | str) -> None:
        """Remember the canaries in something."""
        held = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        for text in self.texts:
            if any(text.encode(encoding) in held for encoding in ("utf-8", "utf-16-le")):
                self.seen.setdefault(text, where)

    def look_into(self, folder: Path, *, but: Path) -> None:
        """Remember those in any file of a folder, but for one."""
        for path in folder.rglob("*"):
            if path.is_file() and but not in (path, *path.parents):
                self.look(path.name, path.read_bytes())


def gate(subject: Subject) -> dict[str, Any]:
    """What stands in a column the convention hides is nowhere afterwards.

    Not in the database, the receipt, the logs, an error, or a temporary file.
    """
    hidden: dict[str, int] = {}
    for table, small in subject.specimens.items():
        source = subject.sample_of(table)
        fields = [f.name for f in table.kind.fields.values() if f.is_key or f.is_required or f.name in table.known_by]
        headers = [header for header in _hidden(table, fields) if header in small.header]
        if headers and source is not None:
            _hides(subject, small if small.book else cut(table, source, 60), headers, fields)
            hidden[table.kind.name] = len(headers)
    if not hidden:
        raise Unsupported("these tables have nothing a convention could hide")
    return {"hidden": hidden}


def _hidden(table: Table, fields: Sequence[str]) -> Iterator[str]:
    """The columns of all other fields, and of the records inside its records."""
    for name, lens in table.lenses.items():
        if name not in fields:
            yield from lens.headers
    for child in table.children:
        for lens in child.lenses.values():
            yield from lens.headers


def _hides(subject: Subject, specimen: Specimen, headers: Sequence[str], fields: Sequence[str]) -> None:
    canaries = Canaries(texts=tuple(f"canari-{n}-{secrets.token_hex(4)}" for n in range(len(headers) + 1)))
    texts = dict(zip(headers, canaries.texts, strict=False)) | {ADDED: canaries.texts[-1]}
    rows = [{**row, **{name: _placed(row.get(name), text) for name, text in texts.items()}} for row in specimen.rows]
    source, table = specimen.written(rows, more=[ADDED]), specimen.table
    others = [other for other in subject.adapter.pull if other is not table]
    convention = agreed(subject.adapter, {**everything(others), table.kind.name: fields}, cargo=False)
    # What its records refer to stands in other files; the sheets of a workbook are all there.
    beside = [] if specimen.book else [one for other, one in subject.arranged if other is not table]
    with tempfile.TemporaryDirectory() as folder:
        accepted = _pulled(Path(folder), subject.adapter, convention, [source, *beside], canaries)
    if canaries.seen:
        named = {text: name for name, text in texts.items()}
        found = ", ".join(f"'{named[text]}' in {where}" for text, where in sorted(canaries.seen.items()))
        raise AssertionError(f"{table.kind.name}: what the convention hides was seen: {found}")
    if not accepted.get(table.kind.name):
        raise AssertionError(f"{table.kind.name}: with its hidden columns changed, no record was accepted")


def _placed(cell: Any, text: str) -> Any:
    return [text for _ in cell] or [text] if isinstance(cell, list) else text


def _pulled(
    folder: Path, adapter: Adapter, convention: Convention, sources: Sequence[Source], canaries: Canaries
) -> dict[str, int]:
    """Receive files and look everywhere, then a broken one; how many records of each kind were kept."""
    given, logs, content = folder / "in", _Logs(), sources[0].content or b""
    given.mkdir()
    path, broken = given / sources[0].name, given / f"x{sources[0].name}"
    path.write_bytes(content)
    broken.write_bytes(content[len(content) // 3 :])
    with _scratch(folder), logs, workspace(folder, adapter, convention) as centre:
        receipt = centre.pull(
            adapter.agency, path, *sources[1:], on=ON, by=BY, progress=lambda *_: canaries.look_into(folder, but=given)
        )
        canaries.look("the receipt", json.dumps(receipt.as_dict(), ensure_ascii=False) + str(receipt) + repr(receipt))
        try:
            centre.pull(adapter.agency, broken, on=ON, by=BY)
        except CigemError as error:
            canaries.look("an error", str(error) + error.text.fr + repr(error) + repr(error.concerned))
        kept = centre.store.counts()
    canaries.look("the logs", "\n".join(logs.lines))
    canaries.look_into(folder, but=given)
    return {str(name[-1] if isinstance(name, tuple) else name): number for name, number in kept.items()}


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    """Temporary files go where they are looked at."""
    names = ("TMPDIR", "SQLITE_TMPDIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(folder)))
    tempdir, tempfile.tempdir = tempfile.tempdir, None
    try:
        yield
    finally:
        tempfile.tempdir = tempdir
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


class _Logs(logging.Handler):
    """Everything that is logged, whoever logs it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage() + str(record.exc_info or ""))

    def __enter__(self) -> _Logs:
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)
