"""What a client's process counts while a stream is played to it: updates, CPU time, and when each came."""

from __future__ import annotations

import array
import gc
import json
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.machine import peak_mb
from benchmarks.servers import Server

MARK = "RESULT "
"""How a line begins that is meant for the one who started the run; clients may print others."""
_IDLE_SHARE = 0.1
_LOOK_SECONDS = 0.2
_SETTLING_SECONDS = 0.3


class Meter:
    """Counts for one run, and ends the process with the result when everything came.

    CPU time is that of the whole process, all threads, user and system, from shortly before the first message until the
    last update was handed to the program. A client that conflates never gets to the last count; its run ends when the
    server has sent everything and the process has nothing more to do.
    """

    def __init__(
        self, server: Server, *, messages: int, rows: int, times: Path | None, leave: Callable[[], NoReturn]
    ) -> None:
        self.messages = messages
        self.rows = rows
        self.got = 0
        self.bad = 0
        self.came: array.array[int] | None = array.array("q", bytes(8 * messages)) if times else None
        self._times = times
        self._server = server
        self._leave = leave
        self._cpu = 0.0
        self._last_at = 0
        self._told: dict[str, int] = {}
        self._ended = threading.Event()
        self._finishing = threading.Lock()
        threading.Thread(target=self._watch, daemon=True).start()

    def count(self, rows: int = 1) -> None:
        """The program was handed this many updates more."""
        if self.came is not None and self.got < self.messages:
            self.came[self.got] = time.monotonic_ns()
        self.got += rows
        if self.got >= self.rows:
            self._last_at = time.monotonic_ns()
            self.finish()

    def count_state(self, number: int | None = None) -> None:
        """The program was handed the state after message ``number``, the ones before it perhaps left out."""
        self._last_at = now = time.monotonic_ns()
        if self.came is not None and number is not None:
            self.came[number] = now
        self.got += 1

    def finish(self) -> NoReturn:
        """Say what was counted, and end."""
        cpu = time.process_time() - self._cpu
        with self._finishing:
            self._ended.wait(5.0)
            say(self._result(cpu), last=True)
            self._leave()

    def _result(self, cpu: float) -> dict[str, Any]:
        result = {
            "cpu_us": cpu / self.messages * 1e6,
            "per_second": self.messages / ((self._last_at or time.monotonic_ns()) - self._told["began"]) * 1e9,
            "delivered": self.got / self.rows,
            "bad": self.bad,
            "peak_mb": peak_mb(),
        }
        if self.came is not None and self._times is not None:
            sent = struct.unpack(f"{self.messages}q", self._times.read_bytes())
            self._times.unlink()
            result |= percentiles([came - left for came, left in zip(self.came, sent, strict=True) if came])
        return result

    def _watch(self) -> None:
        """Begin when the subscriptions stand; end a run whose last updates were left out."""
        self._server.line()
        time.sleep(_SETTLING_SECONDS)
        gc.collect()
        self._cpu = time.process_time()
        self._told = self._server.line()
        self._ended.set()
        self._wait_until_idle()
        self.finish()

    def _wait_until_idle(self) -> None:
        before = time.process_time()
        while True:
            time.sleep(_LOOK_SECONDS)
            now = time.process_time()
            if now - before < _IDLE_SHARE * _LOOK_SECONDS:
                return
            before = now


def percentiles(nanoseconds: Sequence[int]) -> dict[str, float]:
    """Median, 99th percentile and worst, in microseconds."""
    ranked = sorted(nanoseconds)
    if not ranked:
        return {}
    return {
        "p50_us": ranked[len(ranked) // 2] / 1e3,
        "p99_us": ranked[int(len(ranked) * 0.99)] / 1e3,
        "worst_us": ranked[-1] / 1e3,
    }


_silent = threading.Event()


def say(result: dict[str, Any], *, last: bool = False) -> None:
    """Tell a result to the one who started the run; after the last one, what a client says as it falls is not told."""
    if not _silent.is_set():
        if last:
            _silent.set()
        sys.stdout.write(f"{MARK}{json.dumps(result)}\n")
        sys.stdout.flush()
