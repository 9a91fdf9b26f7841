"""The module of a draft as text: what was found, what speaks for it, and what is left to ask."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module

from attrs import frozen

from cigem_core.model.fields import Field, kind_of
from cigem_core.model.values import PartialDate
from cigem_core.scaffold.classes import class_of, imports_of, questions_of
from cigem_core.scaffold.matching import SURE, Match, Matched
from cigem_core.scaffold.offers import brought_by
from cigem_core.scaffold.relations import Relation, relations
from cigem_core.scaffold.samples import WIDE, Sample, quoted


@frozen(kw_only=True, eq=False)
class DraftPage:
    """What was drafted of one sample."""

    sample: Sample
    tables: tuple[Matched, ...]
    unknown: tuple[str, ...] = ()
    """The tables no kind was found for."""

    @property
    def naming(self) -> tuple[Matched, str] | None:
        """The table of labels that names a workbook, and the label that does."""
        for found in self.tables:
            keys = [match.headers[0] for match in found.matches.values() if match.wanted.is_key]
            if found.table.is_labels and len(keys) == 1:
                return found, keys[0]
        return None


@frozen(kw_only=True)
class Page:
    """A module as text, and what it asks and needs."""

    text: str
    questions: tuple[str, ...]
    needs: frozenset[str]


def page(agency: str, drafts: Sequence[DraftPage], trouble: Sequence[str] = ()) -> Page:
    """The module of an adapter; `trouble` is what it was found not to read, and is asked about first."""
    named = _names([found for draft in drafts for found in draft.tables])
    rules = {found: relations(found) for found in named}
    questions = (*trouble, *_questions(drafts, named))
    blocks = [_opening(agency, drafts), "\n".join(_imports(drafts, rules)), 'CIGEM_API = "1.0"', _asked(questions)]
    blocks += [class_of(found) for found in named if found.is_drafted]
    blocks += ["\n".join(_tables(draft, named, rules)) for draft in drafts]
    blocks.append(_adapter(agency, drafts, named))
    needs = frozenset(needed for found in named for match in found.every() for needed in match.guess.needs)
    needs |= {needed for found in named if not found.is_drafted for needed in brought_by(found.kind.python.__module__)}
    return Page(text="\n\n".join(block for block in blocks if block) + "\n", questions=questions, needs=needs)


def identifier(agency: str) -> str:
    """An agency's code as a name in Python."""
    return agency.replace("-", "_")


def _opening(agency: str, drafts: Sequence[DraftPage]) -> str:
    files = ", ".join(draft.sample.file_name for draft in drafts)
    return (
        f'"""{agency.upper()}: a first draft of its adapter, from {files}.\n\nComments say what each line was guessed from.\n"""'
    )


def _names(tables: Sequence[Matched]) -> dict[Matched, str]:
    """What each table is called; the second of a kind has a number."""
    names: dict[Matched, str] = {}
    for found in tables:
        base = f"{found.kind.name}s"
        count = sum(1 for other in names if other.kind is found.kind)
        names[found] = base if not count else f"{base}_{count + 1}"
    return names


def _imports(drafts: Sequence[DraftPage], rules: Mapping[Matched, Sequence[Relation]]) -> Iterator[str]:
    wanted: dict[str, set[str]] = {"cigem_core.sdk": {"Adapter", "Table", "column", "hookimpl"}}
    sdk = wanted["cigem_core.sdk"]
    for draft in drafts:
        sdk |= set(draft.sample.uses)
    for found, kept in rules.items():
        sdk |= {relation.verb for relation in kept} | ({"Child"} if found.child else set())
        for part in filter(None, (found, found.child)):
            for module, name in imports_of(part):
                wanted.setdefault(_door(module, name), set()).add(name)
        for match in found.every():
            sdk |= {"columns"} if match.guess.code.startswith("columns(") else set()
            for module, name in match.guess.imports:
                wanted.setdefault(_door(module, name), set()).add(name)
    if any("Paging(" in line for draft in drafts for line in draft.sample.preamble(None)):
        sdk.add("Paging")
    pythons = [module for module in sorted(wanted) if module.partition(".")[0] in sys.stdlib_module_names]
    for module in pythons:
        yield from _import(module, sorted(wanted[module]))
    yield from [""] if pythons else []
    for module in sorted(wanted.keys() - set(pythons)):
        yield from _import(module, sorted(wanted[module], key=lambda name: (name.islower(), not name.isupper(), name)))


def _door(module: str, name: str) -> str:
    """Where a name is taken from: one of the library's two doors, or what another package calls its module."""
    ours = module.partition(".")[0] == "cigem_core"
    return next((door for door in ("cigem_core", "cigem_core.sdk") if ours and name in import_module(door).__all__), module)


def _import(module: str, names: Sequence[str]) -> Iterator[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDE:
        yield line
    else:
        yield from (f"from {module} import (", *(f"    {name}," for name in names), ")")


def _asked(questions: Sequence[str]) -> str:
    if not questions:
        return ""
    return "\n".join(
        ["# Questions. Answer each in the declarations, then take its line away.", *(f"# ? {asked}" for asked in questions)]
    )


def _questions(drafts: Sequence[DraftPage], names: Mapping[Matched, str]) -> Iterator[str]:
    for draft in drafts:
        yield from getattr(draft.sample, "asks", ())
        for title in draft.unknown:
            yield f"{quoted(title)}: no kind is like it, and no columns tell its rows apart; declare one (docs/kinds.md)."
        for found in draft.tables:
            where = names[found]
            yield from questions_of(found) if found.is_drafted else ()
            for absent in _missing(draft, found):
                yield f"{where}: which column tells {absent.name} ({absent.label.en})?"
            for match in found.every():
                if match.likeness < SURE:
                    yield f"{where}: is {quoted(match.headers[0])} the {match.wanted.label.en.lower()} ({match.wanted.name})?"
                for asked in match.guess.questions:
                    yield f"{where}, {quoted(match.headers[0])}: {asked}"


def _missing(draft: DraftPage, found: Matched) -> list[Field]:
    scope = found.kind.scope
    is_named = scope is not None and draft.naming is not None and draft.naming[0].kind.name == scope.refers_to
    return [*found.missing, *([scope] if scope and not is_named and scope.name not in found.matches else [])]


def _tables(draft: DraftPage, names: Mapping[Matched, str], rules: Mapping[Matched, Sequence[Relation]]) -> Iterator[str]:
    naming = draft.naming
    yield from draft.sample.preamble((naming[0].table.title, naming[1]) if naming else None)
    for found in draft.tables:
        yield from ("", *_table(draft, found, names[found], rules[found]))


def _table(draft: DraftPage, found: Matched, name: str, kept: Sequence[Relation]) -> Iterator[str]:
    if found.child:
        yield from _child(found.child, f"{found.child.kind.name}s")
    records = f"{found.table.height} record{'s' * (found.table.height != 1)}"
    yield from _comment("; ".join([f"{found.table.title}: {records}", *found.table.notes]))
    yield f"{name} = Table({found.kind.python.__name__}, {found.table.declared}, {{"
    yield from _scope(draft, found)
    for match in found.matches.values():
        yield from _line(match, found)
    for absent in _missing(draft, found):
        yield f'    "{absent.name}": column("?"){_placed(absent)},'
    yield from _cargo(found)
    yield "}" + _settings(found, kept) + ")  # fmt: skip"


def _placed(absent: Field) -> str:
    """The verb without which a column could not be declared for a field."""
    verbs = {date: '.date("dd/mm/yyyy")', PartialDate: '.birth("dd/mm/yyyy", "yyyy")', int: ".number()", Decimal: '.decimal(",")'}
    return ".reference()" if absent.refers_to else verbs.get(absent.python, "")


def _cargo(found: Matched) -> Iterator[str]:
    """The columns nobody asks for; of those that hold no plain text, the lens that would read them."""
    typed = {header: one for header, one in found.beside.items() if one.python is not str}
    plain = [header for header in found.cargo if header not in typed]
    if plain:
        yield from _comment(f"Left as cargo: {', '.join(map(quoted, plain))}", "    ")
    for header, one in typed.items():
        told = f"{quoted(header)}, {len(one.codes)} codes" if one.codes and not one.guess.imports else one.guess.code
        yield from _comment(f"Left as cargo: {told}  # {one.guess.told}", "    ")


def _child(child: Matched, name: str) -> Iterator[str]:
    yield f"{name} = Child({child.kind.python.__name__}, {{"
    for match in child.matches.values():
        yield from _line(match, child)
    yield "})  # fmt: skip\n"


def _scope(draft: DraftPage, found: Matched) -> Iterator[str]:
    """What the keys of a table are unique inside of, where the workbook is named by it."""
    scope, naming = found.kind.scope, draft.naming
    if scope and naming and scope.name not in found.matches and kind_of(scope.refers_to or "") is naming[0].kind:
        yield f'    "{scope.name}": column({quoted(naming[1])}).reference(),'


def _line(match: Match, found: Matched) -> Iterator[str]:
    required = ".required()" if (match.wanted.is_key and not found.table.is_labels) or _is_never_empty(match, found) else ""
    line, evidence = f'    "{match.wanted.name}": {match.guess.code}{required},', f"# {match.guess.told}"
    if len(line) + len(evidence) + 2 <= WIDE:
        yield f"{line}  {evidence}"
    else:
        yield from (f"    {evidence}", *_laid_out(line))


def _is_never_empty(match: Match, found: Matched) -> bool:
    """Whether a name is missing so rarely that it must be a slip."""
    empty = found.table.height - match.guess.filled
    return match.wanted.name in _ASKED and 0 < empty <= max(1, 0.01 * found.table.height)


_ASKED = {"identity.family_name", "identity.given_names"}


def _settings(found: Matched, kept: Sequence[Relation]) -> str:
    """The rules between fields, and how records come again."""
    said = ""
    if kept:
        said += ", rules=[\n" + "".join(f"    {one.code},  # {one.evidence}\n" for one in kept) + "]"
    if found.child:
        said += f", children=[{found.child.kind.name}s]"
    if "modified_at" in found.matches and not found.table.has_lines:
        said += ', repeats=True, latest="modified_at"'
    return said


def _comment(text: str, margin: str = "") -> Iterator[str]:
    yield from textwrap.wrap(text, WIDE, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}# ", break_long_words=False)


def _laid_out(line: str) -> Iterator[str]:
    """A line of code, its codes one below the other where it is too long."""
    before, brace, codes = line.partition(".codes({")
    if len(line) <= WIDE or not brace:
        yield line
        return
    inside, _, after = codes.partition("})")
    yield before + brace
    yield from (f"        {code}," for code in re.split(r", (?=\"[^\"]*\": )", inside))
    yield "    })" + after


def _adapter(agency: str, drafts: Sequence[DraftPage], names: Mapping[Matched, str]) -> str:
    service = ""
    if any("service =" in line for draft in drafts for line in draft.sample.preamble(None)):
        service = ", api=service" + (
            ", token_is_optional=True" if "scheme=None" in str([d.sample.preamble(None) for d in drafts]) else ""
        )
    name = identifier(agency)
    return (
        f'{name} = Adapter("{agency}", pull=[{", ".join(names.values())}]{service})\n\n\n'
        f'@hookimpl\ndef cigem_adapters() -> list[Adapter]:\n    """The adapter of {agency}."""\n    return [{name}]'
    )
