"""DuckDB SQL: one typed view of the file, one query that unpivots the broken rules, one that selects the rest."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from common import PHONE, REASONS, REQUIRED, SEXES, SITUATIONS, YES_NO, Found, keep_in_sqlite, lists_beside
from rows import COLUMNS

NOTE = "silent on short rows: their absent cells read as empty"


def utf8(file: str, folder: str) -> str:
    """The file in UTF-8: DuckDB reads cp1252 with an extension only, which it downloads."""
    path = Path(folder) / "utf8.csv"
    with (
        open(file, encoding="cp1252", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as target,
    ):
        shutil.copyfileobj(source, target, 1 << 20)
    return str(path)


def _in(codes: Sequence[str]) -> str:
    return "IN (" + ", ".join("'" + code.replace("'", "''") + "'" for code in codes) + ")"


def _fold(cell: str) -> str:
    return f"lower(strip_accents(regexp_replace(regexp_replace({cell}, '[‘’ʼ′´`]', '''', 'g'), '\\s+', ' ', 'g')))"


def _day(cell: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '\\d\\d/\\d\\d/\\d{{4}}') THEN try_strptime({cell}, '%d/%m/%Y')::DATE END"


def _quoted(name: str) -> str:
    return '"' + name + '"'


def prepare(file: str, folder: str) -> Any:
    """A connection with the table `seeker`: cells as text, and their values under `=name`."""
    lists = lists_beside(file)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE region (name VARCHAR, code VARCHAR); CREATE TABLE country (name VARCHAR, code VARCHAR)")
    connection.executemany("INSERT INTO region VALUES (?, ?)", list(lists.regions.items()))
    connection.executemany("INSERT INTO country VALUES (?, ?)", list(lists.countries.items()))
    birth, phone, years = '"Date ou année de naissance"', '"Téléphone"', '"Expérience (années)"'
    one_of = {
        "Sexe": SEXES,
        "Niveau d'étude": lists.levels,
        "Code métier": lists.occupations,
        "Migrant de retour": YES_NO,
        "Motif du retour": REASONS,
        "Situation": SITUATIONS,
    }
    values = {
        "Date inscription": _day('"Date inscription"'),
        "Date ou année de naissance": f"""coalesce(
            nullif(regexp_extract({birth}, '^(?:00/00/)?(\\d{{4}})$', 1), ''),
            nullif(regexp_extract({birth}, '(?i)^vers\\s+(\\d{{4}})$', 1), '') || '~',
            ({_day(birth)})::VARCHAR)""",
        "Téléphone": f"'+223' || nullif(regexp_extract(regexp_replace({phone}, '[\\s.]+', '', 'g'), '{PHONE}', 1), '')",
        "Expérience (années)": f"CASE WHEN regexp_full_match({years}, '[+-]?\\d+(,\\d+)?')"
        f" THEN try_cast(replace({years}, ',', '.') AS DECIMAL(18, 6)) END",
        "Date de retour": _day('"Date de retour"'),
        "Région": "region.code",
        "Pays de provenance": "country.code",
    } | {name: f"CASE WHEN {_quoted(name)} {_in(codes)} THEN {_quoted(name)} END" for name, codes in one_of.items()}
    texts = dict.fromkeys((*COLUMNS, "surplus"), "VARCHAR")
    # One column more than the file has, to see rows that are too long. Rows it could reject as too short it would
    # leave out, and number those after them anew.
    connection.execute(
        f"""
        CREATE TABLE cells AS
        SELECT row_number() OVER () + 1 AS "row",
               surplus IS NOT NULL AS long,
               {", ".join(f"nullif(trim({_quoted(name)}), '') AS {_quoted(name)}" for name in COLUMNS)}
        FROM read_csv($file, delim = ';', quote = '"', escape = '"', header = true, auto_detect = false, parallel = false,
                      columns = {texts}, null_padding = true)
        """,
        {"file": utf8(file, folder)},
    )
    connection.execute(
        f"""
        CREATE TABLE seeker AS
        SELECT cells.*, row_number() OVER (PARTITION BY "N° inscription" ORDER BY "row") AS turn,
               {", ".join(f'{value} AS "={name}"' for name, value in values.items())}
        FROM cells
        LEFT JOIN region ON region.name = {_fold('"Région"')}
        LEFT JOIN country ON country.name = {_fold('"Pays de provenance"')}
        """
    )
    return connection


def broken() -> dict[tuple[str, str], str]:
    """(column, rule) → the condition under which it is broken."""
    types = dict.fromkeys(("Date inscription", "Date ou année de naissance", "Expérience (années)", "Date de retour"), "type")
    enums = (
        "Sexe",
        "Région",
        "Niveau d'étude",
        "Code métier",
        "Migrant de retour",
        "Pays de provenance",
        "Motif du retour",
        "Situation",
    )
    rules = types | dict.fromkeys(enums, "enum") | {"Téléphone": "pattern"}
    born, registered = '"=Date ou année de naissance"', '"=Date inscription"'
    asked = {(name, "required"): f'"{name}" IS NULL' for name in REQUIRED}
    asked |= {(name, rule): f'"{name}" IS NOT NULL AND "={name}" IS NULL' for name, rule in rules.items()}
    asked |= {
        ("Expérience (années)", "minimum"): '"=Expérience (années)" < 0',
        ("Date de retour", "row"): f'"=Date de retour" > {registered}',
        ("Date ou année de naissance", "row"): f"CASE WHEN length({born}) = 10 THEN {born} > {registered}::VARCHAR"
        f" ELSE left({born}, 4) > left({registered}::VARCHAR, 4) END",
        ("N° inscription", "unique"): '"N° inscription" IS NOT NULL AND turn > 1',
    }
    return {("", "extra-cell"): "long"} | {which: f"NOT long AND ({condition})" for which, condition in asked.items()}


def found(connection: Any) -> Found:
    """The faults, from one list of broken rules per row."""
    cases = ", ".join(
        f"CASE WHEN {condition} THEN {{'of': '{column.replace(chr(39), chr(39) * 2)}', 'rule': '{rule}'}} END"
        for (column, rule), condition in broken().items()
    )
    faults = connection.execute(
        f"""SELECT "row", fault.of, fault.rule FROM (SELECT "row", unnest([{cases}]) AS fault FROM seeker)
            WHERE fault IS NOT NULL ORDER BY "row" """
    ).fetchall()
    return Found(connection.execute("SELECT count(*) FROM seeker").fetchone()[0], faults)


def check(file: str) -> Found:
    with tempfile.TemporaryDirectory(dir=Path(file).parent) as folder:
        return found(prepare(file, folder))


def keep(file: str, base: str) -> Found:
    with tempfile.TemporaryDirectory(dir=Path(file).parent) as folder:
        connection = prepare(file, folder)
        faults = found(connection)
        good = " AND ".join(f"NOT coalesce({condition}, false)" for condition in broken().values())
        decoded = {name for name, *_ in connection.execute("DESCRIBE seeker").fetchall()}
        stored = ", ".join(f'"={name}"::VARCHAR' if f"={name}" in decoded else f'"{name}"' for name in COLUMNS)
        accepted = connection.execute(f"SELECT {stored} FROM seeker WHERE {good}")
        keep_in_sqlite(base, (row for some in iter(lambda: accepted.fetchmany(50_000), []) for row in some))
        return faults
