"""The machine and this process: which core, how much memory, how much time."""

from __future__ import annotations

import contextlib
import os
import platform
import re
from pathlib import Path

CLIENT_CORE = 0
SERVER_CORE = 1


def stay_on(core: int) -> None:
    """Keep this process on one core, where the system can do that and the core exists."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {core})


def resident_mb() -> float:
    """Memory of this process that is in RAM now; 0 where the system does not say."""
    return _status("VmRSS")


def peak_mb() -> float:
    """The most memory that this process had in RAM; 0 where the system does not say.

    Not from getrusage: on Linux that begins with what the parent had when it started us.
    """
    return _status("VmHWM")


def _status(field: str) -> float:
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{field}:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def description() -> str:
    """The machine in a line."""
    cpu = "unknown CPU"
    with contextlib.suppress(OSError):
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        cpu = found[1] if found else cpu
    return (
        f"{os.cpu_count()} cores ({cpu}), {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def load() -> float:
    """The load average of the last minute; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        return os.getloadavg()[0]
    return 0.0
