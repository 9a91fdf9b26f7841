"""One database and its manners: how it is found, opened and migrated, and how its refusals are said."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from cigem_core.errors import CigemError, InternalError, MissingExtra, WorkspaceError
from cigem_core.store.dialects import Trouble, dialect_of, manners, open_file
from cigem_core.store.schema import REVISION
from cigem_core.text import Text, without_secrets

_OURS = frozenset({"alembic_version", "batch", "journal", "quarantine", "version"})
"""Tables that stand in every workspace."""

# Parameters and rows hold personal values. Errors and logs quote the first unless told not to; the second show whenever
# an embedder has SQLAlchemy log at DEBUG, so our engines log under a name of their own, which drops what is said there.
_DISCREET: dict[str, Any] = {"hide_parameters": True, "logging_name": "cigem", "pool_logging_name": "cigem"}
logging.getLogger("sqlalchemy.engine.Engine.cigem").addFilter(lambda record: record.levelno > logging.DEBUG)
# Whoever presses Ctrl-C while a connection closes hears of it from the command, and needs no traceback beside it.
logging.getLogger("sqlalchemy.pool.impl.QueuePool.cigem").addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))
)


def connect(where: str | Path, *, create: bool) -> Engine:
    """An engine on a workspace, named by a path or a URL; WorkspaceError when it is missing or cannot be one."""
    written = str(where)
    scheme = written.partition("://")[0] if "://" in written else "sqlite"
    match scheme.partition("+")[0]:
        case "sqlite":
            engine = _on_file(_path(written), create=create)
        case "postgresql" | "postgres":
            engine = _on_server(written)
        case _:
            raise WorkspaceError(
                Text(
                    fr=f"un espace de travail est un fichier SQLite ou une base postgresql:// ; pas {scheme}",
                    en=f"a workspace is an SQLite file or a postgresql:// database, not {scheme}",
                )
            )
    ways = dialect_of(engine)
    event.listen(engine, "connect", lambda raw, _: ways.settle(raw))
    event.listen(engine, "begin", ways.begin)
    return engine


def named(engine: Engine) -> str:
    """How people call a workspace: its path, or its URL without the password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return without_secrets(engine.url.render_as_string(hide_password=True))


def migrate(engine: Engine) -> bool:
    """Bring the fixed tables to this version of the library; whether there were none before.

    Somebody else's database or a later one is refused.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with plainly(engine), engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        if tables and _revision(connection) is None:
            raise WorkspaceError(
                Text(
                    fr=f"{named(engine)} est la base de données d'autre chose ; choisir un autre nom",
                    en=f"{named(engine)} is the database of something else; choose another name",
                )
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return not tables


def check_revision(engine: Engine) -> None:
    """Refuse a database that is no workspace, or of another version."""
    with plainly(engine), engine.connect().execution_options(**dialect_of(engine).reading) as connection:
        found = _revision(connection)
    if found is None:
        raise _foreign(engine)
    if found != REVISION:
        raise WorkspaceError(
            Text(
                fr=f"{named(engine)} vient d'une version antérieure ; le mettre à jour par cigem init",
                en=f"{named(engine)} was written by an earlier version; bring it up to date with cigem init",
            )
        )


@contextmanager
def plainly(engine: Engine, *, into: Path | None = None) -> Iterator[None]:
    """Say in our words what the database refuses: its own may quote rows, and rows are people.

    `into` is the folder of a copy the database writes: where that is what it could not do, that folder is named.
    """
    assert engine.dialect.dbapi is not None
    try:
        yield
    except DBAPIError as error:
        raise _refusal(engine, error.orig or error, into) from None
    except engine.dialect.dbapi.Error as error:
        raise _refusal(engine, error, into) from None


def _refusal(engine: Engine, error: BaseException, into: Path | None) -> CigemError:
    where, ways = named(engine), dialect_of(engine)
    trouble, code = ways.trouble(error), ways.code(error)
    if into is not None and code in _NOT_WRITTEN:
        trouble, where = Trouble.FULL, str(into.resolve())
    if trouble is Trouble.FOREIGN:
        return _foreign(engine)
    if trouble is None:
        return InternalError(
            Text(
                fr=f"la base de données a refusé ce que nous lui demandions ({code}) ; rien n'a été gardé",
                en=f"the database refused what we asked of it ({code}); nothing was kept",
            )
        )
    return WorkspaceError(_SAID[trouble](where, code))


_NOT_WRITTEN = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE"})
"""What SQLite says of a copy for which its disk has no room, or which is larger than that disk takes a file to be."""


def _foreign(engine: Engine) -> WorkspaceError:
    return WorkspaceError(
        Text(fr=f"{named(engine)} n'est pas un espace de travail de cigem", en=f"{named(engine)} is not a cigem workspace")
    )


def _busy(where: str, _: str) -> Text:
    seconds = f"{manners.BUSY_SECONDS:g}"
    return Text(
        fr=f"quelqu'un d'autre écrit dans {where} depuis plus de {seconds} s ; rien n'a été gardé, recommencer plus tard",
        en=f"someone else has been writing to {where} for more than {seconds} s; nothing was kept, try again later",
    )


def _forbidden(where: str, _: str) -> Text:
    return Text(
        fr=f"lecture ou écriture interdite : {where} ; demander les droits sur le fichier et son dossier, ou sur la base",
        en=f"reading or writing forbidden: {where}; ask for rights to the file and its folder, or to the database",
    )


def _full(where: str, _: str) -> Text:
    return Text(
        fr=f"il n'y a plus de place pour {where} ; rien n'a été gardé : faire de la place et recommencer",
        en=f"there is no room left for {where}; nothing was kept: make room and try again",
    )


def _unreachable(where: str, code: str) -> Text:
    return Text(
        fr=f"{where} ne répond pas ({code}) ; vérifier le nom, le disque ou le serveur",
        en=f"{where} does not answer ({code}); check the name, the disk or the server",
    )


_SAID = {
    Trouble.BUSY: _busy,
    Trouble.FORBIDDEN: _forbidden,
    Trouble.FULL: _full,
    Trouble.UNREACHABLE: _unreachable,
}


def _path(written: str) -> Path:
    try:
        name = make_url(written).database if written.startswith("sqlite:") else written
    except ArgumentError:
        name = None
    if not name or "\0" in name:
        raise WorkspaceError(
            Text(fr="un espace de travail a besoin d'un nom de fichier", en="a workspace needs the name of a file")
        )
    return Path(name)


def _on_file(path: Path, *, create: bool) -> Engine:
    try:
        _look(path, create=create)
    except OSError:
        raise WorkspaceError(_forbidden(str(path), "")) from None
    return create_engine(URL.create("sqlite", database=str(path)), creator=lambda: open_file(path), **_DISCREET)


def _on_server(written: str) -> Engine:
    try:
        url = make_url(written).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        # The URL may hold a password: it is not quoted.
        raise WorkspaceError(
            Text(
                fr="l'URL de l'espace de travail est mal écrite ; attendu : postgresql://nom@serveur/base",
                en="the URL of the workspace is badly written; expected postgresql://name@server/database",
            )
        ) from None
    try:
        return create_engine(url, **_DISCREET)
    except ModuleNotFoundError:
        raise MissingExtra(
            Text(
                fr="PostgreSQL demande un complément : pip install cigem-core[postgresql]",
                en="PostgreSQL needs an extra: pip install cigem-core[postgresql]",
            )
        ) from None


def _missing(path: Path) -> Text:
    """Where it was looked for, whole; and where one of that name is, where somebody stands in a folder below it."""
    looked = path.absolute()
    above = [parent / path.name for parent in looked.parent.parents if (parent / path.name).is_file()]
    if above:
        return Text(
            fr=f"il n'y a pas d'espace de travail à {looked} ; il y en a un à {above[0]} : le nommer par -w, ou s'y placer",
            en=f"there is no workspace at {looked}; there is one at {above[0]}: name it with -w, or go there",
        )
    return Text(
        fr=f"il n'y a pas d'espace de travail à {looked} ; le créer : cigem init {path}",
        en=f"there is no workspace at {looked}; make one: cigem init {path}",
    )


def _look(path: Path, *, create: bool) -> None:
    if path.is_dir():
        raise WorkspaceError(
            Text(
                fr=f"{path} est un dossier ; un espace de travail est un fichier", en=f"{path} is a folder; a workspace is a file"
            )
        )
    if not create and not path.is_file():
        raise WorkspaceError(_missing(path))
    if not path.resolve().parent.is_dir():
        raise WorkspaceError(
            Text(
                fr=f"le dossier de {path} n'existe pas ; le créer, ou en donner un autre",
                en=f"the folder of {path} does not exist; make it, or give another",
            )
        )
    if create and not path.exists():
        # For its owner alone: it will hold personal data. The files SQLite sets beside it take the same mode.
        path.touch(mode=0o600)


def _revision(connection: Connection) -> str | None:
    """The revision of a workspace; None when this is none."""
    if not set(inspect(connection).get_table_names()) >= _OURS:
        return None
    found: Any = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found > REVISION:
        raise WorkspaceError(
            Text(
                fr=f"l'espace de travail vient d'une version ultérieure ({found}) ; mettre cigem_core à jour",
                en=f"the workspace was written by a later version ({found}); update cigem_core",
            )
        )
    return None if found is None else str(found)
