"""Private feeds of the Futures WebSocket v1: what their frames become, and how they stay readable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from krakenkit.protocol.futures_v1_data import key_of_row, key_of_topic
from krakenkit.streams import futures
from wire.futures_v1.reading import batch, row

ORDER: dict[str, Any] = {
    "instrument": "PI_XBTUSD",
    "time": 1567702877410,
    "last_update_time": 1567702877410,
    "qty": 304.0,
    "filled": 0.0,
    "limit_price": 10640.0,
    "stop_price": 0.0,
    "type": "limit",
    "order_id": "order-1",
    "cli_ord_id": "mine-1",
    "direction": 1,
    "reduce_only": True,
}


def fill(seq: int, **changes: Any) -> dict[str, Any]:
    return {
        "instrument": "PF_ETHUSD",
        "time": 1765185437003,
        "price": 3162.0,
        "seq": seq,
        "buy": True,
        "qty": 0.001,
        "remaining_order_qty": 0.0,
        "order_id": "order-1",
        "fill_id": f"fill-{seq}",
        "fill_type": "taker",
        "fee_paid": -0.00009142857,
        "fee_currency": "USD",
        "taker_order_type": "market",
        "order_type": "market",
    } | changes


def test_an_order_that_came_or_changed() -> None:
    told = row({"feed": "open_orders", "order": ORDER, "is_cancel": False, "reason": "new_placed_order_by_user"})

    assert isinstance(told, futures.OpenOrderUpdate)
    assert (told.order_id, told.is_cancel, told.reason) == ("order-1", False, "new_placed_order_by_user")
    assert isinstance(told.order, futures.OpenOrder)
    assert (told.order.side, told.order.limit_price, told.order.cli_ord_id) == ("sell", Decimal("10640.0"), "mine-1")
    assert (told.extra, told.order.extra) == ({}, {})


def test_an_order_that_left_may_come_with_its_id_alone() -> None:
    told = row({"feed": "open_orders", "order_id": "order-1", "is_cancel": True, "reason": "cancelled_by_user"})

    assert (told.order_id, told.order, told.is_cancel) == ("order-1", None, True)


def test_the_snapshot_of_orders_gives_one_row_for_each() -> None:
    read = batch(
        {"feed": "open_orders_verbose_snapshot", "account": "mine", "orders": [ORDER, ORDER | {"direction": 0}]}
    )

    assert (read.channel, read.snapshot) == ("open_orders_verbose", True)
    assert [(one.order_id, one.order.side, one.account, one.snapshot) for one in read.rows] == [
        ("order-1", "sell", "mine", True),
        ("order-1", "buy", "mine", True),
    ]


def test_an_order_with_a_member_of_another_type_is_still_told() -> None:
    order = ORDER | {"reduce_only": "perhaps", "iceberg": {"display": 5}}

    told = row({"feed": "open_orders", "order": order, "is_cancel": False, "reason": "edited_by_user"})

    assert (told.order_id, told.order.qty, told.order.reduce_only) == ("order-1", Decimal("304.0"), None)
    assert told.order.extra == {"reduce_only": "perhaps", "iceberg": {"display": 5}}


def test_fills_say_whose_they_are_however_the_frame_spells_it() -> None:
    old = batch({"feed": "fills_snapshot", "account": "mine", "fills": [fill(1), fill(2, buy=False)]})
    new = batch({"feed": "fills", "username": "mine", "fills": [fill(3)]})

    assert [(one.seq, one.side, one.account, one.snapshot) for one in (*old.rows, *new.rows)] == [
        (1, "buy", "mine", True),
        (2, "sell", "mine", True),
        (3, "buy", "mine", False),
    ]
    assert new.rows[0].fee_paid == Decimal("-0.00009142857")
    assert (old.channel, new.channel) == ("fills", "fills")


def test_a_fill_is_never_lost_for_one_member() -> None:
    (told,) = batch({"feed": "fills", "fills": [fill(9, remaining_order_qty="none", venue="X")]}).rows

    assert (told.fill_id, told.price, told.remaining_order_qty) == ("fill-9", Decimal("3162.0"), None)
    assert told.extra == {"remaining_order_qty": "none", "venue": "X"}


def test_balances_tell_the_parts_that_changed_and_count() -> None:
    whole = batch(
        {
            "feed": "balances_snapshot",
            "account": "mine",
            "holding": {"USDT": 5},
            "futures": {"F-XBT:USD": {"name": "F-XBT:USD", "pair": "XBT/USD", "unit": "XBT", "balance": 0.12}},
            "flex_futures": {
                "balance_value": 13.28,
                "currencies": {"USDT": {"quantity": 13.03934576, "haircut": 0.005}},
                "isolated": {"PF_ETHUSD": {"pnl": -1.5}},
                "cross": {"effective_leverage": 0.0},
            },
            "timestamp": 1790604073728,
            "seq": 0,
        }
    )
    change = batch({"feed": "balances", "account": "mine", "holding": {"USDT": 6}, "timestamp": 1, "seq": 1})

    assert ((whole.channel, whole.snapshot, whole.sequence), (change.snapshot, change.sequence)) == (
        ("balances", True, 0),
        (False, 1),
    )
    told = whole.rows[0]
    assert told.holding == {"USDT": Decimal(5)}
    assert told.futures["F-XBT:USD"].balance == Decimal("0.12")
    assert told.flex_futures.currencies["USDT"].quantity == Decimal("13.03934576")
    assert (told.flex_futures.isolated["PF_ETHUSD"].pnl, told.extra) == (Decimal("-1.5"), {})
    assert (change.rows[0].futures, change.rows[0].flex_futures) == (None, None)


def test_positions_come_all_at_once() -> None:
    read = batch(
        {
            "feed": "open_positions",
            "account": "mine",
            "seq": 4,
            "timestamp": 1,
            "positions": [{"instrument": "PF_XBTUSD", "balance": -0.5, "pnl_currency": "USD", "mood": "calm"}],
        }
    )

    (position,) = read.rows[0].positions
    assert read.sequence == 4
    assert (position.instrument, position.balance, position.extra) == ("PF_XBTUSD", Decimal("-0.5"), {"mood": "calm"})


def test_log_entries_come_in_the_order_they_were_written() -> None:
    entries = [{"id": 1690, "asset": "bch", "funding_rate": -8.7002552653e-8}, {"id": 1689, "asset": "bch"}]

    old = batch({"feed": "account_log_snapshot", "logs": entries})
    new = batch({"feed": "account_log", "new_entry": {"id": 1691, "execution": ""}})

    assert [one.id for one in (*old.rows, *new.rows)] == [1689, 1690, 1691]
    assert old.rows[1].funding_rate == Decimal("-8.7002552653e-8")
    assert (old.channel, old.snapshot, new.snapshot) == ("account_log", True, False)


def test_notifications() -> None:
    (told,) = batch(
        {
            "feed": "notifications_auth",
            "notifications": [{"id": 5, "type": "maintenance", "priority": "high", "note": "x"}],
        }
    ).rows

    assert (told.id, told.type, told.priority) == (5, "maintenance", "high")


def test_rows_of_the_account_belong_to_their_feed() -> None:
    (topic,) = futures.Fills(product_ids=["PF_XBTUSD"]).topics()

    assert key_of_row("fills", batch({"feed": "fills", "fills": [fill(1)]}).rows[0]) == key_of_topic(topic)
    assert topic.identity != next(futures.Fills().topics()).identity
