"""What shall go wrong, and how often: scripted by a test, asked by the server at the places where things can go wrong."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

LineKind: TypeAlias = Literal["all", "public", "private"]


@dataclass(frozen=True, slots=True)
class Instead:
    """Answer with this and do nothing."""

    status: int
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse with this code, in the words of the surface that was called, and do nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Close the connection without an answer, after the request was carried out or before."""

    carried_out: bool


@dataclass(frozen=True, slots=True)
class Late:
    """Carry the request out at once and answer after so many seconds."""

    seconds: float


RestFault: TypeAlias = Instead | Refuse | Cut | Late


@dataclass(slots=True)
class _Scripted:
    fault: RestFault
    path: str | None
    left: int

    def meant(self, path: str) -> bool:
        return self.left > 0 and (self.path is None or self.path in (path, path.rpartition("/")[2]))


class Faults:
    """Everything that is scripted and has not happened yet."""

    def __init__(self) -> None:
        self._upgrades: deque[int] = deque()
        self._rest: list[_Scripted] = []
        self._silent_until: dict[LineKind, float] = {}
        self._checksums: Counter[str] = Counter()
        self._updates: Counter[str] = Counter()
        self._reports: Counter[str] = Counter()
        self._subscriptions: deque[str] = deque()
        self._commands: list[str | None] = []
        self.ack_delay = 0.0
        """Seconds that replies to requests on sockets come late."""

    # Sockets as a whole

    def refuse_upgrades(self, status: int, count: int) -> None:
        self._upgrades.extend([status] * count)

    def upgrade_refusal(self) -> int | None:
        """The HTTP status to refuse this upgrade with."""
        return self._upgrades.popleft() if self._upgrades else None

    def silence(self, until: float, kind: LineKind) -> None:
        """Let lines of this kind be quiet until a moment of the steady clock."""
        self._silent_until[kind] = until

    def quiet_for(self, now: float, *, private: bool) -> float:
        """Seconds for which a line has to be quiet still."""
        kinds: tuple[LineKind, ...] = ("all", "private" if private else "public")
        return max(0.0, *(self._silent_until.get(kind, -math.inf) - now for kind in kinds))

    # What is said on them

    def corrupt_checksum(self, symbol: str) -> None:
        self._checksums[symbol] += 1

    def wrong_checksum(self, symbol: str) -> bool:
        """Whether the next update of this book shall carry a wrong checksum."""
        return _taken(self._checksums, symbol)

    def lose_update(self, symbol: str) -> None:
        self._updates[symbol] += 1

    def lost_update(self, symbol: str) -> bool:
        """Whether the next update of this book shall get lost."""
        return _taken(self._updates, symbol)

    def lose_report(self, channel: str) -> None:
        self._reports[channel] += 1

    def lost_report(self, channel: str) -> bool:
        """Whether the next message of this private channel shall get lost."""
        return _taken(self._reports, channel)

    def refuse_subscriptions(self, error: str, count: int) -> None:
        self._subscriptions.extend([error] * count)

    def subscription_refusal(self) -> str | None:
        """The string to refuse this subscription with."""
        return self._subscriptions.popleft() if self._subscriptions else None

    def cut_after_command(self, method: str | None, count: int) -> None:
        self._commands.extend([method] * count)

    def cuts_command(self, method: str) -> bool:
        """Whether the line shall be cut now that this command was carried out."""
        for meant in (method, None):
            if meant in self._commands:
                self._commands.remove(meant)
                return True
        return False

    # REST

    def script_rest(self, fault: RestFault, path: str | None, count: int) -> None:
        self._rest.append(_Scripted(fault, path, count))

    def rest_fault(self, path: str) -> RestFault | None:
        """What shall go wrong with this call."""
        for scripted in self._rest:
            if scripted.meant(path):
                scripted.left -= 1
                self._rest = [one for one in self._rest if one.left > 0]
                return scripted.fault
        return None


def _taken(counter: Counter[str], key: str) -> bool:
    if counter[key] <= 0:
        return False
    counter[key] -= 1
    return True
