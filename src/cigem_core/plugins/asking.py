"""Asking one plugin, alone and for a bounded time: what it brings, or why it brings nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import EntryPoint
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar

import pluggy
from attrs import field, frozen

from cigem_core.errors import CigemError, DeclarationError, nearest
from cigem_core.model.codes import CodeList
from cigem_core.model.conventions import Convention
from cigem_core.model.documents import Document
from cigem_core.model.indicators import Indicator
from cigem_core.plugins.watch import held
from cigem_core.sdk import hooks
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.hooks import GROUP
from cigem_core.text import Text

T = TypeVar("T")

MOST = 1_000
"""How many values one plugin may bring by one hook: a country has some dozens of agencies."""
LONGEST = 500
"""How much of a plugin's own error is told."""


@frozen(kw_only=True)
class HookAnswer:
    """What a plugin brings: its module, and the values its hooks handed over."""

    module: ModuleType = field(repr=False)
    adapters: tuple[Adapter, ...] = ()
    codelists: tuple[CodeList, ...] = ()
    conventions: tuple[Convention, ...] = ()
    documents: tuple[Document, ...] = ()
    indicators: tuple[Indicator, ...] = ()


class NotAsked(Exception):
    """A plugin that breaks a rule of ours; `text` says which."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


class TooSlow(Exception):
    """A plugin that was still busy when its time was over."""


class Broke(Exception):
    """A plugin that raised something of its own: an error, an exit, an interruption."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.error = error


def within(seconds: float, work: Callable[[], T]) -> T:
    """What some work returns; NotAsked or Broke when it raises, TooSlow when it takes longer.

    The work is done in a thread of its own, which is left behind when its time is over: it cannot keep the process
    from ending, and nothing it does afterwards is looked at.
    """
    values: list[T] = []
    troubles: list[Exception] = []

    def run() -> None:
        try:
            values.append(work())
        except NotAsked as refused:
            troubles.append(refused)
        except BaseException as error:  # noqa: BLE001  whatever it is, even an exit, it is the plugin's and not the host's
            troubles.append(Broke(error))

    thread = threading.Thread(target=run, daemon=True, name="cigem-plugin")
    with held():
        thread.start()
        thread.join(seconds)
    if not values:
        raise next(iter(troubles), TooSlow())
    return values[0]


def ask(point: EntryPoint, api: str) -> HookAnswer:
    """Import a plugin and ask its hooks; NotAsked where it breaks a rule of ours, and whatever it raises itself."""
    module = point.load()
    if refusal := version_refusal(vars(module).get("CIGEM_API"), api) or _stray_hook(module):
        raise NotAsked(refusal)
    alone = pluggy.PluginManager(GROUP)
    alone.add_hookspecs(hooks)
    alone.register(module)
    return HookAnswer(
        module=module,
        adapters=_values(alone, "cigem_adapters", Adapter),
        codelists=_values(alone, "cigem_codelists", CodeList),
        conventions=_values(alone, "cigem_conventions", Convention),
        documents=_values(alone, "cigem_documents", Document),
        indicators=_values(alone, "cigem_indicators", Indicator),
    )


def _values(alone: pluggy.PluginManager, hook: str, expected: type[T]) -> tuple[T, ...]:
    """What the plugin answers to one hook."""
    answers: Iterable[Iterable[Any]] = getattr(alone.hook, hook)()
    values = tuple(islice(_each(answers), MOST + 1))
    if len(values) > MOST:
        raise NotAsked(Text(fr=f"{hook} rend plus de {MOST} valeurs", en=f"{hook} returns more than {MOST} values"))
    for value in values:
        if not isinstance(value, expected):
            raise DeclarationError(
                Text(
                    fr=f"{hook} doit rendre des {expected.__name__}, pas {type(value).__name__}",
                    en=f"{hook} must return {expected.__name__}, not {type(value).__name__}",
                )
            )
    return values


def _each(answers: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for answer in answers:
        yield from answer


def version_refusal(written: Any, api: str) -> Text | None:
    """Why a plugin written for one version of the hooks cannot be used with another; None where it can."""
    ours, theirs = _numbers(api), _numbers(written)
    if theirs is None:
        return Text(
            fr='le module ne dit pas pour quelle version des crochets il est écrit (CIGEM_API = "1.0")',
            en='the module does not say which version of the hooks it was written for (CIGEM_API = "1.0")',
        )
    assert ours is not None  # our own
    if theirs[0] != ours[0] or theirs[1] > ours[1]:
        return Text(
            fr=f"écrit pour les crochets {written}, alors que cette bibliothèque offre {api}",
            en=f"written for hooks {written}, while this library offers {api}",
        )
    return None


def _stray_hook(module: ModuleType) -> Text | None:
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


def _numbers(written: Any) -> tuple[int, int] | None:
    parts = written.split(".") if isinstance(written, str) else []
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts) else None


def said_by(error: BaseException) -> Text:
    """What a plugin's own error says, on one line and not too long."""
    if isinstance(error, CigemError):
        return error.text
    if isinstance(error, ModuleNotFoundError) and error.name:
        missing = error.name.partition(".")[0]
        return Text(fr=f"il lui manque « {missing} » : pip install", en=f"it lacks '{missing}': pip install it")
    try:
        said = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  an error that cannot even be told
        said = type(error).__name__
    short = " ".join(said.split())[:LONGEST]
    return Text(fr=short, en=short)
