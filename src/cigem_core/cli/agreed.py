"""Conventions, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cigem_core.model.conventions import Clause, Convention
from cigem_core.text import Language, without_secrets

if TYPE_CHECKING:
    from cigem_core.plugins import Plugins


def created_as_dict(where: str, installed: Sequence[Convention], plugins: Plugins, language: Language) -> dict[str, Any]:
    """What `init` did: the conventions that stand there, those that plugins ship beside, and plugins that cannot be used."""
    known = {convention.reference for convention in installed}
    beside = [convention for convention in plugins.conventions if convention.reference not in known]
    return {
        "workspace": without_secrets(where),
        "installed": [_of(convention, plugins, language) for convention in installed],
        "not_installed": [_of(convention, plugins, language) for convention in beside],
        "plugins": [
            {"name": plugin.name, "status": plugin.status, "reason": plugin.reason.in_(language) if plugin.reason else None}
            for plugin in plugins.found
        ],
    }


def _of(convention: Convention, plugins: Plugins, language: Language) -> dict[str, Any]:
    """Which convention it is, and which plugin its wording is of; None where it is the centre's own."""
    origin = plugins.origin_of(convention)
    return {"reference": convention.reference, "title": convention.title.in_(language), "plugin": origin}


def convention_as_dict(convention: Convention, language: Language) -> dict[str, Any]:
    """A convention and its clauses: when it is in force, and what each lets cross."""
    since = convention.standing.open
    return {
        "reference": convention.reference,
        "agency": convention.agency.code,
        "title": convention.title.in_(language),
        "begins": convention.begins.isoformat(),
        "last": convention.last and convention.last.isoformat(),
        "suspended_since": since and since.begins.isoformat(),
        "illustrative": convention.illustrative.in_(language) if convention.illustrative else None,
        "digest": convention.digest,
        "clauses": [_clause_as_dict(clause) for clause in convention.clauses],
    }


def _clause_as_dict(clause: Clause) -> dict[str, Any]:
    """What of which kinds crosses, as the clause says it: `*` is every field; so do columns that nobody declared, or some."""
    return {
        "article": clause.article,
        "axis": str(clause.axis),
        "direction": clause.direction,
        "fields": {kind: list(names) for kind, names in clause.fields.items()},
        "columns": clause.cargo if isinstance(clause.cargo, bool) else list(clause.cargo),
    }
