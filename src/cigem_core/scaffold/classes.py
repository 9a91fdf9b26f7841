"""The declaration of a drafted kind as text: its enumerations, its class, and what they import."""

from __future__ import annotations

from collections.abc import Iterator

from cigem_core.model.fields import Field, groups_of, kind_of
from cigem_core.scaffold.matching import Match, Matched
from cigem_core.scaffold.samples import quoted

_SDK = "cigem_core.sdk"


def imports_of(found: Matched) -> Iterator[tuple[str, str]]:
    """The modules a table's kind is taken from, or is declared with, and the names taken from them."""
    if not found.is_drafted:
        yield found.kind.python.__module__, found.kind.python.__name__
        return
    yield from (("attrs", "frozen"), (_SDK, "kind"))
    for cls in _groups(found).values():
        yield from ((cls.__module__, cls.__name__), (_SDK, "group"))
    for match in _own(found):
        yield _SDK, _verb(match.wanted)
        if match.wanted.python.__module__ != "builtins" and match not in _enumerated(found):
            yield match.wanted.python.__module__, match.wanted.python.__name__
    if _enumerated(found):
        yield _SDK, "Labelled"


def class_of(found: Matched) -> str:
    """The class of a drafted kind, after the enumerations of its codes."""
    kind = found.kind
    said = f"fr={quoted(kind.label.fr)}, en={quoted(kind.label.en)}"
    lines = [
        *(line for match in _enumerated(found) for line in _enumeration(match)),
        f'@kind("{kind.name}", {said})',
        "@frozen(kw_only=True)",
        f"class {kind.python.__name__}:",
        '    """One record; say in a sentence what it is."""',
        "",
        *(line for match in _own(found) if match.wanted.is_key for line in _field(match.wanted)),
        *(f"    {name}: {cls.__name__} | None = group()" for name, cls in _groups(found).items()),
        *(line for match in _own(found) if not match.wanted.is_key for line in _field(match.wanted)),
    ]
    return "\n" + "\n".join(lines)


def questions_of(found: Matched) -> Iterator[str]:
    """What a drafted kind leaves to be said."""
    name, keys = found.kind.python.__name__, [field.name for field in found.kind.keys]
    yield (
        f"{name}: drafted from the columns of {quoted(found.table.title)}; name it and its fields, in both languages, and say "
        "which of them tell something of someone (sensitivity)."
    )
    if len(keys) > 1:
        yield f"{name}: no column tells records apart; do {', '.join(keys)} together?"


def _own(found: Matched) -> list[Match]:
    """What tells fields that stand in no group."""
    return [match for match in found.matches.values() if "." not in match.wanted.name]


def _groups(found: Matched) -> dict[str, type]:
    known = groups_of(kind_of("job_seeker").python)
    inside = dict.fromkeys(name.partition(".")[0] for name in found.matches if "." in name)
    return {name: known[name] for name in inside}


def _enumerated(found: Matched) -> list[Match]:
    """The fields whose codes are an enumeration that nobody has declared yet."""
    return [
        m for m in _own(found) if m.wanted.codes and (m.wanted.codes.__module__, m.wanted.codes.__name__) not in m.guess.imports
    ]


def _enumeration(match: Match) -> Iterator[str]:
    assert match.wanted.codes is not None
    yield f"class {match.wanted.codes.__name__}(Labelled):"
    yield '    """Its codes as the agency writes them; say what they tell."""'
    yield ""
    for member in match.wanted.codes:
        yield f"    {member.name} = {quoted(member.value)}, {quoted(getattr(member, 'fr', member.value))}"
    yield from ("", "")


def _verb(wanted: Field) -> str:
    if wanted.many:
        return "several"
    return "key" if wanted.is_key and wanted.is_required else "field"


def _field(wanted: Field) -> Iterator[str]:
    held, verb = wanted.python.__name__, _verb(wanted)
    held = {"several": f"tuple[{held}, ...]", "key": held}.get(verb, f"{held} | None")
    said = [quoted(wanted.label.en), f"fr={quoted(wanted.label.fr)}"]
    said += [f"sensitivity={quoted(wanted.sensitivity)}"] if wanted.sensitivity != "none" else []
    said += ["part_of_key=True"] if verb == "field" and wanted.is_key else []
    yield f"    {wanted.name}: {held} = {verb}({', '.join(said)})"
