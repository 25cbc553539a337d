"""Thousands of random actions, after which the books of the house must still balance."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.sandbox.engine import (
    AmendOrder,
    BalanceEvent,
    Closing,
    EditOrder,
    EngineRefused,
    Event,
    Exchange,
    Offset,
    OrderEvent,
    OrderView,
    PlaceOrder,
    Terms,
)
from krakenkit.sandbox.engine.prices import Price
from krakenkit.sandbox.engine.requests import TRAILING, TRIGGERED, WITH_LIMIT
from sandbox.engine.engine_helpers import NOW, SECOND, Quotes, exchange
from sandbox.engine.spot_checks import assert_sound

NAMES = ("ann", "bob", "cat", "dan")
PRICES = {"BTC/USD": (30_000, 1), "ETH/BTC": (5_000, 5), "ETH/USD": (150_000, 2)}
TYPES = {
    "limit": 60,
    "market": 20,
    "iceberg": 8,
    "stop-loss": 4,
    "take-profit": 4,
    "stop-loss-limit": 3,
    "take-profit-limit": 3,
    "trailing-stop": 4,
    "trailing-stop-limit": 4,
}


class Chaos:
    """Random requests of every kind, most of them sensible."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.index = Quotes(XBTUSD=300_000, ETHUSD=150_000)
        self.made = exchange(seed=seed, index=self.index)
        # The poor one meets the limits of his purse all the time; his fees are in odd places.
        self.made.open_account("dan", Terms(maker_rate=1_234, taker_rate=5_678, max_open_orders=8))
        for asset, amount in (("BTC", "1.23456789"), ("ETH", "7.77"), ("USD", "20000.0001")):
            self.made.deposit("dan", asset, Decimal(amount), NOW)
        self.now = NOW
        self.outcomes: Counter[str] = Counter()

    def run(self, actions: int) -> None:
        for _ in range(actions):
            self.now += self.rng.randrange(3 * SECOND)
            name = self.rng.choice(NAMES)
            action: Callable[[str], object] = self.rng.choices(
                [self.place, self.amend, self.edit, self.cancel, self.move_money, self.pass_time, self.move_index],
                [60, 12, 6, 15, 1, 6, 3],
            )[0]
            try:
                action(name)
                self.outcomes[action.__name__] += 1
            except EngineRefused as refused:
                self.outcomes[refused.code] += 1

    def place(self, name: str) -> None:
        rng = self.rng
        pair = rng.choice(list(PRICES))
        side = rng.choice(["buy", "sell"])
        order_type = rng.choices(list(TYPES), list(TYPES.values()))[0]
        qty = Decimal(rng.randint(100_000, 300_000_000)).scaleb(-8)
        in_cash = order_type == "market" and side == "buy" and rng.random() < 0.5
        request = PlaceOrder(
            pair=pair,
            side=side,
            order_type=order_type,
            qty=None if in_cash else qty,
            cash_qty=Decimal(rng.randint(1, 500_000)).scaleb(-3) if in_cash else None,
            **self.prices(pair, order_type),
            trigger_reference="index" if rng.random() < 0.2 else "last",
            display_qty=(qty / 7).quantize(Decimal("1E-8")) if order_type == "iceberg" else None,
            time_in_force=rng.choice(["GTC", "GTC", "GTC", "IOC", "FOK"]) if order_type == "limit" else "GTC",
            start_at=self.now + rng.randrange(1, 30) * SECOND if rng.random() < 0.08 else None,
            expire_at=self.now + rng.randrange(6, 60) * SECOND
            if order_type == "limit" and rng.random() < 0.2
            else None,
            post_only=order_type == "limit" and rng.random() < 0.1,
            fee_in=rng.choice([None, None, "base", "quote"]),
            stp_type=rng.choice(["cancel_newest", "cancel_oldest", "cancel_both"]),
            userref=rng.randrange(4),
            close=self.closing(pair) if rng.random() < 0.15 else None,
            validate=rng.random() < 0.03,
        )
        self.made.place(name, request, self.now)

    def prices(self, pair: str, order_type: str) -> dict[str, Any]:
        trailing = order_type in TRAILING
        limit = Offset(self.rng.choice("+-"), Decimal(self.rng.randint(0, 50)).scaleb(-2), percent=True)
        return {
            "limit_price": None if order_type not in WITH_LIMIT else limit if trailing else self.price(pair),
            "trigger_price": None
            if order_type not in TRIGGERED
            else Offset("+", Decimal(self.rng.randint(1, 100)).scaleb(-2), percent=True)
            if trailing
            else self.price(pair),
        }

    def closing(self, pair: str) -> Closing:
        order_type = self.rng.choice([name for name in TYPES if name not in ("market", "iceberg")])
        return Closing(order_type=order_type, **self.prices(pair, order_type))

    def move_index(self, name: str) -> None:
        for symbol, middle in (("XBTUSD", 300_000), ("ETHUSD", 150_000)):
            self.index.prices[symbol] = middle + self.rng.randint(-middle // 100, middle // 100)

    def amend(self, name: str) -> None:
        order = self.some_order(name)
        self.made.amend(
            name,
            AmendOrder(
                order_id=order,
                qty=Decimal(self.rng.randint(100_000, 300_000_000)).scaleb(-8) if self.rng.random() < 0.6 else None,
                limit_price=self.price("BTC/USD") if self.rng.random() < 0.4 else None,
                trigger_price=self.new_trigger() if self.rng.random() < 0.2 else None,
                display_qty=Decimal("0.2") if self.rng.random() < 0.1 else None,
            ),
            self.now,
        )

    def new_trigger(self) -> Price:
        return self.price("BTC/USD") if self.rng.random() < 0.5 else Offset("+", Decimal("0.3"), percent=True)

    def edit(self, name: str) -> None:
        qty = Decimal(self.rng.randint(100_000, 300_000_000)).scaleb(-8)
        self.made.edit(name, EditOrder(order_id=self.some_order(name), qty=qty), self.now)

    def cancel(self, name: str) -> None:
        if self.rng.random() < 0.2:
            self.made.cancel(name, self.now, userref=self.rng.randrange(4))
        else:
            self.made.cancel(name, self.now, order_id=self.some_order(name))

    def move_money(self, name: str) -> None:
        amount = Decimal(self.rng.randint(1, 1_000_000)).scaleb(-4)
        self.made.deposit(name, "USD", amount, self.now)
        self.made.withdraw(name, "USD", amount, self.now)

    def pass_time(self, name: str) -> None:
        if self.rng.random() < 0.3:
            self.made.cancel_all_after(name, self.rng.randrange(60), self.now)
        self.made.tick(self.now)

    def some_order(self, name: str) -> str:
        orders = self.made.open_orders(name)
        return self.rng.choice(orders).order_id if orders else "OAAAAA-AAAAA-AAAAAA"

    def price(self, pair: str) -> Decimal:
        middle, places = PRICES[pair]
        return (
            Decimal(middle + self.rng.randint(-middle // 100, middle // 100)).scaleb(-places)
            if places != 1
            else (Decimal(middle) + Decimal(self.rng.randint(-300, 300)).scaleb(-1))
        )


SEEN: tuple[Callable[[OrderView], object], ...] = (
    lambda order: order.trailing and order.triggered_at,
    lambda order: order.trigger_reference == "index" and order.triggered_at,
    lambda order: order.start_at and order.status == "filled",
    lambda order: order.closes and order.status == "filled",
)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_actions_money_adds_up_and_holds_and_books_match_the_open_orders(seed: int) -> None:
    chaos = Chaos(seed)
    totals = {asset: chaos.made.total(asset) for asset in ("BTC", "ETH", "USD")}

    for _ in range(60):
        chaos.run(20)
        assert_sound(chaos.made)
        assert {asset: chaos.made.total(asset) for asset in totals} == totals

    done = chaos.outcomes
    assert min(done["place"], done["amend"], done["edit"], done["cancel"], done["pass_time"]) > 5
    assert done["EOrder:Insufficient funds"] > 5
    every = [order for name in NAMES for order in chaos.made.closed_orders(name)]
    assert {order.order_type for order in every} == set(TYPES)
    assert min(len([order for order in every if was(order)]) for was in SEEN) > 0
    assert len([trade for name in NAMES for trade in chaos.made.trades(name)]) > 200


@pytest.mark.parametrize("seed", range(3))
def test_the_ledger_explains_every_balance_and_the_events_every_order(seed: int) -> None:
    chaos = Chaos(seed)
    chaos.made.events()
    before = {name: {b.asset: b.balance for b in chaos.made.balances(name)} for name in NAMES}
    chaos.run(1000)
    chaos.made.tick(chaos.now + 2 * SECOND)  # triggers that moved are told once a second

    events = chaos.made.events()
    for name in NAMES:
        sums = dict(before[name])
        for event in events:
            if isinstance(event, BalanceEvent) and event.account == name:
                sums[event.entry.asset] += event.entry.amount - event.entry.fee
                assert event.entry.balance == sums[event.entry.asset]
        assert sums == {b.asset: b.balance for b in chaos.made.balances(name)}
    assert_orders_told(chaos.made, events)


def assert_orders_told(made: Exchange, events: list[Event]) -> None:
    """Who only listens knows the same open orders and the same fills as who asks."""
    latest: dict[str, OrderEvent] = {}
    filled: Counter[str] = Counter()
    for event in events:
        if isinstance(event, OrderEvent):
            assert (event.order.order_id in latest) == (event.kind != "pending_new")
            latest[event.order.order_id] = event
            if event.trade is not None:
                filled[event.order.order_id] += int(event.trade.qty.scaleb(8))
                assert event.order.cum_qty == Decimal(filled[event.order.order_id]).scaleb(-8)
    for name in NAMES:
        listened = {i: e.order for i, e in latest.items() if e.account == name and e.order.open}
        assert listened == {order.order_id: order for order in made.open_orders(name)}


def test_one_seed_gives_one_story() -> None:
    def story(seed: int) -> list[Event]:
        chaos = Chaos(seed)
        chaos.run(600)
        return chaos.made.events()

    first, again, other = story(11), story(11), story(12)

    assert first == again
    assert first != other
