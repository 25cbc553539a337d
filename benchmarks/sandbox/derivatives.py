"""Orders through the derivatives engine alone: three traders on one contract, about half of the orders meet."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from typing import Final

from benchmarks.sandbox.engine import NOW, TRADERS
from benchmarks.sandbox.rows import Row, rate_row
from krakenkit.sandbox.engine.derivatives import (
    Contract,
    Contracts,
    DerivativesExchange,
    PlaceOrder,
    perpetuals,
    price_units,
)

ORDERS: Final = 20_000
CONTRACT: Final = "PF_XBTUSD"
PRICE: Final = Decimal(95_000)
SWEEP: Final = 600
"""After so many orders everybody cancels all of his, as an account may have so many open and no more."""


def measure() -> list[Row]:
    """Orders a second, with checks, margin, matching, fees, positions, logs, history and events."""
    return [rate_row("Futures engine", rate)]


def rate(orders: int = ORDERS, seed: int = 1) -> float:
    """Orders a second in one run."""
    dice, contracts = random.Random(seed), perpetuals()
    made = DerivativesExchange(contracts, random.Random(seed), NOW, _index)
    for name in TRADERS:
        made.deposit(name, "flex", Decimal(10**9), NOW)
        made.account(name).self_trade = "CANCEL_MAKER_SELF"
    contract = _contract(contracts)
    requests = [_order(dice, contract) for _ in range(orders)]
    began = time.perf_counter()
    for number, request in enumerate(requests):
        name, now = TRADERS[number % len(TRADERS)], NOW + number * 10**6
        made.place(name, request, now)
        if number % SWEEP < len(TRADERS):  # by turns
            made.cancel_all(name, now)
        if number % 64 == 0:
            made.events()
    return orders / (time.perf_counter() - began)


def _order(dice: random.Random, contract: Contract) -> PlaceOrder:
    return PlaceOrder(
        contract=contract,
        side=dice.choice(("buy", "sell")),
        kind="lmt",
        qty=Decimal(dice.randint(2, 100)).scaleb(-4),
        limit_price=PRICE + dice.randint(-20, 20),
    )


def _contract(contracts: Contracts) -> Contract:
    found = contracts.find(CONTRACT)
    assert found is not None
    return found


def _index(contract: Contract) -> int:
    """Every index stands still at one price."""
    return price_units(contract, PRICE)


if __name__ == "__main__":
    print(f"{rate():,.0f} orders/s through the derivatives engine")
