"""The words of Spot v1: requests as the exchange wants them, and every frame told for what it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import AuthRefused, DecodeError, OrderRefused, OutcomeUnknown
from krakenkit.protocol.command_answers import read_replies
from krakenkit.protocol.dialect import Ack, Data, Pong, Reply, Trouble
from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.protocol.spot_v1_data import SPOT_V1, key_of_row, key_of_topic, read_data
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.spot_v1 import trading as v1
from krakenkit.wire.spot_v1.account import OpenOrders, OwnTrades
from krakenkit.wire.spot_v1.market import Book, Ohlc, SystemStatusUpdate, Ticker

PUBLIC, PRIVATE = SpotV1(private=False), SpotV1(private=True)
TOKEN = "token-of-the-test"


def topics(channel: Channel[Any]) -> Sequence[Topic]:
    return list(channel.topics())


def subscribed(channel: Channel[Any], token: str | None = None) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(PUBLIC.subscribe(topics(channel), 7, token))
    return frame


def read(frame: dict[str, Any]) -> object:
    return PUBLIC.read(json.dumps(frame).encode())


def test_one_request_names_many_pairs_and_its_parameters_stand_inside() -> None:
    assert subscribed(Book(pair=["xbt/usd", "ETH/USD"], depth=25)) == {
        "event": "subscribe",
        "reqid": 7,
        "pair": ["XBT/USD", "ETH/USD"],
        "subscription": {"name": "book", "depth": 25},
    }


def test_the_token_of_a_subscription_stands_inside_and_no_pair_is_named() -> None:
    assert subscribed(OpenOrders(ratecounter=True), TOKEN) == {
        "event": "subscribe",
        "reqid": 7,
        "subscription": {"name": "openOrders", "ratecounter": True, "token": TOKEN},
    }


def test_unsubscribing_repeats_only_what_it_may() -> None:
    frame = json.loads(PRIVATE.unsubscribe(topics(OwnTrades(consolidate_taker=False)), 8, TOKEN))
    assert frame["subscription"] == {"name": "ownTrades", "token": TOKEN}
    frame = json.loads(PUBLIC.unsubscribe(topics(Ohlc(pair="XBT/USD", interval=5)), 9, None))
    assert frame == {
        "event": "unsubscribe",
        "reqid": 9,
        "pair": ["XBT/USD"],
        "subscription": {"name": "ohlc", "interval": 5},
    }


def test_topics_are_bunched_by_channel_and_parameters() -> None:
    wanted = [
        *topics(Ticker(pair=[f"A{n}/USD" for n in range(150)])),
        *topics(Book(pair="XBT/USD")),
        *topics(Book(pair="ETH/USD")),
        *topics(Book(pair="XBT/USD", depth=100)),
    ]
    sizes = [len(bunch) for bunch in PUBLIC.groups(wanted)]
    assert sizes == [100, 50, 2, 1]


def test_a_command_stands_at_the_top_with_its_numbers_as_text() -> None:
    order = v1.AddOrder(
        ordertype="limit", type="sell", pair="XBT/USD", volume=Decimal("0.00000001"), price="30000.50", userref=17
    )
    frame = json.loads(PRIVATE.command(order.method, order.given(), 3, TOKEN))
    assert frame == {
        "event": "addOrder",
        "reqid": 3,
        "token": TOKEN,
        "ordertype": "limit",
        "type": "sell",
        "pair": "XBT/USD",
        "volume": "0.00000001",
        "price": "30000.50",
        "userref": "17",
    }
    timer = json.loads(PRIVATE.command("cancelAllOrdersAfter", v1.CancelAllOrdersAfter(60).given(), 4, TOKEN))
    assert timer["timeout"] == 60


def test_a_ping_has_its_id_at_the_top() -> None:
    assert json.loads(PUBLIC.ping(5)) == {"event": "ping", "reqid": 5}
    assert read({"event": "pong", "reqid": 5}) == Pong()


def test_a_status_acknowledges_one_pair() -> None:
    frame = {
        "event": "subscriptionStatus",
        "status": "subscribed",
        "channelID": 336,
        "channelName": "book-10",
        "pair": "XBT/USD",
        "reqid": 7,
        "subscription": {"name": "book", "depth": 10},
    }
    ack = read(frame)
    assert isinstance(ack, Ack)
    assert (ack.req_id, ack.ok, ack.symbol, ack.error) == (7, True, "XBT/USD", None)
    gone = read(frame | {"status": "unsubscribed"})
    assert isinstance(gone, Ack)
    assert gone.ok


def test_a_refusal_is_matched_by_its_id_alone() -> None:
    ack = read(
        {
            "event": "subscriptionStatus",
            "status": "error",
            "errorMessage": "Subscription depth not supported",
            "reqid": 7,
            "pair": "XBT/USD",
            "subscription": {"name": "book", "depth": 42},
        }
    )
    assert isinstance(ack, Ack)
    assert (ack.req_id, ack.ok, ack.error) == (7, False, "Subscription depth not supported")


def test_an_end_that_nobody_asked_for_is_no_yes() -> None:
    ack = read({"event": "subscriptionStatus", "status": "unsubscribed", "pair": "XBT/USD", "channelName": "ticker"})
    assert isinstance(ack, Ack)
    assert (ack.req_id, ack.ok, ack.symbol, ack.channel, ack.leaving) == (None, False, "XBT/USD", "ticker", True)


def test_an_echoed_token_goes_no_further() -> None:
    ack = read(
        {
            "event": "subscriptionStatus",
            "status": "subscribed",
            "reqid": 1,
            "subscription": {"name": "openOrders", "token": TOKEN},
        }
    )
    assert TOKEN not in repr(ack)


def test_events_that_answer_commands_are_replies() -> None:
    reply = read({"event": "addOrderStatus", "status": "ok", "reqid": 3, "txid": "OAAAAA-BBBBB-CCCCCC", "descr": "…"})
    assert isinstance(reply, Reply)
    assert (reply.req_id, reply.method, reply.ok) == (3, "addOrder", True)
    refused = read(
        {"event": "cancelOrderStatus", "status": "error", "errorMessage": "EOrder:Unknown order", "reqid": 4}
    )
    assert isinstance(refused, Reply)
    assert (refused.ok, refused.error) == (False, "EOrder:Unknown order")


@pytest.mark.parametrize(
    ("payload", "text", "rate"),
    [
        (b'{"Error":"Exceeded msg rate"}', "Exceeded msg rate", True),
        (b'{"event":"error","errorMessage":"Exceeded msg rate","reqid":42}', "Exceeded msg rate", True),
        (b'{"event":"news","errorMessage":"Event(s) not found"}', "Event(s) not found", False),
        (b"CloudFlare WebSocket proxy restarting", "CloudFlare WebSocket proxy restarting", False),
        (b"[1,", "[1,", False),
        (b"\xff\xfe", "��", False),
        (b"17", "17", False),
    ],
)
def test_complaints_and_rubbish_never_raise(payload: bytes, text: str, rate: bool) -> None:
    assert PUBLIC.read(payload) == Trouble(text, rate=rate)


def test_status_heartbeat_and_indented_arrays_are_data() -> None:
    assert read({"event": "heartbeat"}) == Data("heartbeat")
    assert read({"event": "systemStatus", "status": "online"}) == Data("systemStatus")
    assert PUBLIC.read(b' [1,["1.0","2.0","3.0"],"spread","XBT/USD"]') == Data("spread")


# --- data -------------------------------------------------------------------------------------------------------------


def test_a_heartbeat_has_no_rows_and_the_engines_state_has_one() -> None:
    assert read_data(b'{"event":"heartbeat"}') is None
    batch = read_data(
        b'{"connectionID":17525506704445754232,"event":"systemStatus","status":"post_only","version":"1.9.6"}'
    )
    assert batch is not None
    (row,) = batch.rows
    assert isinstance(row, SystemStatusUpdate)
    assert (row.status, row.connection_id) == ("post_only", 17525506704445754232)


@pytest.mark.parametrize(
    "payload",
    [b"[]", b'[1,{"as":5},"book-10","XBT/USD"]', b'{"event":"pong"}', b"{", b'[1,{},"news","XBT/USD"]', b"[1"],
)
def test_a_frame_of_an_unknown_shape_keeps_its_bytes(payload: bytes) -> None:
    with pytest.raises(DecodeError) as failed:
        read_data(payload)
    assert failed.value.raw == payload


def test_several_depths_of_a_pair_are_told_apart() -> None:
    batch = read_data(b'[336,{"as":[],"bs":[]},"book-25","XBT/USD"]')
    assert batch is not None
    key = key_of_row(batch.channel, batch.rows[0])
    (ten,), (twenty_five,) = topics(Book(pair="XBT/USD")), topics(Book(pair="XBT/USD", depth=25))
    assert (key == key_of_topic(twenty_five), key == key_of_topic(ten)) == (True, False)


def test_rows_find_the_topics_that_asked_for_them() -> None:
    for payload, channel in (
        (b'[1,["1.0","2.0","3.0"],"spread","XBT/USD"]', None),
        (b'[1,["1","2","3","4","5","6","7","8",9],"ohlc-5","XBT/USD"]', Ohlc(pair="XBT/USD", interval=5)),
        (b'[[{"T1":{"pair":"XBT/USD"}}],"ownTrades",{"sequence":2}]', OwnTrades()),
        (b'[[{"O1":{"status":"open"}}],"openOrders",{"sequence":1}]', OpenOrders()),
    ):
        batch = read_data(payload)
        assert batch is not None
        key = key_of_row(batch.channel, batch.rows[0])
        assert key == (key_of_topic(next(channel.topics())) if channel else ("spread", "XBT/USD", None))


def test_private_messages_carry_their_sequence_and_the_first_is_the_snapshot() -> None:
    first = read_data(b'[[],"openOrders",{"sequence":1}]')
    later = read_data(b'[[{"O1":{"status":"open"}}],"openOrders",{"sequence":2}]')
    assert first is not None
    assert later is not None
    assert (first.snapshot, first.sequence, list(first.rows)) == (True, 1, [])
    assert (later.snapshot, later.sequence) == (False, 2)


def test_a_late_reader_is_shown_the_proven_book_as_a_snapshot() -> None:
    (topic,) = topics(Book(pair="XBT/USD", depth=25))
    guard = SPOT_V1.guard(topic, None)
    batch = read_data(b'[336,{"as":[["2.50","1.0","3.0"]],"bs":[["2.40","4.0","3.0"]]},"book-25","XBT/USD"]')
    assert guard is not None
    assert batch is not None
    guard.apply(batch.rows[0])
    shown = SPOT_V1.shown(topic, guard)
    assert (shown.snapshot, shown.depth, shown.pair) == (True, 25, "XBT/USD")
    assert (shown.asks, shown.bids) == (batch.rows[0].asks, batch.rows[0].bids)


# --- answers ----------------------------------------------------------------------------------------------------------


def replies(*frames: dict[str, Any]) -> list[Reply]:
    found = [read(frame) for frame in frames]
    return [reply for reply in found if isinstance(reply, Reply)]


ORDER = v1.AddOrder(ordertype="limit", type="buy", pair="XBT/USD", volume=1, price=2, cl_ord_id="mine")


def test_an_answer_is_read_from_the_top_of_its_event() -> None:
    placed = read_replies(
        ORDER, replies({"event": "addOrderStatus", "status": "ok", "txid": "OAAAAA-BBBBB-CCCCCC", "descr": "buy 1"})
    )
    assert (placed.txid, placed.descr) == ("OAAAAA-BBBBB-CCCCCC", "buy 1")
    edit = v1.EditOrder(orderid="O1", pair="XBT/USD")
    edited = read_replies(
        edit, replies({"event": "editOrderStatus", "status": "ok", "txid": "O2", "originaltxid": "O1"})
    )
    assert (edited.txid, edited.originaltxid) == ("O2", "O1")
    amend = v1.AmendOrder(txid="O1")
    assert (
        read_replies(amend, replies({"event": "amendOrderStatus", "status": "ok", "amend_id": "A1"})).amend_id == "A1"
    )


@pytest.mark.parametrize("count", [2, "2"])
def test_a_count_may_be_text(count: object) -> None:
    answer = read_replies(v1.CancelAll(), replies({"event": "cancelAllStatus", "status": "ok", "count": count}))
    assert answer.count == 2


def test_the_dead_mans_switch_tells_its_times() -> None:
    frame = {
        "event": "cancelAllOrdersAfterStatus",
        "status": "ok",
        "currentTime": "2026-11-20T00:00:00Z",
        "triggerTime": "0",
    }
    answer = read_replies(v1.CancelAllOrdersAfter(0), replies(frame))
    assert (answer.current_time, answer.trigger_time) == ("2026-11-20T00:00:00Z", "0")


def test_a_refused_order_is_the_typed_error_with_its_own_id() -> None:
    with pytest.raises(OrderRefused) as refused:
        read_replies(
            ORDER,
            replies({"event": "addOrderStatus", "status": "error", "errorMessage": "EOrder:Order minimum not met"}),
        )
    assert refused.value.client_order_id == "mine"
    with pytest.raises(AuthRefused):
        read_replies(
            ORDER, replies({"event": "addOrderStatus", "status": "error", "errorMessage": "ESession:Invalid session"})
        )


def test_a_yes_that_cannot_be_read_leaves_the_outcome_unknown() -> None:
    with pytest.raises(OutcomeUnknown, match="could not be read"):
        read_replies(ORDER, replies({"event": "addOrderStatus", "status": "ok", "txid": {"id": 1}}))


YES = {"event": "cancelOrderStatus", "status": "ok"}
NO = {"event": "cancelOrderStatus", "status": "error", "errorMessage": "EOrder:Unknown order"}
CANCEL = v1.CancelOrder(txid=["O1", "O2"])


def test_orders_that_all_went_are_named() -> None:
    assert read_replies(CANCEL, replies(YES, YES)) == [v1.OrderCancelled(txid="O1"), v1.OrderCancelled(txid="O2")]


def test_orders_that_fared_differently_cannot_be_named() -> None:
    assert read_replies(CANCEL, replies(YES, NO)) == [
        v1.OrderCancelled(),
        v1.OrderCancelled(error="EOrder:Unknown order"),
    ]


def test_a_cancel_raises_when_every_order_was_refused() -> None:
    with pytest.raises(OrderRefused):
        read_replies(CANCEL, replies(NO, NO))
