"""Cells that are no values, or not the ones that were meant: errors, formulas without a result, numbers a spreadsheet changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from cigem_core.formats.tables import DATE, ERROR, IS, ITEM, SCIENTIFIC
from cigem_core.report import Rule
from cigem_core.sdk.codecs import ReferenceCodec, TextCodec
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.reading.flags import Flag
from cigem_core.sdk.reading.items import AT, PLACE
from cigem_core.sdk.reading.misshapen import INSIDE, lists_inside
from cigem_core.sdk.reading.plan import Plan
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_ERRORS = (
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#PROPAGATION!", "#CALCUL!",
)  # fmt: skip
"""As spreadsheets show them, in English and in French."""
_FORMULA = r"^=.*(?:\b\$?[A-Z]{1,3}\$?[0-9]{1,7}\b|[A-Z.]+\()"
"""A text that is a formula: kept of a row without its result, it comes home in a corrections file."""

_TIME = r"^(?:[0-9]{2,}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?|1900-0(?:1-00|2-29)(?:T.*)?)$"
"""A time of day, or a day that never was: what a spreadsheet makes of 1:30, or of a number it shows as a day."""

WRONG = Text(
    fr="cette case affiche une erreur de calcul : y saisir la valeur",
    en="expected a value where an error of calculation is shown; type it",
)
UNCALCULATED = Text(
    fr="cette formule n'a pas de résultat : ouvrir le classeur dans un tableur et l'enregistrer, ou saisir la valeur",
    en="this formula has no result; open the workbook in a spreadsheet and save it, or type the value",
)
MADE_A_DAY = Text(
    fr="le tableur a fait une date de ce numéro : mettre la colonne au format Texte, puis le saisir à nouveau",
    en="the spreadsheet made a date of this number; format the column as text, then type it again",
)
MADE_A_POWER = Text(
    fr="le tableur a mis ce numéro en notation scientifique : mettre la colonne au format Texte, puis le saisir à nouveau",
    en="the spreadsheet put this number into scientific notation; format the column as text, then type it again",
)

MADE_A_DECIMAL = Text(
    fr="un logiciel a ajouté « ,0 » à ce numéro : mettre la colonne au format Texte, puis le saisir sans",
    en="a program added '.0' to this number; format the column as text, then type it without",
)


def no_values(cells: pl.DataFrame, texts: pl.DataFrame, plan: Plan) -> list[Flag]:
    """What is wrong with cells whatever their columns take, given what they were and their trimmed texts."""
    lenses = plan.by_header
    found = (flag for header in texts.columns for flag in _of_column(header, lenses.get(header), cells, texts, plan))
    return [flag for flag in found if flag.broken.any()]


def _of_column(header: str, lens: Lens | None, cells: pl.DataFrame, texts: pl.DataFrame, plan: Plan) -> Iterator[Flag]:
    is_text = isinstance(lens, Column) and lens.path is None and header == lens.header and isinstance(lens.codec, TextCodec)
    if is_text:
        yield from _powers(texts[header], lens, plan)
    if is_text and (plan.corrects or texts[header].str.starts_with("#").any()):
        yield from _spelled(texts[header], _blank(texts[header], lens), plan)
    kinds = cells[IS + header] if IS + header in cells.columns else None
    if kinds is None or lens is None or kinds.null_count() == len(kinds):
        return
    if int(kinds.max() or 0) >= ERROR:  # type: ignore[arg-type]
        errors = (kinds == ERROR).fill_null(False) & ~_blank(texts[header], lens)
        formulas = texts[header].str.starts_with("=").fill_null(False)
        yield Flag(header, UNCALCULATED, Rule.TYPE, errors & formulas)
        yield Flag(header, WRONG, Rule.TYPE, errors & ~formulas)
    if is_text:
        yield Flag(header, MADE_A_POWER, Rule.TYPE, (kinds == SCIENTIFIC).fill_null(False))
        if header in plan.key_columns or isinstance(getattr(lens, "codec", None), ReferenceCodec):
            times = texts[header].str.contains(_TIME)
            yield Flag(header, MADE_A_DAY, Rule.TYPE, ((kinds == DATE) | times).fill_null(False))


def _powers(texts: pl.Series, lens: Lens | None, plan: Plan) -> Iterator[Flag]:
    """Numbers by which someone or something is called, whose digits a spreadsheet rounded away before it saved them as text."""
    if texts.name not in plan.called:
        return
    meant = ~_blank(texts, lens)
    for pattern, remedy in ((_POWER, MADE_A_POWER), (_SHORT_DAY, MADE_A_DAY), (_DECIMAL, MADE_A_DECIMAL)):
        if (broken := texts.str.contains(pattern).fill_null(False) & meant).any():
            yield Flag(texts.name, remedy, Rule.TYPE, broken)


_POWER = r"^[+-]?[0-9](?:(?:[.,][0-9]+)?[eE]\+|[.,][0-9]+[eE])[0-9]{1,3}$"
_DECIMAL = r"^[0-9]{3,}[.,]0$"
"""A whole number as programs save one that they hold as a decimal; shorter ones are numbers of a paragraph."""

_MONTH = r"(?i:janv?|févr?|feb|mars?|mar|avr|apr|mai|may|juin|jun|juil?|jul|août|aug|sept?|oct|nov|déc|dec)"
_SHORT_DAY = rf"^(?:[0-9]{{1,2}}-{_MONTH}\.?(?:-[0-9]{{2}})?|{_MONTH}\.?-[0-9]{{2}})$"
"""A day as spreadsheets shorten it: `1-févr`, `févr-02`."""


def _blank(texts: pl.Series, lens: Lens | None) -> pl.Series:
    """The cells that say there is nothing, by what their column declares."""
    return texts.is_in(list(lens.blanks) if isinstance(lens, Column) else []).fill_null(False)


def shows_error(texts: pl.Series) -> pl.Series:
    """Which texts spell an error of calculation: they are never read as values."""
    return texts.str.replace_all(r"\s", "").str.to_uppercase().is_in(_ERRORS).fill_null(False)


def _spelled(texts: pl.Series, blank: pl.Series, plan: Plan) -> Iterator[Flag]:
    """Texts that are errors, as files of text hold them."""
    yield Flag(texts.name, WRONG, Rule.TYPE, shows_error(texts) & ~blank)
    if plan.corrects:
        yield Flag(texts.name, UNCALCULATED, Rule.TYPE, texts.str.contains(_FORMULA).fill_null(False))


def misplaced(cells: pl.DataFrame, plan: Plan) -> list[Flag]:
    """What stands in a document where a declared column should, in another shape."""
    return [
        Flag(one.header, one.remedy, Rule.TYPE, _holds(cells, name))
        for name, one in plan.misshapen.items()
        if name in cells.columns
    ]


def _holds(cells: pl.DataFrame, name: str) -> pl.Series:
    import polars as pl

    filled = pl.col(name).list.eval(pl.element() != "").list.any() if ITEM in name else pl.col(name) != ""
    return cells.select(filled.fill_null(False)).to_series()


def without_lists(
    items: Mapping[str, pl.DataFrame], plan: Plan, kinds: Mapping[str, str], height: int
) -> tuple[dict[str, pl.DataFrame], list[Flag]]:
    """The items of a document's lists without cells that are lists themselves, and those cells' faults."""
    if not (plan.is_sparse or (plan.corrects and plan.table.format.is_sparse)):
        return dict(items), []
    bare = dict[str, "pl.DataFrame"]()
    flags: list[Flag] = []
    for path, cells in items.items():
        for name, inside in lists_inside(cells.drop(AT, PLACE), kinds).items():
            flags.append(Flag(name, INSIDE, Rule.TYPE, inside).of_items(cells, height))
            bare[path] = bare.get(path, cells).with_columns(cells[name].set(inside, None))
    return {**items, **bare}, flags


def sound(texts: pl.DataFrame, wrong: Sequence[Flag]) -> pl.DataFrame:
    """The texts without those that are no values."""
    import polars as pl

    for flag in wrong:
        texts = texts.with_columns(pl.when(~flag.broken).then(pl.col(str(flag.header))).alias(str(flag.header)))
    return texts


def silenced(flags: Sequence[Flag], wrong: Sequence[Flag]) -> list[Flag]:
    """The flags without what they say of cells that are no values: those are blamed for that alone."""
    for cell in wrong:
        flags = [evolve(f, broken=f.broken & ~cell.broken) if f.header == cell.header and f.items is None else f for f in flags]
    return list(flags)
