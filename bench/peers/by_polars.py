"""Polars by hand: whole columns, one flag per rule, and the flags turned into (row, column, rule)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import PHONE, REASONS, REQUIRED, SEXES, SITUATIONS, YES_NO, Found, keep_in_sqlite, lists_beside
from rows import COLUMNS

if TYPE_CHECKING:
    import polars as pl

NOTE = "silent on short rows: their absent cells read as empty"
_SURPLUS = "surplus"


def read(file: str) -> pl.DataFrame:
    """Cells as trimmed text, null where empty; one column more than the file has, to see rows that are too long."""
    import polars as pl

    cells = pl.read_csv(
        file,
        separator=";",
        encoding="cp1252",
        has_header=False,
        skip_rows=1,
        schema=dict.fromkeys((*COLUMNS, _SURPLUS), pl.String),
        missing_columns="insert",
    )
    text = pl.col(COLUMNS).str.strip_chars()
    return cells.select(
        pl.int_range(2, pl.len() + 2).alias("row"),
        pl.col(_SURPLUS).is_not_null().alias("extra-cell"),
        pl.when(text != "").then(text),
    )


def fold(cell: pl.Expr) -> pl.Expr:
    bare = cell.str.replace_all("[‘’ʼ′´`]", "'").str.normalize("NFKD").str.replace_all(r"\p{Mn}", "")
    return bare.str.to_lowercase().str.replace_all(r"\s+", " ")


def day(cell: pl.Expr) -> pl.Expr:
    import polars as pl

    written_so = cell.str.contains(r"^\d{2}/\d{2}/\d{4}$")
    return pl.when(written_so).then(cell.str.to_date("%d/%m/%Y", strict=False))


def values(file: str) -> dict[str, pl.Expr]:
    """Columns that are more than text, decoded: null where empty or not understood."""
    import polars as pl

    lists = lists_beside(file)

    def one_of(name: str, codes: tuple[str, ...] | list[str]) -> pl.Expr:
        return pl.when(pl.col(name).is_in(codes)).then(pl.col(name))

    def named(name: str, names: dict[str, str]) -> pl.Expr:
        return fold(pl.col(name)).replace_strict(names, default=None)

    birth, phone, years = (pl.col(name) for name in ("Date ou année de naissance", "Téléphone", "Expérience (années)"))
    about, year = birth.str.extract(r"(?i)^vers\s+(\d{4})$"), birth.str.extract(r"^(?:00/00/)?(\d{4})$")
    number = pl.when(years.str.contains(r"^[+-]?\d+(,\d+)?$")).then(years.str.replace(",", "."))
    return {
        "Date inscription": day(pl.col("Date inscription")),
        "Sexe": one_of("Sexe", SEXES),
        "Date ou année de naissance": pl.coalesce(year, about + "~", day(birth).cast(pl.String)),
        "Région": named("Région", lists.regions),
        "Téléphone": "+223" + phone.str.replace_all(r"[\s.]+", "").str.extract(PHONE),
        "Niveau d'étude": one_of("Niveau d'étude", lists.levels),
        "Code métier": one_of("Code métier", lists.occupations),
        "Expérience (années)": number.cast(pl.Float64, strict=False),
        "Migrant de retour": one_of("Migrant de retour", YES_NO),
        "Pays de provenance": named("Pays de provenance", lists.countries),
        "Date de retour": day(pl.col("Date de retour")),
        "Motif du retour": one_of("Motif du retour", REASONS),
        "Situation": one_of("Situation", SITUATIONS),
    }


TYPES = ("Date inscription", "Date ou année de naissance", "Expérience (années)", "Date de retour")


def flags(decoded: list[str]) -> dict[tuple[str, str], pl.Expr]:
    """(column, rule) → where it is broken; decoded values stand beside the cells, under `=name`."""
    import polars as pl

    broken = {(name, "required"): pl.col(name).is_null() for name in REQUIRED}
    for name in decoded:
        rule = "type" if name in TYPES else "pattern" if name == "Téléphone" else "enum"
        broken[name, rule] = pl.col(name).is_not_null() & pl.col(f"={name}").is_null()
    registered, birth = pl.col("=Date inscription"), pl.col("=Date ou année de naissance")
    registered_text = registered.cast(pl.String)
    broken["Expérience (années)", "minimum"] = pl.col("=Expérience (années)") < 0
    broken["Date de retour", "row"] = pl.col("=Date de retour") > registered
    broken["Date ou année de naissance", "row"] = (
        pl.when(birth.str.len_bytes() == 10)
        .then(birth > registered_text)
        .otherwise(birth.str.head(4) > registered_text.str.head(4))
    )
    key = pl.col("N° inscription")
    broken["N° inscription", "unique"] = key.is_not_null() & ~key.is_first_distinct()
    long = pl.col("extra-cell")
    return {("", "extra-cell"): long} | {which: (where & ~long).fill_null(False) for which, where in broken.items()}


def validate(file: str) -> tuple[pl.DataFrame, pl.DataFrame, Found]:
    """Cells with their values, whether each flag is up, and the faults."""
    decoded = values(file)
    cells = read(file).lazy().with_columns(value.alias(f"={name}") for name, value in decoded.items()).collect()
    asked = flags(list(decoded))
    raised = cells.select(where.alias(str(i)) for i, where in enumerate(asked.values()))
    faults = [
        (row, column, rule)
        for i, (column, rule) in enumerate(asked)
        if raised[str(i)].any()
        for row in cells["row"].filter(raised[str(i)]).to_list()
    ]
    return cells, raised, Found(cells.height, faults)


def check(file: str) -> Found:
    return validate(file)[2]


def keep(file: str, base: str) -> Found:
    import polars as pl
    import polars.selectors as cs

    cells, raised, found = validate(file)
    good = cells.filter(~raised.select(pl.any_horizontal(pl.all())).to_series())
    stored = [pl.col(f"={name}" if f"={name}" in cells.columns else name) for name in COLUMNS]
    keep_in_sqlite(base, good.select(stored).with_columns(cs.date().cast(pl.String)).iter_rows())
    return found
