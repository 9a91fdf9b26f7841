"""One database and its manners: how it is opened, locked and migrated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from cigem_core.errors import WorkspaceError
from cigem_core.store.schema import REVISION
from cigem_core.text import Text

BUSY_SECONDS = 60
"""How long a writer waits for another one to finish."""

READ = {"cigem_read": True}
"""Execution options of a connection that only reads: it takes no lock a writer would wait for."""


def connect(where: str | Path, *, create: bool) -> Engine:
    """An engine on a workspace; WorkspaceError when it is missing or is no database."""
    url = str(where)
    path = Path(make_url(url).database or "") if url.startswith("sqlite:") else Path(url)
    if "://" in url and not url.startswith("sqlite:"):
        scheme = url.partition("://")[0]
        raise WorkspaceError(
            Text(
                fr=f"un espace de travail est un fichier SQLite ; {scheme} n'est pas pris en charge",
                en=f"a workspace is an SQLite file; {scheme} is not supported",
            )
        )
    if not create and not path.is_file():
        raise WorkspaceError(
            Text(
                fr=f"il n'y a pas d'espace de travail à {path} ; le créer : cigem init {path}",
                en=f"there is no workspace at {path}; make one: cigem init {path}",
            )
        )
    if not path.resolve().parent.is_dir():
        raise WorkspaceError(Text(fr=f"le dossier de {path} n'existe pas", en=f"the folder of {path} does not exist"))
    if create:
        # For its owner alone: it will hold personal data. The files SQLite sets beside it take the same mode.
        path.touch(mode=0o600, exist_ok=True)
    # Parameters hold personal values, and a database error quotes them unless told not to.
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the fixed tables to this version of the library; a workspace of a later one is refused."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        _refuse_later(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_revision(engine: Engine) -> None:
    """Refuse a database that is no workspace, or of another version."""
    try:
        with engine.connect().execution_options(**READ) as connection:
            found = _refuse_later(connection)
    except DatabaseError:
        found = None
    if found is None:
        raise WorkspaceError(
            Text(
                fr=f"{engine.url.database} n'est pas un espace de travail de cigem",
                en=f"{engine.url.database} is not a cigem workspace",
            )
        )
    if found != REVISION:
        raise WorkspaceError(
            Text(
                fr=f"{engine.url.database} vient d'une version antérieure ; le mettre à jour par cigem init",
                en=f"{engine.url.database} was written by an earlier version; bring it up to date with cigem init",
            )
        )


def _refuse_later(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found > REVISION:
        raise WorkspaceError(
            Text(
                fr=f"l'espace de travail vient d'une version ultérieure ({found}) ; mettre cigem_core à jour",
                en=f"the workspace was written by a later version ({found}); update cigem_core",
            )
        )
    return found


def _settle(raw: Any, _: Any) -> None:
    # The driver would begin transactions by itself, and only when it sees fit; `_begin` says when.
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("cigem_read")
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
