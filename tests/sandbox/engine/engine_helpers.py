"""Small exchanges and short orders for the tests of the engine."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import Account, EngineRefused, Exchange, Pair, PlaceOrder, Terms, spot_instruments

SECOND = 10**9
NOW = 1_760_000_000 * SECOND
PAIR = "BTC/USD"


class Quotes:
    """An index that says what it is told to: whole price units by symbol."""

    def __init__(self, **prices: int) -> None:
        self.prices = prices

    def __call__(self, pair: Pair) -> int | None:
        return self.prices.get(pair.altname)


def exchange(*, seed: int = 1, terms: Terms | None = None, index: Quotes | None = None) -> Exchange:
    """An exchange where ``ann``, ``bob`` and ``cat`` each have 100 BTC, 1000 ETH and 10 million dollars; events drained."""
    made = Exchange(spot_instruments(), random.Random(seed), NOW, index=index)
    for name in ("ann", "bob", "cat"):
        made.open_account(name, terms or Terms())
        for asset, amount in (("BTC", "100"), ("ETH", "1000"), ("USD", "10000000")):
            made.deposit(name, asset, Decimal(amount), NOW)
    made.events()
    return made


def limit(side: str, qty: str, price: str, /, **more: object) -> PlaceOrder:
    """A limit order; ``more`` sets any of its fields, those three too."""
    fields = {"pair": PAIR, "side": side, "order_type": "limit", "qty": Decimal(qty), "limit_price": Decimal(price)}
    return PlaceOrder(**(fields | more))  # type: ignore[arg-type]  # a wrong field fails the test that wrote it


def market(side: str, qty: str, /, **more: object) -> PlaceOrder:
    """A market order; ``more`` sets any of its fields, those two too."""
    fields = {"pair": PAIR, "side": side, "order_type": "market", "qty": Decimal(qty)}
    return PlaceOrder(**(fields | more))  # type: ignore[arg-type]  # a wrong field fails the test that wrote it


def refusal(made: Exchange, account: str, request: PlaceOrder, *, now: int = NOW) -> str:
    """The code with which the exchange refuses the order; the test fails if it does not."""
    with pytest.raises(EngineRefused) as refused:
        made.place(account, request, now)
    return refused.value.code


def place(made: Exchange, account: str, request: PlaceOrder, *, now: int = NOW) -> str:
    """Place an order; gives its id."""
    placed = made.place(account, request, now).order
    assert placed is not None
    return placed.order_id


def trade_at(made: Exchange, price: str, *, now: int = NOW, pair: str = PAIR) -> None:
    """Let two others trade a little at a price; a stop that was set off may take part."""
    place(made, "bob", limit("sell", "0.01", price, pair=pair), now=now)
    place(made, "cat", limit("buy", "0.01", price, pair=pair), now=now)


def assert_views_fresh(account: Account) -> None:
    """A view made from an earlier one says what a new one says."""
    for order in (*account.open.values(), *account.closed.values()):
        assert order.view() == order.fresh_view()
