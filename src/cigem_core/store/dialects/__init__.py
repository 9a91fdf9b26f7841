"""What differs between SQLite and PostgreSQL, and nothing else."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sqlalchemy import Connection, Dialect, Engine, make_url

from cigem_core.store.dialects.manners import DatabaseDialect, Trouble
from cigem_core.store.dialects.sqlite import open_file

__all__ = ["DatabaseDialect", "Trouble", "compiler_of", "dialect_of", "open_file"]


def dialect_of(database: Engine | Connection) -> DatabaseDialect:
    """The ways of a database."""
    return _ways(database.dialect.name)


@cache
def compiler_of(driver: str) -> Dialect:
    """What writes statements for a driver, whatever the connection: what is asked again and again is written once."""
    return make_url(f"{driver}://").get_dialect()()


@cache
def _ways(name: str) -> DatabaseDialect:
    """Loaded when first asked for: a workspace is one file, or is on a server."""
    ways: DatabaseDialect = import_module(f"cigem_core.store.dialects.{name}").WAYS
    return ways
