"""What exchanges give, as a notebook shows it: tables without anybody's value, and faults as columns."""

from __future__ import annotations

import pickle
from datetime import date

import polars as pl
import pytest

from cigem_core import Workspace
from cigem_core.plugins import load
from cigem_core.report import Faults

ON = date(2009, 10, 1)
ROWS = (
    {"N° inscription": "KAY-2009-00001", "Nom": "Traoré", "Prénom(s)": "Awa", "Sexe": "F"},
    {"N° inscription": "KAY-2009-00002", "Nom": "<Keïta>", "Prénom(s)": "Issa", "Sexe": "X7"},
    {"N° inscription": "KAY-2009-00003", "Nom": "Diarra", "Prénom(s)": "Sira", "Date inscription": "31/02/2009"},
)


def written(table) -> bytes:
    """The rows under the headers of a table."""
    headers = [header for lens in table.lenses.values() for header in lens.headers]
    lines = [headers, *([{"Date inscription": "01/09/2009", **row}.get(header, "") for header in headers] for row in ROWS)]
    return "\r\n".join(";".join(line) for line in lines).encode("cp1252") + b"\r\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    file, anpe = folder / "demandeurs_200909.csv", load().adapter("anpe")
    file.write_bytes(written(anpe.pull[0]))
    reading = anpe.read(file)
    with Workspace.create(folder / "c.sqlite", on=ON, by="awa") as centre:
        receipt = centre.pull("anpe", file, on=ON, by="awa")
        centre.refer(next(iter(centre.records("job_seeker"))), to="anpe", on=ON, by="awa")
        (folder / "out").mkdir()
        dispatch = centre.push("anpe", to=folder / "out", on=ON, by="awa")
    return {"receipt": receipt, "dispatch": dispatch, "batch": reading.files[0], "faults": reading.faults}


def test_faults_come_as_columns_and_stay_a_tuple(shown):
    """Each fault is a row, whose value is that of the cell."""
    faults = shown["receipt"].faults
    frame = faults.frame("en")

    assert isinstance(faults, tuple)
    assert frame.columns == ["file", "sheet", "row", "column", "rule", "value", "message", "place"]
    assert frame.schema["place"] == pl.Int64
    assert frame.filter(column="Sexe").select("row", "rule", "value").rows() == [("3", "enum", "X7")]
    assert frame["message"].to_list() == [fault.message("en") for fault in faults]
    assert frame.height == len(faults)
    assert Faults().frame().schema == frame.schema
    assert pickle.loads(pickle.dumps(faults)) == faults


def test_a_notebook_shows_addresses_and_remedies_but_nobody_s_value(shown):
    """A notebook is saved and sent about with what it shows."""
    drawn = {name: one._repr_html_() for name, one in shown.items()}

    assert all("<table>" in html for html in drawn.values())
    assert all("Sexe" in drawn[name] for name in ("receipt", "batch", "faults"))
    assert not [name for name, html in drawn.items() if "X7" in html or "Keïta" in html or "31/02" in html]
    assert "demandeurs_200909.csv" in drawn["receipt"]
    assert "CIGEM-ANPE" in drawn["dispatch"]
