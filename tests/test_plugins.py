"""Plugins: each is asked alone, and none takes the host down."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import date
from importlib.metadata import EntryPoint, PathDistribution
from pathlib import Path

import pytest
from attrs import evolve
from plugins_harmful import HARMFUL, hook, lists

from cigem_core.errors import OperatorError, UnknownName
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
def plugin(monkeypatch, tmp_path):
    """A module under a name, as an entry point; what it does happens when it is imported."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(name: str, source: str) -> EntryPoint:
        module = f"test_plugin_{name.replace('-', '_')}"
        (tmp_path / f"{module}.py").write_text(source, "utf-8")
        sys.modules.pop(module, None)
        return EntryPoint(name=name, value=module, group="cigem_core")

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


@pytest.mark.parametrize("harm", HARMFUL)
def test_a_harmful_plugin_is_named_with_its_reason_and_the_host_goes_on(plugin, harm):
    """Those that come before and after it work, and its own names stay free."""
    source, status, reason = HARMFUL[harm]
    before = GOOD.format(agency="here") + lists("somewhere", "2020")
    points = [plugin("a-good-one", before), plugin(harm, source), plugin("z-good-one", GOOD.format(agency="there"))]
    threads = threading.active_count()

    found = load(points, deadline=1)

    told = next(p for p in found.found if p.name == harm)
    assert statuses(found) == {"a-good-one": "ok", harm: status, "z-good-one": "ok"}
    assert reason in told.reason.en
    assert len(told.reason.en) < 700
    assert set(found.adapters) == {"here", "there"}
    assert threading.active_count() <= threads + 1, "more than the one that hangs was left behind"


def test_what_a_slow_plugin_does_later_is_not_looked_at(plugin):
    """It comes too late to serve its agency: another one that serves it is not refused."""
    late = plugin("late", "import time\ntime.sleep(1)\n" + GOOD.format(agency="here"))

    found = load([late, plugin("prompt", GOOD.format(agency="here"))], deadline=0.3)

    assert statuses(found) == {"late": "broken", "prompt": "ok"}


def test_two_plugins_of_one_name(plugin):
    """An entry point's name is an agency's or a country's: neither is used."""
    found = load([plugin("same", GOOD.format(agency="here")), EntryPoint("same", "test_plugin_same", "cigem_core")])

    assert [p.status for p in found.found] == ["refused", "refused"]


def distributed(point: EntryPoint, folder: Path, name: str, version: str) -> EntryPoint:
    """The entry point as an installed distribution has it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    return point._for(PathDistribution(info))


@pytest.mark.parametrize(
    ("listed", "status"),
    [
        ("cigem-here", "ok"),
        ("Cigem_Here==1.2", "ok"),
        ("cigem-here==1.1, cigem-here==1.2", "ok"),
        ("cigem-here==1.1\ncigem-here  # any", "ok"),
        ("cigem-here==1.1", "refused"),
        ("# nothing", "refused"),
        ("", "refused"),
        ("cigem-other", "refused"),
    ],
)
@pytest.mark.parametrize("in_a_file", [False, True])
def test_only_plugins_on_the_list_are_imported(plugin, monkeypatch, tmp_path, listed, status, in_a_file):
    """By distribution and version, where there is a list."""
    (tmp_path / "allowed.txt").write_text(listed)
    monkeypatch.setenv("CIGEM_PLUGINS", f"@{tmp_path / 'allowed.txt'}" if in_a_file else listed)
    point = distributed(plugin("here", GOOD.format(agency="here")), tmp_path, "cigem-here", "1.2")

    found = load([point])

    assert statuses(found) == {"here": status}
    assert ("test_plugin_here" in sys.modules) == (status == "ok")
    assert status == "ok" or "CIGEM_PLUGINS" in found.found[0].reason.fr


@pytest.mark.parametrize("written", ["cigem here", "cigem-here=1", "==1", "@/no/such/file"])
def test_a_list_that_cannot_be_read_allows_nothing(monkeypatch, written):
    """It fails closed: no plugin is asked."""
    monkeypatch.setenv("CIGEM_PLUGINS", written)

    with pytest.raises(OperatorError, match="CIGEM_PLUGINS"):
        load([])


OLD = Path(__file__).parent / "plugins/cigem-old-1.0"


@pytest.mark.parametrize(("api", "status"), [("1.0", "ok"), ("1.1", "ok"), ("1.9", "ok"), ("0.9", "refused"), ("2.0", "refused")])
def test_a_plugin_frozen_at_version_one_works_as_long_as_the_major_number_lasts(monkeypatch, api, status):
    """It was written for 1.0 and is never changed: what it uses may not go away before 2.0."""
    monkeypatch.syspath_prepend(OLD)
    sys.modules.pop("cigem_old", None)

    found = load([EntryPoint("old", "cigem_old", "cigem_core")], api=api)

    assert statuses(found) == {"old": status}
    if status == "ok":
        batch = found.adapter("old").read(OLD / "trades_202001.csv")["job_offer"]
        assert (batch.accepted.height, batch.quarantined.height) == (2, 1)
        assert [codes.list for codes in found.found[0].codelists] == ["old-places"]
        found.tell(Event(act="pull", agency="old", on=date(2020, 1, 31), by="awa", facts={}))
        assert sys.modules["cigem_old"].told == ["pull"]


def test_of_two_plugins_for_one_agency_neither_is_used_until_one_is_chosen(plugin, monkeypatch, tmp_path):
    """Whoever comes first in the alphabet does not take an agency; both are told, and the list of those allowed decides."""
    points = [
        distributed(plugin("a", GOOD.format(agency="here")), tmp_path, "cigem-a", "1"),
        distributed(plugin("b", GOOD.format(agency="here")), tmp_path, "cigem-b", "1"),
        distributed(plugin("c", GOOD.format(agency="there")), tmp_path, "cigem-c", "1"),
    ]
    found = load(points)

    assert statuses(found) == {"a": "refused", "b": "refused", "c": "ok"}
    assert all("brought by several plugins: a, b" in one.reason.en for one in found.found[:2])
    with pytest.raises(UnknownName):
        found.adapter("here")

    monkeypatch.setenv("CIGEM_PLUGINS", "cigem-b, cigem-c")
    chosen = load(points)
    assert statuses(chosen) == {"a": "refused", "b": "ok", "c": "ok"}
    assert chosen.adapter("here").agency == "here"


CONVENTION = """
from cigem_core.model.conventions import Agency, Axis, Clause, Convention, Signature
from cigem_core.sdk import hookimpl
from cigem_core.text import Text
from datetime import date
CIGEM_API = "1.0"
SAID = Text(fr="x", en="x")
CLAUSE = Clause(article="art. 1", axis=Axis.RECEPTION, direction="push", fields={{"referral": ("*",)}})
@hookimpl
def cigem_conventions():
    day = date(2009, 1, 1)
    agency = Agency(code="{agency}", name=SAID)
    signed = Signature(on=day, certainty="stated")
    return [Convention(reference="{reference}", agency=agency, title=SAID, signed=signed, begins=day, clauses=(CLAUSE,))]
"""


@pytest.mark.parametrize(("reference", "agency"), [("C-1", "there"), ("C-2", "here")])
def test_of_two_plugins_for_one_convention_or_one_partner_neither_is_used(plugin, reference, agency):
    """A second convention with an agency would widen what is let through, under whatever reference."""
    one = plugin("one", CONVENTION.format(agency="here", reference="C-1"))
    other = plugin("other", CONVENTION.format(agency=agency, reference=reference))
    found = load([one, other])

    assert statuses(found) == {"one": "refused", "other": "refused"}
    assert found.conventions == ()


def test_of_two_plugins_for_one_code_list_neither_is_used(plugin):
    """The codes of a place may not depend on which plugin is asked first."""
    found = load([plugin("one", lists("somewhere", "2020")), plugin("other", lists("somewhere", "2020"))])

    assert statuses(found) == {"one": "refused", "other": "refused"}
    assert "somewhere@2020" in found.found[1].reason.en


def test_a_listener_that_does_not_come_back_keeps_nobody_waiting(plugin, caplog):
    """What happened is kept already: who is told of it has a moment for it, and no more."""
    source = (
        'import time\nfrom cigem_core.sdk import hookimpl\nCIGEM_API = "1.0"\n@hookimpl\ndef cigem_happened(event):\n'
        "    time.sleep(30)\n"
    )
    found = evolve(load([plugin("slow", source)]), patience=0.05)

    found.tell(Event(act="pull", agency="anpe", on=date(2009, 10, 1), by="awa", facts={}))

    assert "plugin slow is still busy 0.05 s after pull" in caplog.text


HANGING = {
    "sleeps": "import time; time.sleep(10**6)",
    "listens": "import socket; ours, theirs = socket.socketpair(); ours.recv(1)",
    "loops": "import time; end = time.monotonic() + 3\n    while time.monotonic() < end: pass",  # it stays in this process
    "waits-for-a-child": "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(20)'])",
}


@pytest.mark.parametrize("how", HANGING)
def test_a_hook_that_really_hangs_keeps_nobody_waiting(plugin, how):
    """Asleep, at a socket, in a loop or waiting for a program of its own: what is asked of it, and what it is told."""
    body = f"{HANGING[how]}\n    return []"
    began = time.monotonic()
    found = load([plugin(f"asked-{how}", hook(body)), plugin("good", GOOD.format(agency="here"))], deadline=0.2)
    told = evolve(load([plugin(f"told-{how}", hook(body, "cigem_happened", "event"))]), patience=0.2)
    told.tell(Event(act="pull", agency="anpe", on=date(2009, 10, 1), by="awa", facts={}))

    assert statuses(found) == {f"asked-{how}": "broken", "good": "ok"}
    assert time.monotonic() - began < 10


def test_a_hook_that_never_lets_go_of_the_interpreter_ends_a_command_and_says_where(tmp_path):
    """Nothing else can run beside it: a command of ours is ended by the system's watch, and does not hang for ever."""
    (tmp_path / "endless.py").write_text(hook("import itertools; return sum(itertools.repeat(0))"), "utf-8")
    asks = (
        "from importlib.metadata import EntryPoint\nfrom cigem_core.plugins import load, own_process\nown_process(0.5)\n"
        "load([EntryPoint('endless', 'endless', 'cigem_core')], deadline=0.2)\nprint('went on')"
    )

    done = subprocess.run([sys.executable, "-c", asks], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (1, "")
    assert "Timeout" in done.stderr
    assert "endless.py" in done.stderr


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


def test_the_hooks_are_the_documented_ones():
    """The list of hooks and its page check each other."""
    from cigem_core.sdk import hooks

    declared = {name for name in vars(hooks) if name.startswith("cigem_")}
    page = (Path(__file__).parents[1] / "docs/hooks.md").read_text("utf-8")

    assert len(declared) == 6
    assert all(f"`{name}" in page for name in declared)
    assert hookimpl.project_name == "cigem_core"
