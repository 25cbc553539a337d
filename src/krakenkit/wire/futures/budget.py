"""What Futures calls cost, and the two budgets they draw on. Source: docs.kraken.com, Futures guides, Rate limits.

Public calls are free. An overrun is answered with ``apiLimitExceeded`` under ``/derivatives``, and with HTTP 429 and a
``rate-limit-reset`` header (seconds) under ``/api/history``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from krakenkit.wire.request import Request
from krakenkit.wire.route import Route


@dataclass(frozen=True, slots=True)
class Budget:
    """Points to spend, and in how many seconds all of them come back."""

    name: str
    points: int
    seconds: int


DERIVATIVES = Budget("derivatives", points=500, seconds=10)
HISTORY = Budget("history", points=100, seconds=600)


def budget_of(route: Route) -> Budget | None:
    """The budget that a Futures call draws on; None for calls that draw on none, or on none that is published."""
    if route.venue != "futures" or not route.signed:
        return None
    if route.path.startswith("/derivatives/"):
        return DERIVATIVES
    return HISTORY if route.path.startswith("/api/history/") else None


def cost_of(request: Request[Any]) -> int | None:
    """Points that this call costs; None where the exchange publishes no cost.

    Batches, fills and the account log cost by their parameters and say so themselves, in ``budget_cost``.
    """
    given = getattr(request, "budget_cost", None)
    return given if isinstance(given, int) else request.route.cost
