"""Thousands of random actions, after which nothing may have come from nowhere."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine.derivatives import BookChange, Declined, EditOrder, Event, OrderEvent, PlaceOrder, Trade
from sandbox.engine.derivatives_helpers import CONTRACTS, INDEX, SECOND, Floor, contract

NAMES = ("ann", "bob", "cat", "dan")
TRADED = [contract(symbol) for symbol in ("PF_XBTUSD", "PF_SOLUSD", "PI_XBTUSD")]
SIZES = {"PF_XBTUSD": (4, 30_000), "PF_SOLUSD": (2, 60_000), "PI_XBTUSD": (0, 90_000)}


class Chaos:
    """Random requests of every kind, most of them sensible."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.floor = Floor(seed=seed)
        self.made = self.floor.made
        for wallet, amount in (("flex", "3000.5"), ("fi_xbtusd", "0.05")):
            self.made.deposit("dan", wallet, Decimal(amount), self.floor.now)  # his margin is short all the time
        self.outcomes: Counter[str] = Counter()

    def run(self, actions: int) -> None:
        for _ in range(actions):
            self.floor.now += self.rng.randrange(2 * SECOND)
            action: Callable[[str], object] = self.rng.choices(
                [self.place, self.edit, self.cancel, self.move_index, self.set_switch], [60, 12, 15, 8, 2]
            )[0]
            try:
                action(self.rng.choice(NAMES))
                self.outcomes[action.__name__] += 1
            except Declined as declined:
                self.outcomes[declined.code] += 1

    def place(self, name: str) -> None:
        rng, one = self.rng, self.rng.choice(TRADED)
        kind = rng.choices(["lmt", "post", "ioc", "fok", "mkt", "stp", "take_profit"], [50, 10, 8, 5, 12, 6, 6])[0]
        places, most = SIZES[one.symbol]
        request = PlaceOrder(
            contract=one,
            side=rng.choice(["buy", "sell"]),
            kind=kind,
            qty=Decimal(rng.randint(1, most)).scaleb(-places),
            limit_price=None
            if kind == "mkt" or (kind in ("stp", "take_profit") and rng.random() < 0.5)
            else self.price(one.symbol),
            stop_price=self.price(one.symbol) if kind in ("stp", "take_profit") else None,
            signal=rng.choice(["mark", "index", "last"]),
            reduce_only=rng.random() < 0.25,
        )
        self.made.place(name, request, self.floor.now)

    def edit(self, name: str) -> None:
        orders = self.made.open_orders(name)
        if not orders:
            raise Declined("nothing to edit")
        order = self.rng.choice(orders)
        places, most = SIZES[order.contract.symbol]
        asked = EditOrder(
            order_id=order.order_id,
            qty=Decimal(self.rng.randint(1, most)).scaleb(-places) if self.rng.random() < 0.6 else None,
            whole=self.rng.random() < 0.3,
            limit_price=self.price(order.contract.symbol) if self.rng.random() < 0.5 else None,
        )
        self.made.edit(name, asked, self.floor.now)

    def cancel(self, name: str) -> None:
        orders = self.made.open_orders(name)
        order_id = self.rng.choice(orders).order_id if orders else "no such"
        self.made.cancel(name, self.floor.now, order_id=order_id)

    def move_index(self, name: str) -> None:
        one = self.rng.choice(TRADED)
        self.floor.set_index(str(self.price(one.symbol)), on=one)

    def set_switch(self, name: str) -> None:
        self.made.cancel_all_after(name, self.rng.randrange(30), self.floor.now)

    def price(self, symbol: str) -> Decimal:
        middle = Decimal(INDEX[symbol])
        tick = contract(symbol).scale.tick_size
        return (middle * self.rng.randint(9_900, 10_100) / 10_000 // tick) * tick


def assert_sound(chaos: Chaos) -> None:
    """All that must hold between two actions."""
    for one in TRADED:
        assert sum(chaos.floor.size(name, on=one) for name in NAMES) == 0
        desk = chaos.made.desk(one)
        assert desk.open_interest == sum(max(chaos.made.account(name).position(one).lots, 0) for name in NAMES)
        open_orders = [
            order for name in NAMES for order in chaos.made.account(name).open.values() if order.contract is one
        ]
        assert {order.order_id for order in open_orders if order.waiting} == set(desk.waiting)
        resting = {
            order.order_id: order
            for side in (desk.book.bids, desk.book.asks)
            for level in side.top()
            for order in level.orders.values()
        }
        assert set(resting) == {order.order_id for order in open_orders if not order.waiting}
        for side in (desk.book.bids, desk.book.asks):
            prices = [level.price for level in side.top()]
            assert prices == sorted(prices, reverse=side.bids)
            for level in side.top():
                assert level.lots == sum(order.remaining for order in level.orders.values()) > 0
        best_bid, best_ask = desk.book.bids.best(), desk.book.asks.best()
        assert best_bid is None or best_ask is None or best_bid.price < best_ask.price
    for name in NAMES:
        for position in chaos.made.account(name).positions.values():
            assert (position.lots == 0) == (position.cost == 0)


@pytest.mark.parametrize("seed", range(5))
def test_after_any_actions_money_and_positions_add_up(seed: int) -> None:
    chaos = Chaos(seed)
    totals = {wallet: chaos.made.total(wallet) for wallet in CONTRACTS.wallets}

    for _ in range(100):
        chaos.run(20)
        assert_sound(chaos)
        assert {wallet: chaos.made.total(wallet) for wallet in totals} == totals

    done = chaos.outcomes
    assert min(done["place"], done["edit"], done["cancel"], done["move_index"]) > 5
    assert min(done["insufficientAvailableFunds"], done["wouldNotReducePosition"], done["selfFill"]) > 3
    assert sum(len(chaos.made.fills(name)) for name in NAMES) > 200


@pytest.mark.parametrize("seed", range(2))
def test_the_fills_explain_every_position_and_the_log_every_balance(seed: int) -> None:
    chaos = Chaos(seed)
    chaos.run(1000)

    for name in NAMES:
        for one in TRADED:
            fills = [fill for fill in chaos.made.fills(name) if fill.contract is one]
            moved = sum((fill.qty if fill.order.side == "buy" else -fill.qty for fill in fills), Decimal(0))
            assert moved == chaos.floor.size(name, on=one)
        for wallet in CONTRACTS.wallets:
            rows = [row for row in reversed(chaos.made.log(name)) if row.wallet == wallet and not row.position_leg]
            for before, after in itertools.pairwise(rows):
                assert after.old_balance == before.new_balance
                assert after.fill is not None
                assert after.new_balance - after.old_balance == after.fill.realized - after.fill.fee
            assert rows[-1].new_balance == chaos.made.wallet(name, wallet).balance


@pytest.mark.parametrize("seed", range(2))
def test_who_only_listens_knows_the_books_and_the_open_orders(seed: int) -> None:
    chaos = Chaos(seed)
    books: dict[tuple[str, str], dict[Decimal, Decimal]] = {}
    counts: Counter[str] = Counter()
    orders: dict[str, OrderEvent] = {}
    for _ in range(800):
        chaos.run(1)
        for event in chaos.made.events():
            match event:
                case BookChange():
                    counts[event.contract.symbol] += 1
                    assert event.seq == counts[event.contract.symbol]
                    books.setdefault((event.contract.symbol, event.side), {})[event.price] = event.qty
                    assert_uncrossed(books, event.contract.symbol)
                case OrderEvent():
                    orders[event.order.order_id] = event
                case _:
                    pass

    for one in TRADED:
        for side in ("buy", "sell"):
            heard = {price: qty for price, qty in books.get((one.symbol, side), {}).items() if qty}
            assert heard == dict(chaos.made.levels(one, "buy" if side == "buy" else "sell"))
    for name in NAMES:
        heard_open = {
            order_id
            for order_id, event in orders.items()
            if event.account == name and event.kind not in ("removed", "rejected") and event.order.remaining
        }
        assert heard_open == {order.order_id for order in chaos.made.open_orders(name)}


def assert_uncrossed(books: dict[tuple[str, str], dict[Decimal, Decimal]], symbol: str) -> None:
    bids, asks = ([price for price, qty in books.get((symbol, side), {}).items() if qty] for side in ("buy", "sell"))
    assert not bids or not asks or max(bids) < min(asks)


def test_one_seed_gives_one_story() -> None:
    def story(seed: int) -> list[Event]:
        chaos = Chaos(seed)
        chaos.run(400)
        return chaos.made.events()

    first, again, other = story(11), story(11), story(12)

    assert first == again
    assert first != other
    assert any(isinstance(event, Trade) for event in first)
