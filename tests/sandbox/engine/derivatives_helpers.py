"""Small derivatives exchanges and short orders for the tests of the engine."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine.derivatives import (
    ONE,
    Contract,
    Declined,
    DerivativesExchange,
    Done,
    OrderEvent,
    PlaceOrder,
    contracts_at,
    perpetuals,
    price_units,
)

SECOND = 10**9
NOW = 1_760_000_000 * SECOND
CONTRACTS = perpetuals()
DOLLARS = {"XBT": "50000", "ETH": "2000", "SOL": "100", "XRP": "2", "XDG": "0.25", "LTC": "100", "ADA": "0.5"}
INDEX = {one.symbol: DOLLARS[one.scale.base.altname] for one in CONTRACTS.all}


def contract(symbol: str) -> Contract:
    found = CONTRACTS.find(symbol)
    assert found is not None
    return found


XBT, INVERSE = contract("PF_XBTUSD"), contract("PI_XBTUSD")


class Index(dict[Contract, int]):
    """Index prices that stand still; contracts that are listed later have one too."""

    def __missing__(self, one: Contract) -> int:
        self[one] = price_units(one, Decimal(DOLLARS[one.scale.base.altname]))
        return self[one]


class Floor:
    """An exchange where ``ann``, ``bob`` and ``cat`` have 100,000 dollars and 10 bitcoin each, and indices that stand still.

    ``dated`` lists the dated contracts beside the perpetual ones.
    """

    def __init__(self, *, seed: int = 1, dated: bool = False) -> None:
        self.index = Index()
        listed = contracts_at(NOW) if dated else CONTRACTS
        self.made = DerivativesExchange(listed, random.Random(seed), NOW, self.index.__getitem__)
        for unit, dollars in DOLLARS.items():
            self.made.set_rate(unit, int(Decimal(dollars) * ONE))
        self.now = NOW
        for name in ("ann", "bob", "cat"):
            self.made.deposit(name, "flex", Decimal(100_000), NOW)
            self.made.deposit(name, "fi_xbtusd", Decimal(10), NOW)
        self.made.events()

    def place(self, name: str, side: str, qty: str, price: str | None = None, /, **more: object) -> Done:
        """Place an order, a limit order when there is a price; ``more`` sets any other field."""
        return self.made.place(name, order(side, qty, price, **more), self.now)

    def declined(self, name: str, side: str, qty: str, price: str | None = None, /, **more: object) -> str:
        """The status with which the exchange refuses the order; the test fails if it does not."""
        with pytest.raises(Declined) as declined:
            self.place(name, side, qty, price, **more)
        return declined.value.code

    def trade(self, buyer: str, seller: str, qty: str, price: str, *, on: Contract = XBT) -> None:
        """Let two accounts trade; the seller was there first."""
        self.place(seller, "sell", qty, price, contract=on)
        self.place(buyer, "buy", qty, price, contract=on)

    def set_index(self, price: str, *, on: Contract = XBT) -> None:
        """Move an index, and let what follows from it happen."""
        self.index[on] = price_units(on, Decimal(price))
        self.made.reprice(self.now)

    def wait(self, seconds: float) -> None:
        """Let time pass, with a look at the prices every ten seconds."""
        until = self.now + int(seconds * SECOND)
        while self.now < until:
            self.now = min(self.now + 10 * SECOND, until)
            self.made.reprice(self.now)

    def size(self, name: str, *, on: Contract = XBT) -> Decimal:
        return self.made.account(name).position(on).size

    def steps(self, name: str) -> list[tuple[str, str]]:
        """Kind and reason of what happened to the account's orders, oldest first."""
        return [(step.kind, step.reason) for step in reversed(self.made.steps(name))]


def order(side: str, qty: str, price: str | None = None, /, **more: object) -> PlaceOrder:
    fields: dict[str, object] = {
        "contract": XBT,
        "side": side,
        "kind": "mkt" if price is None else "lmt",
        "qty": Decimal(qty),
        "limit_price": None if price is None else Decimal(price),
    }
    return PlaceOrder(**(fields | more))  # type: ignore[arg-type]  # a wrong field fails the test that wrote it


def kinds(done: Done) -> list[str]:
    """What happened in one action."""
    return [step.kind for step in done.steps]


def last_fill(step: OrderEvent) -> tuple[Decimal, Decimal]:
    assert step.fill is not None
    return step.fill.price, step.fill.qty
