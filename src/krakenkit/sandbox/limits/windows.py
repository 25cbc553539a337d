"""Limits that look back over a stretch of time, and shut the door for a while."""

from __future__ import annotations

from collections import deque
from typing import Final

_NANO: Final = 10**9
ATTEMPTS: Final = 150
"""Sockets that one address may open within ten minutes."""
ATTEMPTS_SECONDS: Final = 600
BAN_SECONDS: Final = 600
FAILURES: Final = 15
FAILURES_SECONDS: Final = 60
LOCKOUT_SECONDS: Final = 300
_SUBJECTS_KEPT: Final = 10_000


class Window:
    """Counts what each subject does within a stretch of time; too much shuts it out for another stretch.

    Args:
        most: what a subject may do within ``seconds``; zero lets everything pass.
        shut_seconds: how long it is shut out.
    """

    def __init__(self, most: int, seconds: int, shut_seconds: int) -> None:
        self._most = most
        self._span = seconds * _NANO
        self._shut = shut_seconds * _NANO
        self._done: dict[str, deque[int]] = {}
        self._shut_until: dict[str, int] = {}

    def note(self, subject: str, now: int) -> None:
        """Count one deed; the one that is too much shuts the door."""
        if not self._most:
            return
        done = self._done.setdefault(subject, deque())
        while done and done[0] <= now - self._span:
            done.popleft()
        done.append(now)
        if len(done) > self._most:
            self._shut_until[subject] = now + self._shut
            del self._done[subject]
        self._forget()

    def shut(self, subject: str, now: int) -> bool:
        """Whether the subject is shut out."""
        until = self._shut_until.get(subject)
        if until is None:
            return False
        if until <= now:
            del self._shut_until[subject]
            return False
        return True

    def _forget(self) -> None:
        for kept in (self._done, self._shut_until):
            if len(kept) > _SUBJECTS_KEPT:
                del kept[next(iter(kept))]


class Connections:
    """How often an address opened sockets."""

    def __init__(self, scale: float) -> None:
        self._window = Window(_scaled(ATTEMPTS, scale), ATTEMPTS_SECONDS, BAN_SECONDS)

    def take(self, address: str, now: int) -> bool:
        """Count one attempt; False when it is one too many, or the address is banned."""
        if not self._window.shut(address, now):
            self._window.note(address, now)
        return not self._window.shut(address, now)


class Lockouts:
    """How often the calls of a key failed."""

    def __init__(self, scale: float) -> None:
        self._window = Window(_scaled(FAILURES, scale), FAILURES_SECONDS, LOCKOUT_SECONDS)

    def failed(self, key: str, now: int) -> None:
        """Count one failure."""
        self._window.note(key, now)

    def locked(self, key: str, now: int) -> bool:
        """Whether the key is locked out."""
        return self._window.shut(key, now)


def _scaled(most: int, scale: float) -> int:
    return max(round(most * scale), 1) if scale else 0
