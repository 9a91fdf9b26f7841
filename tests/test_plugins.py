"""Plugins: each is asked alone, and none takes the host down."""

from __future__ import annotations

import sys
from datetime import date
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from cigem_core.errors import UnknownName
from cigem_core.plugins import Plugins, load
from cigem_core.sdk.hooks import Event, hookimpl

GOOD = """
from cigem_core.sdk import Adapter, hookimpl
CIGEM_API = "1.0"
@hookimpl
def cigem_adapters():
    return [Adapter("{agency}")]
"""


@pytest.fixture
def plugin(monkeypatch):
    """Install a module under a name, as an entry point."""

    def install(name: str, source: str) -> EntryPoint:
        module = ModuleType(f"test_plugin_{name}")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        point = EntryPoint(name=name, value=module.__name__, group="cigem_core")
        exec(source, module.__dict__)
        return point

    return install


def statuses(found: Plugins) -> dict[str, str]:
    return {p.name: p.status for p in found.found}


def test_what_is_installed_here_is_in_order():
    found = load()

    assert {"anpe", "mali"} <= {p.name for p in found.found if p.status == "ok"}
    assert found.adapter("anpe").agency == "anpe"


def test_a_plugin_that_cannot_be_imported_is_named_with_its_reason(plugin):
    """The others go on."""
    missing = EntryPoint(name="absent", value="no_such_module_anywhere", group="cigem_core")

    found = load([missing, plugin("good", GOOD.format(agency="here"))])

    assert statuses(found) == {"absent": "broken", "good": "ok"}
    assert "no_such_module_anywhere" in found.found[0].reason.en


@pytest.mark.parametrize(
    ("api", "status"),
    [
        ("1.0", "ok"),
        ("2.0", "refused"),
        ("1.9", "refused"),
        ("0.9", "refused"),
        (None, "refused"),
        ("one", "refused"),
        (1.0, "refused"),
    ],
)
def test_versions_of_the_hooks_are_checked_both_ways(plugin, api, status):
    """The major number must be ours, the minor no higher."""
    found = load([plugin("dated", GOOD.format(agency="here").replace('"1.0"', repr(api)))])

    assert statuses(found) == {"dated": status}


@pytest.mark.parametrize(
    "body",
    ["raise ValueError('no')", "raise SystemExit(3)", "return 3", "return ['adapter']", "yield 1"],
)
def test_a_plugin_that_fails_when_asked_is_broken_and_the_others_go_on(plugin, body):
    source = f'from cigem_core.sdk import hookimpl\nCIGEM_API = "1.0"\n@hookimpl\ndef cigem_adapters():\n    {body}\n'

    found = load([plugin("bad", source), plugin("good", GOOD.format(agency="here"))])

    assert statuses(found) == {"bad": "broken", "good": "ok"}
    assert set(found.adapters) == {"here"}


def test_an_agency_is_served_by_one_plugin(plugin):
    """A second one that shadows the name is refused, and says who was there first."""
    found = load([plugin("a", GOOD.format(agency="here")), plugin("b", GOOD.format(agency="here"))])

    assert statuses(found) == {"a": "ok", "b": "refused"}
    assert "a" in found.found[1].reason.en


def test_an_unknown_agency_brings_the_nearest_and_the_plugins_that_failed(plugin):
    found = load([plugin("good", GOOD.format(agency="anpe")), plugin("bad", "CIGEM_API = '9.0'")])

    with pytest.raises(UnknownName, match=r"nearest is 'anpe'.*bad"):
        found.adapter("anep")


def test_what_a_listener_raises_is_logged_without_its_message(plugin, caplog):
    """The act is committed by then; the message might quote what was being handled."""
    source = (
        'from cigem_core.sdk import hookimpl\nCIGEM_API = "1.0"\n@hookimpl\ndef cigem_happened(event):\n'
        "    raise RuntimeError('KEITA')\n"
    )
    found = load([plugin("loud", source)])

    found.tell(Event(act="pull", agency="anpe", on=date(2009, 10, 1), by="awa", facts={}))

    assert "loud" in caplog.text
    assert "KEITA" not in caplog.text


def test_the_five_hooks_are_the_documented_ones():
    """The list of hooks and its page check each other."""
    from pathlib import Path

    from cigem_core.sdk import hooks

    declared = {name for name in vars(hooks) if name.startswith("cigem_")}
    page = (Path(__file__).parents[1] / "docs/hooks.md").read_text("utf-8")

    assert len(declared) == 5
    assert all(f"`{name}" in page for name in declared)
    assert hookimpl.project_name == "cigem_core"
