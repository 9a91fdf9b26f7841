"""From samples to a package that can be installed."""

from __future__ import annotations

import hashlib
import keyword
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.formats.source import Source
from cigem_core.model import employment, referrals, training, youth  # noqa: F401  their kinds are candidates
from cigem_core.model.fields import kind_of
from cigem_core.plugins import load
from cigem_core.scaffold import books, delimited, remote, trees
from cigem_core.scaffold.asked import Wishes
from cigem_core.scaffold.contract import contract
from cigem_core.scaffold.kinds import drafted, name_for
from cigem_core.scaffold.matching import Matched, Matcher
from cigem_core.scaffold.offers import importable, offers
from cigem_core.scaffold.page import DraftPage, Page, identifier, page
from cigem_core.scaffold.samples import Sample, SampleTable
from cigem_core.scaffold.stand_ins import StandIns
from cigem_core.scaffold.trial import unread
from cigem_core.sdk.adapter import Adapter
from cigem_core.text import Text


@frozen(kw_only=True)
class Drafted:
    """A package that was drafted: where it is, which kinds its tables were taken for, and what it asks."""

    folder: Path
    files: tuple[Path, ...]
    tables: Mapping[str, str]
    kinds: tuple[str, ...] = ()
    """The kinds that were drafted with it, for none there was fitted."""
    questions: tuple[str, ...]

    @property
    def module(self) -> Path:
        """The module that declares the adapter."""
        return next(path for path in self.files if path.name == "__init__.py")


def draft(
    agency: str,
    sources: Sequence[Any],
    *,
    to: str | Path | None = None,
    kinds: Sequence[str] = (),
    new_kinds: Sequence[str] = (),
    token_header: str | None = None,
) -> Drafted:
    """Draft the adapter of an agency from samples of what it sends: paths, or the address of a list of its service.

    `kinds` says what tables hold where the names of their columns do not: `trainee`, or `SHEET=trainee` for one of
    several; a kind of an installed plugin too. A table that is like none gets a kind drafted from its columns, and so does
    one that `new_kinds` names one for: `hearing`, or `SHEET=hearing`. `token_header` is where a service looks for its key
    (`X-Api-Key`). Nothing personal is copied (see `stand_ins`). OperatorError where the folder is not empty.
    """
    Adapter(agency)  # an agency's code is checked there
    folder = Path(to) if to is not None else Path(f"cigem-{agency}")
    _check(agency, folder)
    samples = [_sample(source, agency, token_header) for source in sources]
    plugins = load()
    matcher = Matcher(offers(plugins), importable(plugins))
    found = _matched(samples, matcher, Wishes.of(agency, kinds, new_kinds))
    written = page(agency, found)
    if said := unread(written.text, [source for source in sources if not remote.is_address(source)]):
        written = page(agency, found, said)
    tables = [table for one in found for table in (*one.tables, *_as_cargo(one))]
    stand_ins = StandIns.of(tables, _seed(sources))
    copies = {f"samples/{one.sample.file_name}": one.sample.copied(stand_ins) for one in found}
    files = _written(folder, {**_package(agency, written), **copies})
    taken = {table.table.title: table.kind.name for one in found for table in one.tables}
    own = tuple(table.kind.name for one in found for table in one.tables if table.is_drafted)
    return Drafted(folder=folder, files=files, tables=taken, kinds=own, questions=written.questions)


def _sample(given: Any, agency: str, token_header: str | None) -> Sample:
    if remote.is_address(given):
        return remote.look(given, agency, token_header)
    source = Source.of(given)
    source.check()
    if source.is_workbook():
        return books.look(source)
    stream = source.open()
    head = stream.read(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.close()
    return trees.look(source) if head.startswith((b"{", b"[")) else delimited.look(source)


def _matched(samples: Sequence[Sample], matcher: Matcher, asked: Wishes) -> list[DraftPage]:
    drafts, taken = list[DraftPage](), set[str]()
    for sample in samples:
        tables = [(table, _match(matcher, table, asked, taken)) for table in sample.tables]
        known = tuple(found for _, found in tables if found)
        unknown = tuple(table.title for table, found in tables if found is None)
        drafts.append(DraftPage(sample=sample, tables=known, unknown=unknown))
    return drafts


def _match(matcher: Matcher, table: SampleTable, asked: Wishes, taken: set[str]) -> Matched | None:
    """The kind a table holds: the one it was said to be of, one that is like it, or else one of its own."""
    kind, name = asked.kind(table), asked.new_kind(table)
    if name is None:
        found = matcher.match(table, kind)
        if kind or found.is_like:
            return found
        name = name_for(table.title, asked.agency, taken)
    taken.add(name)
    return None if table.is_labels else drafted(matcher, table, name)


def _as_cargo(draft: DraftPage) -> list[Matched]:
    """The tables that were taken for nothing: nothing of theirs is known to be harmless."""
    any_kind = kind_of("referral_answer")
    titles = {found.table.title for found in draft.tables}
    return [Matched(table=table, kind=any_kind, matches={}) for table in draft.sample.tables if table.title not in titles]


def _seed(sources: Sequence[Any]) -> str:
    """Drafting the same files again gives the same package."""
    return hashlib.sha256("".join(s if remote.is_address(s) else Source.of(s).sha256() for s in sources).encode()).hexdigest()


def _check(agency: str, folder: Path) -> None:
    if not identifier(agency).isidentifier() or keyword.iskeyword(identifier(agency)):
        raise OperatorError(
            Text(
                fr=f"« {agency} » ne peut nommer un module Python ; commencer par une lettre",
                en=f"'{agency}' cannot name a Python module; begin with a letter",
            )
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OperatorError(
            Text(
                fr=f"{folder} existe déjà et n'est pas vide ; donner un autre dossier (--to)",
                en=f"{folder} exists already and is not empty; name another folder (--to)",
            )
        )


def _package(agency: str, written: Page) -> dict[str, bytes]:
    module = f"cigem_{identifier(agency)}"
    texts = {
        "pyproject.toml": _project(agency, module, sorted(written.needs)),
        f"src/{module}/__init__.py": written.text,
        f"src/{module}/py.typed": "",
        "tests/test_contract.py": contract(module, identifier(agency)),
    }
    return {name: text.encode() for name, text in texts.items()}


def _written(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(folder / name for name in files)


def _project(agency: str, module: str, needs: Sequence[str]) -> str:
    dependencies = ", ".join(f'"{needed}"' for needed in ("cigem-core", *needs))
    return f'''[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "cigem-{agency}"
version = "0.1.0"
description = "The files of {agency} for cigem_core"
requires-python = ">=3.11"
dependencies = [{dependencies}]

[project.optional-dependencies]
test = ["cigem-core[testing]"]

[project.entry-points.cigem_core]
{agency} = "{module}"

[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools.package-data]
{module} = ["py.typed"]
'''
