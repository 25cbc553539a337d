"""Orders that wait: trailing stops, limit prices relative to the trigger, and the price that each looks at."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.sandbox.engine.derivatives import Declined, EditOrder
from sandbox.engine.derivatives_helpers import XBT, Floor, contract, kinds


def trailing(floor: Floor, name: str, side: str, deviation: str, unit: str = "PERCENT", /, **more: object) -> str:
    """The id of a trailing stop on the index."""
    fields = {"kind": "trailing_stop", "deviation": Decimal(deviation), "deviation_unit": unit, "signal": "index"}
    return floor.place(name, side, "1", **(fields | more)).order.order_id


def stop_of(floor: Floor, name: str) -> Decimal | None:
    (order,) = floor.made.open_orders(name)
    return order.stop_price


def test_a_trailing_stop_follows_the_price_up_and_never_down() -> None:
    floor = Floor()
    trailing(floor, "ann", "sell", "2")
    assert stop_of(floor, "ann") == 49_000

    floor.set_index("51000")
    assert stop_of(floor, "ann") == 49_980
    floor.set_index("50500")
    assert stop_of(floor, "ann") == 49_980


def test_a_trailing_stop_that_buys_follows_the_price_down() -> None:
    floor = Floor()
    trailing(floor, "ann", "buy", "250", "QUOTE_CURRENCY")
    floor.set_index("48000")
    floor.set_index("48100")
    assert stop_of(floor, "ann") == 48_250


def test_a_trailing_stop_goes_off_where_it_stands_and_trades_at_once() -> None:
    floor = Floor()
    floor.place("bob", "buy", "1", "49900")
    trailing(floor, "ann", "sell", "1")
    floor.set_index("51000")  # the trigger follows to 50490
    floor.set_index("50490")

    assert floor.size("ann") == -1
    assert [reason for _, reason in floor.steps("ann")] == [
        "new_placed_order_by_user",
        "trailing_stop_price_updated",
        "stop_order_triggered",
        "full_fill",
    ]


def test_the_trail_keeps_to_the_tick() -> None:
    floor = Floor()
    trailing(floor, "ann", "sell", "0.33")
    trailing(floor, "bob", "buy", "0.33")
    floor.set_index("50001.7")
    assert stop_of(floor, "ann") == 49_836  # 49836.69 rounded away from the price
    assert stop_of(floor, "bob") == 50_165


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"deviation": Decimal("0.09")}, "TRAILING_STOP_MAX_DEVIATION_TOO_SMALL"),
        ({"deviation": Decimal("50.01")}, "TRAILING_STOP_MAX_DEVIATION_TOO_LARGE"),
        ({"deviation": Decimal("1.001")}, "TRAILING_STOP_PERCENT_DEVIATION_EXCEEDS_MAX_DECIMAL_PLACES"),
        ({"deviation": Decimal("NaN")}, "TRAILING_STOP_PERCENT_DEVIATION_EXCEEDS_MAX_DECIMAL_PLACES"),
        ({"deviation": Decimal("1E+999999")}, "TRAILING_STOP_PERCENT_DEVIATION_EXCEEDS_MAX_DECIMAL_PLACES"),
        (
            {"deviation": Decimal("0.5"), "deviation_unit": "QUOTE_CURRENCY"},
            "TRAILING_STOP_QUOTE_DEVIATION_NOT_MULTIPLE_OF_TICK_SIZE",
        ),
        ({"deviation": Decimal(50_000), "deviation_unit": "QUOTE_CURRENCY"}, "TRAILING_STOP_MAX_DEVIATION_TOO_LARGE"),
        ({"signal": "last"}, "NO_REFERENCE_PRICE_AVAILABLE_FOR_CALCULATING_TRAILING_STOP_TRIGGER_PRICE"),
        ({"stop_price": Decimal(49_000)}, "ORDER_CANNOT_HAVE_TRIGGER_PRICE"),
        ({"offset": Decimal(1)}, "LIMIT_PRICE_OFFSET_MUST_HAVE_VALUE_AND_UNIT"),
        ({"offset": Decimal(1), "offset_unit": "MILES"}, "LIMIT_PRICE_OFFSET_UNIT_INVALID"),
        (
            {"offset": Decimal("0.5"), "offset_unit": "QUOTE_CURRENCY"},
            "LIMIT_PRICE_OFFSET_QUOTE_CURRENCY_VALUE_MUST_BE_MULTIPLE_OF_TICK_SIZE",
        ),
        (
            {"offset": Decimal("0.001"), "offset_unit": "PERCENT"},
            "LIMIT_PRICE_OFFSET_PERCENT_VALUE_TOO_MANY_DECIMAL_PLACES",
        ),
        ({"offset": Decimal(-100), "offset_unit": "PERCENT"}, "LIMIT_PRICE_OFFSET_TOO_LOW"),
    ],
)
def test_a_trailing_stop_that_cannot_be_is_declined_with_its_reason(more: dict[str, object], error: str) -> None:
    floor = Floor()
    with pytest.raises(Declined) as declined:
        trailing(floor, "ann", "sell", "1", **more)
    assert (declined.value.code, declined.value.error) == ("invalidPrice", error)
    assert floor.made.open_orders("ann") == []


def test_a_limit_price_may_be_so_far_from_the_trigger() -> None:
    floor = Floor()
    more = {"offset": Decimal(-100), "offset_unit": "QUOTE_CURRENCY"}
    floor.place("ann", "sell", "1", kind="stp", stop_price=Decimal(49_000), signal="index", **more)
    floor.set_index("48950")

    (resting,) = floor.made.open_orders("ann")
    assert (resting.kind, resting.limit_price, resting.waiting) == ("lmt", Decimal(48_900), False)


def test_a_limit_price_never_falls_below_the_tick() -> None:
    floor = Floor()
    more = {"offset": Decimal(-45_000), "offset_unit": "QUOTE_CURRENCY"}
    trailing(floor, "ann", "buy", "1", **more)
    floor.set_index("20000")
    floor.set_index("20300")
    (resting,) = floor.made.open_orders("ann")
    assert (resting.waiting, resting.limit_price) == (False, Decimal(1))


def test_both_kinds_of_limit_price_are_too_many() -> None:
    more = {"offset": Decimal(1), "offset_unit": "PERCENT", "kind": "stp", "stop_price": Decimal(49_000)}
    with pytest.raises(Declined) as declined:
        Floor().place("ann", "sell", "1", "48000", **more)
    assert declined.value.error == "LIMIT_PRICE_SET_AS_ABSOLUTE_AND_RELATIVE"


def test_an_edit_of_the_deviation_starts_the_trail_anew() -> None:
    floor = Floor()
    order_id = trailing(floor, "ann", "sell", "2")
    floor.set_index("60000")
    floor.set_index("59500")  # 58800 by now
    floor.made.edit("ann", EditOrder(order_id=order_id, deviation=Decimal(2)), floor.now)
    assert stop_of(floor, "ann") == 58_310


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"stop_price": Decimal(48_000)}, "cannotEditTriggerPriceOfTrailingStop"),
        ({"limit_price": Decimal(48_000)}, "cannotEditLimitPriceOfTrailingStop"),
        ({"deviation": Decimal("0.01")}, "invalidPrice"),
    ],
)
def test_prices_of_a_trailing_stop_cannot_be_edited(change: dict[str, Any], status: str) -> None:
    floor = Floor()
    order_id = trailing(floor, "ann", "sell", "2")
    with pytest.raises(Declined) as declined:
        floor.made.edit("ann", EditOrder(order_id=order_id, **change), floor.now)
    assert declined.value.code == status
    assert stop_of(floor, "ann") == 49_000


def test_a_deviation_belongs_to_trailing_stops_only() -> None:
    floor = Floor()
    order_id = floor.place("ann", "sell", "1", kind="stp", stop_price=Decimal(49_000)).order.order_id
    with pytest.raises(Declined, match="orderForEditNotAStop"):
        floor.made.edit("ann", EditOrder(order_id=order_id, deviation=Decimal(1)), floor.now)


def test_the_mark_price_sets_off_later_than_the_index_and_the_last_trade_at_once() -> None:
    floor = Floor()
    floor.trade("bob", "cat", "1", "50000")
    for name, signal in (("ann", "last"), ("bob", "mark")):
        floor.place(name, "buy", "0.1", "50000", kind="stp", stop_price=Decimal(50_100), signal=signal)
    floor.place("cat", "buy", "1", "50100")
    floor.place("cat", "sell", "1", "50300")
    floor.trade("ann", "bob", "0.1", "50150")
    assert [order.waiting for order in floor.made.open_orders("ann")] == [False]
    assert [order.waiting for order in floor.made.open_orders("bob")] == [True]

    floor.wait(60)  # until the mark price has come near the book's middle of 50200
    assert [order.waiting for order in floor.made.open_orders("bob")] == [False]


def test_waiting_orders_are_not_looked_at_while_no_price_moves() -> None:
    floor = Floor()
    trailing(floor, "ann", "sell", "2")
    seen = floor.made.desk(XBT).watched
    floor.place("bob", "buy", "1", "40000")
    assert floor.made.desk(XBT).watched is seen
    assert kinds(floor.place("bob", "buy", "1", "40001")) == ["placed"]


def test_sizes_of_a_contract_with_negative_precision_are_multiples_of_ten() -> None:
    floor, doge = Floor(), contract("PF_DOGEUSD")
    assert doge.precision == -1
    assert floor.declined("ann", "buy", "15", "0.25", contract=doge) == "invalidSize"
    floor.place("ann", "buy", "20", "0.25", contract=doge)
