"""Anything a client, an operator or the market may do to the derivatives engine, in any order hypothesis thinks of.

The suite runs a little of it, ``scripts/hunt`` as much as wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.derivatives import ONE, Contract, EditOrder, Mode, PlaceOrder
from krakenkit.sandbox.engine.derivatives.office import STRATEGIES
from sandbox.engine.derivatives_checks import Listener, assert_sound
from sandbox.engine.derivatives_helpers import DOLLARS, SECOND, Floor

NAMES = ("ann", "bob", "cat", "dan")
SERIES = ("PF_XBTUSD", "PF_ETHUSD", "PI_XBTUSD", "FI_XBTUSD", "FF_XBTUSD")
UNITS = ("USD", "XBT", "ETH")
KINDS = ("lmt", "lmt", "lmt", "post", "ioc", "fok", "mkt", "mkt", "stp", "take_profit", "trailing_stop")
TRIGGERED = ("stp", "take_profit", "trailing_stop")
LEVERAGES = (None, *map(Decimal, ("1", "5", "20", "33.3", "50", "NaN", "-1")))
ODD = (Decimal("NaN"), Decimal("Infinity"), Decimal(-1), Decimal(0), Decimal("1E-30"), Decimal("1E+30"))


class DerivativesWorld:
    """Four accounts, one of them short of margin all the time, on five series of contracts with several purses."""

    def __init__(self) -> None:
        self.floor = Floor(dated=True)
        self.made = self.floor.made
        self.paid = Counter({unit: self.made.total(unit) for unit in UNITS})
        self.outcomes: Counter[str] = Counter()
        self.listener = Listener(self.made)
        for wallet, unit, amount in (("flex", "USD", "3000.5"), ("fi_xbtusd", "XBT", "0.05"), ("flex", "ETH", "1")):
            self.pay("dan", wallet, unit, Decimal(amount))
        self.made.adopt("ann", "bob")

    @property
    def now(self) -> int:
        return self.floor.now

    def contract(self, series: str, number: int) -> Contract:
        """One of the contracts of a series; dated ones come and go."""
        there = [one for one in self.made.contracts.all if one.symbol.startswith(series)]
        return there[number % len(there)]

    def pay(self, name: str, wallet: str, unit: str, amount: Decimal) -> None:
        """Pay in, or out for an amount below zero."""
        call = self.made.deposit if amount > 0 else self.made.withdraw
        call(name, wallet, abs(amount), self.now, unit=unit)
        self.paid[unit] += amount  # type: ignore[assignment]  # counts of money

    def try_to(self, action: Callable[[], object], label: str) -> None:
        """Do it; being refused is fine, and then no balance, position, book or order may have changed."""
        self.made.tick(self.now)
        self.listener.hear()
        try:
            action()
        except EngineRefused as refused:
            self.outcomes[refused.code] += 1
            told = [one for one in self.listener.hear() if getattr(one, "kind", "") != "rejected"]
            assert not told, "what was refused has changed nothing"
        else:
            self.outcomes[label] += 1

    def price(self, one: Contract, per_mille: int) -> Decimal:
        tick = one.scale.tick_size
        middle = one.price(self.floor.index[one])
        return max(middle * (1000 + per_mille) / 1000 // tick, Decimal(1)) * tick

    def qty(self, one: Contract, dollars: int) -> Decimal:
        if one.inverse:
            return Decimal(dollars)
        price = Decimal(DOLLARS[one.scale.base.altname])
        return (dollars / price).quantize(Decimal("0.0001"))

    def request(
        self, one: Contract, side: str, kind: str, dollars: int, limit: int, stop: int, flags: dict[str, Any]
    ) -> PlaceOrder:
        waits, trails = kind in TRIGGERED, kind == "trailing_stop"
        fields: dict[str, Any] = {"qty": self.qty(one, dollars)}
        if kind != "mkt" and not (waits and dollars % 2) and not trails:
            fields["limit_price"] = self.price(one, limit)
        elif waits and dollars % 3 == 0:
            fields |= {"offset": Decimal(limit) / 10, "offset_unit": "PERCENT"}
        if waits and not trails:
            fields["stop_price"] = self.price(one, stop)
        if trails:
            fields |= {"deviation": Decimal(abs(stop) + 1) / 10, "deviation_unit": "PERCENT"}
        for name, value in flags.items():
            fields[name] = self.now + value * SECOND if name == "deadline" else value
        return PlaceOrder(contract=one, side=side, kind=kind, **fields)

    def some_order(self, number: int) -> tuple[str, str, Contract]:
        orders = [order for name in NAMES for order in self.made.open_orders(name)]
        if not orders:
            return "ann", "none", self.contract("PF_XBTUSD", 0)
        order = orders[number % len(orders)]
        return order.account, order.order_id, order.contract


names = st.sampled_from(NAMES)
series = st.sampled_from(SERIES)
sides = st.sampled_from(("buy", "sell"))
numbers = st.integers(0, 99)
away = st.sampled_from((0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8, 30, -30))
dollars = st.one_of(st.sampled_from((100, 1_000, 30_000, 200_000)), st.integers(1, 500_000))
wallets = st.sampled_from(("flex", "cash", "fi_xbtusd"))
FLAGS: dict[str, st.SearchStrategy[Any]] = {
    "signal": st.sampled_from(("mark", "index", "last")),
    "reduce_only": st.just(True),
    "cli_ord_id": st.sampled_from(("one", "two")),
    "deadline": st.integers(-1, 5),
    "qty": st.sampled_from(ODD),
    "limit_price": st.sampled_from(ODD),
    "stop_price": st.sampled_from(ODD),
    "deviation": st.sampled_from(ODD),
    "offset": st.sampled_from(ODD),
}
flags = st.lists(st.one_of([st.tuples(st.just(name), values) for name, values in FLAGS.items()]), max_size=2).map(dict)


class DerivativesMachine(RuleBasedStateMachine):
    """Rules draw, the world acts."""

    def __init__(self) -> None:
        super().__init__()
        self.world = DerivativesWorld()
        self.made = self.world.made

    def act(self, action: Callable[[], object], label: str) -> None:
        self.world.try_to(action, label)

    # --- clients --------------------------------------------------------------------------------------------------------

    @rule(
        name=names,
        series=series,
        number=numbers,
        order=st.tuples(sides, st.sampled_from(KINDS), dollars, away, away, flags),
    )
    def place(self, name: str, series: str, number: int, order: tuple[Any, ...]) -> None:
        world = self.world
        request = world.request(world.contract(series, number), *order)
        self.act(lambda: self.made.place(name, request, world.now), "place")

    @rule(quotes=st.lists(st.tuples(names, series, sides, dollars, away), min_size=2, max_size=6))
    def quote(self, quotes: list[tuple[Any, ...]]) -> None:
        """Plain limit orders of several, so that there is somebody in the lines."""
        world = self.world
        for name, series, side, dollars, limit in quotes:
            request = world.request(world.contract(series, 0), side, "lmt", dollars, limit, 0, {})
            self.act(lambda name=name, request=request: self.made.place(name, request, world.now), "quote")  # type: ignore[misc]

    @rule(
        number=numbers,
        dollars=st.one_of(st.none(), dollars),
        limit=st.one_of(st.none(), away),
        stop=away,
        whole=st.booleans(),
    )
    def edit(self, number: int, dollars: int | None, limit: int | None, stop: int, whole: bool) -> None:
        world = self.world
        name, order_id, one = world.some_order(number)
        request = EditOrder(
            order_id=order_id,
            qty=ODD[number % 6] if number > 90 else None if dollars is None else world.qty(one, dollars),
            whole=whole,
            limit_price=None if limit is None else world.price(one, limit),
            stop_price=world.price(one, stop) if number % 5 == 0 else None,
            deviation=Decimal(abs(stop)) / 10 if number % 7 == 0 else None,
        )
        self.act(lambda: self.made.edit(name, request, world.now), "edit")

    @rule(number=numbers, way=st.sampled_from(("id", "id", "id", "contract", "all")))
    def cancel(self, number: int, way: str) -> None:
        now = self.world.now
        name, order_id, one = self.world.some_order(number)
        match way:
            case "id":
                self.act(lambda: self.made.cancel(name, now, order_id=order_id), "cancel")
            case "contract":
                self.act(lambda: self.made.cancel_all(name, now, contracts=[one]), "cancel contract")
            case _:
                self.act(lambda: self.made.cancel_all(name, now), "cancel all")

    @rule(name=names, seconds=st.sampled_from((0, 0, 1, 60)))
    def set_switch(self, name: str, seconds: int) -> None:
        self.act(lambda: self.made.cancel_all_after(name, seconds, self.world.now), "switch")

    @rule(
        name=names, series=series, choice=st.sampled_from((*LEVERAGES, "USD", "XBT", "ETH", "XDG", "EUR", *STRATEGIES))
    )
    def arrange(self, name: str, series: str, choice: Decimal | str | None) -> None:
        """Set a leverage, the currency of profits, or what happens when orders of one owner meet."""
        one = self.world.contract(series, 0)
        if choice in STRATEGIES:
            self.act(lambda: self.made.set_self_trade(name, str(choice)), "self trade")
        elif isinstance(choice, str):
            self.act(lambda: self.made.set_profit_currency(name, one, choice), "profit currency")
        else:
            self.act(lambda: self.made.set_leverage(name, one, choice), "leverage")

    # --- money ----------------------------------------------------------------------------------------------------------

    @rule(name=names, wallet=wallets, unit=st.sampled_from(UNITS), thousandths=st.integers(-5_000_000, 5_000_000))
    def pay(self, name: str, wallet: str, unit: str, thousandths: int) -> None:
        amount = Decimal(thousandths).scaleb(-3 if unit == "USD" else -6)
        self.act(lambda: self.world.pay(name, wallet, unit, amount), "pay")

    @rule(
        name=names,
        source=wallets,
        into=wallets,
        unit=st.sampled_from(UNITS),
        thousandths=st.integers(1, 20_000_000),
        to=st.one_of(st.none(), names),
    )
    def transfer(self, name: str, source: str, into: str, unit: str, thousandths: int, to: str | None) -> None:
        amount = Decimal(thousandths).scaleb(-3 if unit == "USD" else -6)
        self.act(lambda: self.made.transfer(name, source, into, unit, amount, self.world.now, to=to), "transfer")

    # --- time, market, operator -----------------------------------------------------------------------------------------

    @rule(millis=st.one_of(st.integers(1, 5_000), st.integers(1, 5_000), st.integers(1, 30_000_000)))
    def pass_time(self, millis: int) -> None:
        self.world.floor.now += millis * SECOND // 1000
        self.made.tick(self.world.now)

    @rule(days=st.integers(1, 100), number=numbers)
    def wait_for_settlement(self, days: int, number: int) -> None:
        if number % 10 == 3:  # seldom, for it is many hours
            self.world.floor.now += days * 86_400 * SECOND
            self.made.tick(self.world.now)

    @rule(
        series=series,
        number=numbers,
        percent=st.one_of(st.integers(-3, 3), st.integers(-40, 60)),
        seconds=st.integers(0, 60),
    )
    def move(self, series: str, number: int, percent: int, seconds: int) -> None:
        world = self.world
        one = world.contract(series, number)
        world.floor.set_index(str(world.price(one, percent * 10)), on=one)
        world.floor.wait(seconds)

    @rule(unit=st.sampled_from(("XBT", "ETH")), percent=st.integers(50, 150))
    def set_rate(self, unit: str, percent: int) -> None:
        """What collateral is worth moves too."""
        self.made.set_rate(unit, int(Decimal(DOLLARS[unit]) * ONE) * percent // 100)
        self.made.reprice(self.world.now)

    @rule(number=numbers)
    def set_mode(self, number: int) -> None:
        """Mostly the exchange is open."""
        modes: dict[int, Mode] = {7: "post_only", 8: "suspended"}
        self.made.mode = modes.get(number % 20, "open")

    # --- always ---------------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_created_or_lost(self) -> None:
        assert {unit: self.made.total(unit) for unit in UNITS} == {unit: self.world.paid[unit] for unit in UNITS}

    @invariant()
    def all_is_in_order(self) -> None:
        assert_sound(self.made, self.made.contracts.all)

    @invariant()
    def who_listens_knows_everything(self) -> None:
        self.world.listener.hear()
        self.world.listener.assert_up_to_date()
