"""Publishing: find the figures, protect them, write them, and keep what was published so that nothing undoes it later."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.disclosure.protecting import Loss, Protected
from cigem_core.errors import OperatorError, unwritable
from cigem_core.model.indicators import Indicator
from cigem_core.model.periods import Period
from cigem_core.model.releases import Release
from cigem_core.observatory.coverage import read_coverage
from cigem_core.observatory.frames import read_frames
from cigem_core.observatory.labels import labels
from cigem_core.observatory.protection import Published, release_figures
from cigem_core.observatory.writing.columns import frame_of_figures, write_columns
from cigem_core.plugins import Plugins
from cigem_core.store import Store
from cigem_core.text import Text

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

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        cells = {"cells": self.loss.cells, "sensitive": self.loss.sensitive, "hidden": self.loss.hidden}
        told = {"period": self.period, "figures": self.figures, "hidden": self.hidden, "protection": cells}
        return {**told, "digest": self.digest, "files": [str(path) for path in self.files]}


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
) -> Publication:
    """Publish a period to an empty folder: all of it, with a line in the journal, or nothing. A dry run writes nothing.

    Raises OperatorError where the folder is not empty, or the figures cannot be protected beside what was published before.
    """
    if not dry_run:
        _make(to)
    earlier = {one.reference: Protected.restored(json.loads(one.inside)) for one in store.find(Release)}
    figures, done = release_figures(indicators, read_frames(store, indicators), period, earlier)
    frame = frame_of_figures(figures, str(period))
    text = frame.write_csv()
    digest = hashlib.sha256(text.encode()).hexdigest()
    hidden = sum(one.is_hidden for one in figures)
    told = Publication(period=str(period), figures=len(figures), hidden=hidden, loss=done.loss, digest=digest)
    if dry_run:
        return told
    try:
        with tempfile.TemporaryDirectory(prefix=".publish-", dir=to) as beside:
            _write(frame, figures, Path(beside), store, plugins, indicators, period, on)
            inside = json.dumps(done.kept(), separators=(",", ":"), sort_keys=True)
            kept = Release(reference=str(period), figures_digest=digest, inside=inside)
            store.keep(kept, act="publish", on=on, by=by, digest=digest, figures=len(figures), hidden=hidden)
            files = tuple(path.rename(to / path.name) for path in sorted(Path(beside).iterdir()))
    except OSError as error:
        raise unwritable(to, error) from None
    return Publication(**{name: getattr(told, name) for name in ("period", "figures", "hidden", "loss", "digest")}, files=files)


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


def _write(
    frame: pl.DataFrame,
    figures: Sequence[Published],
    folder: Path,
    store: Store,
    plugins: Plugins,
    indicators: Sequence[Indicator],
    period: Period,
    on: date,
) -> None:
    from cigem_core.observatory.writing.bulletin import Bulletin
    from cigem_core.observatory.writing.sdmx import write_sdmx

    names = labels(plugins.codelists)
    write_columns(frame, folder, indicators)
    write_sdmx(frame, folder, indicators, names, on=on)
    said = read_coverage(store, indicators, period, at=on).texts(rounded=True)
    told = Bulletin(period=period, indicators=indicators, figures=figures, coverage=said, names=names)
    for language in ("fr", "en"):
        (folder / f"bulletin.{language}.html").write_text(told.html(language), "utf-8")
