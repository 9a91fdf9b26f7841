"""The bulletin: a chart and its table for each indicator, in one file, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.observatory.labels import Names
from cigem_core.observatory.protection import PublishedFigure
from cigem_core.observatory.writing.tables import FigureTable, figure_table, figure_tables, whole_of
from cigem_core.pages import Beside, PrintedTable, Prose, chart, page
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    from markupsafe import Markup

TITLE = Text(fr="Bulletin de l'emploi et de la formation", en="Bulletin of employment and training")
SECRET = Text(
    fr="Une case marquée « s » est masquée : elle compte peu de personnes, ou permettrait d'en retrouver une qui en compte peu.",
    en="A cell marked 's' is hidden: it counts few people, or would let one that does be reckoned.",
)


def protection_told(rounded_to: int | None, reach: int = 1) -> Text:
    """How few people are kept from being told, as every output says it."""
    if rounded_to is None:
        return SECRET
    near = rounded_to * reach
    return Text(
        fr=f"Les nombres de personnes sont arrondis à des multiples de {rounded_to}, à moins de {near} près, de sorte que leurs "
        "totaux restent exacts entre eux ; les rapports sont faits de ces nombres.",
        en=f"Numbers of people are rounded to multiples of {rounded_to}, by less than {near}, so that their totals still add up; "
        "ratios are made of these numbers.",
    )


@frozen(kw_only=True)
class Bulletin:
    """What a bulletin says, before it is written in a language."""

    period: Period
    indicators: Sequence[Indicator]
    figures: Sequence[PublishedFigure]
    coverage: Sequence[Text]
    names: Names
    way: Text = SECRET
    """How small counts are protected."""

    def html(self, language: Language) -> str:
        """The whole document."""
        body: list[Any] = [Prose((self.way, *self.coverage), heading=Text(fr="Avant de lire", en="Before reading"))]
        for one in self.indicators:
            body.append(Prose((one.definition, _told_whole(one, whole_of(one, self.figures))), heading=one.label))
            body += [self._part(table, language) for table in self.tables(one)]
        if pairs := self.pairs:
            body += [Prose((), heading=pairs.title), self._small_multiples(pairs, language)]
        return page(title=TITLE, subtitle=self.period.label, language=language, body=body)

    def tables(self, indicator: Indicator) -> list[FigureTable]:
        """The tables of an indicator."""
        return figure_tables(indicator, self.figures)

    @property
    def pairs(self) -> FigureTable | None:
        """Women and men in each region, of the first indicator; None where it has none to tell."""
        first = self.indicators[0]
        table = figure_table(first, ("region", "sex"), self.figures)
        return table if any(one.value is not None for one in table.cells) else None

    def _part(self, table: FigureTable, language: Language) -> Beside:
        """The chart of one breakdown, and its table beside it."""
        drawn = [
            {"name": called[0].in_(language), "value": numbers[0]}
            for called, numbers in table.rows(self.names)
            if isinstance(numbers[0], int | float)
        ]
        printed = self._printed(table)
        return Beside([printed, _drawn(_narrow(bars(drawn, table.indicator)), table, language)] if drawn else [printed])

    def _printed(self, table: FigureTable) -> PrintedTable:
        is_ratio = table.indicator.is_ratio
        rows = [
            [*called, _ratio(numbers[0]) if is_ratio else numbers[0], *numbers[1:]] for called, numbers in table.rows(self.names)
        ]
        return PrintedTable(caption=table.title, header=table.header, rows=rows)

    def _small_multiples(self, table: FigureTable, language: Language) -> Beside:
        """Women and men in each region, side by side: one small chart a region, all to one scale."""
        drawn = [
            {"region": called[0].in_(language), "sex": called[1].in_(language), "value": numbers[0]}
            for called, numbers in table.rows(self.names)
            if isinstance(numbers[0], int | float)
        ]
        return Beside([self._printed(table), _drawn(_facets(drawn), table, language)])


def _drawn(spec: dict[str, Any], table: FigureTable, language: Language) -> Markup:
    """A chart without a heading of its own: the table beside it has it."""
    title = table.title
    said = Text(fr=f"{title.fr} : les valeurs sont dans le tableau.", en=f"{title.en}: the values stand in the table.")
    return chart(spec, title=title, description=said, language=language, shown=False)


def _narrow(spec: dict[str, Any]) -> dict[str, Any]:
    """As wide as a telephone: its letters are read there too."""
    return {**spec, "width": 360}


def _ratio(value: float | int | str | None) -> Decimal | str:
    """A ratio as the bulletin writes it: four decimals, or a sign instead."""
    return Decimal(f"{value:.4f}") if isinstance(value, int | float) else value or "–"


def _told_whole(indicator: Indicator, whole: PublishedFigure) -> Text:
    if whole.is_hidden:
        return Text(fr="Ensemble : masqué.", en="All: hidden.")
    if whole.value is None:
        return Text(fr="Ensemble : rien à diviser.", en="All: nothing to divide.")
    out_of = f" ({whole.numerator} / {whole.denominator})" if indicator.is_ratio else ""
    shown = f"{whole.value:.4f}" if indicator.is_ratio else str(whole.value)
    bounds = "" if whole.low is None or whole.high is None else f" [{whole.low:.4f} – {whole.high:.4f}]"
    days = "" if whole.median_days is None else f" · {whole.median_days}"
    tail_fr, tail_en = (f"{days} jours (médiane)" if days else ""), (f"{days} days (median)" if days else "")
    french = f"{shown}{out_of}{bounds}".replace(".", ",")
    return Text(fr=f"Ensemble : {french}{tail_fr}.", en=f"All: {shown}{out_of}{bounds}{tail_en}.")


def bars(drawn: list[dict[str, Any]], indicator: Indicator) -> dict[str, Any]:
    """Bars, a name and a value each, in the unit of an indicator."""
    order = [row["name"] for row in drawn]
    value = {"field": "value", "type": "quantitative", "title": indicator.unit, "axis": {"tickCount": 5}}
    return {
        "height": {"step": 22},
        "data": {"values": drawn},
        "mark": "bar",
        "encoding": {"y": {"field": "name", "type": "nominal", "sort": order, "title": None}, "x": value},
    }


def _facets(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    """A small chart a region, in the order of the table."""
    regions, header = list(dict.fromkeys(row["region"] for row in drawn)), {"labelFontSize": 12}
    return {
        "width": 95,
        "height": 52,
        "data": {"values": drawn},
        "mark": "bar",
        "encoding": {
            "facet": {"field": "region", "type": "nominal", "columns": 3, "title": None, "sort": regions, "header": header},
            "y": {"field": "sex", "type": "nominal", "title": None},
            "x": {"field": "value", "type": "quantitative", "title": None, "axis": {"tickCount": 3}},
        },
        "resolve": {"axis": {"x": "independent"}},
        "autosize": "pad",
    }
