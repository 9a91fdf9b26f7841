"""A process that has loaded everything and makes children on demand, so that many can be killed in little time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

PROGRAM = """
import json, os, sys
import polars, psycopg, sqlalchemy, alembic.command
import cigem_core.store.migrations, cigem_core.sdk.reading.validation, cigem_core.formats.delimited.csv_records
from cigem_core import Workspace, plugins
plugins.load()
for line in sys.stdin:
    program, said, arguments = json.loads(line)
    child = os.fork()
    if child == 0:
        # A child that fails says why and is gone: it must not go on as a second nursery.
        try:
            with open(said, "w", buffering=1) as out:
                exec(compile(program, "<child>", "exec"), {"arguments": arguments, "say": lambda *w: print(*w, file=out)})
            os._exit(0)
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr, flush=True)
            os._exit(1)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """Starts children one at a time; each writes what it says to a file."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said"
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self, program: str, *arguments: Any) -> int:
        """Start a child; its process number."""
        self._said.unlink(missing_ok=True)
        assert self._process.stdin
        self._process.stdin.write(json.dumps([program, str(self._said), list(map(str, arguments))]) + "\n")
        return int(self._line())

    def wait(self) -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        return int(self._line())

    def said(self) -> list[str]:
        """The whole lines the child wrote."""
        return self._said.read_text().split("\n")[:-1] if self._said.exists() else []

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the nursery is gone"
        return line


def kill(process: int) -> None:
    """Kill a process, unless it has ended, as a power cut would: it gets no chance to tidy up."""
    with suppress(ProcessLookupError):
        os.kill(process, 9)
