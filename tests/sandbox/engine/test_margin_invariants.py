"""Thousands of random margin trades, price jumps and hours: whatever happens, every unit is somewhere."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import (
    AmendOrder,
    BalanceEvent,
    EditOrder,
    EngineRefused,
    Exchange,
    OrderEvent,
    PlaceOrder,
    Terms,
    spot_instruments,
)
from sandbox.engine.engine_helpers import NOW, SECOND, limit
from sandbox.engine.spot_checks import assert_sound, assert_used_margin

NAMES = ("ann", "bob", "dan")
HOUSES = MAKER, _ = "maker", "taker"
HOUR = 3_600 * SECOND
PRICES = {"BTC/USD": "30000", "ETH/BTC": "0.05", "ETH/USD": "1500"}


class Chaos:
    """Three accounts with little money and a maker with much, whose prices jump."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.made = Exchange(spot_instruments(), random.Random(seed), NOW)
        self.now = NOW
        self.prices = {pair: Decimal(price) for pair, price in PRICES.items()}
        self.outcomes: Counter[str] = Counter()
        for house in HOUSES:
            self.made.open_account(house, Terms(maker_rate=0, taker_rate=0, max_open_orders=10_000))
            for asset, amount in (("BTC", "1000000"), ("ETH", "10000000"), ("USD", "90000000000")):
                self.made.deposit(house, asset, Decimal(amount), NOW)
        for name, money in zip(NAMES, ("40000.0001", "9000", "777.77"), strict=True):
            self.made.deposit(name, "USD", Decimal(money), NOW)
            self.made.deposit(name, "BTC", Decimal("0.31234567"), NOW)
            self.made.deposit(name, "DOGE", Decimal(100), NOW)  # worth nothing here: nobody trades it
        for pair in PRICES:
            self.quote(pair)
            self.hit(pair)

    def quote(self, pair: str) -> None:
        """The maker's two quotes around the price, in place of the old ones."""
        for order in self.made.open_orders(MAKER):
            if order.pair.symbol == pair:
                self.made.cancel(MAKER, self.now, order_id=order.order_id)
        for side, tenths in (("buy", 999), ("sell", 1001)):
            price = self.at(pair, tenths)
            for qty in ("0.5", "3", "40"):
                self.made.place(MAKER, limit(side, qty, str(price), pair=pair, stp_type="cancel_oldest"), self.now)

    def at(self, pair: str, thousandths: int) -> Decimal:
        places = self.made.pair(pair).pair_decimals
        return (self.prices[pair] * thousandths / 1000).quantize(Decimal(1).scaleb(-places))

    def run(self, actions: int) -> None:
        for _ in range(actions):
            self.now += self.rng.randrange(20 * SECOND)
            name = self.rng.choice(NAMES)
            action: Callable[[str], object] = self.rng.choices(
                [self.place, self.settle, self.cancel, self.amend, self.edit, self.move, self.pass_time, self.pay],
                [60, 5, 8, 5, 3, 12, 6, 2],
            )[0]
            try:
                action(name)
                self.outcomes[action.__name__] += 1
            except EngineRefused as refused:
                self.outcomes[refused.code] += 1

    def order(self, pair: str, side: str, order_type: str, qty: Decimal, **more: object) -> PlaceOrder:
        tenths = self.rng.randint(985, 1015)
        fields: dict[str, object] = {
            "pair": pair,
            "side": side,
            "order_type": order_type,
            "qty": qty,
            "limit_price": self.at(pair, tenths) if "limit" in order_type else None,
            "trigger_price": self.at(pair, self.rng.randint(970, 1030)) if "-" in order_type else None,
        }
        return PlaceOrder(**(fields | more))  # type: ignore[arg-type]  # a wrong field fails the test that wrote it

    def place(self, name: str) -> None:
        rng, pair = self.rng, self.rng.choice(list(PRICES))
        dollars = Decimal(rng.randint(30, 60_000))
        worth = self.prices["ETH/USD" if pair.startswith("ETH") else "BTC/USD"]
        qty = Decimal(0) if rng.random() < 0.1 else (dollars / worth).quantize(Decimal("1E-8"))
        leverage = rng.choice([None, 2, 3, 5, 0])
        request = self.order(
            pair,
            rng.choice(["buy", "sell"]),
            rng.choices(["market", "limit", "stop-loss", "take-profit-limit"], [5, 5, 1, 1])[0],
            qty,
            leverage=leverage,
            reduce_only=leverage is not None and rng.random() < 0.3,
            stp_type=rng.choice(["cancel_newest", "cancel_oldest", "cancel_both"]),
        )
        self.made.place(name, request, self.now)

    def settle(self, name: str) -> None:
        pair, side = self.rng.choice(list(PRICES)), self.rng.choice(["buy", "sell"])
        qty = self.rng.choice([None, Decimal("0.01")])
        self.made.place(
            name, PlaceOrder(pair=pair, side=side, order_type="settle-position", qty=qty, leverage=2), self.now
        )

    def cancel(self, name: str) -> None:
        self.made.cancel(name, self.now, order_id=self.some_order(name))

    def amend(self, name: str) -> None:
        qty = Decimal(self.rng.randint(1_000_000, 300_000_000)).scaleb(-8)
        self.made.amend(name, AmendOrder(order_id=self.some_order(name), qty=qty), self.now)

    def edit(self, name: str) -> None:
        qty = Decimal(self.rng.randint(1_000_000, 300_000_000)).scaleb(-8)
        self.made.edit(name, EditOrder(order_id=self.some_order(name), qty=qty), self.now)

    def some_order(self, name: str) -> str:
        orders = self.made.open_orders(name)
        return self.rng.choice(orders).order_id if orders else "OAAAAA-AAAAA-AAAAAA"

    def move(self, name: str) -> None:
        """Let a price jump by up to a tenth, often by much more, and somebody trade there."""
        pair = self.rng.choice(list(PRICES))
        most = 500 if self.rng.random() < 0.3 else 100
        self.prices[pair] = max(self.prices[pair] * (1000 + self.rng.randint(-most, most)) / 1000, Decimal("0.01"))
        self.quote(pair)
        self.hit(pair)

    def hit(self, pair: str) -> None:
        """Let somebody sell a little, so that the last price is the maker's bid."""
        self.made.place(
            HOUSES[1], PlaceOrder(pair=pair, side="sell", order_type="market", qty=Decimal("0.05")), self.now
        )

    def pass_time(self, name: str) -> None:
        self.now += self.rng.randrange(9 * HOUR)
        self.made.tick(self.now)

    def pay(self, name: str) -> None:
        amount = Decimal(self.rng.randint(1, 50_000_000)).scaleb(-4)
        self.made.deposit(name, "USD", amount, self.now)
        self.made.withdraw(name, "USD", amount * self.rng.randint(1, 3), self.now)


@pytest.mark.parametrize("seed", range(5))
def test_after_any_margin_trading_every_unit_is_accounted_for(seed: int) -> None:
    chaos = Chaos(seed)
    chaos.made.events()
    sums = {name: {b.asset: b.balance for b in chaos.made.balances(name)} for name in NAMES}
    paid = {asset: chaos.made.total(asset) for asset in ("BTC", "ETH", "USD", "DOGE")}

    for _ in range(40):
        chaos.run(20)
        assert_sound(chaos.made)
        assert_used_margin(chaos.made, NAMES)
        for event in chaos.made.events():
            if isinstance(event, BalanceEvent) and event.account in sums:
                entry, of = event.entry, sums[event.account]
                of[entry.asset] = of.get(entry.asset, Decimal(0)) + entry.amount - entry.fee
                assert entry.balance == of[entry.asset]
                if entry.type in ("deposit", "withdrawal"):
                    paid["USD"] += entry.amount
            if isinstance(event, OrderEvent) and event.trade is not None:
                chaos.outcomes[str(event.trade.position_status)] += 1
                chaos.outcomes["liquidated"] += event.trade.liquidated
        assert {asset: chaos.made.total(asset) for asset in paid} == paid
        for name in NAMES:
            assert sums[name] == {b.asset: b.balance for b in chaos.made.balances(name)}

    done = chaos.outcomes
    assert min(done["opened"], done["closing"], done["closed"], done["settle"], done["liquidated"]) > 0
