"""SDMX 3.0: the structure and the data as SDMX-ML, and the data as SDMX-CSV 2.0 (pysdmx; the extra `sdmx`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cigem_core.errors import InternalError, MissingExtra
from cigem_core.model.indicators import Indicator
from cigem_core.observatory.labels import Names, label
from cigem_core.observatory.writing.columns import NOT_KEYS, written
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_Ids = Mapping[str, Mapping[str, str]]
"""Breakdown → code → its id in SDMX."""
AGENCY, VERSION = "CIGEM", "1.0.0"
_STATUS = {"A": "Normal value", "E": "Estimated value: rounded", "Q": "Missing value; suppressed"}
_AGES = {"Y_LT15": "YLT15", "Y_GE65": "YGE65"}
_ATTRIBUTES = ("numerator", "denominator", "low", "high", "median_days", "rounded_to")


def ilo_code(breakdown: str, code: str) -> str:
    """The id of a code as the International Labour Organization writes it, where it has one for that breakdown."""
    if breakdown == "sex":
        return {"_T": "SEX_T", "_U": "SEX_U"}.get(code, f"SEX_{code}")
    if breakdown == "age":
        return {"_T": "AGE_TOTAL", "_U": "AGE_U"}.get(code, f"AGE_{_AGES.get(code, code)}")
    if breakdown == "occupation":
        return {"_T": "OCU_ISCO08_TOTAL", "_U": "OCU_ISCO08_X"}.get(code, f"OCU_ISCO08_{code}")
    return code


def ids_of(breakdown: str, codes: Iterable[str]) -> dict[str, str]:
    """Code → the id it has in SDMX: letters, digits and a few signs; what differs stays apart."""
    found: dict[str, str] = {}
    for code in sorted(codes):
        plain, number = re.sub(r"[^A-Za-z0-9_@$-]", "_", ilo_code(breakdown, code)) or "_", 2
        taken, base = set(found.values()), plain
        while plain in taken:
            plain, number = f"{base}_{number}", number + 1
        found[code] = plain
    return found


def write_sdmx(frame: pl.DataFrame, folder: Path, indicators: Sequence[Indicator], names: Names, *, on: date) -> list[Path]:
    """`sdmx-structure.xml`, `sdmx-data.xml` and `sdmx-data.csv`, checked before they are written."""
    try:
        from pysdmx.io import write_sdmx as write
        from pysdmx.io.format import Format
        from pysdmx.io.pd import PandasDataset
        from pysdmx.model.message import Header
    except ModuleNotFoundError:
        raise MissingExtra(
            Text(
                fr="publier en SDMX demande une extension : pip install cigem-core[sdmx]",
                en="publishing as SDMX needs an extra: pip install cigem-core[sdmx]",
            )
        ) from None
    ids = {name: ids_of(name, frame[name].unique()) for name in _dimensions(frame)}
    observations = _observations(frame, ids)
    structure = _structure(observations, ids, indicators, names)
    _check(observations, indicators)
    flow, schema = structure[-1], structure[-2].to_schema()
    dataset = PandasDataset(structure=schema, data=observations.to_pandas(use_pyarrow_extension_array=False))
    paths = [folder / name for name in ("sdmx-structure.xml", "sdmx-data.xml", "sdmx-data.csv")]
    # Whoever publishes hands in the day; a name that is made up would differ on every run.
    prepared = datetime(on.year, on.month, on.day, tzinfo=UTC)
    ways = (Format.STRUCTURE_SDMX_ML_3_0, Format.DATA_SDMX_ML_3_0, Format.DATA_SDMX_CSV_2_0_0)
    for path, what, how in zip(paths, (structure, [dataset], [dataset]), ways, strict=True):
        settings: dict[str, Any] = (
            {"header": Header(id=f"{flow.id}_{on:%Y%m%d}", prepared=prepared)} if path.suffix == ".xml" else {}
        )
        write(what, sdmx_format=how, output_path=str(path), **settings)
    return paths


def _observations(frame: pl.DataFrame, ids: _Ids) -> pl.DataFrame:
    import polars as pl

    text = [pl.col(name).replace_strict(codes, return_dtype=pl.String).alias(name.upper()) for name, codes in ids.items()]
    numbers = [written(name).alias(name.upper()) for name in _ATTRIBUTES if name in frame.columns]
    return frame.select(
        pl.col("indicator").alias("INDICATOR"), *text, pl.col("period").alias("TIME_PERIOD"),
        written("value").alias("OBS_VALUE"), pl.col("obs_status").alias("OBS_STATUS"), *numbers,
    )  # fmt: skip


def _dimensions(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in ("indicator", "period", *NOT_KEYS)]


def _check(observations: pl.DataFrame, indicators: Sequence[Indicator]) -> None:
    """What the writer does not check: that no observation comes twice, and that indicators and periods are known."""
    keys = [name for name in observations.columns if name not in ("OBS_VALUE", "OBS_STATUS", *map(str.upper, _ATTRIBUTES))]
    known = {one.name for one in indicators}
    periods = observations["TIME_PERIOD"].unique().to_list()
    is_wrong = (
        observations.select(keys).is_duplicated().any()
        or not set(observations["INDICATOR"]) <= known
        or not all(re.fullmatch(r"[0-9]{4}(-Q[1-4]|-[0-9]{2})?", period) for period in periods)
    )
    if is_wrong:
        raise InternalError(Text(fr="les chiffres ne font pas un fichier SDMX", en="the figures do not make an SDMX file"))


def _structure(observations: pl.DataFrame, ids: _Ids, indicators: Sequence[Indicator], names: Names) -> list[Any]:
    """Code lists, concepts, the data structure and its dataflow, in that order."""
    from pysdmx.model import (
        Code,
        Codelist,
        Component,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
        Role,
    )

    lists, concepts, components = [], [], []
    called = {"INDICATOR": {one.name: one.label.fr for one in indicators}, "OBS_STATUS": _STATUS}
    called |= {name.upper(): {one: label(names, name, code).fr for code, one in codes.items()} for name, codes in ids.items()}
    for column in observations.columns:
        role = Role.MEASURE if column == "OBS_VALUE" else Role.ATTRIBUTE
        role = role if column in ("OBS_VALUE", "OBS_STATUS", *map(str.upper, _ATTRIBUTES)) else Role.DIMENSION
        coded = None
        if column not in ("TIME_PERIOD", "OBS_VALUE", *map(str.upper, _ATTRIBUTES)):
            items = [Code(id=code, name=name) for code, name in sorted(called[column].items())]
            known: dict[str, Any] = {
                "agency": AGENCY,
                "version": VERSION,
                "urn": _urn("codelist.Codelist", f"CL_{column}({VERSION})"),
            }
            coded = Codelist(id=f"CL_{column}", name=column.capitalize(), items=items, **known)
            lists.append(coded)
        concept = Concept(
            id=column, name=column.capitalize(), codes=coded, urn=_urn("conceptscheme.Concept", f"CS_FIGURES({VERSION}).{column}")
        )
        concepts.append(concept)
        level = "O" if role is Role.ATTRIBUTE else None
        components.append(
            Component(
                id=column, required=role is Role.DIMENSION, role=role, concept=concept, local_codes=coded, attachment_level=level
            )
        )
    scheme = ConceptScheme(id="CS_FIGURES", name="Figures", agency=AGENCY, version=VERSION, items=concepts)
    made = DataStructureDefinition(
        id="DSD_FIGURES", name="Figures", agency=AGENCY, version=VERSION, components=Components(components)
    )
    return [*lists, scheme, made, Dataflow(id="DF_FIGURES", name="Figures", agency=AGENCY, version=VERSION, structure=made)]


def _urn(kind: str, name: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}"
