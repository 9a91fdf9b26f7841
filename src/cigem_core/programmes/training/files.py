"""The files of an assignment without a workspace: `sessions.csv` and `candidats.csv`, or workbooks, read as all tables are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.sole import SoleTable
from cigem_core.model.codes import CodeList, occupations
from cigem_core.model.fields import field, group, key, kind
from cigem_core.model.identity import Residence, Sex
from cigem_core.model.values import Occupation
from cigem_core.programmes.training.fit import OpenSession
from cigem_core.sdk.batch import Batch
from cigem_core.sdk.lenses import Lens, column
from cigem_core.sdk.table import Table

if TYPE_CHECKING:
    import polars as pl

DAY = "dd/mm/yyyy"
YES_NO = {"O": True, "N": False}
SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}


@kind("offered_session", fr="session ouverte", en="session on offer", centre=True)
@frozen(kw_only=True)
class OfferedSession:
    """A session with the places it has, as a file lists it."""

    reference: str = key("Session", fr="Session")
    occupation: Occupation = field("Occupation (ISCO-08)", fr="Code métier (CITP-08)", required=True)
    residence: Residence | None = group()
    places: int = field("Places", fr="Places", required=True)
    begins_on: date | None = field("Begins on", fr="Date de début")


@kind("candidate", fr="candidat", en="candidate", centre=True)
@frozen(kw_only=True)
class Candidate:
    """Someone who waits for a seat, as a file lists them: no more of them than a seat depends on."""

    reference: str = key("Candidate number", fr="Numéro du candidat")
    occupation: Occupation | None = field("Trade wanted (ISCO-08)", fr="Code métier souhaité (CITP-08)")
    residence: Residence | None = group()
    sex: Sex | None = field("Sex", fr="Sexe", sensitivity="personal")
    returnee: bool | None = field("Return migrant", fr="Migrant de retour", sensitivity="sensitive")
    visitor: bool | None = field("Visitor of the centre", fr="Visiteur du centre")
    waiting_since: date | None = field("Waiting since", fr="En attente depuis")


def sessions_table(regions: CodeList | None) -> Table:
    """`sessions.csv`, with the names of a territory's regions; without them the column is not looked at."""
    return Table(OfferedSession, _file("sessions.csv"), {
        "reference":        column("Session").required(),
        "occupation":       column("Code métier").codelist(occupations),
        **_region(regions),
        "places":           column("Places").number(minimum=1),
        "begins_on":        column("Début").date(DAY),
    })  # fmt: skip


def candidates_table(regions: CodeList | None) -> Table:
    """`candidats.csv`, with the names of a territory's regions; without them the column is not looked at."""
    return Table(Candidate, _file("candidats.csv"), {
        "reference":        column("N°").required(),
        "occupation":       column("Code métier souhaité").codelist(occupations),
        **_region(regions),
        "sex":              column("Sexe").codes(SEXES),
        "returnee":         column("Migrant de retour").codes(YES_NO),
        "visitor":          column("Visiteur du centre").codes(YES_NO),
        "waiting_since":    column("En attente depuis").date(DAY),
    })  # fmt: skip


def _region(regions: CodeList | None) -> dict[str, Lens]:
    return {} if regions is None else {"residence.region": column("Région").codelist(regions)}


def _file(name: str) -> SoleTable:
    return SoleTable(Csv(name, delimiter=";", encodings=("utf-8-sig", "cp1252")))


def sessions_in(batch: Batch) -> list[OpenSession]:
    """The sessions of a file, as an assignment takes them."""
    return [
        OpenSession(
            reference=row["reference"], occupation=row["occupation"], region=row["residence.region"], places=row["places"]
        )
        for row in _with_region(batch).iter_rows(named=True)
    ]


def candidates_in(batch: Batch) -> pl.DataFrame:
    """The candidates of a file, as an assignment takes them: columns, for there may be very many."""
    import polars as pl

    names = {"reference": "candidate", "residence.region": "region", "waiting_since": "since"}
    wanted: list[Any] = ["candidate", "occupation", "region", "sex", "returnee", "visitor", "since"]
    read = _with_region(batch).with_columns(pl.col("returnee", "visitor").cast(pl.Boolean))
    return read.rename(names).select(wanted)


def _with_region(batch: Batch) -> pl.DataFrame:
    """The accepted rows with the bare code of their region: one file speaks of one list in one edition."""
    import polars as pl

    if "residence.region" not in batch.accepted.columns:
        return batch.accepted.with_columns(pl.lit(None, dtype=pl.String).alias("residence.region"))
    return batch.accepted.with_columns(pl.col("residence.region").str.extract(r"/([^/]*)$"))
