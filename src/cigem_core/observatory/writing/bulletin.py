"""The bulletin: a chart and its table for each indicator, in one file, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from cigem_core.disclosure.cells import TOTAL
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.observatory.labels import BREAKDOWNS, label
from cigem_core.observatory.protection import Published
from cigem_core.pages import PrintedTable, Prose, chart, page
from cigem_core.text import Language, Text

_SECRET = Text(
    fr="Une case marquée « s » est masquée : elle compte peu de personnes, ou permettrait d'en retrouver une qui en compte peu.",
    en="A cell marked 's' is hidden: it counts few people, or would let one that does be reckoned.",
)
_HIDDEN = "s"


@frozen(kw_only=True)
class Bulletin:
    """What a bulletin says, before it is written in a language."""

    period: Period
    indicators: Sequence[Indicator]
    figures: Sequence[Published]
    coverage: Sequence[Text]
    names: dict[tuple[str, str], Text]

    def html(self, language: Language) -> str:
        """The whole document."""
        title = Text(fr="Bulletin de l'emploi et de la formation", en="Bulletin of employment and training")
        body: list[Any] = [Prose((_SECRET, *self.coverage), heading=Text(fr="Avant de lire", en="Before reading"))]
        for one in self.indicators:
            body.append(Prose((one.definition, self._whole(one)), heading=one.label))
            body += [part for name in self._shown(one) for part in self._part(one, name, language)]
        body += small_multiples(self, self.indicators[0], language)
        return page(title=title, subtitle=self.period.label, language=language, body=body)

    def _shown(self, indicator: Indicator) -> list[str]:
        """One breakdown an indicator; the first, and by occupation too, where there is something to see."""
        wanted = [name for name in indicator.breakdowns if name in ("region", "occupation", "age", "status", "agency")]
        return [name for name in wanted if any(not one.is_hidden for one in self._cells(indicator, name))]

    def _cells(self, indicator: Indicator, breakdown: str) -> list[Published]:
        """The cells of one breakdown alone."""
        of_it = [one for one in self.figures if one.indicator == indicator.name]
        return [
            one
            for one in of_it
            if one.by.get(breakdown, TOTAL) != TOTAL and list(one.by.values()).count(TOTAL) == len(one.by) - 1
        ]

    def _whole(self, indicator: Indicator) -> Text:
        (whole,) = [one for one in self.figures if one.indicator == indicator.name and set(one.by.values()) <= {TOTAL}]
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

    def _part(self, indicator: Indicator, breakdown: str, language: Language) -> list[Any]:
        """The chart of one breakdown, and its table beside it."""
        cells = self._cells(indicator, breakdown)
        called = BREAKDOWNS.get(breakdown, Text(fr=breakdown, en=breakdown))
        named = [(label(self.names, breakdown, one.by[breakdown]), one) for one in cells]
        drawn = [{"name": name.in_(language), "value": one.value} for name, one in named if one.value is not None]
        title = Text(fr=f"{indicator.label.fr}, par {called.fr.lower()}", en=f"{indicator.label.en}, by {called.en.lower()}")
        told = Text(fr=f"{title.fr} : les valeurs sont dans le tableau.", en=f"{title.en}: the values stand in the table.")
        header: list[Text | str] = [called, Text(fr="Valeur", en="Value")]
        header += [Text(fr="Dont", en="Of which"), Text(fr="Sur", en="Out of")] if indicator.is_ratio else []
        rows: Any = [[name, *self._row(indicator, one, language)] for name, one in named]
        parts: list[Any] = [PrintedTable(caption=title, header=header, rows=rows)]
        if drawn:
            parts.insert(0, chart(_bars(drawn, indicator), title=title, description=told, language=language))
        return parts

    def _row(self, indicator: Indicator, one: Published, language: Language) -> list[Any]:
        if one.is_hidden:
            return [_HIDDEN] * (3 if indicator.is_ratio else 1)
        if not indicator.is_ratio:
            return [one.value]
        value = "–" if one.value is None else f"{one.value:.4f}".replace(".", "," if language == "fr" else ".")
        return [value, one.numerator, one.denominator]


def _bars(drawn: list[dict[str, Any]], indicator: Indicator) -> dict[str, Any]:
    order = [row["name"] for row in drawn]
    value = {"field": "value", "type": "quantitative", "title": indicator.unit, "axis": {"tickCount": 5}}
    return {
        "height": max(60, 22 * len(drawn)),
        "data": {"values": drawn},
        "mark": "bar",
        "encoding": {"y": {"field": "name", "type": "nominal", "sort": order, "title": None}, "x": value},
    }


def small_multiples(bulletin: Bulletin, indicator: Indicator, language: Language) -> list[Any]:
    """Women and men in each region, side by side: one small chart a region, all to one scale."""
    rows: list[dict[str, Any]] = []
    for one in bulletin.figures:
        region, sex = one.by.get("region", TOTAL), one.by.get("sex", TOTAL)
        is_pair = TOTAL not in (region, sex) and list(one.by.values()).count(TOTAL) == len(one.by) - 2
        if one.indicator == indicator.name and is_pair and one.value is not None:
            names = label(bulletin.names, "region", region), label(bulletin.names, "sex", sex)
            rows.append({"region": names[0].in_(language), "sex": names[1].in_(language), "value": one.value})
    if not rows:
        return []
    title = Text(fr=f"{indicator.label.fr}, par région et sexe", en=f"{indicator.label.en}, by region and sex")
    spec = {
        "width": 120,
        "height": 70,
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "facet": {"field": "region", "type": "nominal", "columns": 3, "title": None},
            "y": {"field": "sex", "type": "nominal", "title": None},
            "x": {"field": "value", "type": "quantitative", "title": None, "axis": {"tickCount": 3}},
        },
        "autosize": "pad",
    }
    listed: Any = [[row["region"], row["sex"], row["value"]] for row in rows]
    table = PrintedTable(
        caption=title,
        header=[BREAKDOWNS["region"], BREAKDOWNS["sex"], Text(fr="Valeur", en="Value")],
        rows=listed,
    )
    said = Text(fr=f"{title.fr} : un petit graphique par région.", en=f"{title.en}: one small chart a region.")
    return [chart(spec, title=title, description=said, language=language), table]
