"""What installed plugins offer a draft: code lists and plans of telephone numbers, by the names their modules give them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points, packages_distributions
from types import ModuleType
from typing import Any, get_type_hints

from attrs import frozen

from cigem_core.model import codes
from cigem_core.model.codes import CodeList
from cigem_core.model.fields import Kind, kinds
from cigem_core.plugins import Plugins
from cigem_core.sdk.hooks import GROUP
from cigem_core.sdk.numbers import PhonePlan


@frozen(kw_only=True, eq=False)
class Offer:
    """A value a draft may import."""

    name: str
    module: str
    distribution: str | None
    """What must be installed for it; None for the library itself."""
    value: Any

    @property
    def codes(self) -> CodeList | None:
        """The code list, made now if it is made when first used."""
        if isinstance(self.value, CodeList):
            return self.value
        return None if isinstance(self.value, PhonePlan) else self.value()


def offers(plugins: Plugins) -> tuple[Offer, ...]:
    """The lists of the library, and those of every plugin in use: a plugin's come first, for they know its spellings."""
    known = {point.name: point for point in entry_points(group=GROUP)}
    brought = [
        offer for found in plugins.found if found.status == "ok" and found.name in known for offer in _of(known[found.name])
    ]
    own = [Offer(name=name, module=codes.__name__, distribution=None, value=getattr(codes, name)) for name in _OWN]
    return (*brought, *own)


def importable(plugins: Plugins) -> tuple[Kind, ...]:
    """The kinds a draft may import: the library's, and those that plugins in use declare."""
    packages = {"cigem_core", *(one.module.partition(".")[0] for one in plugins.found if one.module)}
    return tuple(kind for kind in kinds() if kind.python.__module__.partition(".")[0] in packages)


_OWN = ("occupations", "sectors", "countries")


def brought_by(module: str) -> frozenset[str]:
    """What must be installed for a module; nothing for the library's own."""
    package = module.partition(".")[0]
    return frozenset() if package == "cigem_core" else frozenset(packages_distributions().get(package, ()))


def _of(point: EntryPoint) -> Iterator[Offer]:
    module = point.load()
    distribution = point.dist.name if point.dist else None
    # What a module only uses of another's is that other's to offer.
    for name in sorted(getattr(module, "__all__", ())):
        value = getattr(module, name, None)
        if isinstance(value, (CodeList, PhonePlan)) or _makes_codes(module, value):
            yield Offer(name=name, module=module.__name__, distribution=distribution, value=value)


def _makes_codes(module: ModuleType, value: Any) -> bool:
    if not callable(value) or not getattr(value, "__module__", "").startswith(module.__name__):
        return False
    try:
        return get_type_hints(value).get("return") is CodeList
    except (NameError, TypeError):
        return False
