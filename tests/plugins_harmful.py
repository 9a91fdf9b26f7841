"""Plugins that do harm: the body of a module each, what becomes of it, and a word of the reason."""

from __future__ import annotations

HEAD = 'from cigem_core.sdk import Adapter, CodeList, Code, hookimpl\nCIGEM_API = "1.0"\n'


def hook(body: str, name: str = "cigem_adapters", parameters: str = "") -> str:
    """A module that answers one hook."""
    return f"{HEAD}@hookimpl\ndef {name}({parameters}):\n    {body}\n"


def lists(name: str, edition: str) -> str:
    """A module that brings one code list."""
    title, codes = 'Text(fr="x", en="x")', '(Code(code="1", name="x"),)'
    made = f'CodeList(list="{name}", edition="{edition}", title={title}, source="x", codes={codes})'
    return "from cigem_core.text import Text\n" + hook(f"return [{made}]", "cigem_codelists")


HARMFUL = {
    # At import.
    "raises": ("raise ValueError('no luck')", "broken", "no luck"),
    "exits": ("raise SystemExit(3)", "broken", "SystemExit"),
    "interrupts": ("raise KeyboardInterrupt", "broken", "KeyboardInterrupt"),
    "leaves-a-generator": ("raise GeneratorExit", "broken", "GeneratorExit"),
    "ends-the-memory": ("raise MemoryError", "broken", "MemoryError"),
    "recurses": ("def f(): return f()\nf()", "broken", "RecursionError"),
    "does-not-parse": ("def (:", "broken", "SyntaxError"),
    "lacks-a-package": ("import no_such_package.inside", "broken", "lacks 'no_such_package'"),
    "lacks-a-name": ("from cigem_core.sdk import Tabel", "broken", "Tabel"),
    "divides": ("1 / 0", "broken", "ZeroDivisionError"),
    "asserts": ("assert False, 'x' * 100_000", "broken", "AssertionError"),
    "cannot-say-why": ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "broken", "E"),
    "hangs": ("import threading\nthreading.Event().wait(60)", "broken", "did not answer"),
    "is-busy": ("import time\nend = time.monotonic() + 4\nwhile time.monotonic() < end: pass", "broken", "did not answer"),
    # Written for something else.
    "says-no-version": ("from cigem_core.sdk import hookimpl", "refused", "does not say"),
    "too-new": ('CIGEM_API = "1.7"', "refused", "1.7"),
    "another-age": ('CIGEM_API = "2.0"', "refused", "2.0"),
    "an-older-age": ('CIGEM_API = "0.9"', "refused", "0.9"),
    "a-version-that-is-none": ('CIGEM_API = "latest"', "refused", "does not say"),
    "a-number-for-a-version": ("CIGEM_API = 1.0", "refused", "does not say"),
    # At the hook.
    "fails-when-asked": (hook("raise OSError('disk')"), "broken", "disk"),
    "exits-when-asked": (hook("raise SystemExit"), "broken", "SystemExit"),
    "hangs-when-asked": (hook("import threading; threading.Event().wait(60)"), "broken", "did not answer"),
    "never-ends": (hook("import itertools; return itertools.repeat(Adapter('x'))"), "refused", "more than"),
    "is-huge": (hook("return [Adapter(f'a{n}') for n in range(5_000)]"), "refused", "more than"),
    "hands-over-something-else": (hook("return ['adapter']"), "broken", "not str"),
    "hands-over-nothing-to-walk": (hook("return 3"), "broken", "TypeError"),
    "hands-over-the-class": (hook("return [Adapter]"), "broken", "not type"),
    "declares-wrongly": (hook("return [Adapter('Not Lower')]"), "broken", "lower-case"),
    "asks-for-what-is-not-given": (hook("return []", parameters="store"), "broken", "store"),
    "misspells-a-hook": (hook("return []", "cigem_adaptors"), "refused", "cigem_adapters"),
    "forgets-the-mark": (HEAD + "def cigem_adapters():\n    return []\n", "refused", "hookimpl"),
    # Names that are another's.
    "shadows-itself": (hook("return [Adapter('twice'), Adapter('twice')]"), "refused", "twice"),
    "calls-itself-the-centre": (hook("return [Adapter('centre')]"), "broken", "centre"),
    "shadows-the-core": (lists("isco-08", "2009"), "refused", "cigem_core"),
}
