"""singer-sdk: a tap that says the schema and the records, piped into a target on SQLite that validates them.

The target validates by JSON Schema, which knows neither rules between cells nor a key that comes twice. A record it
refuses stops it, unless told otherwise; then it logs a sentence that names no row, and loads the record all the same.
"""
# mypy: disable-error-code="import-not-found", allow-subclassing-any

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import REASONS, REQUIRED, SEXES, SITUATIONS, YES_NO, Found, lists_beside
from rows import COLUMNS
from singer_sdk import Stream, Tap
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget

NOTE = "logs column and value, no row; loads wrong rows all the same"

_PATTERNS = {
    "Date inscription": r"^(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}$",
    "Date de retour": r"^(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}$",
    "Date ou année de naissance": r"^([0-9]{2}/[0-9]{2}/)?[0-9]{4}$|^[Vv]ers +[0-9]{4}$",
    "Téléphone": r"^(\+223|00223)?[ .]*[2456789]([ .]*[0-9]){7}$",
    "Expérience (années)": r"^\+?[0-9]+(,[0-9]+)?$",
}


def schema(file: str) -> dict[str, Any]:
    """What JSON Schema can say of the columns; a list whose case and accents are free is beyond it."""
    lists = lists_beside(file)
    enums = {
        "Sexe": SEXES,
        "Niveau d'étude": lists.levels,
        "Code métier": lists.occupations,
        "Migrant de retour": YES_NO,
        "Motif du retour": REASONS,
        "Situation": SITUATIONS,
    }
    cells: dict[str, dict[str, Any]] = {
        name: {"type": ["string"] if name in REQUIRED else ["string", "null"]}
        | ({"pattern": _PATTERNS[name]} if name in _PATTERNS else {})
        | ({"enum": [*enums[name], None]} if name in enums else {})
        for name in COLUMNS
    }
    return {"type": "object", "properties": cells, "required": list(REQUIRED)}


class Seekers(Stream):
    name = "seeker"
    # With a key, a reference that comes twice would stop the target.
    primary_keys = ()

    def get_records(self, context: Any) -> Iterator[dict[str, str | None]]:  # noqa: ARG002
        with open(self.config["file"], encoding="cp1252", newline="") as lines:
            for record in csv.DictReader(lines, delimiter=";"):
                yield {name: (record[name] or "").strip() or None for name in COLUMNS}


class AgencyTap(Tap):
    name = "tap-agency"
    config_jsonschema: dict[str, Any] = {"properties": {"file": {"type": "string"}}}  # noqa: RUF012

    def discover_streams(self) -> list[Stream]:
        return [Seekers(self, schema=schema(self.config["file"]))]


class SqliteConnector(SQLConnector):
    def get_sqlalchemy_url(self, config: dict[str, Any]) -> str:
        return f"sqlite:///{config['base']}"


class SqliteSink(SQLSink):
    connector_class = SqliteConnector
    max_size = 10_000
    fail_on_record_validation_exception = False


class SqliteTarget(SQLTarget):
    name = "target-sqlite"
    default_sink_class = SqliteSink
    config_jsonschema: dict[str, Any] = {"properties": {"base": {"type": "string"}}}  # noqa: RUF012


def keep(file: str, base: str) -> Found:
    here = Path(__file__)
    with subprocess.Popen([sys.executable, "-m", f"peers.{here.stem}", file], stdout=subprocess.PIPE, cwd=here.parents[1]) as tap:
        assert tap.stdout is not None
        target = SqliteTarget(config={"base": base, "add_record_metadata": False})
        target.listen(file_input=io.TextIOWrapper(tap.stdout, "utf-8"))
    return Found(_loaded(base), [])


def _loaded(base: str) -> int:
    import sqlite3

    with sqlite3.connect(base) as connection:
        return int(connection.execute("SELECT count(*) FROM seeker").fetchone()[0])


if __name__ == "__main__":
    AgencyTap(config={"file": sys.argv[1]}).sync_all()
