"""Finding the installed plugins and asking each of them; what it brings must be its own to bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

import pluggy
from attrs import define, field

from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.model.values import Listed
from cigem_core.plugins.allowed import Allowed, allowed, refusal
from cigem_core.plugins.asking import Answer, Broke, Refused, TooSlow, ask, said_by, within
from cigem_core.plugins.found import Plugin, Plugins, Status
from cigem_core.sdk import hooks
from cigem_core.sdk.hooks import API_VERSION, GROUP
from cigem_core.text import Text

DEADLINE = 10.0
"""How many seconds one plugin has to be imported and to answer."""

CORE = "cigem_core"


def load(points: Iterable[EntryPoint] | None = None, *, deadline: float = DEADLINE, api: str = API_VERSION) -> Plugins:
    """Find and ask the installed plugins; one that cannot be used is reported, with the reason.

    Raises OperatorError where the list of plugins allowed cannot be read: then none is asked.
    """
    loading = _Loading(deadline=deadline, api=api, allowed=allowed())
    chosen = entry_points(group=GROUP) if points is None else points
    found = tuple(loading.take(point) for point in sorted(chosen, key=lambda point: (point.name, _made_by(point))))
    return Plugins(found=found, manager=loading.manager)


def _made_by(point: EntryPoint) -> tuple[str, str]:
    """The distribution and its version. What a broken installation says of itself may be nothing."""
    try:
        return (point.dist.name or "?", point.dist.version or "?") if point.dist else ("?", "?")
    except Exception:  # noqa: BLE001  metadata written by anyone, read by whichever finder found it
        return "?", "?"


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    return manager


@define(kw_only=True)
class _Loading:
    deadline: float
    api: str
    allowed: Allowed | None
    manager: pluggy.PluginManager = field(factory=_manager)
    taken: dict[str, str] = field(factory=dict)
    """What was brought so far → the plugin that brought it."""

    def take(self, point: EntryPoint) -> Plugin:
        """Ask one plugin, and keep what it brings if all of it can be kept."""
        distribution, version = _made_by(point)

        def plugin(status: Status, reason: Text | None = None, answer: Answer | None = None) -> Plugin:
            return Plugin(
                name=point.name, distribution=distribution, version=version, status=status, reason=reason,
                adapters=answer.adapters if answer else (), codelists=answer.codelists if answer else (),
                conventions=answer.conventions if answer else (), indicators=answer.indicators if answer else (),
                module=answer.module.__name__ if answer else None,
            )  # fmt: skip

        if reason := refusal(self.allowed, distribution, version):
            return plugin("refused", reason)
        try:
            answer = within(self.deadline, lambda: ask(point, self.api))
            self._keep(point, answer)
        except Refused as refused:
            return plugin("refused", refused.text)
        except TooSlow:
            return plugin("broken", _too_slow(self.deadline))
        except Broke as broke:
            return plugin("broken", said_by(broke.error))
        return plugin("ok", answer=answer)

    def _keep(self, point: EntryPoint, answer: Answer) -> None:
        names = list(_names(answer))
        ours = {listed.list for listed in Listed.__subclasses__()}
        for codes in answer.codelists:
            if codes.list in ours:
                raise Refused(_taken(_list_name(codes.list, codes.edition), CORE))
        for indicator in answer.indicators:
            if indicator.name in {one.name for one in INDICATORS}:
                raise Refused(_taken(f"indicator {indicator.name}", CORE))
        for name in names:
            if name in self.taken or names.count(name) > 1:
                raise Refused(_taken(name, self.taken.get(name, point.name)))
        if self.manager.has_plugin(point.name) or self.manager.is_registered(answer.module):
            raise Refused(_taken(f"extension {point.name}", point.name))
        self.manager.register(answer.module, name=point.name)
        self.taken.update(dict.fromkeys(names, point.name))


def _names(answer: Answer) -> Iterator[str]:
    """Everything that may be brought once only, in words an operator knows it by."""
    yield from (f"agency {adapter.agency}" for adapter in answer.adapters)
    yield from (_list_name(codes.list, codes.edition) for codes in answer.codelists)
    yield from (f"convention {convention.reference}" for convention in answer.conventions)
    yield from (f"indicator {indicator.name}" for indicator in answer.indicators)


def _list_name(name: str, edition: str) -> str:
    return f"code list {name}@{edition}"


_FR = {
    "agency": "la structure",
    "code list": "la liste de codes",
    "convention": "la convention",
    "indicator": "l'indicateur",
    "extension": "l'extension",
}
_EN = {
    "agency": "the agency",
    "code list": "the code list",
    "convention": "the convention",
    "indicator": "the indicator",
    "extension": "the plugin",
}


def _taken(name: str, other: str) -> Text:
    what = next(word for word in _FR if name.startswith(word))
    which = name.removeprefix(what).strip()
    return Text(
        fr=f"{_FR[what]} « {which} » est déjà apportée par {other}",
        en=f"{_EN[what]} '{which}' is already brought by {other}",
    )


def _too_slow(seconds: float) -> Text:
    return Text(
        fr=f"n'a pas répondu en {seconds:g} s ; l'ôter, ou ne pas la permettre (CIGEM_PLUGINS)",
        en=f"did not answer within {seconds:g} s; remove it, or do not allow it (CIGEM_PLUGINS)",
    )
