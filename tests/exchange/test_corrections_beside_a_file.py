"""One exchange that brings corrections and a new file about the same records: nothing is lost, and the file has the last word.

The corrected rows came with an earlier file, so corrections count first, in whichever order the two are named.
"""

from __future__ import annotations

from datetime import date

import pytest
from attrs import frozen
from wordings_made import agreed

from cigem_core import Workspace
from cigem_core.model.fields import field, key, kind
from cigem_core.sdk import Adapter, Csv, Table, column
from cigem_core.testing.hosts import hosting


@kind("booth", fr="échoppe", en="booth")
@frozen(kw_only=True)
class Booth:
    """A place under the arcades."""

    reference: str = key("Number", fr="N°")
    trade: str | None = field("Trade", fr="Métier")
    since: date | None = field("Since", fr="Depuis")


DIALECT = {"delimiter": ";", "encodings": ("utf-8-sig",)}
COLUMNS = {"reference": column("N°"), "trade": column("Métier"), "since": column("Depuis").date("dd/mm/yyyy")}
MONTHLY, PLAIN = (Table(Booth, Csv(name, **DIALECT), COLUMNS) for name in ("echoppes_{yyyymm}.csv", "echoppes*.csv"))
ON = date(2009, 10, 1)
SEPTEMBER = "N°;Métier;Depuis\n1;maçon;hier\n2;tailleur;01/01/2009\n"


@pytest.fixture(params=[MONTHLY, PLAIN], ids=["dated", "undated"])
def centre(request, new_database, tmp_path):
    """September was received: the booth 1 waits in quarantine, and went back to be mended."""
    with Workspace.create(new_database("c"), on=ON, by="awa", plugins=hosting(Adapter("halles", pull=[request.param]))) as made:
        made.install(agreed("halles", booth=["*"]), on=ON, by="awa")
        made.pull("halles", written(tmp_path / "echoppes_200909.csv", SEPTEMBER), on=ON, by="awa")
        made.corrections("halles", tmp_path / "sent.csv", on=ON, by="awa")
        yield made


def written(path, text: str):
    path.write_text(text, "utf-8-sig")
    return path


def both(centre, tmp_path, order: str, mended: str, october: str):
    """The receipt of one exchange that brings both, in an order."""
    sent = (tmp_path / "sent.csv").read_text("utf-8-sig")
    assert "1;maçon;hier;1" in sent
    home = written(tmp_path / {"corrections first": "a_corriger.csv", "file first": "retour.csv"}[order], sent.replace(
        "1;maçon;hier;1", mended))  # fmt: skip
    files = sorted([home, written(tmp_path / "echoppes_200910.csv", october)])
    return centre.pull("halles", *files, on=date(2009, 11, 1), by="awa")


def known(centre) -> dict[str, tuple[str | None, str]]:
    return {one.reference: (one.trade, f"{one.since:%d/%m}") for one in centre.records(Booth)}


def said(centre) -> list[str]:
    return [one.said["trade"] for one in centre.history("halles:booth:1")]


in_any_order = pytest.mark.parametrize("order", ["corrections first", "file first"])


@in_any_order
def test_of_one_field_the_new_file_has_the_last_word_and_history_has_both(centre, order, tmp_path):
    receipt = both(centre, tmp_path, order, "1;forgeron;05/01/2009;1", "N°;Métier;Depuis\n1;potier;05/01/2009\n")

    assert known(centre)["1"] == ("potier", "05/01")
    assert said(centre) == ["forgeron", "potier"]
    assert (receipt.overtaken, receipt.mended_again, centre.quarantine()) == (1, 0, [])
    assert "1 corrigée et dite autrement par le fichier" in str(receipt)


@in_any_order
def test_of_two_fields_the_file_says_both(centre, order, tmp_path):
    """A row of a file speaks of all its columns: what it left as it was before the correction counts as well."""
    receipt = both(centre, tmp_path, order, "1;maçon;05/01/2009;1", "N°;Métier;Depuis\n1;potier;06/01/2009\n")

    assert known(centre)["1"] == ("potier", "06/01")
    assert (receipt.overtaken, centre.quarantine()) == (1, [])


@in_any_order
def test_what_both_say_alike_is_nothing_to_tell(centre, order, tmp_path):
    receipt = both(
        centre, tmp_path, order, "1;maçon;05/01/2009;1", "N°;Métier;Depuis\n1;maçon;05/01/2009\n2;vannier;01/01/2009\n"
    )

    assert known(centre) == {"1": ("maçon", "05/01"), "2": ("vannier", "01/01")}
    assert (receipt.overtaken, receipt.counts.new, receipt.counts.changed, centre.quarantine()) == (0, 1, 1, [])


@in_any_order
def test_a_row_mended_and_wrong_again_in_the_new_file_as_it_was_is_mended(centre, order, tmp_path):
    """The same wrong row is the same entry, which the corrections closed; the receipt still counts it."""
    receipt = both(centre, tmp_path, order, "1;maçon;05/01/2009;1", "N°;Métier;Depuis\n1;maçon;hier\n")

    assert known(centre)["1"] == ("maçon", "05/01")
    assert (receipt.overtaken, receipt.counts.quarantined, centre.quarantine()) == (0, 1, [])


@in_any_order
def test_a_row_mended_and_wrong_otherwise_in_the_new_file_waits_with_what_it_says(centre, order, tmp_path):
    both(centre, tmp_path, order, "1;maçon;05/01/2009;1", "N°;Métier;Depuis\n1;potier;avant-hier\n")

    assert known(centre)["1"] == ("maçon", "05/01")
    assert [(entry.key, entry.file) for entry in centre.quarantine()] == [("1", "echoppes_200910.csv")]


@in_any_order
def test_a_row_still_wrong_that_the_new_file_has_right_waits_no_more(centre, order, tmp_path):
    both(centre, tmp_path, order, "1;maçon;jadis;1", "N°;Métier;Depuis\n1;potier;05/01/2009\n")

    assert known(centre)["1"] == ("potier", "05/01")
    assert centre.quarantine() == []


@in_any_order
def test_of_two_workbooks_that_mend_one_row_otherwise_in_one_exchange_the_second_is_told(centre, order, tmp_path):
    sent = (tmp_path / "sent.csv").read_text("utf-8-sig")
    one, other = (written(tmp_path / f"{name}.csv", sent.replace("1;maçon;hier;1", f"1;{name};05/01/2009;1")) for name in "ab")
    files = [one, other] if order == "file first" else [other, one]
    receipt = centre.pull("halles", *files, on=date(2009, 11, 1), by="awa")

    assert known(centre)["1"][0] == files[-1].stem
    assert said(centre) == [path.stem for path in files]
    assert (receipt.mended_again, receipt.overtaken) == (1, 0)


def test_with_again_whoever_asks_gives_the_order(centre, tmp_path):
    """As among files of several days."""
    home = written(tmp_path / "home.csv", (tmp_path / "sent.csv").read_text("utf-8-sig").replace("hier", "05/01/2009"))
    october = written(tmp_path / "echoppes_200910.csv", "N°;Métier;Depuis\n1;potier;05/01/2009\n")
    receipt = centre.pull("halles", october, home, on=date(2009, 11, 1), by="awa", again=True)

    assert known(centre)["1"][0] == "maçon"
    assert receipt.overtaken == 0
