from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import AmendOrder, BookLevel, EngineRefused, Exchange, QueueChange, QueuedOrder
from sandbox.engine.engine_helpers import NOW, PAIR, exchange, limit, market, place


class Depth:
    """A subscriber of level 2 who follows the manual: apply the rows in order, then forget what is beyond the depth."""

    def __init__(self, depth: int, bids: Iterable[BookLevel], asks: Iterable[BookLevel]) -> None:
        self.depth = depth
        self.bids: dict[Decimal, Decimal] = {}
        self.asks: dict[Decimal, Decimal] = {}
        self.apply(bids, asks)

    def apply(self, bids: Iterable[BookLevel], asks: Iterable[BookLevel]) -> None:
        for side, rows, best_high in ((self.bids, bids, True), (self.asks, asks, False)):
            for row in rows:
                side[row.price] = row.qty
            kept = sorted((price for price, qty in side.items() if qty), reverse=best_high)[: self.depth]
            rest = {price: side[price] for price in kept}
            side.clear()
            side.update(rest)


class Queue:
    """A subscriber of level 3: orders in line at each price, only so many prices."""

    def __init__(self, depth: int, bids: Iterable[QueuedOrder], asks: Iterable[QueuedOrder]) -> None:
        self.depth = depth
        self.sides: tuple[dict[str, QueuedOrder], dict[str, QueuedOrder]] = ({}, {})
        self.apply([QueueChange("add", order) for order in bids], [QueueChange("add", order) for order in asks])

    def apply(self, bids: Iterable[QueueChange], asks: Iterable[QueueChange]) -> None:
        for side, steps, best_high in ((self.sides[0], bids, True), (self.sides[1], asks, False)):
            for step in steps:
                if step.event == "delete":
                    del side[step.order.order_id]
                else:
                    assert (step.order.order_id in side) == (step.event == "modify")
                    side[step.order.order_id] = step.order
            prices = sorted({order.price for order in side.values()}, reverse=best_high)[: self.depth]
            for order_id in [key for key, order in side.items() if order.price not in prices]:
                del side[order_id]

    def line(self, number: int) -> list[QueuedOrder]:
        orders = self.sides[number].values()
        return sorted(orders, key=lambda order: -order.price if number == 0 else order.price)


def stir(made: Exchange, rng: random.Random) -> None:
    """One random action of one of three traders, in a narrow band of prices."""
    name, roll = rng.choice(["ann", "bob", "cat"]), rng.random()
    side, price, qty = rng.choice(["buy", "sell"]), str(30_000 + rng.randint(-30, 30)), str(rng.randint(1, 9) / 10)
    orders = made.open_orders(name)
    try:
        if roll < 0.15:
            made.place(name, market(side, qty), NOW)
        elif roll < 0.3 and orders:
            made.cancel(name, NOW, order_id=rng.choice(orders).order_id)
        elif roll < 0.45 and orders:
            made.amend(name, AmendOrder(order_id=rng.choice(orders).order_id, qty=Decimal(qty)), NOW)
        elif roll < 0.55 and orders:
            made.amend(name, AmendOrder(order_id=rng.choice(orders).order_id, limit_price=Decimal(price)), NOW)
        elif roll < 0.7:
            iceberg = limit(side, "3", price, order_type="iceberg", display_qty=Decimal("0.3"))
            made.place(name, iceberg, NOW)
        else:
            made.place(name, limit(side, qty, price), NOW)
    except EngineRefused:
        pass


@pytest.mark.parametrize("depth", [3, 10, 1000])
@pytest.mark.parametrize("every", [1, 7])
def test_a_level_2_subscriber_always_has_the_true_book(depth: int, every: int) -> None:
    made, rng = exchange(), random.Random(depth * every)
    for _ in range(100):
        stir(made, rng)
    feed = made.depth_feed(PAIR, depth)
    subscriber = Depth(depth, *feed.snapshot())

    for _ in range(300 // every):
        for _ in range(every):
            stir(made, rng)
        subscriber.apply(*feed.changes())
        assert list(subscriber.bids.items()) == [(row.price, row.qty) for row in made.levels(PAIR, "buy", depth)]
        assert list(subscriber.asks.items()) == [(row.price, row.qty) for row in made.levels(PAIR, "sell", depth)]


@pytest.mark.parametrize("depth", [2, 10, 1000])
@pytest.mark.parametrize("every", [1, 7])
def test_a_level_3_subscriber_always_has_the_true_line(depth: int, every: int) -> None:
    made, rng = exchange(), random.Random(depth * every)
    for _ in range(100):
        stir(made, rng)
    feed = made.queue_feed(PAIR, depth)
    subscriber = Queue(depth, *feed.snapshot())

    for _ in range(300 // every):
        for _ in range(every):
            stir(made, rng)
        subscriber.apply(*feed.changes())
        assert subscriber.line(0) == made.queue(PAIR, "buy", depth)
        assert subscriber.line(1) == made.queue(PAIR, "sell", depth)


def test_nothing_is_told_when_nothing_changed_in_the_window() -> None:
    made = exchange()
    for price in ("30000", "29999", "29998"):
        place(made, "ann", limit("buy", "1", price))
    levels, line = made.depth_feed(PAIR, 2), made.queue_feed(PAIR, 2)
    levels.snapshot()
    line.snapshot()

    place(made, "bob", limit("buy", "1", "29998"))

    assert levels.changes() == ([], [])
    assert line.changes() == ([], [])


def test_a_level_that_comes_back_into_the_window_is_told_with_the_removal() -> None:
    made = exchange()
    ids = [place(made, "ann", limit("buy", "1", price)) for price in ("30000", "29999", "29998")]
    feed = made.depth_feed(PAIR, 2)
    feed.snapshot()

    made.cancel("ann", NOW + 7, order_id=ids[0])

    bids, _ = feed.changes()
    assert [(row.price, row.qty, row.at) for row in bids] == [
        (Decimal("30000.0"), Decimal(0), NOW + 7),
        (Decimal("29998.0"), Decimal(1), NOW),
    ]


def test_a_level_that_is_pushed_out_of_the_window_is_not_mentioned() -> None:
    made = exchange()
    for price in ("30000", "29999"):
        place(made, "ann", limit("buy", "1", price))
    levels, line = made.depth_feed(PAIR, 2), made.queue_feed(PAIR, 2)
    levels.snapshot()
    line.snapshot()

    place(made, "ann", limit("buy", "2", "30001"))

    assert [row.price for row in levels.changes()[0]] == [Decimal("30001.0")]
    assert [(step.event, step.order.price) for step in line.changes()[0]] == [("add", Decimal("30001.0"))]


def test_a_lost_place_in_line_is_a_deletion_and_an_addition() -> None:
    made = exchange()
    first = place(made, "ann", limit("buy", "1", "30000"))
    place(made, "bob", limit("buy", "1", "30000"))
    feed = made.queue_feed(PAIR, 10)
    feed.snapshot()

    made.amend("ann", AmendOrder(order_id=first, qty=Decimal(2)), NOW)

    steps, _ = feed.changes()
    assert [(step.event, step.order.order_id, step.order.qty) for step in steps] == [
        ("delete", first, Decimal(1)),
        ("add", first, Decimal(2)),
    ]
