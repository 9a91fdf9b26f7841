"""What differs between SQLite and PostgreSQL, and nothing else."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sqlalchemy import Connection, Engine

from cigem_core.store.dialects.manners import DatabaseDialect, Trouble
from cigem_core.store.dialects.sqlite import open_file

__all__ = ["DatabaseDialect", "Trouble", "dialect_of", "open_file"]


def dialect_of(database: Engine | Connection) -> DatabaseDialect:
    """The ways of a database."""
    return _ways(database.dialect.name)


@cache
def _ways(name: str) -> DatabaseDialect:
    """Loaded when first asked for: a workspace is one file, or is on a server."""
    ways: DatabaseDialect = import_module(f"cigem_core.store.dialects.{name}").WAYS
    return ways
