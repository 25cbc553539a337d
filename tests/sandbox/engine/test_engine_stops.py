from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import AmendOrder, EditOrder, EngineRefused, Exchange, OrderEvent, PlaceOrder, read_price
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, Quotes, exchange, limit, market, place, refusal, trade_at


def stop(
    side: str, order_type: str, trigger: str, *, at: str | None = None, qty: str = "1", trigger_reference: str = "last"
) -> PlaceOrder:
    return PlaceOrder(
        pair=PAIR,
        side=side,
        order_type=order_type,
        qty=Decimal(qty),
        trigger_price=Decimal(trigger),
        limit_price=None if at is None else Decimal(at),
        trigger_reference=trigger_reference,
    )


def kinds(made: Exchange, account: str) -> list[str]:
    return [e.kind for e in made.events() if isinstance(e, OrderEvent) and e.account == account]


@pytest.mark.parametrize(
    ("side", "order_type", "trigger", "short_of_it", "reached"),
    [
        ("sell", "stop-loss", "29000", "29000.1", "29000"),
        ("buy", "stop-loss", "31000", "30999.9", "31000"),
        ("sell", "take-profit", "31000", "30999.9", "31000"),
        ("buy", "take-profit", "29000", "29000.1", "29000"),
    ],
)
def test_a_stop_waits_for_its_price_and_then_trades(
    side: str, order_type: str, trigger: str, short_of_it: str, reached: str
) -> None:
    made = exchange()
    trade_at(made, "30000")
    order_id = place(made, "ann", stop(side, order_type, trigger))
    place(made, "bob", limit("sell" if side == "buy" else "buy", "5", "32000" if side == "buy" else "28000"))
    trade_at(made, short_of_it)
    assert made.order("ann", order_id).triggered_at is None
    made.events()

    trade_at(made, reached)

    order = made.order("ann", order_id)
    assert (order.status, order.triggered_at, order.triggered_by) == ("filled", NOW, Decimal(reached))
    assert kinds(made, "ann") == ["status", "trade", "filled"]


def test_a_stop_does_not_show_in_the_book_and_holds_funds() -> None:
    made = exchange()

    place(made, "ann", stop("sell", "stop-loss", "29000"))
    place(made, "ann", stop("buy", "stop-loss", "31000"))

    assert made.levels(PAIR, "sell") == made.levels(PAIR, "buy") == []
    assert made.balance("ann", "BTC").hold_trade == 1
    assert made.balance("ann", "USD").hold_trade == Decimal("31124.0000")


def test_a_stop_with_a_limit_goes_into_the_book_at_its_limit() -> None:
    made = exchange()
    trade_at(made, "30000")
    placed = made.place("ann", stop("sell", "stop-loss-limit", "29000", at="29500"), NOW)
    assert placed.description == "sell 1.00000000 XBTUSD @ stop loss 29000.0 -> limit 29500.0"

    trade_at(made, "28900")

    assert [(level.price, level.qty) for level in made.levels(PAIR, "sell")] == [(Decimal("29500.0"), Decimal(1))]


def test_a_trigger_that_is_already_reached_goes_off_at_once() -> None:
    made = exchange()
    trade_at(made, "30000")
    place(made, "bob", limit("buy", "5", "29900"))

    placed = made.place("ann", stop("sell", "stop-loss", "30000"), NOW).order

    assert placed is not None
    assert placed.status == "filled"


def test_one_stop_sets_off_the_next() -> None:
    made = exchange()
    trade_at(made, "30000")
    for price in ("28500", "28000"):
        place(made, "bob", limit("buy", "1", price))
    first = place(made, "ann", stop("sell", "stop-loss", "29000"))
    second = place(made, "ann", stop("sell", "stop-loss", "28500"))

    trade_at(made, "29000")

    assert made.order("ann", first).avg_price == Decimal("28500.0")
    assert made.order("ann", second).avg_price == Decimal("28000.0")


def test_a_market_buy_that_its_account_cannot_pay_any_more_is_cancelled() -> None:
    made = exchange()
    trade_at(made, "30000")
    made.deposit("dan", "USD", Decimal(31_124), NOW)
    order_id = place(made, "dan", stop("buy", "stop-loss", "31000"))
    place(made, "bob", limit("sell", "1", "32000"))

    trade_at(made, "31000")

    order = made.order("dan", order_id)
    assert (order.status, order.reason) == ("canceled", "Insufficient funds")
    assert made.balance("dan", "USD").hold_trade == 0


def test_a_waiting_stop_can_be_amended_edited_and_cancelled() -> None:
    made = exchange()
    trade_at(made, "30000")
    order_id = place(made, "ann", stop("sell", "stop-loss", "29000"))

    made.amend("ann", AmendOrder(order_id=order_id, trigger_price=Decimal(28000)), NOW)
    trade_at(made, "28500")
    assert made.order("ann", order_id).open
    edited = made.edit("ann", EditOrder(order_id=order_id, trigger_price=Decimal(27000)), NOW).order
    assert edited is not None
    trade_at(made, "27500")
    assert made.order("ann", edited.order_id).open
    made.cancel("ann", NOW, order_id=edited.order_id)
    trade_at(made, "26000")

    assert made.order("ann", edited.order_id).status == "canceled"


def test_an_amended_trigger_that_is_reached_goes_off() -> None:
    made = exchange()
    trade_at(made, "30000")
    place(made, "bob", limit("buy", "5", "29900"))
    order_id = place(made, "ann", stop("sell", "stop-loss", "29000"))

    amended = made.amend("ann", AmendOrder(order_id=order_id, trigger_price=Decimal(30000)), NOW)

    assert amended.order.status == "filled"


def test_a_stop_that_went_off_cannot_be_edited() -> None:
    made = exchange()
    trade_at(made, "30000")
    order_id = place(made, "ann", stop("sell", "stop-loss-limit", "30000", at="31000"))

    with pytest.raises(EngineRefused, match="EOrder:Invalid order"):
        made.edit("ann", EditOrder(order_id=order_id, limit_price=Decimal(31500)), NOW)


def test_a_pair_without_an_index_and_a_missing_trigger_are_refused() -> None:
    made = exchange(index=Quotes(ETHUSD=3_000_00))
    trade_at(made, "30000")

    for order_type in ("stop-loss", "take-profit", "trailing-stop"):
        on_index = market("sell", "1", order_type=order_type, trigger_price=read_price("+5"), trigger_reference="index")
        assert refusal(made, "ann", on_index) == "EGeneral:Invalid arguments:Index unavailable"
    assert refusal(made, "ann", market("sell", "1", order_type="stop-loss")).startswith("EOrder:Invalid price")


@pytest.mark.parametrize(
    ("side", "order_type", "trigger", "short_of_it", "reached"),
    [
        ("sell", "stop-loss", "29000", 29_000_1, 29_000_0),
        ("buy", "stop-loss", "31000", 30_999_9, 31_000_0),
        ("sell", "take-profit", "31000", 30_999_9, 31_000_0),
        ("buy", "take-profit", "29000", 29_000_1, 29_000_0),
    ],
)
def test_a_stop_on_the_index_waits_for_the_index_and_for_no_trade(
    side: str, order_type: str, trigger: str, short_of_it: int, reached: int
) -> None:
    index = Quotes(XBTUSD=30_000_0)
    made = exchange(index=index)
    trade_at(made, "30000")
    placed = made.place("ann", stop(side, order_type, trigger, trigger_reference="index"), NOW).order
    place(made, "bob", limit("sell" if side == "buy" else "buy", "5", "33000" if side == "buy" else "27000"))
    assert placed is not None
    for last in ("28900", "31100"):
        trade_at(made, last)
    index.prices["XBTUSD"] = short_of_it
    made.tick(NOW + SECOND)
    assert made.order("ann", placed.order_id).triggered_at is None

    index.prices["XBTUSD"] = reached
    made.tick(NOW + 2 * SECOND)

    order = made.order("ann", placed.order_id)
    assert (order.status, order.trigger_reference) == ("filled", "index")
    assert (order.triggered_at, order.triggered_by) == (NOW + 2 * SECOND, made.pair(PAIR).price(reached))


def test_the_last_price_stands_in_for_an_index_that_fails() -> None:
    index = Quotes(XBTUSD=30_000_0)
    made = exchange(index=index)
    trade_at(made, "30000")
    order_id = place(made, "ann", stop("sell", "stop-loss", "29000", trigger_reference="index"))
    trade_at(made, "28900")
    made.tick(NOW + SECOND)
    assert made.order("ann", order_id).triggered_at is None

    del index.prices["XBTUSD"]
    made.tick(NOW + 2 * SECOND)

    assert made.order("ann", order_id).triggered_by == Decimal("28900.0")


def test_a_relative_trigger_on_the_index_counts_from_the_index() -> None:
    made = exchange(index=Quotes(XBTUSD=40_000_0))
    trade_at(made, "30000")
    asked = market("sell", "1", order_type="stop-loss", trigger_price=read_price("-1%"), trigger_reference="index")

    placed = made.place("ann", asked, NOW).order

    assert placed is not None
    assert placed.trigger_price == Decimal(39_600)


def test_outside_the_online_mode_the_index_sets_off_nothing() -> None:
    index = Quotes(XBTUSD=30_000_0)
    made = exchange(index=index)
    trade_at(made, "30000")
    order_id = place(made, "ann", stop("sell", "stop-loss-limit", "29000", at="28000", trigger_reference="index"))
    made.set_status("cancel_only", NOW + SECOND)

    index.prices["XBTUSD"] = 28_000_0
    made.tick(NOW + 2 * SECOND)
    assert made.order("ann", order_id).triggered_at is None
    made.set_status("online", NOW + 3 * SECOND)

    assert made.order("ann", order_id).triggered_at == NOW + 3 * SECOND


def test_relative_triggers_choose_their_side() -> None:
    made = exchange()
    trade_at(made, "30000")

    triggers = [
        made.place("ann", market(side, "1", order_type=order_type, trigger_price=read_price("#1%")), NOW).order
        for order_type in ("stop-loss", "take-profit")
        for side in ("buy", "sell")
    ]

    prices = [order.trigger_price for order in triggers if order is not None]
    assert prices == [Decimal(30300), Decimal(29700), Decimal(29700), Decimal(30300)]
