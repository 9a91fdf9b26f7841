"""The plugins that are installed: found by entry point, asked one by one, never able to take the host down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import pluggy
from attrs import field, frozen

from cigem_core.errors import CigemError, DeclarationError, UnknownName, nearest
from cigem_core.model.codes import CodeList, countries, occupations, sectors
from cigem_core.model.conventions import Convention
from cigem_core.sdk import hooks
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.hooks import API_VERSION, GROUP, Event
from cigem_core.text import Text

_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Plugin:
    """One entry point and what became of it: `ok`; `refused`, by a rule of ours; `broken`, by an error of its own."""

    name: str
    distribution: str
    version: str
    status: Literal["ok", "refused", "broken"]
    reason: Text | None = None
    adapters: tuple[Adapter, ...] = ()
    codelists: tuple[CodeList, ...] = ()
    conventions: tuple[Convention, ...] = ()


@frozen(kw_only=True)
class Plugins:
    """Everything the installed plugins bring."""

    found: tuple[Plugin, ...]
    _manager: pluggy.PluginManager = field(repr=False, eq=False)

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        """The adapters by the code of their agency."""
        return {adapter.agency: adapter for plugin in self.found for adapter in plugin.adapters}

    @property
    def codelists(self) -> tuple[CodeList, ...]:
        """The code lists of the core and of every plugin."""
        return (occupations(), sectors(), countries(), *(c for plugin in self.found for c in plugin.codelists))

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """The conventions plugins ship."""
        return tuple(c for plugin in self.found for c in plugin.conventions)

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

    def tell(self, event: Event) -> None:
        """Tell every plugin what happened. What one of them raises goes to the log: nothing can be undone any more."""
        for implementation in self._manager.hook.cigem_happened.get_hookimpls():
            try:
                implementation.function(event)
            except Exception as error:  # noqa: BLE001  whatever it is, the host goes on
                # Only the error's type: its message might quote what the plugin was handling.
                _log.warning("plugin %s failed after %s: %s", implementation.plugin_name, event.act, type(error).__name__)


def load(points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Find and ask the installed plugins; one that cannot be used is reported, with the reason."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    taken: dict[str, str] = {}
    chosen = entry_points(group=GROUP) if points is None else points
    found = tuple(_load(point, manager, taken) for point in sorted(chosen, key=lambda point: point.name))
    return Plugins(found=found, manager=manager)


def _load(point: EntryPoint, manager: pluggy.PluginManager, taken: dict[str, str]) -> Plugin:
    distribution = point.dist.name if point.dist else "?"
    version = point.dist.version if point.dist else "?"

    def plugin(status: Literal["ok", "refused", "broken"], reason: Text | None = None, **brought: Any) -> Plugin:
        return Plugin(name=point.name, distribution=distribution, version=version, status=status, reason=reason, **brought)

    module = None
    try:
        module = point.load()
        if refusal := _version_refusal(getattr(module, "CIGEM_API", None)):
            return plugin("refused", refusal)
        manager.register(module, name=point.name)
        adapters = _ask(manager, module, "cigem_adapters", Adapter)
        codelists = _ask(manager, module, "cigem_codelists", CodeList)
        conventions = _ask(manager, module, "cigem_conventions", Convention)
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever it is, the host goes on
        if module is not None and manager.is_registered(module):
            manager.unregister(module)
        return plugin("broken", _broken(error))
    if stray := _stray_hook(module):
        manager.unregister(module)
        return plugin("refused", stray)
    if already := next((a.agency for a in adapters if a.agency in taken), None):
        manager.unregister(module)
        return plugin("refused", _taken(already, taken[already]))
    taken.update({adapter.agency: point.name for adapter in adapters})
    return plugin("ok", adapters=adapters, codelists=codelists, conventions=conventions)


def _ask(manager: pluggy.PluginManager, module: Any, hook: str, expected: type) -> tuple[Any, ...]:
    """What one plugin answers to one hook."""
    caller: Callable[..., list[Any]] = manager.subset_hook_caller(hook, [p for p in manager.get_plugins() if p is not module])
    values = tuple(value for answer in caller() for value in answer)
    for value in values:
        if not isinstance(value, expected):
            raise DeclarationError(
                Text(
                    fr=f"{hook} doit rendre des {expected.__name__}, pas {type(value).__name__}",
                    en=f"{hook} must return {expected.__name__}, not {type(value).__name__}",
                )
            )
    return values


def _version_refusal(written: Any) -> Text | None:
    ours = _numbers(API_VERSION)
    theirs = _numbers(written)
    if theirs is None:
        return Text(
            fr='le module ne dit pas pour quelle version des crochets il est écrit (CIGEM_API = "1.0")',
            en='the module does not say which version of the hooks it was written for (CIGEM_API = "1.0")',
        )
    assert ours is not None  # our own
    if theirs[0] != ours[0] or theirs[1] > ours[1]:
        return Text(
            fr=f"écrit pour les crochets {written}, alors que cette bibliothèque offre {API_VERSION}",
            en=f"written for hooks {written}, while this library offers {API_VERSION}",
        )
    return None


def _stray_hook(module: Any) -> Text | None:
    """A function named like a hook that nobody would ever call: misspelt, or not marked."""
    known = {name for name in vars(hooks) if name.startswith("cigem_")}
    for name, value in vars(module).items():
        if not name.startswith("cigem_") or not callable(value):
            continue
        if name not in known:
            near = nearest(name, known)
            return Text(fr=f"{name} n'est pas un crochet ; {near.fr}", en=f"{name} is no hook; {near.en}")
        if not hasattr(value, f"{GROUP}_impl"):
            return Text(fr=f"{name} n'est pas marqué par @hookimpl", en=f"{name} is not marked with @hookimpl")
    return None


def _taken(agency: str, other: str) -> Text:
    return Text(
        fr=f"la structure « {agency} » est déjà servie par l'extension {other}",
        en=f"the agency '{agency}' is already served by the plugin {other}",
    )


def _numbers(written: Any) -> tuple[int, int] | None:
    parts = written.split(".") if isinstance(written, str) else []
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 and all(p.isdigit() for p in parts) else None


def _broken(error: BaseException) -> Text:
    if isinstance(error, CigemError):
        return error.text
    said = f"{type(error).__name__}: {error}"
    return Text(fr=said, en=said)
