"""The engine against a naive one on random order flow: the same trades, the same lines, the same ends, step by step."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.sandbox.engine import AmendOrder, EngineRefused, Exchange, OrderEvent, PlaceOrder, Terms
from sandbox.engine.engine_helpers import NOW, PAIR, exchange, place, refusal
from sandbox.engine.naive_engine import NaiveEngine, NaiveOrder

KINDS = ("limit", "market", "iceberg", "stop-loss", "take-profit", "stop-loss-limit", "take-profit-limit")
OWNERS = ("ann", "bob", "cat")
_PERMISSIVE = Terms(maker_rate=0, taker_rate=0, max_open_orders=1_000_000)


class Pair:
    """Both engines, fed with the same requests."""

    def __init__(self) -> None:
        self.real: Exchange = exchange(terms=_PERMISSIVE)
        for owner in OWNERS:
            self.real.deposit(owner, "BTC", Decimal(10_000_000), NOW)
            self.real.deposit(owner, "USD", Decimal(10_000_000_000), NOW)
        self.naive = NaiveEngine()
        self.ids: dict[str, int] = {}
        self.seen: list[tuple[int, int, Decimal, Decimal]] = []
        self.now = NOW

    def place(self, order: NaiveOrder) -> None:
        self.now += 1
        request = PlaceOrder(
            pair=PAIR,
            side=order.side,
            order_type=order.kind,
            qty=order.qty,
            limit_price=order.limit,
            trigger_price=order.trigger,
            display_qty=order.display,
            time_in_force=order.life,
            post_only=order.post_only,
            stp_type=order.stp,
        )
        if self.naive.place(order):
            self.ids[place(self.real, order.owner, request, now=self.now)] = order.label
        else:
            assert refusal(self.real, order.owner, request, now=self.now) == "EOrder:Post only order"

    def cancel(self, order: NaiveOrder) -> None:
        self.naive.cancel(order)
        self.real.cancel(order.owner, self.now, order_id=self.name(order))

    def amend(self, order: NaiveOrder, *, qty: Decimal | None, limit: Decimal | None) -> None:
        asked = AmendOrder(order_id=self.name(order), qty=qty, limit_price=limit)
        if self.naive.amend(order, qty=qty, limit=limit):
            self.real.amend(order.owner, asked, self.now)
        else:
            with pytest.raises(EngineRefused, match="Post only"):
                self.real.amend(order.owner, asked, self.now)

    def name(self, order: NaiveOrder) -> str:
        return next(name for name, label in self.ids.items() if label == order.label)

    def agree(self) -> None:
        """Assert that both say the same of everything."""
        told = [event.trade for event in self.real.events() if isinstance(event, OrderEvent)]
        fills = [fill for fill in told if fill is not None]
        for maker, taker in zip(fills[::2], fills[1::2], strict=True):
            assert (maker.maker, taker.maker) == (True, False)
            self.seen.append((self.ids[maker.order_id], self.ids[taker.order_id], maker.price, maker.qty))
        assert self.seen == self.naive.trades
        for side in ("buy", "sell"):
            line = [(self.ids[one.order_id], one.price, one.qty) for one in self.real.queue(PAIR, side)]
            assert line == [(one.label, one.limit, one.shown) for one in self.naive.resting(side)]
        labels = {label: name for name, label in self.ids.items()}
        for order in self.naive.orders:
            view = self.real.order(order.owner, labels[order.label])
            assert (view.cum_qty, view.open) == (order.filled, order.status == "open")
            if not view.open:
                assert view.status == order.status


class Flow:
    """Random requests; ``roll`` gives whole numbers from 0 to below its argument."""

    def __init__(self, roll: Callable[[int], int]) -> None:
        self.roll = roll
        self.pair = Pair()
        self.labels = 0

    def act(self) -> None:
        open_orders = [order for order in self.pair.naive.orders if order.status == "open"]
        action = self.roll(10)
        if action < 7 or not open_orders:
            self.pair.place(self.order())
        elif action < 8:
            self.pair.cancel(open_orders[self.roll(len(open_orders))])
        else:
            self.amend(open_orders[self.roll(len(open_orders))])
        self.pair.agree()

    def order(self) -> NaiveOrder:
        self.labels += 1
        kind = KINDS[self.roll(len(KINDS) * 3) % len(KINDS)] if self.roll(2) else "limit"
        qty = self.qty()
        plain = kind == "limit"
        post_only = plain and self.roll(6) == 0
        return NaiveOrder(
            label=self.labels,
            owner=OWNERS[self.roll(len(OWNERS))],
            side=("buy", "sell")[self.roll(2)],
            kind=kind,
            qty=qty,
            limit=self.price() if kind in ("limit", "iceberg") or kind.endswith("-limit") else None,
            trigger=self.price() if kind.startswith(("stop", "take")) else None,
            display=(qty / 4).quantize(Decimal("1E-8")) if kind == "iceberg" else None,
            life=("GTC", "GTC", "GTC", "IOC", "FOK")[self.roll(5)] if plain and not post_only else "GTC",
            post_only=post_only,
            stp=("cancel_newest", "cancel_oldest", "cancel_both")[self.roll(3)],
        )

    def amend(self, order: NaiveOrder) -> None:
        # An iceberg that shows too little of a larger whole is refused, which has tests of its own.
        factor = Decimal((5, 8, 11, 13)[self.roll(4)]) / 10
        qty = (order.qty * factor).quantize(Decimal("1E-8")) if self.roll(3) else None
        with_limit = order.limit is not None
        limit = self.price() if with_limit and (qty is None or self.roll(2)) else None
        if qty is not None or limit is not None:
            self.pair.amend(order, qty=None if qty is None else max(qty, Decimal("0.01")), limit=limit)

    def price(self) -> Decimal:
        return Decimal(300_000 + self.roll(60)).scaleb(-1)

    def qty(self) -> Decimal:
        return Decimal(1 + self.roll(300)).scaleb(-2)


@settings(deadline=None)
@given(st.data())
def test_the_engine_and_a_naive_one_agree_on_any_flow_hypothesis_thinks_of(data: st.DataObject) -> None:
    flow = Flow(lambda below: data.draw(st.integers(0, below - 1)))
    for _ in range(data.draw(st.integers(1, 25))):
        flow.act()


@pytest.mark.parametrize("seed", range(6))
def test_the_engine_and_a_naive_one_agree_on_long_random_flow(seed: int) -> None:
    flow = Flow(random.Random(seed).randrange)
    for _ in range(400):
        flow.act()
    kinds = {order.kind for order in flow.pair.naive.orders if order.filled}
    assert kinds == set(KINDS)
    assert len(flow.pair.naive.trades) > 50
