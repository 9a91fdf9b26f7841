"""Finding the installed plugins and asking each of them; what it brings must be its own to bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

import pluggy
from attrs import evolve, frozen

from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.model.values import Listed
from cigem_core.plugins.allowed import Allowed, allowed, refusal
from cigem_core.plugins.asking import Broke, HookAnswer, NotAsked, TooSlow, ask, said_by, within
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
    chosen = entry_points(group=GROUP) if points is None else points
    held = allowed()
    ordered = sorted(chosen, key=lambda point: (point.name, _made_by(point)))
    asked = [_asked(point, held, deadline=deadline, api=api) for point in ordered]
    manager = _manager()
    found = tuple(_settled(one, _claims(asked), manager) for one in asked)
    return Plugins(found=found, manager=manager)


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


@frozen(kw_only=True)
class _EntryAnswer:
    """An entry point, and what asking it gave: an answer, or why there is none."""

    point: EntryPoint
    answer: HookAnswer | None = None
    status: Status = "ok"
    reason: Text | None = None

    def plugin(self) -> Plugin:
        """The plugin as it is reported; one that is not in order brings nothing."""
        distribution, version = _made_by(self.point)
        answer = self.answer if self.status == "ok" else None
        return Plugin(
            name=self.point.name, distribution=distribution, version=version, status=self.status, reason=self.reason,
            adapters=answer.adapters if answer else (), codelists=answer.codelists if answer else (),
            conventions=answer.conventions if answer else (), documents=answer.documents if answer else (),
                indicators=answer.indicators if answer else (),
            module=answer.module.__name__ if answer else None,
        )  # fmt: skip


def _asked(point: EntryPoint, held: Allowed | None, *, deadline: float, api: str) -> _EntryAnswer:
    """Ask one plugin what it brings; what it brings must be its own to bring."""
    if reason := refusal(held, *_made_by(point)):
        return _EntryAnswer(point=point, status="refused", reason=reason)
    try:
        answer = within(deadline, lambda: ask(point, api))
        _check_own(point, answer)
    except NotAsked as refused:
        return _EntryAnswer(point=point, status="refused", reason=refused.text)
    except TooSlow:
        return _EntryAnswer(point=point, status="broken", reason=_too_slow(deadline))
    except Broke as broke:
        return _EntryAnswer(point=point, status="broken", reason=said_by(broke.error))
    return _EntryAnswer(point=point, answer=answer)


def _check_own(point: EntryPoint, answer: HookAnswer) -> None:
    """NotAsked where a plugin brings something of the core's, or one thing twice."""
    ours = {listed.list for listed in Listed.__subclasses__()}
    for codes in answer.codelists:
        if codes.list in ours:
            raise NotAsked(_taken(_list_name(codes.list, codes.edition), CORE))
    for indicator in answer.indicators:
        if indicator.name in {one.name for one in INDICATORS}:
            raise NotAsked(_taken(f"indicator {indicator.name}", CORE))
    names = list(_names(answer))
    for name in names:
        if names.count(name) > 1:
            raise NotAsked(_taken(name, point.name))


_Claims = Mapping[str, Sequence[str]]
"""What is brought → the plugins that bring it."""


def _claims(asked: Sequence[_EntryAnswer]) -> _Claims:
    found: dict[str, list[str]] = {}
    for one in asked:
        for name in _brought(one) if one.answer else ():
            found.setdefault(name, []).append(one.point.name)
    return found


def _settled(one: _EntryAnswer, claims: _Claims, manager: pluggy.PluginManager) -> Plugin:
    """A plugin that alone brings what it brings; of two that bring the same, neither is used until one is chosen.

    An agency is nobody's by the alphabet: whoever installs a package would take it.
    """
    if one.answer is None:
        return one.plugin()
    for name in _brought(one):
        if len(claims[name]) > 1:
            return evolve(one, status="refused", reason=_contested(name, claims[name])).plugin()
    if manager.is_registered(one.answer.module):
        return evolve(one, status="refused", reason=_taken(f"extension {one.point.name}", one.point.name)).plugin()
    manager.register(one.answer.module, name=one.point.name)
    return one.plugin()


def _brought(one: _EntryAnswer) -> Iterator[str]:
    """What only one plugin may bring, its own name included, and the agencies it brings conventions with.

    A second plugin's convention with an agency would widen what is let through.
    """
    yield f"extension {one.point.name}"
    if one.answer is not None:
        yield from _names(one.answer)
        yield from (f"partner {agency}" for agency in dict.fromkeys(c.agency.code for c in one.answer.conventions))


def _names(answer: HookAnswer) -> Iterator[str]:
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
    "partner": "la convention avec",
    "indicator": "l'indicateur",
    "extension": "l'extension",
}
_EN = {
    "agency": "the agency",
    "code list": "the code list",
    "convention": "the convention",
    "partner": "the convention with",
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


def _contested(name: str, holders: Sequence[str]) -> Text:
    what = next(word for word in _FR if name.startswith(word))
    which, listed = name.removeprefix(what).strip(), ", ".join(holders)
    return Text(
        fr=f"{_FR[what]} « {which} » est apportée par plusieurs extensions : {listed} ; n'en permettre qu'une (CIGEM_PLUGINS)",
        en=f"{_EN[what]} '{which}' is brought by several plugins: {listed}; allow one of them only (CIGEM_PLUGINS)",
    )


def _too_slow(seconds: float) -> Text:
    return Text(
        fr=f"n'a pas répondu en {seconds:g} s ; l'ôter, ou ne pas la permettre (CIGEM_PLUGINS)",
        en=f"did not answer within {seconds:g} s; remove it, or do not allow it (CIGEM_PLUGINS)",
    )
