"""Orders through the Spot engine alone: three traders on one pair, half of the orders meet, and some are taken back."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from typing import Final

from benchmarks.sandbox.rows import Row, rate_row
from krakenkit.sandbox.engine import Exchange, PlaceOrder, Terms, spot_instruments

NOW: Final = 1_760_000_000 * 10**9
TRADERS: Final = ("ann", "bob", "cat")
ORDERS: Final = 40_000
WANTED: Final = 20_000


def measure() -> list[Row]:
    """Orders a second, with everything that belongs to one: checks, matching, fees, ledger, history and events."""
    return [rate_row("Spot engine", rate, wanted=WANTED)]


def rate(orders: int = ORDERS, seed: int = 1) -> float:
    """Orders a second in one run."""
    dice = random.Random(seed)
    made = Exchange(spot_instruments(), random.Random(seed), NOW)
    for name in TRADERS:
        made.open_account(name, Terms(max_open_orders=orders))
        for asset in ("USD", "BTC"):
            made.deposit(name, asset, Decimal(10**9), NOW)
    requests = [_order(dice) for _ in range(orders)]
    began = time.perf_counter()
    for number, request in enumerate(requests):
        name, now = TRADERS[number % len(TRADERS)], NOW + number * 10**6
        placed = made.place(name, request, now).order
        if placed is not None and placed.open and number % 4 == 0:
            made.cancel(name, now, order_id=placed.order_id)
        if number % 64 == 0:
            made.events()
    return orders / (time.perf_counter() - began)


def _order(dice: random.Random) -> PlaceOrder:
    return PlaceOrder(
        pair="XXBTZUSD",
        side=dice.choice(("buy", "sell")),
        order_type="limit",
        qty=Decimal(dice.randint(10_000, 1_000_000)).scaleb(-8),
        limit_price=Decimal(dice.randint(949_800, 950_200)).scaleb(-1),
    )


if __name__ == "__main__":
    print(f"{rate():,.0f} orders/s through the Spot engine")
