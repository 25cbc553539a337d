"""What calls draw on, as arithmetic on ``now``: counters that fall, windows that pass, gates that the exchange shut.

Each keeps its own line of waiting calls. Locks, clocks and what a call costs are others' business.
"""

from __future__ import annotations

from collections import deque
from math import ceil
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from krakenkit.protocol.limit_engine import OrderAction
    from krakenkit.protocol.limit_lanes import Lane

_HAIR = 1e-9
"""A timer that fires at the very moment must not find itself a rounding error too early."""
_GRACE = 5.0
"""Seconds that a call may be late to ask again before it counts as gone."""
_REPEATED = 60.0
_WORST = 5


class Meter:
    """Something that calls draw on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: dict[Ticket, float] = {}
        """Calls in line, with the cost of each."""

    def wait(self, cost: float, now: float) -> float:
        """Seconds until this cost fits; zero when it fits now."""
        raise NotImplementedError

    def charge(self, cost: float, now: float) -> None:
        """Count this cost as spent."""
        raise NotImplementedError

    def fill(self, now: float) -> None:
        """The exchange said that all is spent."""
        raise NotImplementedError

    def level(self, now: float) -> float:
        """What is spent."""
        raise NotImplementedError

    def describe(self, now: float) -> str:
        """Where it stands, for people."""
        raise NotImplementedError

    def ahead(self, ticket: Ticket, now: float) -> float:
        """What the calls in line before this one will cost; calls that were given up are dropped."""
        gone = [other for other in self.waiting if other.gone(now)]
        for other in gone:
            del self.waiting[other]
        return sum(cost for other, cost in self.waiting.items() if other.rank < ticket.rank)


class Counter(Meter):
    """Rises with each call and falls by ``decay`` a second; it may not rise above ``most``."""

    def __init__(self, name: str, *, most: float, decay: float) -> None:
        super().__init__(name)
        self.most = most
        self.decay = decay
        self._level = 0.0
        self._at = float("-inf")
        self._filled_at = float("-inf")
        self._refusals = 0

    def level(self, now: float) -> float:
        since = now - self._at  # threads take the time before they get here: it may be a little below zero
        level = self._level - since * self.decay if since > 0 else self._level
        return level if level > 0 else 0.0

    def wait(self, cost: float, now: float) -> float:
        over = self.level(now) + cost - self.most
        return over / self.decay if over > _HAIR else 0.0

    def charge(self, cost: float, now: float) -> None:
        self._level = self.level(now) + cost
        if now > self._at:
            self._at = now

    def fill(self, now: float) -> None:
        """At its maximum; above it when the exchange refuses again within a minute, since the model is too kind then."""
        since = now - self._filled_at
        if since > 1.0:  # calls that were on the way together are refused together: that is one refusal
            self._refusals = min(self._refusals + 1, _WORST) if since < _REPEATED else 0
            self._filled_at = now
        self._level = max(self.level(now), self.most + self._refusals)
        self._at = max(now, self._at)

    def retune(self, *, most: float, decay: float, now: float) -> None:
        """Go on with other figures from now."""
        self.charge(0.0, now)
        self.most, self.decay = most, decay

    def describe(self, now: float) -> str:
        return f"{self.name} ({self.level(now):.3g} of {self.most:g}, falling by {self.decay:.3g} a second)"


class Window(Meter):
    """At most ``most`` points within any ``seconds``."""

    def __init__(self, name: str, *, most: float, seconds: float) -> None:
        super().__init__(name)
        self.most = most
        self.seconds = seconds
        self._spent: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def level(self, now: float) -> float:
        while self._spent and self._spent[0][0] <= now - self.seconds + _HAIR:
            self._sum -= self._spent.popleft()[1]
        if not self._spent:
            self._sum = 0.0  # sums of fractions drift
        return self._sum

    def wait(self, cost: float, now: float) -> float:
        """Seconds until this cost fits; a cost above ``most``, which a whole line may have, takes several windows."""
        windows = max(ceil(cost / self.most) - 1, 0)
        whole = windows * self.seconds
        over = self.level(now) + cost - (windows + 1) * self.most
        for at, spent in self._spent:
            if over <= _HAIR:
                break
            over -= spent
            if over <= _HAIR:
                return at + self.seconds - now + whole
        return whole

    def charge(self, cost: float, now: float) -> None:
        self._sum = self.level(now) + cost
        # Threads take the time before they get here: an earlier moment counts as the latest, to keep the order.
        at = max(now, self._spent[-1][0]) if self._spent else now
        self._spent.append((at, cost))

    def fill(self, now: float) -> None:
        """Spent, by others and unseen: as though evenly over the window, since it is not known when."""
        missing = self.most - self.level(now)
        if missing <= 0:
            return
        tenths = [(now - self.seconds * part / 10, missing / 10) for part in range(10)]
        self._spent = deque(sorted([*self._spent, *tenths]))
        self._sum += missing

    def describe(self, now: float) -> str:
        return f"{self.name} ({self.level(now):.3g} of {self.most:g} within {self.seconds:g} s)"


class Gate(Meter):
    """Shut until a moment, because the exchange said so."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.until = float("-inf")
        self.reason = ""

    def shut(self, until: float, reason: str) -> None:
        """Let nothing through before ``until``."""
        if until > self.until:
            self.until, self.reason = until, reason

    def wait(self, cost: float, now: float) -> float:
        return self.until - now if self.until > now else 0.0

    def charge(self, cost: float, now: float) -> None: ...

    def fill(self, now: float) -> None: ...

    def level(self, now: float) -> float:
        return 1.0 if self.until > now else 0.0

    def describe(self, now: float) -> str:
        return f"{self.name}, which answered {self.reason}" if self.reason else self.name


Draws: TypeAlias = tuple[tuple[Meter, float], ...]
"""What a call draws on, with the cost of each."""


class Ticket(Struct, eq=False):
    """One call's place in line. Cancels come before orders, orders before reads, then whoever came first."""

    label: str
    path: str
    rank: tuple[int, int]
    lane: Lane
    draws: Draws
    """What it draws on for sure; an order call draws on the counter of its pair besides."""
    action: OrderAction | None
    client_order_id: str | None
    due: float = float("inf")
    """When it asks again."""
    cause: Meter | None = None
    """What it waits for."""
    in_line: tuple[Meter, ...] = ()

    def gone(self, now: float) -> bool:
        """Whether it should have asked again long ago: the call was given up without a word."""
        return self.due + _GRACE < now
