"""Starting the loopback servers, each in a process of its own, and hearing what they print."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """A process that prints JSON lines."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.told = self.line()

    def line(self) -> dict[str, Any]:
        """The next thing that it says; waits for it.

        Raises:
            RuntimeError: when it has ended.
        """
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError(f"the server ended with code {self._process.wait()}")
        told: dict[str, Any] = json.loads(text)
        return told

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def http_server(seconds: float) -> Server:
    """The REST responder; its port is in ``told``."""
    return Server("responder", ["--seconds", str(seconds)])


def stream_server(file: Path, *, count: int, rate: float, times: Path | None, seconds: float) -> Server:
    """The one that plays a stream; port and number of updates are in ``told``."""
    arguments = [str(file), "--count", str(count), "--rate", str(rate), "--seconds", str(seconds)]
    return Server("blaster", [*arguments, *(["--times", str(times)] if times else [])])
