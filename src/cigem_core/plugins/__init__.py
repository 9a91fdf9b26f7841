"""The plugins that are installed: found by entry point, asked one by one, never able to take the host down."""

from cigem_core.plugins.asking import own_process
from cigem_core.plugins.found import Plugin, Plugins
from cigem_core.plugins.loading import load

__all__ = ["Plugin", "Plugins", "load", "own_process"]
