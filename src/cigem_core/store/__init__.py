"""Where state lives: one database, in which everything an exchange did is kept together or not at all."""

from cigem_core.store.store import Store

__all__ = ["Store"]
