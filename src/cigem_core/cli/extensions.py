"""The plugins that are installed, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from cigem_core.cli.language import Speech
from cigem_core.cli.show import screen
from cigem_core.text import Language

if TYPE_CHECKING:
    from cigem_core.plugins import Plugin


def plugins(say: Speech, found: Sequence[Plugin]) -> None:
    """The plugins installed."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("Extension", "Plugin"), say("Version", "Version"), say("État", "Status"),
        say("Apporte", "Brings"), say("Niveau", "Tier"), say("Raison", "Reason"),
    ):  # fmt: skip
        table.add_column(heading)
    states = {"ok": say("en ordre", "ok"), "refused": say("refusée", "refused"), "broken": say("en panne", "broken")}
    for plugin in found:
        brings = [f"{a.agency} ({', '.join(t.kind.name for t in a.pull)})" for a in plugin.adapters]
        brings += [f"{c.list}@{c.edition}" for c in plugin.codelists] + [c.reference for c in plugin.conventions]
        reason = say.text(plugin.reason) if plugin.reason else ""
        tiers = "\n".join(say.text(tier) for tier in plugin.tiers.values())
        table.add_row(plugin.name, plugin.version, states[plugin.status], escape("\n".join(brings)), tiers, escape(reason))
    screen().print(table)


def plugin_as_dict(plugin: Plugin, language: Language) -> dict[str, Any]:
    """A plugin, for programs."""
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "reason": plugin.reason.in_(language) if plugin.reason else None,
        "agencies": [a.agency for a in plugin.adapters],
        "tiers": {agency: tier.in_(language) for agency, tier in plugin.tiers.items()},
        "codelists": [f"{c.list}@{c.edition}" for c in plugin.codelists],
        "conventions": [c.reference for c in plugin.conventions],
    }
