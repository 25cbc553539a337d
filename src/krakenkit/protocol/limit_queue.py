"""Waiting in line: the meters of the process, who waits for them, and who goes first. Arithmetic on ``now``.

A call asks, pauses elsewhere, asks again; nothing here sleeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from msgspec import Struct

from krakenkit.errors import RateLimited
from krakenkit.protocol.limit_lanes import Host, Lane, PublicPace
from krakenkit.protocol.limit_models import Draws, Gate, Meter, Ticket
from krakenkit.wire.trading_limits import Tier

PRIORITIES = ("cancel", "order", "read")
"""The order in which waiting calls are let go; a ticket's rank begins with the place in it."""
_DEFAULT_TIER: Tier = "intermediate"


class Waiting(Struct, frozen=True):
    """A call that waits its turn."""

    request: str
    priority: str
    """``cancel``, ``order`` or ``read``: the order in which calls are let go."""
    seconds: float
    """About how long it still waits; more when calls of higher priority come."""
    reason: str


class Limiter:
    """The meters of the process: one lane for each key at each origin. Safe to share between threads.

    Args:
        margin: seconds added to every wait, since the exchange counts a call when it arrives, and calls that left
            together arrive apart.
    """

    def __init__(self, *, margin: float = 0.2) -> None:
        self.margin = margin
        self.lock = Lock()
        self._hosts: dict[str, Host] = {}
        self._lanes: dict[tuple[str, str], Lane] = {}

    def lane(self, origin: str, identity: str, owner: str) -> Lane:
        """What is counted for this key at this origin; the same for everyone who asks."""
        with self.lock:
            if (origin, identity) not in self._lanes:
                host = self._hosts.setdefault(origin, Host(origin, PublicPace()))
                self._lanes[origin, identity] = Lane(owner, host, _DEFAULT_TIER)
            return self._lanes[origin, identity]

    def reserve(self, ticket: Ticket, now: float) -> float:
        """Zero when the call may go now, which is then counted; else the seconds to wait before asking again.

        A call that was told to wait stands in line until it may go, or until :meth:`leave`.
        """
        with self.lock:
            draws, charges = self._draws(ticket, now)
            longest, cause = 0.0, None
            for meter, cost in draws:
                ahead = meter.ahead(ticket, now) if cost and meter.waiting else 0.0
                seconds = meter.wait(cost + ahead, now)
                if seconds > longest:
                    longest, cause = seconds, meter
            if cause is None:
                for meter, cost in charges:
                    if cost:
                        meter.charge(cost, now)
                self._out_of_line(ticket)
                return 0.0
            self._into_line(ticket, draws, cause)
            ticket.due = now + longest + self.margin
            return longest + self.margin

    def leave(self, ticket: Ticket) -> None:
        """Give up the place in line."""
        with self.lock:
            self._out_of_line(ticket)

    def learn(self, ticket: Ticket, error: RateLimited, now: float) -> None:
        """Correct the meters after the exchange refused a call for too many calls."""
        with self.lock:
            ticket.lane.learn(ticket, error, now)

    def note(self, ticket: Ticket, answer: object, now: float) -> None:
        """Remember which orders a call touched, and when; ``answer`` is None where it is lost."""
        if ticket.action is not None:
            with self.lock:
                ticket.action.done(ticket.lane.memory, now, answer)

    def ordered_pause(self, ticket: Ticket, now: float) -> float:
        """Seconds that the exchange asked calls like this one to keep still."""
        with self.lock:
            draws, _ = self._draws(ticket, now)
            return max((meter.wait(0.0, now) for meter, _ in draws if isinstance(meter, Gate)), default=0.0)

    def reason(self, ticket: Ticket, now: float) -> str:
        """What the call waits for, for people."""
        with self.lock:
            return _reason(ticket, now)

    def waiting(self, lanes: Iterable[Lane], now: float) -> list[Waiting]:
        """The calls in line on these lanes, in the order in which they will go."""
        with self.lock:
            tickets = {one for lane in lanes for meter in lane.meters() for one in meter.waiting}
            ranked = sorted((one for one in tickets if not one.gone(now)), key=lambda one: one.rank)
            return [
                Waiting(one.label, PRIORITIES[one.rank[0]], max(0.0, one.due - now), _reason(one, now))
                for one in ranked
            ]

    def describe(self, lanes: Iterable[Lane], now: float) -> list[str]:
        """Each meter that has anything spent, for people."""
        with self.lock:
            return [meter.describe(now) for meter in _in_use(lanes, now)]

    def levels(self, lanes: Iterable[Lane], now: float) -> dict[str, float]:
        """What is spent of each meter that has anything spent."""
        with self.lock:
            return {meter.name: meter.level(now) for meter in _in_use(lanes, now)}

    def tune(self, lane: Lane, tier: Tier | None, pace: PublicPace | None, now: float) -> None:
        """Go on with the figures that somebody gave."""
        with self.lock:
            if tier is not None:
                lane.set_tier(tier, now)
            if pace is not None:
                lane.host.pace.retune(most=pace.burst, decay=pace.rate, now=now)

    def _draws(self, ticket: Ticket, now: float) -> tuple[Draws, Draws]:
        """What the call waits for, and what it is charged."""
        draws = ticket.draws
        if ticket.lane.path_gates and (gate := ticket.lane.path_gates.get(ticket.path)):
            draws = (*draws, (gate, 0.0))
        if ticket.action is None:
            return draws, draws
        orders, binding = ticket.lane.order_draws(ticket.action, now)
        return (*draws, *orders) if binding else draws, (*draws, *orders)

    def _into_line(self, ticket: Ticket, draws: Draws, cause: Meter) -> None:
        ticket.cause = cause
        self._out_of_line(ticket)
        for meter, cost in draws:
            meter.waiting[ticket] = cost
        ticket.in_line = tuple(meter for meter, _ in draws)

    def _out_of_line(self, ticket: Ticket) -> None:
        for meter in ticket.in_line:
            meter.waiting.pop(ticket, None)
        ticket.in_line = ()


SHARED = Limiter()
"""The limiter of the process."""


def _in_use(lanes: Iterable[Lane], now: float) -> list[Meter]:
    meters = dict.fromkeys(meter for lane in lanes for meter in lane.meters())  # lanes of one host share some
    return [meter for meter in meters if meter.level(now) > 0]


def _reason(ticket: Ticket, now: float) -> str:
    cause = ticket.cause
    if cause is None:
        return f"{ticket.label} waits for nothing"
    cost = cause.waiting.get(ticket, 0.0)
    costs = f"; it costs {cost:g}" if cost else ""
    before = sum(other.rank < ticket.rank for other in cause.waiting)
    line = f", after {before} other call{'s' * (before != 1)}" if before else ""
    return f"{ticket.label} waits for {cause.describe(now)}{costs}{line}"
