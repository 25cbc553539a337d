"""Who may borrow how much, what reduce-only orders do, and what happens to accounts that run out of margin."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import AmendOrder, EditOrder, EngineRefused, MarginCallEvent, OrderEvent, PlaceOrder
from krakenkit.sandbox.engine.margin.terms import MOST_POSITIONS
from krakenkit.sandbox.engine.requests import Closing
from sandbox.engine.engine_helpers import NOW, SECOND, limit, place, refusal
from sandbox.engine.margin_helpers import HOUSE, lender, lever, move

LEVEL = "EOrder:Margin level too low"


# --- who may borrow ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"leverage": 6}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": 1}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": -5}, "EGeneral:Invalid arguments:leverage"),
        ({"pair": "DOT/USD"}, "EOrder:Cannot open position"),
        ({"qty": None, "cash_qty": Decimal(100)}, "EGeneral:Invalid arguments:viqc"),
        ({"qty": Decimal(0)}, "EOrder:Unknown position"),
        ({"qty": Decimal(-1)}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal("NaN")}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal("0.00004")}, "EOrder:Order minimum not met"),
        ({"reduce_only": True}, "EOrder:Reduce only:No position exists"),
        ({"qty": Decimal("1.7")}, LEVEL),
        ({"qty": Decimal(301)}, "EOrder:Margin position size exceeded"),
        ({"order_type": "settle-position"}, "EOrder:Unknown position"),
        ({"order_type": "settle-position", "leverage": None}, "EGeneral:Invalid arguments:leverage"),
        ({"order_type": "settle-position", "side": "up"}, "EGeneral:Invalid arguments:type"),
    ],
)
def test_a_margin_order_is_refused_in_krakens_words_and_changes_nothing(change: dict[str, object], code: str) -> None:
    made = lender()

    assert refusal(made, "ann", lever("buy", "1", **change)) == code
    assert made.events() == []
    assert (made.positions("ann"), made.open_orders("ann")) == ([], [])


def test_free_margin_is_what_can_be_borrowed_against() -> None:
    made = lender()

    # 10000 dollars carry 50000 dollars at a leverage of five, and open orders count.
    place(made, "ann", limit("buy", "1", "25000", leverage=5))
    assert refusal(made, "ann", limit("buy", "1.0001", "25000", leverage=5)) == LEVEL
    place(made, "ann", limit("buy", "1", "25000", leverage=5))


def test_orders_of_both_sides_bind_the_margin_of_the_dearer_one() -> None:
    made = lender()
    place(made, "ann", limit("buy", "1.6", "25000", leverage=5))

    place(made, "ann", limit("sell", "1.4", "35000", leverage=5))

    assert made.margin("ann").free_margin_for_orders == Decimal("200.0000")
    with pytest.raises(EngineRefused, match=LEVEL):
        made.amend("ann", AmendOrder(order_id=made.open_orders("ann")[0].order_id, qty=Decimal("1.45")), NOW)


def test_what_closes_may_always_come_in() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1.6"))
    move(made, "28000")
    assert made.margin("ann").free_margin < 0

    assert refusal(made, "ann", lever("buy", "0.001")) == LEVEL
    assert refusal(made, "ann", lever("sell", "1.7")) == LEVEL
    place(made, "ann", limit("sell", "1.6", "29000", leverage=2))
    place(made, "ann", lever("sell", "1.6"))

    assert made.positions("ann") == []


def test_what_waits_in_orders_counts_towards_the_largest_position() -> None:
    made = lender(USD="9000000")
    for price in ("20000", "19000", "18000"):
        place(made, "ann", limit("buy", "90", price, leverage=5))

    assert refusal(made, "ann", limit("buy", "31", "17000", leverage=5)) == "EOrder:Margin position size exceeded"
    place(made, "ann", limit("buy", "30", "17000", leverage=5))


def test_nobody_borrows_more_than_his_allowance() -> None:
    made = lender(USD="900000000")
    place(made, HOUSE, limit("buy", "1000", "28000", pair="BTC/EUR"))
    place(made, "ann", lever("sell", "240"))
    assert refusal(made, "ann", lever("sell", "1")) == "EOrder:Margin position size exceeded"

    place(made, "ann", lever("sell", "60", pair="BTC/EUR"))

    assert refusal(made, "ann", lever("sell", "0.0001", pair="BTC/EUR")) == "EOrder:Margin allowance exceeded"


def test_all_together_borrow_no_more_than_the_exchange_has() -> None:
    made = lender(USD="900000000")
    for name in ("bob", "cat", "dan", "eve", "ann"):
        made.deposit(name, "USD", Decimal(9_000_000), NOW)
    for name in ("bob", "cat", "dan", "eve"):
        place(made, name, lever("sell", "240"))

    assert refusal(made, "ann", lever("sell", "40.0001")) == "EOrder:Insufficient margin"
    place(made, "bob", lever("buy", "40"))
    place(made, "ann", lever("sell", "80"))


def test_there_is_an_end_to_how_many_positions_are_open() -> None:
    made = lender(USD="1000000")
    for _ in range(MOST_POSITIONS):
        place(made, "ann", lever("buy", "0.0001"))

    assert refusal(made, "ann", lever("buy", "0.0001")) == "EOrder:Positions limit exceeded"
    place(made, "ann", lever("sell", "0"))


def test_collateral_that_positions_need_cannot_be_withdrawn() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))

    with pytest.raises(EngineRefused, match="EOrder:Insufficient funds"):
        made.withdraw("ann", "USD", Decimal("3873.98"), NOW)
    most = made.withdrawable("ann", "USD")
    assert 38_739_700 <= most < 38_739_800
    with pytest.raises(EngineRefused, match="EOrder:Insufficient funds"):
        made.post("ann", "USD", -most - 1, NOW, kind="withdrawal")
    made.post("ann", "USD", -most, NOW, kind="withdrawal")
    assert made.withdrawable("ann", "USD") == 0


# --- reduce-only ------------------------------------------------------------------------------------------------------


def test_a_reduce_only_order_is_cut_to_its_position_and_never_opens() -> None:
    made = lender()
    place(made, "ann", lever("buy", "0.5"))

    assert refusal(made, "ann", lever("buy", "0.1", reduce_only=True)) == "EOrder:Reduce only:Non-PC"
    assert refusal(made, "ann", limit("sell", "0.1", "31000", reduce_only=True)) == "EOrder:Reduce only:Non-PC"
    closed = made.place("ann", lever("sell", "0.8", reduce_only=True), NOW).order

    assert closed is not None
    assert (closed.qty, closed.reduce_only, made.positions("ann")) == (Decimal("0.5"), True, [])


def test_reduce_only_orders_shrink_with_their_position_and_go_with_it() -> None:
    made = lender()
    place(made, "ann", lever("buy", "0.5"))
    target = place(made, "ann", limit("sell", "0.5", "33000", leverage=5, reduce_only=True))
    stop = PlaceOrder(
        pair="BTC/USD",
        side="sell",
        order_type="stop-loss",
        qty=Decimal("0.5"),
        trigger_price=Decimal(28000),
        leverage=5,
        reduce_only=True,
    )
    guard = place(made, "ann", stop)
    made.events()

    place(made, "ann", lever("sell", "0.2"))
    assert {made.order("ann", one).qty for one in (target, guard)} == {Decimal("0.3")}
    assert [e.order.order_id for e in made.events() if isinstance(e, OrderEvent) and e.kind == "restated"] == [
        target,
        guard,
    ]
    assert made.levels("BTC/USD", "sell")[-1].qty == Decimal("0.3")

    move(made, "28000")

    assert made.positions("ann") == []
    assert made.order("ann", guard).status == "filled"
    gone = made.order("ann", target)
    assert (gone.status, gone.reason) == ("canceled", "Reduce only:Position is closed")


def test_the_conditional_close_of_a_margin_order_closes_its_position() -> None:
    made = lender()
    closing = Closing(order_type="limit", limit_price=Decimal(33000))

    opened = made.place("ann", lever("buy", "0.5", 3, close=closing), NOW)
    (close,) = made.open_orders("ann")
    assert (close.side, close.qty, close.leverage, close.closes) == (
        "sell",
        Decimal("0.5"),
        3,
        None if opened.order is None else opened.order.order_id,
    )
    move(made, "33000.1")

    assert made.positions("ann") == []
    assert made.trades("ann")[0].position_status == "closed"


def test_an_edited_margin_order_keeps_its_leverage() -> None:
    made = lender()
    place(made, "ann", lever("buy", "0.5", 3))
    old = place(made, "ann", limit("sell", "0.5", "33000", leverage=3, reduce_only=True))

    new = made.edit("ann", EditOrder(order_id=old, limit_price=Decimal(32000)), NOW).order

    assert new is not None
    assert (new.leverage, new.reduce_only, new.limit_price) == (3, True, Decimal(32000))
    with pytest.raises(EngineRefused, match="EOrder:Reduce only:Non-PC"):
        made.amend("ann", AmendOrder(order_id=new.order_id, qty=Decimal("0.6")), NOW)


# --- running out of margin --------------------------------------------------------------------------------------------


def test_below_the_call_level_the_account_is_called_once() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))

    for price in ("24800", "24700", "24600"):
        move(made, price)
        made.check_margins(NOW)

    (call,) = [event for event in made.events() if isinstance(event, MarginCallEvent)]
    # 9873.9996 less a loss of 5200.1, by 6000.02.
    assert call == MarginCallEvent("ann", 7789, NOW)
    assert made.positions("ann")


def test_below_the_stop_level_the_market_closes_the_position_and_orders_go() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    more = place(made, "ann", limit("buy", "0.1", "20000", leverage=2))
    spot = place(made, "ann", limit("buy", "0.001", "20000"))
    made.events()

    move(made, "22500")
    made.tick(NOW + SECOND)

    assert made.positions("ann") == []
    sold = made.trades("ann")[0]
    assert (sold.side, sold.qty, sold.price, sold.liquidated) == ("sell", Decimal(1), Decimal(22500), True)
    order = made.order("ann", sold.order_id)
    assert (order.order_type, order.status, order.liquidated, order.reduce_only) == ("market", "filled", True, True)
    assert (made.order("ann", more).reason, made.order("ann", spot).status) == ("Margin level too low", "new")
    # 9873.9996 less a loss of 7500.1 and the fee of 90.
    assert made.balance("ann", "USD").balance == Decimal("2283.8996")


def test_prices_are_looked_at_now_and_then_while_orders_come_in() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    made.tick(NOW + SECOND)

    move(made, "22500", now=NOW + SECOND)
    made.tick(NOW + SECOND + SECOND // 20)
    assert made.positions("ann")
    made.tick(NOW + SECOND + SECOND // 10)
    assert made.positions("ann") == []


def test_a_loss_is_taken_from_other_assets_when_the_quote_asset_is_short() -> None:
    made = lender(EUR="10000", USD="200")
    place(made, HOUSE, limit("buy", "1", "30000", pair="BTC/EUR"))
    made.place("other house", limit("sell", "1", "30000", pair="BTC/EUR"), NOW)
    total = {asset: made.total(asset) for asset in ("EUR", "USD", "BTC")}
    place(made, "ann", lever("buy", "1"))
    move(made, "29000")

    place(made, "ann", lever("sell", "1"))

    # One euro is 29000/30000 dollars now. The loss of 1000.1 and the fee of 116 are short of the 73.9996 dollars there.
    short = Decimal("1000.1") + 116 - (200 - Decimal("126.0004"))
    sold, bought, booked = made.ledger("ann")[2::-1]
    assert [entry.type for entry in (sold, bought, booked)] == ["conversion", "conversion", "margin"]
    assert (bought.asset.name, bought.amount) == ("ZUSD", short)
    euros = short * 30000 / 29000
    assert abs(-sold.amount - euros) < Decimal("0.001")
    assert abs(sold.fee - euros * Decimal("0.015")) < Decimal("0.001")
    assert made.balance("ann", "USD").balance == 0
    assert {asset: made.total(asset) for asset in total} == total


def test_what_nobody_can_pay_the_insurance_pays_and_no_balance_goes_below_zero() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    total = made.total("USD")

    move(made, "15000")
    made.check_margins(NOW)

    assert made.positions("ann") == []
    assert made.balance("ann", "USD").balance == 0
    types = [entry.type for entry in made.ledger("ann")]
    assert types[:2] == ["margin", "adjustment"]
    assert made.total("USD") == total


def test_orders_that_hold_what_is_owed_are_cancelled() -> None:
    made = lender()
    held = place(made, "ann", limit("buy", "0.3", "21000"))
    place(made, "ann", lever("buy", "1"))

    move(made, "22000")
    made.check_margins(NOW)

    gone = made.order("ann", held)
    assert (gone.status, gone.reason) == ("canceled", "Margin obligation")
    # 9873.9996 less a loss of 8000.1 and the fee of 88.
    assert made.balance("ann", "USD").balance == Decimal("1785.8996")


def test_an_empty_book_keeps_the_position_open_until_somebody_comes() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    move(made, "22000")
    made.cancel_all(HOUSE, NOW)

    made.check_margins(NOW)
    assert made.positions("ann")

    place(made, HOUSE, limit("buy", "5", "21000"))
    made.check_margins(NOW)
    assert made.positions("ann") == []


def test_an_exchange_with_positions_can_be_pickled_and_goes_on_the_same() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    place(made, "ann", limit("sell", "0.4", "31000", leverage=5, reduce_only=True))
    again = pickle.loads(pickle.dumps(made))

    for one in (made, again):
        move(one, "31500")
        one.tick(NOW + 20_000 * SECOND)

    assert again.margin("ann") == made.margin("ann")
    # Pairs of another exchange are other objects, so they are compared by what they say.
    assert repr(again.positions("ann")) == repr(made.positions("ann"))
    assert repr(again.ledger("ann")) == repr(made.ledger("ann"))
    assert [entry.type for entry in again.ledger("ann")] == ["rollover", "margin", "margin", "deposit"]
