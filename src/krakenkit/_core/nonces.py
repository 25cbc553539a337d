"""Nonces that rise strictly per key, across all clients of the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class NonceSource:
    """Rising nanosecond nonces for one API key; safe to share between threads."""

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """A nonce above every earlier one, even when the clock stands still or steps back."""
        with self._lock:
            self._last = max(self._last + 1, self._now_ns())
            return self._last

    def __repr__(self) -> str:
        return "NonceSource()"


_sources: dict[str, NonceSource] = {}
_lock = threading.Lock()


def nonces_for(key: str) -> NonceSource:
    """The one source of this API key in the process: two clients with one key never overtake each other's nonces."""
    with _lock:
        return _sources.setdefault(key, NonceSource())
