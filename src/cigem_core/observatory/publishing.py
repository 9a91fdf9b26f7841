"""Publishing: find the figures, protect them, write them, and keep what was published so that nothing undoes it later."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from cigem_core.disclosure.protecting import Loss, Protected
from cigem_core.disclosure.published import Rounded
from cigem_core.errors import OperatorError, unwritable
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.model.releases import Release
from cigem_core.observatory.coverage import read_coverage
from cigem_core.observatory.frames import read_frames
from cigem_core.observatory.labels import labels
from cigem_core.observatory.protection import release_figures
from cigem_core.observatory.writing.bulletin import Bulletin, protection_told
from cigem_core.observatory.writing.columns import as_csv, frame_of_figures, write_columns
from cigem_core.plugins import Plugins
from cigem_core.store import Store
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class Publication:
    """What was published, or would be: how much, what was hidden, and where it stands."""

    period: str
    figures: int
    hidden: int
    loss: Loss
    digest: str
    files: tuple[Path, ...] = ()
    rounded_to: int | None = None
    """Where counts of people were rounded instead of hidden: to multiples of what."""
    reach: int = 1
    """How many of these a count may lie from what is told of it at most; always less."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        cells = {"cells": self.loss.cells, "sensitive": self.loss.sensitive, "hidden": self.loss.hidden}
        told = {"period": self.period, "figures": self.figures, "hidden": self.hidden, "protection": cells}
        rounded = {"rounded_to": self.rounded_to, "less_than_from_truth": self.rounded_to * self.reach} if self.rounded_to else {}
        return {**told, **rounded, "digest": self.digest, "files": [str(path) for path in self.files]}


def publish(
    store: Store,
    plugins: Plugins,
    indicators: Sequence[Indicator],
    period: Period,
    to: Path,
    *,
    on: date,
    by: str,
    dry_run: bool = False,
    xlsx: bool = False,
    rounded_to: int | None = None,
) -> Publication:
    """Publish a period to an empty folder: all of it, with a line in the journal, or nothing. A dry run writes nothing.

    `xlsx` adds the bulletin's tables as workbooks; with `rounded_to` counts of people are rounded instead of hidden.
    Raises OperatorError where the folder is not empty, or the figures
    cannot be protected beside what was published before.
    """
    if not dry_run:
        _make(to)
    earlier = {one.reference: _restored(json.loads(one.inside)) for one in store.find(Release)}
    figures, done = release_figures(indicators, read_frames(store, indicators), period, earlier, base=rounded_to)
    frame = frame_of_figures(figures, str(period))
    digest = hashlib.sha256(as_csv(frame).encode()).hexdigest()
    hidden = sum(one.is_hidden for one in figures)
    told = Publication(
        period=str(period), figures=len(figures), hidden=hidden, loss=_loss(done), digest=digest, rounded_to=rounded_to,
        reach=done.reach if isinstance(done, Rounded) else 1,
    )  # fmt: skip
    if dry_run:
        return told
    try:
        with tempfile.TemporaryDirectory(prefix=".publish-", dir=to) as beside, store.writing_beside(Path(beside)):
            said = read_coverage(store, indicators, period, at=on).texts(rounded=True)
            names = labels(plugins.codelists)
            way = protection_told(rounded_to, told.reach)
            bulletin = Bulletin(period=period, indicators=indicators, figures=figures, coverage=said, names=names, way=way)
            _write(frame, Path(beside), bulletin, on=on, xlsx=xlsx)
            inside = json.dumps(done.kept(), separators=(",", ":"), sort_keys=True)
            kept = Release(reference=str(period), figures_digest=digest, inside=inside)
            more = {"rounded_to": rounded_to} if rounded_to else {}
            store.keep(kept, act="publish", on=on, by=by, digest=digest, figures=len(figures), hidden=hidden, **more)
            files = tuple(path.rename(to / path.name) for path in sorted(Path(beside).iterdir()))
    except OSError as error:
        raise unwritable(to, error) from None
    return evolve(told, files=files)


def _restored(kept: dict[str, Any]) -> Protected | Rounded:
    return Rounded.restored(kept) if "base" in kept else Protected.restored(kept)


def _loss(done: Protected | Rounded) -> Loss:
    if isinstance(done, Protected):
        return done.loss
    return Loss(cells=len(done.told), sensitive=sum(key in done.guarded for key in done.told), hidden=0)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        filled = any(folder.iterdir())
    except OSError as error:
        raise unwritable(folder, error) from None
    if filled:
        raise OperatorError(
            Text(fr=f"{folder} n'est pas vide ; donner un autre dossier", en=f"{folder} is not empty; name another")
        )


def _write(frame: pl.DataFrame, folder: Path, bulletin: Bulletin, *, on: date, xlsx: bool) -> None:
    from cigem_core.observatory.writing.sdmx import write_sdmx

    write_columns(frame, folder, bulletin.indicators, bulletin.way)
    write_sdmx(frame, folder, bulletin.indicators, bulletin.names, on=on)
    languages: tuple[Language, ...] = ("fr", "en")
    for language in languages:
        (folder / f"bulletin.{language}.html").write_text(bulletin.html(language), "utf-8")
        if xlsx:
            from cigem_core.observatory.writing.workbook import write_tables

            write_tables(bulletin, folder / f"bulletin.{language}.xlsx", language, on=on)
