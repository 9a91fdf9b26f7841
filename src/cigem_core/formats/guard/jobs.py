"""Windows keeps a process within its memory by a job object; elsewhere there is nothing to do here."""

from __future__ import annotations

import struct
import subprocess
import sys
from typing import Any

_LIMITS = struct.Struct("qqI4xnnI4xnII6Qnnnn")
"""JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""
_EXTENDED_LIMITS = 9
_PROCESS_MEMORY, _DIES_WHEN_IT_FAILS, _ENDS_WITH_US = 0x100, 0x400, 0x2000


def hold(process: subprocess.Popen[bytes]) -> Any:
    """A job that the process belongs to: it ends when ours does."""
    if sys.platform != "win32":
        return None
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    kernel.AssignProcessToJobObject(job, ctypes.c_void_p(int(process._handle)))
    return job


def allow(job: Any, memory: int) -> None:
    """How much memory the process in a job may have."""
    if sys.platform != "win32":
        return
    import ctypes

    flags = _PROCESS_MEMORY | _DIES_WHEN_IT_FAILS | _ENDS_WITH_US
    said = _LIMITS.pack(0, 0, flags, 0, 0, 0, 0, 0, 0, *[0] * 6, memory, 0, 0, 0)
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, said, len(said))
