"""What the installed plugins bring, each with what became of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Literal

import pluggy
from attrs import field, frozen

from cigem_core import __version__
from cigem_core.errors import UnknownName, nearest
from cigem_core.model.codes import CodeList, countries, occupations, sectors
from cigem_core.model.conventions import Convention
from cigem_core.model.documents import Document
from cigem_core.model.fields import CENTRE
from cigem_core.model.indicators import Indicator
from cigem_core.plugins.asking import Broke, TooSlow, within
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.evidence import standing
from cigem_core.sdk.hooks import Event
from cigem_core.text import Text

_log = logging.getLogger(__name__)


Status = Literal["ok", "refused", "broken"]


@frozen(kw_only=True)
class Plugin:
    """One entry point and what became of it: `ok`; `refused`, by a rule of ours; `broken`, by an error of its own."""

    name: str
    distribution: str
    version: str
    status: Status
    reason: Text | None = None
    adapters: tuple[Adapter, ...] = ()
    codelists: tuple[CodeList, ...] = ()
    conventions: tuple[Convention, ...] = ()
    documents: tuple[Document, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    module: str | None = None
    """The module it is, where it could be imported."""

    @property
    def tiers(self) -> Mapping[str, Text]:
        """Agency → the tier its adapter reached by the evidence that ships with it."""
        if self.module is None:
            return {}
        return {adapter.agency: standing(self.module, adapter.agency, __version__) for adapter in self.adapters}


@frozen(kw_only=True)
class Plugins:
    """Everything the installed plugins bring."""

    found: tuple[Plugin, ...]
    _manager: pluggy.PluginManager = field(repr=False, eq=False)
    patience: float = 10.0
    """How many seconds a plugin that is told of something has for it."""

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        """The adapters by the code of their agency."""
        return {adapter.agency: adapter for plugin in self.found for adapter in plugin.adapters}

    @property
    def codelists(self) -> tuple[CodeList, ...]:
        """The code lists of the core and of every plugin."""
        return (occupations(), sectors(), countries(), *(c for plugin in self.found for c in plugin.codelists))

    @property
    def territory(self) -> CodeList | None:
        """The regions the centre works in: the first list of ISO 3166-2 that a plugin brings; None where none does."""
        return next((codes for codes in self.codelists if codes.list.startswith("iso-3166-2:")), None)

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """The conventions plugins ship."""
        return tuple(c for plugin in self.found for c in plugin.conventions)

    def origin_of(self, convention: Convention) -> str | None:
        """The distribution that ships a convention, and its version."""
        shipping = (plugin for plugin in self.found if convention in plugin.conventions)
        return next((f"{plugin.distribution} {plugin.version}" for plugin in shipping), None)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators plugins bring."""
        return tuple(i for plugin in self.found for i in plugin.indicators)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents plugins ship for the programmes."""
        return tuple(d for plugin in self.found for d in plugin.documents)

    def adapter(self, agency: str) -> Adapter:
        """The adapter of an agency; UnknownName proposes the nearest, and names plugins that could not be used."""
        code = agency.lower()
        if code in self.adapters:
            return self.adapters[code]
        near = nearest(code, self.adapters)
        unusable = [p.name for p in self.found if p.status != "ok"]
        fr = f" ; extensions inutilisables : {', '.join(unusable)} (cigem adapters)" if unusable else ""
        en = f"; plugins that cannot be used: {', '.join(unusable)} (cigem adapters)" if unusable else ""
        raise UnknownName(
            Text(
                fr=f"aucun adaptateur n'est installé pour « {agency} » ; {near.fr}{fr}",
                en=f"no adapter is installed for '{agency}'; {near.en}{en}",
            )
        )

    def check_giver(self, agency: str | None) -> None:
        """UnknownName where nothing was found of an agency because nobody knows it; the centre has records of its own."""
        if agency is not None and agency != CENTRE:
            self.adapter(agency)

    def tell(self, event: Event) -> None:
        """Tell every plugin what happened, each for a bounded time. What one raises goes to the log: nothing can be undone."""
        for implementation in self._manager.hook.cigem_happened.get_hookimpls():
            try:
                within(self.patience, partial(implementation.function, event))
            except Broke as broke:
                # Only the error's type: its message might quote what the plugin was handling.
                name = type(broke.error).__name__
                _log.warning("plugin %s failed after %s: %s", implementation.plugin_name, event.act, name)
            except TooSlow:
                _log.warning("plugin %s is still busy %g s after %s", implementation.plugin_name, self.patience, event.act)
