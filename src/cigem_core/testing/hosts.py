"""A host with some adapters and nothing installed: for tests, and for trying an adapter before its package exists.

Workspace.create("essai.sqlite", on=today, by="awa", plugins=hosting(adapter))
"""

from __future__ import annotations

import pluggy

from cigem_core.plugins import Plugin, Plugins
from cigem_core.sdk import hooks
from cigem_core.sdk.adapter import Adapter


def hosting(*adapters: Adapter, listeners: tuple[object, ...] = ()) -> Plugins:
    """The plugins of a host that has these adapters only; `listeners` are objects or modules with hooks of their own."""
    manager = pluggy.PluginManager(hooks.GROUP)
    manager.add_hookspecs(hooks)
    for listener in listeners:
        manager.register(listener)
    found = Plugin(name="here", distribution="-", version="-", status="ok", adapters=adapters)
    return Plugins(found=(found,), manager=manager)
