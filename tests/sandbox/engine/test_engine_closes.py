from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import (
    AmendOrder,
    Closing,
    EditOrder,
    EngineRefused,
    Exchange,
    OrderEvent,
    OrderView,
    describe_close,
    read_price,
)
from sandbox.engine.engine_helpers import NOW, Quotes, exchange, limit, market, place, refusal, trade_at

AT_31000 = Closing(order_type="limit", limit_price=Decimal(31000))
STOP = Closing(order_type="stop-loss-limit", trigger_price=Decimal(22000), limit_price=Decimal(21000))


def at_30000(*, index: Quotes | None = None) -> Exchange:
    made = exchange(index=index)
    trade_at(made, "30000")
    made.events()
    return made


def closes_of(made: Exchange, order_id: str) -> list[OrderView]:
    """The closes of an order, oldest first."""
    orders = [*made.open_orders("ann"), *made.closed_orders("ann")]
    return sorted((order for order in orders if order.closes == order_id), key=lambda order: order.opened_at)


def test_what_the_primary_fills_is_offered_back_by_an_order_of_its_own() -> None:
    made = at_30000()
    order_id = place(made, "ann", limit("buy", "1", "29000", close=AT_31000, userref=7))
    assert closes_of(made, order_id) == []

    place(made, "bob", limit("sell", "0.4", "29000"), now=NOW + 1)
    place(made, "bob", limit("sell", "0.6", "29000"), now=NOW + 2)

    first, second = closes_of(made, order_id)
    assert [(one.side, one.order_type, one.qty, one.limit_price) for one in (first, second)] == [
        ("sell", "limit", Decimal("0.4"), Decimal(31000)),
        ("sell", "limit", Decimal("0.6"), Decimal(31000)),
    ]
    assert (first.status, first.userref, first.close) == ("new", 7, None)
    assert made.order("ann", order_id).status == "filled"


def test_one_action_gives_one_close_however_many_fills_it_had() -> None:
    made = at_30000()
    for price in ("30100", "30200", "30300"):
        place(made, "bob", limit("sell", "0.5", price))

    order_id = place(made, "ann", market("buy", "1.2", close=STOP))

    (close,) = closes_of(made, order_id)
    assert (close.qty, close.status, close.trigger_price, close.limit_price) == (
        Decimal("1.2"),
        "new",
        Decimal(22000),
        Decimal(21000),
    )
    assert describe_close(made.order("ann", order_id)) == "close position @ stop loss 22000.0 -> limit 21000.0"


def test_fills_too_small_for_an_order_wait_for_more() -> None:
    made = at_30000()
    order_id = place(made, "ann", limit("buy", "0.0001", "29000", close=AT_31000))
    sizes = []
    for sold in ("0.00007", "0.00008"):
        # Somebody stands before the primary, so that it gets a fill below the minimum.
        place(made, "cat", limit("buy", "0.00005", "29500"))
        place(made, "bob", limit("sell", sold, "29000"))
        sizes.append([close.qty for close in closes_of(made, order_id)])

    assert sizes == [[], [Decimal("0.00005")]]


def test_a_close_may_fill_at_once_and_has_no_close_of_its_own() -> None:
    made = at_30000()
    place(made, "cat", limit("buy", "1", "30500"))
    place(made, "bob", limit("sell", "5", "31000"))
    dear = Closing(order_type="limit", limit_price=Decimal(40000))

    order_id = place(made, "ann", limit("sell", "1", "30400", close=dear))

    (close,) = closes_of(made, order_id)
    assert (close.side, close.status, close.avg_price) == ("buy", "filled", Decimal(31000))
    assert closes_of(made, close.order_id) == []


def test_relative_prices_of_a_close_count_from_the_price_when_it_is_placed() -> None:
    made = at_30000()
    bracket = Closing(order_type="take-profit-limit", trigger_price=read_price("#2%"), limit_price=read_price("+10"))
    order_id = place(made, "ann", limit("buy", "1", "25000", close=bracket))

    trade_at(made, "25000")
    place(made, "bob", limit("sell", "0.99", "25000"))

    first, *_ = closes_of(made, order_id)
    assert (first.trigger_price, first.limit_price) == (Decimal(25500), Decimal(25010))


def test_a_close_can_trail_and_wait_for_the_index() -> None:
    made = at_30000(index=Quotes(XBTUSD=31_000_0))
    trail = Closing(order_type="trailing-stop", trigger_price=read_price("+1%"))
    order_id = place(made, "ann", limit("buy", "1", "30000", close=trail, trigger_reference="index"))

    place(made, "bob", limit("sell", "1", "30000"))

    (close,) = closes_of(made, order_id)
    assert (close.order_type, close.trigger_reference, close.trigger_price) == (
        "trailing-stop",
        "index",
        Decimal(30690),
    )


def test_a_close_without_funds_is_cancelled_at_once_and_told() -> None:
    made = at_30000()
    made.deposit("dan", "USD", Decimal(40_000), NOW)
    place(made, "bob", limit("sell", "1", "30000"))
    # The fee comes out of the bitcoin, so that less than one is left to sell.
    order_id = place(made, "dan", limit("buy", "1", "30000", fee_in="base", close=AT_31000))

    close = next(order for order in made.closed_orders("dan") if order.closes == order_id)
    assert (close.status, close.reason) == ("canceled", "Insufficient funds")
    assert made.balance("dan", "BTC").hold_trade == 0
    told = [event.kind for event in made.events() if isinstance(event, OrderEvent) and event.order.closes == order_id]
    assert told == ["pending_new", "canceled"]


def test_orders_with_a_conditional_close_cannot_be_amended_or_edited() -> None:
    made = at_30000()
    order_id = place(made, "ann", limit("buy", "1", "29000", close=AT_31000))

    with pytest.raises(EngineRefused, match="EOrder:Invalid order"):
        made.amend("ann", AmendOrder(order_id=order_id, qty=Decimal(2)), NOW)
    with pytest.raises(EngineRefused, match="EOrder:Invalid order"):
        made.edit("ann", EditOrder(order_id=order_id, qty=Decimal(2)), NOW)


@pytest.mark.parametrize(
    ("close", "code"),
    [
        (Closing(order_type="market"), "EGeneral:Invalid arguments:close"),
        (Closing(order_type="iceberg", limit_price=Decimal(31000)), "EGeneral:Invalid arguments:close"),
        (Closing(order_type="settle-position"), "EGeneral:Invalid arguments:close"),
        (Closing(order_type="limit"), "EOrder:Invalid price:Invalid price argument"),
        (Closing(order_type="limit", limit_price=Decimal(-1)), "EOrder:Invalid price"),
        (Closing(order_type="stop-loss", limit_price=Decimal(5)), "EGeneral:Invalid arguments:price"),
        (Closing(order_type="trailing-stop", trigger_price=Decimal(5)), "EOrder:Invalid price:Invalid price argument"),
    ],
)
def test_a_close_that_could_not_be_placed_refuses_the_primary(close: Closing, code: str) -> None:
    made = at_30000()

    assert refusal(made, "ann", limit("buy", "1", "29000", close=close)) == code
    assert made.events() == []


def test_a_client_id_does_not_go_with_a_close_and_a_close_on_an_index_needs_one() -> None:
    made = at_30000()
    on_index = limit("buy", "1", "29000", close=STOP, trigger_reference="index")

    assert refusal(made, "ann", limit("buy", "1", "29000", close=STOP, cl_ord_id="mine")).endswith(":cl_ord_id")
    assert refusal(made, "ann", on_index) == "EGeneral:Invalid arguments:Index unavailable"
