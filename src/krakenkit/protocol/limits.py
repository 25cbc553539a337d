"""Keeping to the exchange's limits: what a client asks before each call, and what it tells after it.

All clients of one key in the process share what is counted. The line of waiting calls is in ``limit_queue``, what calls
draw on in ``limit_lanes`` and ``limit_models``, the cost of orders in ``limit_engine``.
"""

from __future__ import annotations

from itertools import count
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from msgspec import Struct

from krakenkit._core.clock import Clock, steady_clock
from krakenkit._core.redaction import shortened
from krakenkit.errors import DecodeError, KrakenError, RateLimited, Refused, SettingsError, TransportError
from krakenkit.protocol.limit_engine import action_of, is_order_path
from krakenkit.protocol.limit_lanes import Lane, PublicPace
from krakenkit.protocol.limit_models import Draws, Ticket
from krakenkit.protocol.limit_queue import PRIORITIES, SHARED, Limiter, Waiting
from krakenkit.protocol.prepare import Sender
from krakenkit.wire.environment import is_loopback
from krakenkit.wire.refusals import undecided
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend, Route, Venue
from krakenkit.wire.trading_limits import Tier

LimitMode: TypeAlias = Literal["wait", "raise", "off"]

_Kind: TypeAlias = Literal["key", "token", "public"]
_LONGEST_ORDERED = 60.0
"""A pause that the exchange ordered and that is longer is raised, not waited for: somebody should know of it."""
_MANY_PLANS = 2048


class HeldBack(RateLimited):
    """A call that was not sent, because the exchange would refuse it for now; ``retry_after`` says for how long."""

    sent = False


class _Plan(Struct, frozen=True):
    """What is the same for every call of a route."""

    label: str
    path: str
    lane: Lane
    priority: int
    draws: Draws | None
    """None where they depend on the parameters."""
    acts: bool
    exempt: bool


_arrivals = count()


class ClientLimits:
    """How one client keeps to the limits; ``explain()`` tells what its key's calls are waiting for.

    Args:
        sender: whose calls these are.
        mode: ``wait`` pauses a call until the exchange will take it; ``raise`` raises :class:`HeldBack` in place of
            waiting; ``off`` neither counts nor waits. Left out: ``wait``, and ``off`` towards addresses on this
            machine.
        tier: the account's, for all clients of the key; ``intermediate`` when nobody says.
        public_pace: for all clients of the process at these addresses.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        mode: LimitMode | None = None,
        tier: Tier | None = None,
        public_pace: PublicPace | None = None,
        limiter: Limiter = SHARED,
        clock: Clock = steady_clock,
    ) -> None:
        _check_word("limits", mode, get_args(LimitMode))
        _check_word("tier", tier, get_args(Tier))
        self._given: LimitMode | None = mode
        self._sender = sender
        self._tier: Tier | None = tier
        self._public_pace = public_pace
        self._limiter = limiter
        self._clock = clock
        self._lanes: dict[tuple[Venue, _Kind], Lane] = {}
        self._plans: dict[type[Request[Any]], _Plan] = {}
        if tier is not None or public_pace is not None:
            self._all_lanes()  # other clients of the key follow from now

    @property
    def mode(self) -> LimitMode:
        """What happens to calls that should wait; ``off`` where all addresses are exempt."""
        if self._given is not None:
            return self._given
        return "off" if all(self._exempt(venue) for venue in get_args(Venue)) else "wait"

    def ticket(self, request: Request[Any]) -> Ticket | None:
        """A place in line for one sending of this call; None when it needs none."""
        plan = self._plans.get(type(request)) or self._make_plan(request)
        if plan.exempt:
            return None
        return Ticket(
            plan.label,
            plan.path,
            (plan.priority, next(_arrivals)),
            plan.lane,
            plan.lane.draws(request) if plan.draws is None else plan.draws,
            action_of(request) if plan.acts else None,
            request.client_order_id if plan.priority < 2 else None,
        )

    def reserve(self, ticket: Ticket) -> float:
        """Zero when the call may go now; else the seconds to pause before asking again.

        Raises:
            HeldBack: in mode ``raise``, and where the exchange ordered a pause of more than a minute.
        """
        now = self._clock()
        seconds = self._limiter.reserve(ticket, now)
        if seconds and (self._given == "raise" or self._limiter.ordered_pause(ticket, now) > _LONGEST_ORDERED):
            raise self._held_back(ticket, seconds, now)
        return seconds

    def leave(self, ticket: Ticket) -> None:
        """Give up the place in line; does nothing when the call has gone."""
        if ticket.in_line:
            self._limiter.leave(ticket)

    def reason(self, ticket: Ticket) -> str:
        """What the call waits for, for people."""
        return self._limiter.reason(ticket, self._clock())

    def answered(self, ticket: Ticket, answer: object) -> None:
        """Tell that the call was executed."""
        if ticket.action is not None:
            self._limiter.note(ticket, answer, self._clock())

    def failed(self, ticket: Ticket, error: KrakenError) -> bool:
        """Tell that the call failed. True when it was one call too many and may be sent again after waiting."""
        now = self._clock()
        if isinstance(error, RateLimited):
            self._limiter.learn(ticket, error, now)
            return self._given != "raise" and self._limiter.ordered_pause(ticket, now) <= _LONGEST_ORDERED
        if _in_doubt(error):
            self._limiter.note(ticket, None, now)
        return False

    def waiting(self) -> list[Waiting]:
        """The calls of this key that wait, those of other clients included, in the order in which they will go."""
        return self._limiter.waiting(self._all_lanes(), self._clock())

    def levels(self) -> dict[str, float]:
        """What is spent of each limit, as far as this process knows."""
        return self._limiter.levels(self._all_lanes(), self._clock())

    def explain(self) -> str:
        """What waits for what, and what is spent, in a few lines of text."""
        if self.mode == "off":
            return "Limits are off for these addresses: calls are neither counted nor held back."
        lanes, waiting = self._all_lanes(), self.waiting()
        lines = [f"{len(waiting)} call{'s' * (len(waiting) != 1)} waiting." if waiting else "No call is waiting."]
        lines += [f"{one.seconds:.1f} s: {one.reason}." for one in waiting]
        lines += [f"Now: {text}." for text in self._limiter.describe(lanes, self._clock())]
        if refusals := sum(lane.refusals for lane in lanes):
            lines.append(
                f"The exchange refused {refusals} for too many calls: other programs may use this key or address, "
                f"or the account's tier is not {lanes[0].tier}."
            )
        return "\n".join(lines)

    def _make_plan(self, request: Request[Any]) -> _Plan:
        route = request.route
        lane = self._lane(route.venue, self._kind(route))
        plan = _Plan(
            route.label,
            route.path,
            lane,
            _priority(route),
            draws=None if hasattr(request, "budget_cost") else lane.draws(request),
            acts=is_order_path(route.path),
            # A private call without a key is refused before it is sent.
            exempt=self._exempt(route.venue) or (route.signed and self._sender.credentials is None),
        )
        if len(self._plans) >= _MANY_PLANS:  # the open door takes any path
            self._plans.clear()
        self._plans[type(request)] = plan
        return plan

    def _exempt(self, venue: Venue) -> bool:
        """Whether calls of this venue are neither counted nor held back."""
        if self._given is not None:
            return self._given == "off"
        return is_loopback(urlsplit(self._sender.environment.rest(venue)).hostname or "")

    def _lane(self, venue: Venue, kind: _Kind) -> Lane:
        """What is counted for the sender's key; calls with a token, or without any key, are counted apart."""
        credentials = self._sender.credentials
        if (venue, kind) not in self._lanes:
            identity, owner = str(kind), f"{kind} calls"
            if kind == "key" and credentials is not None:
                identity, owner = f"key {credentials.key}", f"key {shortened(credentials.key)}"
            lane = self._limiter.lane(self._sender.environment.rest(venue), identity, owner)
            self._limiter.tune(lane, self._tier, self._public_pace, self._clock())
            self._lanes[venue, kind] = lane
        return self._lanes[venue, kind]

    def _kind(self, route: Route | None = None) -> _Kind:
        if route is not None and route.access in ("bearer", "basic"):
            return "token"
        return "public" if self._sender.credentials is None else "key"

    def _all_lanes(self) -> list[Lane]:
        for venue in get_args(Venue):
            self._lane(venue, self._kind())
        return list(self._lanes.values())

    def _held_back(self, ticket: Ticket, seconds: float, now: float) -> HeldBack:
        reason = self._limiter.reason(ticket, now)
        self._limiter.leave(ticket)
        hint = ', or use limits="wait"' if self._given == "raise" else ""
        return HeldBack(
            f"{reason}. Nothing was sent. Next: call again in {seconds:.1f} seconds{hint}.",
            codes=(),
            request=ticket.label,
            retryable=True,
            retry_after=seconds,
            client_order_id=ticket.client_order_id,
        )

    def __repr__(self) -> str:
        return f"ClientLimits({self.mode!r})"


def _priority(route: Route) -> int:
    if route.resend is Resend.READ:
        return PRIORITIES.index("read")
    return PRIORITIES.index("cancel" if "cancel" in f"{route.id} {route.path}".lower() else "order")


def _in_doubt(error: KrakenError) -> bool:
    """Whether a call that failed so may have been executed all the same."""
    if isinstance(error, TransportError):
        return error.sent
    return isinstance(error, DecodeError) or (isinstance(error, Refused) and undecided(error.codes))


def _check_word(name: str, given: str | None, known: tuple[str, ...]) -> None:
    if given is not None and given not in known:
        raise SettingsError(f"{name} is {given!r}; give one of {', '.join(known)}.")
