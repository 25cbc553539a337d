"""What is counted for one key, and for one host: which meters a call draws on, and what a refusal teaches about them.

Figures: docs.kraken.com, Spot guides, API rate limits; Futures guides, Rate limits. Figures of our own are marked.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from krakenkit.errors import RateLimited, SettingsError
from krakenkit.protocol.limit_engine import OrderAction, OrderMemory, is_order_path
from krakenkit.protocol.limit_models import Counter, Draws, Gate, Meter, Ticket, Window
from krakenkit.wire.futures.budget import DERIVATIVES, HISTORY, budget_of, cost_of
from krakenkit.wire.raw import RawRequest
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.trading_limits import TIERS, Tier

_MANY_PAIRS = 1024
_COSTS_TWO = ("/0/private/Ledgers", "/0/private/QueryLedgers", "/0/private/TradesHistory", "/0/private/QueryTrades")

# Seconds to keep still after an answer that names no time; all of them guesses, on the mild side. A lockout is said to
# last from a few minutes to a quarter of an hour.
_STILL = 5.0
_PAUSES: tuple[tuple[str, float], ...] = (
    ("EGeneral:Temporary lockout", 300.0),
    ("EAuth:Rate limit", 30.0),
    ("EAuth:Too many requests", 30.0),
)
_STRICT = 60.0


class PublicPace(Struct, frozen=True):
    """How fast public Spot calls may go from this machine: ``burst`` at once, ``rate`` a second in the long run.

    The exchange publishes no figure. One call a second is what other clients report as safe; a refusal slows the pace.
    """

    rate: float = 1.0
    burst: int = 10

    def __post_init__(self) -> None:
        if not self.rate > 0 or self.burst < 1:
            raise SettingsError("PublicPace needs a rate above zero and a burst of 1 or more.")


class Host:
    """What is counted for all callers from this machine to one origin."""

    def __init__(self, origin: str, pace: PublicPace) -> None:
        name = urlsplit(origin).netloc or origin
        self.gate = Gate(f"{name} to take public calls again")
        self.pace = Counter(f"the public pace of {name}", most=pace.burst, decay=pace.rate)
        # Published for custody v0 alone; the calls of today have no figure of their own.
        self.custody = Window(f"the custody limit of {name}", most=200, seconds=30)


class Lane:
    """What is counted for one key at one origin."""

    def __init__(self, owner: str, host: Host, tier: Tier) -> None:
        limits = TIERS[tier]
        self.owner = owner
        self.host = host
        self.tier: Tier = tier
        self.gate = Gate(f"the exchange to take calls of {owner} again")
        self.rest = Counter(f"the REST counter of {owner}", most=limits.rest_most, decay=limits.rest_decay)
        self.derivatives = Window(
            f"the Futures budget of {owner}", most=DERIVATIVES.points, seconds=DERIVATIVES.seconds
        )
        self.history = Counter(
            f"the Futures history budget of {owner}", most=HISTORY.points, decay=HISTORY.points / HISTORY.seconds
        )
        self.orders_gate = Gate(f"the exchange to take orders of {owner} again")
        self.path_gates: dict[str, Gate] = {}
        self.pairs: dict[str, Counter] = {}
        self.memory = OrderMemory()
        self.refusals = 0
        self._strict: dict[str, float] = {}
        self._adds: dict[tuple[str | None, float], Draws] = {}

    def meters(self) -> list[Meter]:
        """All of them, those of its host included."""
        mine: list[Meter] = [self.gate, self.rest, self.derivatives, self.history, self.orders_gate]
        return [
            *mine,
            *self.path_gates.values(),
            *self.pairs.values(),
            self.host.gate,
            self.host.pace,
            self.host.custody,
        ]

    def set_tier(self, tier: Tier, now: float) -> None:
        """Count by another tier from now."""
        limits = TIERS[tier]
        self.tier = tier
        self.rest.retune(most=limits.rest_most, decay=limits.rest_decay, now=now)
        for counter in self.pairs.values():
            counter.retune(most=limits.engine_most, decay=limits.engine_decay, now=now)

    def pair(self, name: str, now: float) -> Counter:
        """The engine's counter of a pair."""
        if name not in self.pairs:
            self._drop_idle_pairs(now)
            limits = TIERS[self.tier]
            title = f"the order counter of {name} and {self.owner}"
            self.pairs[name] = Counter(title, most=limits.engine_most, decay=limits.engine_decay)
        return self.pairs[name]

    def _drop_idle_pairs(self, now: float) -> None:
        if len(self.pairs) >= _MANY_PAIRS:
            self.pairs = {name: one for name, one in self.pairs.items() if one.waiting or one.level(now) > 0}
            self._adds.clear()

    def draws(self, request: Request[Any]) -> Draws:
        """What a call draws on for its path and parameters: all but the engine's counters and the gates of paths."""
        route = request.route
        if route.access == "public":
            return self._public_draws(route)
        found: list[tuple[Meter, float]] = [(self.gate, 0.0)]
        if route.signed:
            match route.venue:
                case "spot":
                    found += self._spot_draws(request)
                case "futures":
                    found += self._futures_draws(request)
                case "nexus":
                    pass  # no limit is published
        return tuple(found)

    def _public_draws(self, route: Route) -> Draws:
        gate: tuple[Meter, float] = (self.host.gate, 0.0)
        return (gate, (self.host.pace, 1.0)) if route.venue == "spot" else (gate,)

    def _spot_draws(self, request: Request[Any]) -> list[tuple[Meter, float]]:
        cost = _rest_cost(request)
        found: list[tuple[Meter, float]] = [(self.rest, float(cost))] if cost else []
        if request.route.envelope == "custody":
            found.append((self.host.custody, 1.0))
        return found

    def _futures_draws(self, request: Request[Any]) -> list[tuple[Meter, float]]:
        budget = budget_of(request.route)
        if budget is None:
            return []
        meter = self.derivatives if budget is DERIVATIVES else self.history
        cost = cost_of(request)
        # Calls without a published cost count as the cheapest that has one.
        return [(meter, float(1 if cost is None else min(cost, budget.points)))]

    def order_draws(self, action: OrderAction, now: float) -> tuple[Draws, bool]:
        """What an order call draws on, and whether it must wait for it.

        Cancels count and do not wait: a batch cancel is documented to pass over the limit, a single one is not
        documented, and holding one back is the worse mistake. Once a cancel was refused, they wait for a minute.
        """
        match action.verb:
            case "add":
                return self._add_draws(action, now), True
            case "amend" | "edit":
                return ((self.orders_gate, 0.0), *self._pair_draws(action, now)), True
            case "cancel":
                costs = self._pair_draws(action, now)
                return costs, bool(self._strict) and any(self._strict.get(meter.name, now) > now for meter, _ in costs)

    def _pair_draws(self, action: OrderAction, now: float) -> Draws:
        return tuple((self.pair(name, now), cost) for name, cost in action.costs(self.memory, now).items())

    def _add_draws(self, action: OrderAction, now: float) -> Draws:
        """Kept, since adding is what must be quick."""
        key = action.pair, action.cost_of_adding
        if key not in self._adds:
            draws = ((self.orders_gate, 0.0), *self._pair_draws(action, now))
            self._adds[key] = draws
        return self._adds[key]

    def learn(self, ticket: Ticket, error: RateLimited, now: float) -> None:
        """Correct the meters after a refusal for too many calls."""
        self.refusals += 1
        codes = error.codes
        gate = self._gate_of(ticket)
        if error.retry_after is not None:
            gate.shut(now + error.retry_after, codes[0] if codes else "a time to wait")
        for code in codes:
            seconds = next((seconds for start, seconds in _PAUSES if code.startswith(start)), None)
            if seconds is not None:
                gate.shut(now + seconds, code)
            elif code.startswith("EOrder:Domain"):
                self.orders_gate.shut(now + _STILL, code)
            elif code.startswith("EOrder:"):
                self._engine_refused(ticket, code, now)
            elif code.startswith("EBM:"):
                self._path_gate(ticket.path).shut(now + _STILL, code)
            elif error.retry_after is None or not code.startswith("EService:Throttled"):
                self._all_spent(ticket, gate, code, now)

    def _gate_of(self, ticket: Ticket) -> Gate:
        """What stands before calls of this kind: the first thing that each draws on."""
        first = ticket.draws[0][0]
        return first if isinstance(first, Gate) else self.gate

    def _path_gate(self, path: str) -> Gate:
        return self.path_gates.setdefault(path, Gate(f"{path} to be taken again from {self.owner}"))

    def _engine_refused(self, ticket: Ticket, code: str, now: float) -> None:
        action = ticket.action
        costs = action.costs(self.memory, now) if action else {}
        if not costs:
            self.orders_gate.shut(now + 1.0, code)  # an order of unknown pair
        for name in costs:
            self.pair(name, now).fill(now)
            if action and action.verb == "cancel":
                self._strict = {one: until for one, until in self._strict.items() if until > now}
                self._strict[self.pair(name, now).name] = now + _STRICT

    def _all_spent(self, ticket: Ticket, gate: Gate, code: str, now: float) -> None:
        drawn = [meter for meter, cost in ticket.draws if cost]
        for meter in drawn:
            meter.fill(now)
        if not drawn:
            gate.shut(now + _STILL, code)


def _rest_cost(request: Request[Any]) -> int:
    """Points on the REST counter; for calls through the open door by their path."""
    route = request.route
    if route.cost is not None or not isinstance(request, RawRequest):
        return route.cost or 0
    if is_order_path(route.path):
        return 0
    return 2 if route.path in _COSTS_TWO else 1
