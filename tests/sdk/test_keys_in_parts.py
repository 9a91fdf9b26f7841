"""Keys made of several columns: by what the cells mean, and only where every part that must be there is."""

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, kind
from cigem_core.report import Rule
from cigem_core.sdk import Csv, Table, column


@kind("gauge_reading", fr="relevé", en="reading")
@frozen(kw_only=True)
class GaugeReading:
    """What one gauge said on one day."""

    day: date | None = field("Day", fr="Jour", part_of_key=True)
    gauge: str | None = field("Gauge", fr="Poste", part_of_key=True)
    height: int | None = field("Height", fr="Hauteur")


readings = Table(GaugeReading, Csv("releves.csv", delimiter=";"), {
    "day": column("Jour").date("dd/mm/yyyy", "yyyy-mm-dd").required(),
    "gauge": column("Poste").required(),
    "height": column("Hauteur").number(),
})  # fmt: skip


def faults(*rows: str) -> list[tuple[int, str, Rule]]:
    batch = readings.read("\n".join(["Jour;Poste;Hauteur", *rows]).encode())
    return [(fault.address.row, fault.address.column, fault.rule) for fault in batch.faults]


def test_a_part_that_is_missing_or_wrong_makes_no_key():
    """Two rows without their gauge are two rows to mend, not one record twice."""
    assert faults("01/09/2009;;1", "01/09/2009;;2") == [(2, "Poste", Rule.REQUIRED), (3, "Poste", Rule.REQUIRED)]
    assert faults("31/09/2009;N;1", "31/09/2009;N;2") == [(2, "Jour", Rule.TYPE), (3, "Jour", Rule.TYPE)]


def test_one_day_written_in_two_ways_is_one_key():
    assert faults("01/09/2009;N;1", "2009-09-01;N;2", "2009-09-01;S;2") == [(3, "Jour", Rule.UNIQUE)]


def test_a_row_that_cannot_be_aligned_holds_its_key_too():
    """Whichever way it writes the day."""
    assert faults("2009-09-01;N;1;more", "01/09/2009;N;2") == [(2, None, Rule.EXTRA_CELL), (3, "Jour", Rule.UNIQUE)]
