"""The plugins that are installed: found by entry point, asked one by one, never able to take the host down."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cigem_core.plugins.watch import own_process

if TYPE_CHECKING:
    from cigem_core.plugins.found import Plugin, Plugins
    from cigem_core.plugins.loading import load

__all__ = ["Plugin", "Plugins", "load", "own_process"]

_ROOMS = {"Plugin": "found", "Plugins": "found", "load": "loading"}
"""What is loaded when it is asked for: with it comes all that adapters are written with, and help needs none of that."""


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'cigem_core.plugins' has no attribute '{name}'")
    return getattr(import_module(f"cigem_core.plugins.{_ROOMS[name]}"), name)
