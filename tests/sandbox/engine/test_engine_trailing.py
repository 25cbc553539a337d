from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import (
    AmendOrder,
    EditOrder,
    EngineRefused,
    Exchange,
    OrderEvent,
    OrderView,
    PlaceOrder,
    describe,
    read_price,
)
from krakenkit.sandbox.engine.prices import Price
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, Quotes, exchange, limit, market, place, refusal, trade_at


def trailing(side: str, offset: str, behind: str | Price | None = None, /, **more: object) -> PlaceOrder:
    """A trailing stop over one bitcoin; with a third argument one with a limit."""
    fields: dict[str, object] = {
        "order_type": "trailing-stop" if behind is None else "trailing-stop-limit",
        "trigger_price": read_price(offset),
        "limit_price": read_price(behind) if isinstance(behind, str) else behind,
    }
    return market(side, "1", **(fields | more))


def placed(made: Exchange, request: PlaceOrder, *, now: int = NOW) -> OrderView:
    order = made.place("ann", request, now).order
    assert order is not None
    return order


def now_of(made: Exchange, order: OrderView) -> OrderView:
    return made.order("ann", order.order_id)


def at_30000(*, index: Quotes | None = None) -> Exchange:
    """Somebody has traded at 30000, and stands ready on both sides."""
    made = exchange(index=index)
    trade_at(made, "30000")
    place(made, "bob", limit("buy", "50", "20000"))
    place(made, "bob", limit("sell", "50", "40000"))
    return made


def test_a_sell_follows_the_price_up_and_goes_off_when_it_falls_back_by_its_distance() -> None:
    made = at_30000()
    order = placed(made, trailing("sell", "+500"))
    assert (order.trigger_price, order.triggered_at) == (Decimal(29500), None)

    seen = []
    for price in ("30100", "29900", "31000", "30600", "30500.1"):
        trade_at(made, price)
        seen.append(now_of(made, order).trigger_price)
    trade_at(made, "30500")

    assert seen == [Decimal(29600), Decimal(29600), Decimal(30500), Decimal(30500), Decimal(30500)]
    gone_off = now_of(made, order)
    assert (gone_off.status, gone_off.trigger_price, gone_off.triggered_by) == (
        "filled",
        Decimal(30500),
        Decimal(30500),
    )


def test_a_buy_follows_the_price_down() -> None:
    made = at_30000()
    order = placed(made, trailing("buy", "+1%"))
    assert order.trigger_price == Decimal(30300)

    trade_at(made, "28000")
    trade_at(made, "28279.9")
    assert now_of(made, order).triggered_at is None
    trade_at(made, "28280")

    gone_off = now_of(made, order)
    assert (gone_off.status, gone_off.trigger_price, gone_off.avg_price) == ("filled", Decimal(28280), Decimal(40000))


def test_a_percentage_is_cut_off_to_the_tick_as_on_the_real_exchange() -> None:
    """The two captured orders, on pairs of as many decimals: one percent below 4.0266, fifty above 0.50527."""
    made = exchange()
    made.deposit("ann", "XRP", Decimal(1000), NOW)
    for name in ("bob", "cat"):
        made.deposit(name, "XRP", Decimal(1000), NOW)
        made.deposit(name, "USDC", Decimal(1000), NOW)
    made.deposit("ann", "USDC", Decimal(1000), NOW)
    for pair, price, size in (("USDC/USD", "4.0266", "10"), ("XRP/USD", "0.50527", "10")):
        place(made, "bob", limit("sell", size, price, pair=pair))
        place(made, "cat", limit("buy", size, price, pair=pair))

    sell = placed(made, trailing("sell", "+1%", pair="USDC/USD", qty=Decimal(50)))
    buy = placed(made, trailing("buy", "+50%", pair="XRP/USD", qty=Decimal(10)))

    assert (sell.trigger_price, buy.trigger_price) == (Decimal("3.9864"), Decimal("0.75790"))
    assert describe(sell) == "sell 50.00000000 USDCUSD @ trailing stop +1.0000%"


def test_the_limit_stays_at_its_distance_from_the_trigger() -> None:
    made = at_30000()
    order = placed(made, trailing("sell", "+500", "-100"))
    assert (order.trigger_price, order.limit_price) == (Decimal(29500), Decimal(29400))
    assert describe(order) == "sell 1.00000000 XBTUSD @ trailing stop +500.0 -> limit -100.0"

    trade_at(made, "32000")
    trade_at(made, "31500")

    gone_off = now_of(made, order)
    assert (gone_off.trigger_price, gone_off.limit_price) == (Decimal(31500), Decimal(31400))
    assert gone_off.status == "new"
    assert [(row.price, row.qty) for row in made.levels(PAIR, "sell", 1)] == [(Decimal(31400), Decimal(1))]


@pytest.mark.parametrize(
    ("behind", "limit_price"),
    [("+0", "30300"), ("+1%", "30603"), ("-1%", "29997"), ("+10.5", "30310.5"), (Decimal(30000), "30000")],
)
def test_the_limit_may_be_given_in_price_in_percent_at_the_trigger_or_fixed(
    behind: str | Decimal, limit_price: str
) -> None:
    order = placed(at_30000(), trailing("buy", "+1%", behind))

    assert (order.trigger_price, order.limit_price) == (Decimal(30300), Decimal(limit_price))


def test_trailing_on_the_index_follows_the_index() -> None:
    index = Quotes(XBTUSD=30_000_0)
    made = at_30000(index=index)
    order = placed(made, trailing("sell", "+500", trigger_reference="index"))

    trade_at(made, "35000")
    trade_at(made, "25000")
    index.prices["XBTUSD"] = 30_400_0
    made.tick(NOW + SECOND)
    assert now_of(made, order).trigger_price == Decimal(29900)
    index.prices["XBTUSD"] = 29_900_0
    made.tick(NOW + 2 * SECOND)

    assert now_of(made, order).triggered_by == Decimal("29900.0")


def test_one_sweep_through_the_book_shows_it_every_price() -> None:
    """The first trade of the sweep is a new high, and only from there the last one is far enough away."""
    made = at_30000()
    order = placed(made, trailing("sell", "+1000"))
    for price in ("31000", "30000"):
        place(made, "bob", limit("buy", "1", price))

    place(made, "cat", limit("sell", "2", "30000"))

    assert now_of(made, order).trigger_price == Decimal(30000)
    assert now_of(made, order).triggered_by == Decimal(30000)


def test_holds_are_what_the_order_began_with_until_it_goes_off() -> None:
    made = at_30000()
    placed(made, trailing("sell", "+90%"))
    buy = placed(made, trailing("buy", "+1%", "+0"))

    held = []
    for price in ("25000", "25249.9", "25250"):
        trade_at(made, price)
        held.append(made.balance("ann", "USD").hold_trade)

    assert now_of(made, buy).limit_price == Decimal(25250)
    assert held == [Decimal("30421.2000"), Decimal("30421.2000"), Decimal("25351.0000")]
    assert made.balance("ann", "BTC").hold_trade == 1


@pytest.mark.parametrize(
    ("offset", "behind", "code"),
    [
        ("500", None, "EOrder:Invalid price:Invalid price argument"),
        ("-500", None, "EOrder:Invalid price:Invalid price argument"),
        ("#500", None, "EOrder:Invalid price:Invalid price argument"),
        ("+0", None, "EOrder:Invalid price"),
        ("+0%", None, "EOrder:Invalid price"),
        ("+0.0003%", None, "EOrder:Invalid price"),
        ("+30000", None, "EOrder:Invalid price"),
        ("+100%", None, "EOrder:Invalid price"),
        ("+1E+60", None, "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals."),
        ("+1E+60%", None, "EOrder:Invalid price:Invalid price argument"),
        ("+1.23456%", None, "EOrder:Invalid price:Invalid price argument"),
        ("+0.05", None, "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals."),
        ("+500", "#5", "EOrder:Invalid price:Invalid price argument"),
        ("+500", "-29500", "EOrder:Invalid price"),
        ("+500", Decimal(0), "EOrder:Invalid price"),
    ],
)
def test_a_distance_that_cannot_be_is_refused(offset: str, behind: str | Decimal | None, code: str) -> None:
    made = at_30000()
    made.events()

    assert refusal(made, "ann", trailing("sell", offset, behind)) == code
    assert made.events() == []


def test_a_trailing_stop_needs_a_price_to_follow() -> None:
    assert refusal(exchange(), "ann", trailing("sell", "+5")) == "EOrder:Invalid price"
    assert (
        refusal(at_30000(), "ann", trailing("sell", "+5", limit_price=Decimal(5))) == "EGeneral:Invalid arguments:price"
    )
    no_limit = trailing("sell", "+5", order_type="trailing-stop-limit")
    assert refusal(at_30000(), "ann", no_limit) == "EOrder:Invalid price:Invalid price argument"


def test_amending_the_distance_keeps_the_peak() -> None:
    made = at_30000()
    order = placed(made, trailing("sell", "+500", "-1%"))
    trade_at(made, "32000")
    trade_at(made, "31800")

    amended = made.amend("ann", AmendOrder(order_id=order.order_id, trigger_price=read_price("+1000")), NOW).order
    again = made.amend("ann", AmendOrder(order_id=order.order_id, limit_price=read_price("-10")), NOW).order

    assert (amended.trigger_price, amended.limit_price) == (Decimal(31000), Decimal("30690.0"))
    assert (again.trigger_price, again.limit_price) == (Decimal(31000), Decimal(30990))
    with pytest.raises(EngineRefused, match="Invalid price argument"):
        made.amend("ann", AmendOrder(order_id=order.order_id, trigger_price=Decimal(31000)), NOW)
    trade_at(made, "31500")
    assert now_of(made, order).triggered_at is None
    trade_at(made, "31000")
    assert now_of(made, order).triggered_at == NOW


def test_an_edited_trailing_stop_begins_anew_with_its_distances() -> None:
    made = at_30000()
    order = placed(made, trailing("sell", "+500", "-1%"))
    trade_at(made, "32000")
    trade_at(made, "31800")

    edited = made.edit("ann", EditOrder(order_id=order.order_id, qty=Decimal(2)), NOW).order

    assert edited is not None
    assert (edited.qty, edited.trigger_price, edited.limit_price) == (Decimal(2), Decimal(31300), Decimal(30987))


def test_owners_hear_of_moved_triggers_at_most_once_a_second() -> None:
    made = at_30000()
    order = placed(made, trailing("sell", "+500"))
    other = placed(made, trailing("buy", "+500"))
    made.events()
    for dollars in range(100):
        trade_at(made, f"{30000 + dollars}", now=NOW + SECOND)
    made.tick(NOW + 2 * SECOND)
    made.tick(NOW + 4 * SECOND)

    told = [event for event in made.events() if isinstance(event, OrderEvent) and event.account == "ann"]
    assert [(event.kind, event.at, event.order.trigger_price) for event in told] == [
        ("status", NOW + SECOND, Decimal(29501)),
        ("status", NOW + 2 * SECOND, Decimal(29599)),
    ]
    assert told[-1].order == now_of(made, order)
    assert now_of(made, other).trigger_price == Decimal(30500)


def test_a_closed_order_stays_as_it_was() -> None:
    made = at_30000()
    gone = placed(made, trailing("sell", "+500"))
    placed(made, trailing("sell", "+500"))
    trade_at(made, "30100")
    made.cancel("ann", NOW, order_id=gone.order_id)

    trade_at(made, "35000")

    assert now_of(made, gone).trigger_price == Decimal(29600)


@dataclass
class Naive:
    """A trailing stop that looks at every price."""

    order_id: str
    buy: bool
    offset: int
    parts: bool
    peak: int

    def trigger(self) -> int:
        far = self.peak * self.offset // 10**6 if self.parts else self.offset
        return self.peak + far if self.buy else self.peak - far

    def hear(self, price: int) -> bool:
        self.peak = min(self.peak, price) if self.buy else max(self.peak, price)
        return price >= self.trigger() if self.buy else price <= self.trigger()


@pytest.mark.parametrize("seed", range(4))
def test_many_trailing_stops_do_what_each_would_do_alone(seed: int) -> None:
    rng = random.Random(seed)
    made = exchange(seed=seed)
    made.deposit("ann", "USD", Decimal(10**9), NOW)
    made.deposit("ann", "BTC", Decimal(10**4), NOW)
    last = 300_000
    trade_at(made, "30000")
    waiting: list[Naive] = []
    went_off = 0
    for _ in range(400):
        if rng.random() < 0.5:
            parts, side = rng.random() < 0.5, rng.choice(["buy", "sell"])
            size = rng.randint(100, 20_000) if parts else rng.randint(1, 6_000)
            text = f"+{Decimal(size).scaleb(-4)}%" if parts else f"+{Decimal(size).scaleb(-1)}"
            # A limit far away, so that nothing it does moves the price.
            order = placed(made, trailing(side, text, "-50%" if side == "buy" else "+50%", qty=Decimal("0.01")))
            waiting.append(Naive(order.order_id, side == "buy", size, parts, last))
        elif waiting and rng.random() < 0.2:
            made.cancel("ann", NOW, order_id=waiting.pop(rng.randrange(len(waiting))).order_id)
        last = max(last + rng.randint(-1500, 1500), 100_000)
        trade_at(made, str(Decimal(last).scaleb(-1)))
        off = [one for one in waiting if one.hear(last)]
        waiting = [one for one in waiting if one not in off]
        went_off += len(off)
        for one in (*off, *waiting):
            order = made.order("ann", one.order_id)
            assert (order.triggered_at is not None) == (one in off)
            assert order.trigger_price == Decimal(one.trigger()).scaleb(-1)
            if one in off:
                made.cancel("ann", NOW, order_id=one.order_id)
    assert went_off > 50
