"""Anything a client, an operator or the market may do to the Spot engine, in any order hypothesis thinks of.

The suite runs a little of it, ``scripts/hunt`` as much as wanted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from krakenkit.sandbox.engine import (
    AmendOrder,
    Closing,
    EditOrder,
    EngineRefused,
    Exchange,
    Instruments,
    Offset,
    PlaceOrder,
    SystemStatus,
    Terms,
    spot_instruments,
)
from krakenkit.sandbox.engine.margin.settling import SETTLE_POSITION
from krakenkit.sandbox.engine.prices import Price
from krakenkit.sandbox.engine.requests import CLOSE_TYPES, TRAILING, TRIGGERED, WITH_LIMIT
from sandbox.engine.engine_helpers import NOW, SECOND, Quotes
from sandbox.engine.spot_checks import Listener, assert_sound, assert_used_margin

NAMES = ("ann", "bob", "cat", "dan")
MAKER, TAKER = "maker", "taker"
PRICES = {"BTC/USD": Decimal(30_000), "ETH/BTC": Decimal("0.05"), "ETH/USD": Decimal(1_500)}
ASSETS = ("BTC", "ETH", "USD")
TYPES = ("limit", "limit", "limit", "market", "market", "iceberg", *sorted(TRIGGERED))
ODD = (Decimal("NaN"), Decimal("Infinity"), Decimal(-1), Decimal(0), Decimal("1E-30"), Decimal("1E+30"))


@cache
def three_pairs() -> Instruments:
    """The pairs that are traded here, and no others: looking at all of them after every step would take too long."""
    return Instruments([pair for pair in spot_instruments().pairs if pair.symbol in PRICES])


class SpotWorld:
    """Four accounts, from rich to nearly ruined, and a house whose quotes follow a price that may jump."""

    def __init__(self) -> None:
        self.index = Quotes()
        self.made = Exchange(three_pairs(), random.Random(1), NOW, index=self.index)
        self.now = NOW
        self.prices = dict(PRICES)
        self.paid: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.listener = Listener(self.made)
        self._open_accounts()
        for pair in PRICES:
            self.move(pair, 0)
            self.move_index(pair, 0)

    def _open_accounts(self) -> None:
        for house in (MAKER, TAKER):
            self.made.open_account(house, Terms(maker_rate=0, taker_rate=0, max_open_orders=10_000))
            for asset, amount in (("BTC", "1000000"), ("ETH", "10000000"), ("USD", "90000000000")):
                self.pay(house, asset, Decimal(amount))
        # The poor one's fees are in odd places, and he may not keep much open.
        self.made.open_account(
            "dan", Terms(maker_rate=1_234, taker_rate=5_678, max_open_orders=8, max_scheduled_orders=3)
        )
        for name, money in zip(NAMES, ("10000000", "40000.0001", "9000", "777.77"), strict=True):
            self.pay(name, "USD", Decimal(money))
            self.pay(name, "BTC", Decimal(money) / 30_000 // Decimal("1E-8") * Decimal("1E-8") or Decimal(1))
            self.pay(name, "ETH", Decimal("7.77"))

    # --- money and prices -----------------------------------------------------------------------------------------------

    def pay(self, name: str, asset: str, amount: Decimal) -> None:
        """Pay in, or out for an amount below zero."""
        if amount < 0:
            self.paid[asset] += self.made.withdraw(name, asset, -amount, self.now).amount  # type: ignore[assignment]
        else:
            self.paid[asset] += self.made.deposit(name, asset, amount, self.now).amount  # type: ignore[assignment]

    def at(self, pair: str, per_mille: int) -> Decimal:
        """The price of the house, so many thousandths higher or lower."""
        tick = self.made.pair(pair).tick_size
        return max(self.prices[pair] * (1000 + per_mille) / 1000 // tick, Decimal(1)) * tick

    def move(self, pair: str, percent: int) -> None:
        """Let the house quote at another price, and somebody trade there."""
        self.prices[pair] = max(self.prices[pair] * (100 + percent) / 100, Decimal("0.0001"))
        for order in self.made.open_orders(MAKER):
            if order.pair.symbol == pair:
                self.made.cancel(MAKER, self.now, order_id=order.order_id)
        base = Decimal(10_000) / PRICES["BTC/USD" if pair == "BTC/USD" else "ETH/USD"]
        for side, away in (("buy", -1), ("sell", 1)):
            for share in (1, 5, 60):
                self._house_order(MAKER, pair, side, base * share, self.at(pair, away * (1 + share // 5)))
        for side in ("buy", "sell"):
            self._house_order(TAKER, pair, side, base / 10, None)

    def _house_order(self, house: str, pair: str, side: str, qty: Decimal, price: Decimal | None) -> None:
        request = PlaceOrder(
            pair=pair,
            side=side,
            order_type="market" if price is None else "limit",
            qty=qty.quantize(Decimal("1E-8")),
            limit_price=price,
            stp_type="cancel_oldest",
        )
        self.made.place(house, request, self.now)

    def move_index(self, pair: str, percent: int) -> None:
        found = self.made.pair(pair)
        self.index.prices[found.altname] = int(self.at(pair, percent * 10).scaleb(found.pair_decimals))

    # --- what is asked for ----------------------------------------------------------------------------------------------

    def try_to(self, action: Callable[[], object], label: str) -> None:
        """Do it; being refused is fine, and then nobody's balance or order may have changed."""
        self.made.tick(self.now)  # what is due by now is no part of the action
        self.listener.hear()
        try:
            action()
        except EngineRefused as refused:
            self.outcomes[refused.code] += 1
            assert not self.listener.hear(), "what was refused has changed nothing"
        else:
            self.outcomes[label] += 1

    def terms(self, pair: str, order_type: str, limit: int, trigger: int) -> dict[str, Price | None]:
        """Limit and trigger price as this type of order wants them."""
        trailing = order_type in TRAILING
        terms: dict[str, Price | None] = {"limit_price": None, "trigger_price": None}
        if order_type in WITH_LIMIT:
            share = Offset("+" if limit > 0 else "-", Decimal(abs(limit)) / 10, percent=True)
            terms["limit_price"] = share if trailing else self.at(pair, limit)
        if order_type in TRIGGERED:
            distance = Offset("+", Decimal(abs(trigger) + 1) / 10, percent=True)
            terms["trigger_price"] = distance if trailing else self.at(pair, trigger)
        return terms

    def qty(self, pair: str, dollars: int) -> Decimal:
        price = PRICES["BTC/USD" if pair == "BTC/USD" else "ETH/USD"]
        return (Decimal(dollars) / price).quantize(Decimal("1E-8"))

    def request(
        self, pair: str, side: str, order_type: str, dollars: int, limit: int, trigger: int, flags: dict[str, Any]
    ) -> PlaceOrder:
        fields: dict[str, Any] = {"qty": self.qty(pair, dollars), **self.terms(pair, order_type, limit, trigger)}
        if order_type == "iceberg":
            fields["display_qty"] = (fields["qty"] / 7).quantize(Decimal("1E-8"))
        for name, value in flags.items():
            match name:
                case "start_at" | "expire_at" | "deadline":
                    fields[name] = self.now + value * SECOND
                case "close":
                    kind, close_limit, close_trigger = value
                    fields[name] = Closing(order_type=kind, **self.terms(pair, kind, close_limit, close_trigger))
                case "cash_qty":
                    fields |= {"cash_qty": Decimal(value), "qty": None}
                case _:
                    fields[name] = value
        return PlaceOrder(pair=pair, side=side, order_type=order_type, **fields)

    def some_order(self, number: int) -> tuple[str, str, str, str]:
        """Owner, id, pair and type of one of the open orders, or of none that is there."""
        orders = [order for name in NAMES for order in self.made.open_orders(name)]
        if not orders:
            return "ann", "OAAAAA-AAAAA-AAAAAA", "BTC/USD", "limit"
        order = orders[number % len(orders)]
        return order.account, order.order_id, order.pair.symbol, order.order_type


names = st.sampled_from(NAMES)
pairs = st.sampled_from(tuple(PRICES))
numbers = st.integers(0, 99)
away = st.sampled_from((0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8, 30, -30))
dollars = st.one_of(st.sampled_from((30, 500, 10_000, 60_000)), st.integers(1, 300_000))
closes = st.tuples(st.sampled_from(sorted(CLOSE_TYPES)), away, away)
FLAGS: dict[str, st.SearchStrategy[Any]] = {
    "leverage": st.sampled_from((0, 2, 3, 5, 10)),
    "reduce_only": st.just(True),
    "post_only": st.just(True),
    "time_in_force": st.sampled_from(("GTC", "IOC", "FOK", "GTD")),
    "start_at": st.integers(-2, 100),
    "expire_at": st.integers(1, 200),
    "deadline": st.integers(-1, 70),
    "trigger_reference": st.just("index"),
    "close": closes,
    "fee_in": st.sampled_from(("base", "quote")),
    "stp_type": st.sampled_from(("cancel_newest", "cancel_oldest", "cancel_both")),
    "cl_ord_id": st.sampled_from(("one", "two")),
    "userref": st.integers(0, 3),
    "cash_qty": st.integers(1, 50_000),
    "display_qty": st.sampled_from((Decimal("0.1"), Decimal("0.02"))),
    "qty": st.sampled_from(ODD),
    "limit_price": st.sampled_from(ODD),
    "trigger_price": st.sampled_from(ODD),
    "validate": st.just(True),
}
flags = st.lists(st.one_of([st.tuples(st.just(name), values) for name, values in FLAGS.items()]), max_size=2).map(dict)
orders = st.tuples(pairs, st.sampled_from(("buy", "sell")), st.sampled_from(TYPES), dollars, away, away, flags)
levers = st.tuples(
    pairs,
    st.sampled_from(("buy", "sell")),
    st.sampled_from(("market", "limit", "stop-loss", "trailing-stop", "take-profit-limit")),
    dollars,
    away,
    away,
    st.fixed_dictionaries(
        {"leverage": st.sampled_from((0, 2, 3, 5))}, optional={"reduce_only": st.just(True), "close": closes}
    ),
)


class SpotMachine(RuleBasedStateMachine):
    """Rules draw, the world acts."""

    def __init__(self) -> None:
        super().__init__()
        self.world = SpotWorld()
        self.made = self.world.made

    def act(self, action: Callable[[], object], label: str) -> None:
        self.world.try_to(action, label)

    # --- clients --------------------------------------------------------------------------------------------------------

    @rule(name=names, order=orders)
    def place(self, name: str, order: tuple[Any, ...]) -> None:
        world = self.world
        self.act(lambda: self.made.place(name, world.request(*order), world.now), "place")

    @rule(
        quotes=st.lists(
            st.tuples(names, pairs, st.sampled_from(("buy", "sell")), dollars, away), min_size=2, max_size=6
        )
    )
    def quote(self, quotes: list[tuple[Any, ...]]) -> None:
        """Plain limit orders of several, so that there is somebody in the lines."""
        world = self.world
        for name, pair, side, dollars, limit in quotes:
            request = world.request(pair, side, "limit", dollars, limit, 0, {})
            self.act(lambda name=name, request=request: self.made.place(name, request, world.now), "quote")  # type: ignore[misc]

    @rule(name=names, order=levers)
    def borrow(self, name: str, order: tuple[Any, ...]) -> None:
        world = self.world
        self.act(lambda: self.made.place(name, world.request(*order), world.now), "borrow")

    @rule(name=names, pair=pairs, side=st.sampled_from(("buy", "sell")), dollars=st.one_of(st.none(), dollars))
    def settle(self, name: str, pair: str, side: str, dollars: int | None) -> None:
        qty = None if dollars is None else self.world.qty(pair, dollars)
        request = PlaceOrder(pair=pair, side=side, order_type=SETTLE_POSITION, qty=qty, leverage=2)
        self.act(lambda: self.made.place(name, request, self.world.now), "settle")

    @rule(name=names, batch=st.lists(orders, min_size=2, max_size=5))
    def place_batch(self, name: str, batch: list[tuple[Any, ...]]) -> None:
        """As REST does it: the words of all are looked at first, then each is placed or refused by itself."""
        world, requests = self.world, [self.world.request(*order) for order in batch]

        def check_all() -> None:
            for request in requests:
                self.made.check(name, request, world.now)

        self.act(check_all, "batch")
        for request in requests:
            self.act(lambda request=request: self.made.place(name, request, world.now), "batch order")  # type: ignore[misc]

    @rule(
        number=numbers,
        dollars=st.one_of(st.none(), dollars),
        limit=st.one_of(st.none(), away),
        trigger=st.one_of(st.none(), away),
        odd=st.one_of(st.none(), st.none(), st.sampled_from(ODD)),
        post_only=st.booleans(),
    )
    def amend(
        self,
        number: int,
        dollars: int | None,
        limit: int | None,
        trigger: int | None,
        odd: Decimal | None,
        post_only: bool,
    ) -> None:
        world = self.world
        name, order_id, pair, order_type = world.some_order(number)
        terms = world.terms(pair, order_type, limit or 0, trigger or 0)
        request = AmendOrder(
            order_id=order_id,
            qty=odd if odd is not None else None if dollars is None else world.qty(pair, dollars),
            limit_price=None if limit is None else terms["limit_price"],
            trigger_price=None if trigger is None else terms["trigger_price"],
            display_qty=Decimal("0.05") if number % 7 == 3 else None,
            post_only=post_only,
        )
        self.act(lambda: self.made.amend(name, request, world.now), "amend")

    @rule(number=numbers, dollars=st.one_of(st.none(), dollars), limit=away, validate=st.booleans())
    def edit(self, number: int, dollars: int | None, limit: int, validate: bool) -> None:
        world = self.world
        name, order_id, pair, order_type = world.some_order(number)
        request = EditOrder(
            order_id=order_id,
            qty=None if dollars is None else world.qty(pair, dollars),
            limit_price=world.terms(pair, order_type, limit, 0)["limit_price"] if number % 2 else None,
            validate=validate and number % 3 == 0,
        )
        self.act(lambda: self.made.edit(name, request, world.now), "edit")

    @rule(number=numbers, way=st.sampled_from(("id", "id", "id", "id", "userref", "all")))
    def cancel(self, number: int, way: str) -> None:
        now = self.world.now
        name, order_id, *_ = self.world.some_order(number)
        match way:
            case "id":
                self.act(lambda: self.made.cancel(name, now, order_id=order_id), "cancel")
            case "userref":
                self.act(lambda: self.made.cancel(name, now, userref=number % 4), "cancel userref")
            case _:
                self.act(lambda: self.made.cancel_all(name, now), "cancel all")

    @rule(name=names, seconds=st.sampled_from((-1, 0, 0, 0, 1, 60, 86_400)))
    def set_switch(self, name: str, seconds: int) -> None:
        self.act(lambda: self.made.cancel_all_after(name, seconds, self.world.now), "switch")

    @rule(name=names, asset=st.sampled_from(ASSETS), cents=st.integers(-3_000_000, 3_000_000), fee=st.integers(-1, 50))
    def pay(self, name: str, asset: str, cents: int, fee: int) -> None:
        """Money that comes and goes: by itself, or as other rooms move it, with a fee."""

        def move() -> None:
            if fee < 0:
                self.world.pay(name, asset, Decimal(cents).scaleb(-2 if asset == "USD" else -6))
            else:
                entry = self.made.post(name, asset, cents, self.world.now, kind="adjustment", fee=fee)
                self.world.paid[asset] += entry.amount  # type: ignore[assignment]

        self.act(move, "pay")

    # --- time, market, operator -----------------------------------------------------------------------------------------

    @rule(millis=st.one_of(st.integers(1, 150_000), st.integers(1, 150_000), st.integers(1, 100_000_000)))
    def pass_time(self, millis: int) -> None:
        self.world.now += millis * SECOND // 1000
        self.made.tick(self.world.now)

    @rule(pair=pairs, percent=st.one_of(st.integers(-3, 3), st.integers(-50, 60)))
    def move(self, pair: str, percent: int) -> None:
        if self.made.status == "online":
            self.world.move(pair, percent)
            self.made.check_margins(self.world.now)

    @rule(pair=pairs, percent=st.integers(-6, 6))
    def move_index(self, pair: str, percent: int) -> None:
        self.world.move_index(pair, percent)
        self.world.now += SECOND // 10
        self.made.tick(self.world.now)

    @rule(number=numbers)
    def set_status(self, number: int) -> None:
        """Mostly the exchange is online."""
        statuses: dict[int, SystemStatus] = {7: "cancel_only", 8: "post_only", 9: "maintenance"}
        self.made.set_status(statuses.get(number % 20, "online"), self.world.now)

    # --- always ---------------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_created_or_lost(self) -> None:
        assert {asset: self.made.total(asset) for asset in ASSETS} == {a: self.world.paid[a] for a in ASSETS}

    @invariant()
    def all_is_in_order(self) -> None:
        assert_sound(self.made)
        assert_used_margin(self.made, NAMES)

    @invariant()
    def who_listens_knows_everything(self) -> None:
        self.world.listener.hear()
        self.world.listener.assert_up_to_date()
