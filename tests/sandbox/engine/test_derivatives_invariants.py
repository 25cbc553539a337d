"""Thousands of random actions, after which nothing may have come from nowhere."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.derivatives import (
    BookChange,
    Contract,
    Declined,
    EditOrder,
    Event,
    OrderEvent,
    PlaceOrder,
    Trade,
)
from sandbox.engine.derivatives_checks import assert_sound
from sandbox.engine.derivatives_helpers import DOLLARS, SECOND, Floor

NAMES = ("ann", "bob", "cat", "dan")
SERIES = ("PF_XBTUSD", "PF_SOLUSD", "PI_XBTUSD", "FI_XBTUSD", "FF_XBTUSD")
SIZES = {"PF_XBTUSD": (4, 30_000), "PF_SOLUSD": (2, 60_000), "FF_XBTUSD": (4, 30_000)}
KINDS = ["lmt", "post", "ioc", "fok", "mkt", "stp", "take_profit", "trailing_stop"]
MOVES = {"transfer", "subaccount transfer", "conversion", "funding rate change", "covered liquidation"}


class Chaos:
    """Random requests of every kind, most of them sensible, while prices move and now and then leap."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.floor = Floor(seed=seed, dated=True)
        self.made = self.floor.made
        for wallet, unit, amount in (("flex", "USD", "3000.5"), ("fi_xbtusd", "XBT", "0.05"), ("flex", "ETH", "1")):
            # His margin is short all the time.
            self.made.deposit("dan", wallet, Decimal(amount), self.floor.now, unit=unit)
        self.made.adopt("ann", "bob")
        self.outcomes: Counter[str] = Counter()

    @property
    def traded(self) -> list[Contract]:
        """The contracts that are traded here, the dated ones among them."""
        return [one for one in self.made.contracts.all if series(one) in SERIES]

    def run(self, actions: int) -> None:
        for _ in range(actions):
            self.floor.now += self.rng.randrange(2 * SECOND)
            action: Callable[[str], object] = self.rng.choices(
                [
                    self.place,
                    self.edit,
                    self.cancel,
                    self.move_index,
                    self.set_switch,
                    self.arrange,
                    self.leap,
                    self.rest,
                ],
                [60, 12, 15, 8, 2, 3, 0.5, 0.5],
            )[0]
            try:
                action(self.rng.choice(NAMES))
                self.outcomes[action.__name__] += 1
            except EngineRefused as refused:
                self.outcomes[refused.code] += 1

    def place(self, name: str) -> None:
        rng, one = self.rng, self.rng.choice(self.traded)
        kind = rng.choices(KINDS, [50, 10, 8, 5, 12, 6, 6, 4])[0]
        waits = kind in ("stp", "take_profit", "trailing_stop")
        limited = kind != "mkt" and not (waits and rng.random() < 0.5) and kind != "trailing_stop"
        request = PlaceOrder(
            contract=one,
            side=rng.choice(["buy", "sell"]),
            kind=kind,
            qty=self.qty(one),
            limit_price=self.price(one) if limited else None,
            stop_price=self.price(one) if waits and kind != "trailing_stop" else None,
            signal=rng.choice(["mark", "index", "last"]),
            reduce_only=rng.random() < 0.25,
            deviation=Decimal(rng.randint(10, 200)) / 100 if kind == "trailing_stop" else None,
            deviation_unit="PERCENT" if kind == "trailing_stop" else None,
            offset=Decimal(rng.randint(-50, 50)) / 100 if waits and not limited and rng.random() < 0.5 else None,
            offset_unit="PERCENT",
        )
        if request.offset is None:
            request = replace(request, offset_unit=None)
        self.made.place(name, request, self.floor.now)

    def arrange(self, name: str) -> None:
        """Set something, or move money."""
        rng, one = self.rng, self.rng.choice(self.traded)
        match rng.randrange(5):
            case 0:
                self.made.set_leverage(name, one, rng.choice([None, Decimal(5), Decimal(20), Decimal("33.3")]))
            case 1:
                self.made.set_profit_currency(name, one, rng.choice(["USD", "XBT", "ETH"]))
            case 2:
                strategy = rng.choice(["REJECT_TAKER", "CANCEL_MAKER_SELF", "CANCEL_MAKER_CHILD", "CANCEL_MAKER_ANY"])
                self.made.set_self_trade(name, strategy)
            case 3:
                amount = Decimal(rng.randint(1, 2_000)) / 100
                wallets = rng.sample(["flex", "cash", "fi_xbtusd"], 2)
                self.made.transfer(name, wallets[0], wallets[1], "XBT", amount, self.floor.now)
            case _:
                to = rng.choice(NAMES)
                self.made.transfer(name, "flex", "flex", "USD", Decimal(rng.randint(1, 20_000)), self.floor.now, to=to)

    def leap(self, name: str) -> None:
        """Let an index fall or rise so far that some have not enough margin, and stay there until they have."""
        one = self.rng.choice(self.traded)
        far = Decimal(INDEX_OF[series(one)]) * self.rng.choice([80, 90, 110, 120]) / 100
        self.floor.set_index(str(far), on=one)
        self.floor.wait(60)

    def rest(self, name: str) -> None:
        self.floor.wait(1800)

    def edit(self, name: str) -> None:
        orders = self.made.open_orders(name)
        if not orders:
            raise Declined("nothing to edit")
        order = self.rng.choice(orders)
        trails = order.kind == "trailing_stop"
        asked = EditOrder(
            order_id=order.order_id,
            qty=self.qty(order.contract) if self.rng.random() < 0.6 else None,
            whole=self.rng.random() < 0.3,
            limit_price=self.price(order.contract) if self.rng.random() < (0.1 if trails else 0.5) else None,
            deviation=Decimal(2) if trails else None,
        )
        self.made.edit(name, asked, self.floor.now)

    def cancel(self, name: str) -> None:
        orders = self.made.open_orders(name)
        order_id = self.rng.choice(orders).order_id if orders else "no such"
        self.made.cancel(name, self.floor.now, order_id=order_id)

    def move_index(self, name: str) -> None:
        one = self.rng.choice(self.traded)
        self.floor.set_index(str(self.price(one)), on=one)

    def set_switch(self, name: str) -> None:
        self.made.cancel_all_after(name, self.rng.randrange(30), self.floor.now)

    def qty(self, one: Contract) -> Decimal:
        places, most = SIZES.get(series(one), (0, 90_000))
        return Decimal(self.rng.randint(1, most)).scaleb(-places)

    def price(self, one: Contract) -> Decimal:
        middle, tick = Decimal(INDEX_OF[series(one)]), one.scale.tick_size
        return (middle * self.rng.randint(9_900, 10_100) / 10_000 // tick) * tick


def series(one: Contract) -> str:
    return "_".join(one.symbol.split("_")[:2])


INDEX_OF = {name: DOLLARS[name.removesuffix("USD").split("_")[1]] for name in SERIES}


@pytest.mark.parametrize("seed", range(5))
def test_after_any_actions_money_and_positions_add_up(seed: int) -> None:
    chaos = Chaos(seed)
    totals = {unit: chaos.made.total(unit) for unit in ("USD", "XBT", "ETH")}

    for _ in range(100):
        chaos.run(20)
        assert_sound(chaos.made, chaos.traded)
        assert {unit: chaos.made.total(unit) for unit in totals} == totals

    settled = chaos.made.contracts.all[-1].expiry
    assert settled is not None
    chaos.made.reprice(settled)
    assert len(chaos.made.contracts.expired) == 2
    assert_sound(chaos.made, chaos.traded)
    assert {unit: chaos.made.total(unit) for unit in totals} == totals

    done = chaos.outcomes
    assert min(done["place"], done["edit"], done["cancel"], done["move_index"]) > 5
    assert min(done["insufficientAvailableFunds"], done["wouldNotReducePosition"], done["selfFill"]) > 3
    assert sum(len(chaos.made.fills(name)) for name in NAMES) > 200


@pytest.mark.parametrize("seed", range(2))
def test_the_fills_explain_every_position_and_the_log_every_balance(seed: int) -> None:
    chaos = Chaos(seed)
    chaos.run(1000)

    for name in NAMES:
        for one in chaos.traded:
            fills = [fill for fill in chaos.made.fills(name) if fill.contract is one]
            moved = sum((fill.qty if fill.order.side == "buy" else -fill.qty for fill in fills), Decimal(0))
            assert moved == chaos.floor.size(name, on=one)
        balances = chaos.made.account(name).balances
        for wallet, unit in balances:
            rows = [
                row
                for row in reversed(chaos.made.log(name))
                if (row.wallet, row.asset) == (wallet, unit.lower()) and not row.position_leg
            ]
            for before, after in itertools.pairwise(rows):
                assert after.old_balance == before.new_balance
                assert after.fill is not None or after.info in MOVES
                if after.fill is not None:
                    assert after.new_balance - after.old_balance == after.fill.realized - after.fill.fee
                elif after.funding is not None:
                    assert after.new_balance - after.old_balance == after.funding
            assert not rows or rows[-1].new_balance == chaos.made.account(name).balance((wallet, unit))


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

    for one in chaos.traded:
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
