"""The words of the Unified WebSocket: those of Spot v2, with the asset class, and no parameter that was not given."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from krakenkit.books.guard import Verdict
from krakenkit.errors import DecodeError, OrderRefused
from krakenkit.protocol.command_answers import read_replies
from krakenkit.protocol.dialect import Ack, Reply
from krakenkit.protocol.spot_v2_data import SPOT_V2_LEVEL3
from krakenkit.protocol.spot_v2_level3 import SpotV2Level3, level3_pace
from krakenkit.protocol.unified import Unified
from krakenkit.protocol.unified_data import UNIFIED, UNIFIED_LEVEL3, key_of_row, key_of_topic, read_data
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2 import level3 as spot_level3
from krakenkit.wire.unified import trading
from krakenkit.wire.unified.account import Executions, Ledgers, Positions
from krakenkit.wire.unified.market import Book, Level3, Ohlc, Ticker

PUBLIC, PRIVATE = Unified(private=False), Unified(private=True)
TOKEN = "token-of-the-test"


def only(channel: Channel[Any]) -> Topic:
    (topic,) = channel.topics()
    return topic


def params(frame: str) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(frame)["params"]
    return members


def test_a_subscription_says_its_asset_class() -> None:
    frame = json.loads(PUBLIC.subscribe([only(Ticker(symbol="PF_XBTUSD"))], 7, None))
    assert frame == {
        "method": "subscribe",
        "params": {"channel": "ticker", "symbol": ["PF_XBTUSD"], "asset_class": "derivatives", "snapshot": True},
        "req_id": 7,
    }


def test_private_requests_carry_the_token_and_nothing_that_was_not_given() -> None:
    assert params(PRIVATE.subscribe([only(Ledgers())], 1, TOKEN)) == {"channel": "ledgers", "token": TOKEN}
    assert params(PRIVATE.subscribe([only(Positions(with_margin=True))], 1, TOKEN)) == {
        "channel": "positions",
        "asset_class": "derivatives",
        "with_margin": True,
        "token": TOKEN,
    }


def test_unsubscribing_drops_what_only_subscribing_takes() -> None:
    assert params(PRIVATE.unsubscribe([only(Executions(ratecounter=True))], 2, TOKEN)) == {
        "channel": "executions",
        "asset_class": "derivatives",
        "token": TOKEN,
    }
    assert params(PUBLIC.unsubscribe([only(Ohlc(symbol="PF_XBTUSD", interval=5, tick_type="mark"))], 3, None)) == {
        "channel": "ohlc",
        "symbol": ["PF_XBTUSD"],
        "interval": 5,
        "tick_type": "mark",
        "asset_class": "derivatives",
    }


def test_level_3_takes_a_token_on_a_line_of_its_own_and_the_public_path_none() -> None:
    level3 = UNIFIED_LEVEL3.dialect(WsKey.UNIFIED_L3, None)
    assert level3.private
    assert params(level3.subscribe([only(Level3(symbol="PF_XBTUSD"))], 1, TOKEN))["token"] == TOKEN
    assert not UNIFIED.dialect(WsKey.UNIFIED_PUBLIC, None).private
    assert "token" not in params(PUBLIC.subscribe([only(Ticker(symbol="PF_XBTUSD"))], 1, None))


def test_level_3_is_asked_for_in_affordable_bunches() -> None:
    names = [f"PF_A{n}USD" for n in range(45)]
    wanted = [topic for depth in (10, 100) for topic in Level3(symbol=names[:25], depth=depth).topics()]
    assert [len(bunch) for bunch in PUBLIC.groups(wanted)] == [20, 5, 4, 4, 4, 4, 4, 4, 1]
    spot = list(spot_level3.Level3(symbol=["BTC/USD", "ETH/USD"], depth=1000).topics())
    assert [len(bunch) for bunch in SpotV2Level3().groups(spot)] == [1, 1]


def test_level_3_requests_stay_within_the_points_of_a_second() -> None:
    pace = level3_pace()
    sent = [now for now in (n * 0.1 for n in range(31)) if pace.claim(now) == 0]
    assert len(sent) == 7  # one at once, then two a second, each of at most 100 points of 200


def test_a_leverage_is_a_bare_number_and_cross_margin_null() -> None:
    def sent(leverage: str | None) -> str:
        command = trading.SetPreference(leverage_mode=trading.LeverageMode(symbol="PF_XBTUSD", max_leverage=leverage))
        return PRIVATE.command(command.method, command.given(), 1, TOKEN)

    assert '"leverage_mode":{"symbol":"PF_XBTUSD","max_leverage":2.50}' in sent("2.50")
    assert '"max_leverage":null' in sent(None)


def test_batches_nest_their_orders() -> None:
    rows = [
        trading.OrderParams(order_type="limit", side="buy", order_qty="1", limit_price=price)
        for price in ("2.50", "2.40")
    ]
    batch = trading.BatchAdd(symbol="PF_XBTUSD", orders=rows)
    frame = PRIVATE.command(batch.method, batch.given(), 1, TOKEN)
    assert '"limit_price":2.50' in frame
    assert params(frame)["orders"][1] == {"order_type": "limit", "side": "buy", "order_qty": 1, "limit_price": 2.4}


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("Preferences are not available yet, try again later", "passing"),
        ("'params.snapshot' is not valid for the margin channel", None),
    ],
)
def test_only_a_refusal_that_came_too_early_is_asked_again(error: str, meaning: str | None) -> None:
    ack = PRIVATE.read(json.dumps({"method": "subscribe", "req_id": 1, "success": False, "error": error}).encode())
    assert isinstance(ack, Ack)
    assert (ack.ok, ack.error, ack.meaning) == (False, error, meaning)


# --- data -------------------------------------------------------------------------------------------------------------


def test_rows_find_the_topics_that_asked_for_them() -> None:
    for payload, channel in (
        (b'{"channel":"ticker","data":[{"symbol":"PF_XBTUSD"}]}', Ticker(symbol="PF_XBTUSD")),
        (b'{"channel":"ohlc","data":[{"symbol":"PF_XBTUSD","interval":5}]}', Ohlc(symbol="PF_XBTUSD", interval=5)),
        (b'{"channel":"executions","data":[{"symbol":"PF_XBTUSD"}]}', Executions()),
        (b'{"channel":"positions","data":{"futures":[]}}', Positions()),
    ):
        batch = read_data(payload)
        assert batch is not None
        assert key_of_row(batch.channel, batch.rows[0]) == key_of_topic(only(channel))


def test_heartbeats_have_no_rows_and_unknown_frames_keep_their_bytes() -> None:
    assert read_data(b'{"channel":"heartbeat"}') is None
    for payload in (b'{"channel":"news","data":[]}', b'{"data":[]}', b"{", b'{"channel":"ticker","data":[1]}'):
        with pytest.raises(DecodeError) as failed:
            read_data(payload)
        assert failed.value.raw == payload


def crc(*numbers: str) -> int:
    return zlib.crc32("".join(number.replace(".", "").lstrip("0") for number in numbers).encode())


def test_a_book_needs_no_instrument_channel() -> None:
    guard = UNIFIED.guard(only(Book(symbol="PF_XBTUSD")), None)
    row = b'{"symbol":"PF_XBTUSD","asks":[{"price":30000.5,"qty":1.2500}],"bids":[],"checksum":%d}'
    batch = read_data(b'{"channel":"book","type":"snapshot","data":[%s]}' % (row % crc("30000.5", "1.2500")))
    assert guard is not None
    assert batch is not None
    assert guard.apply(batch.rows[0]) is Verdict.PROVEN
    shown = UNIFIED.shown(only(Book(symbol="PF_XBTUSD")), guard)
    assert (shown.snapshot, shown.checksum, shown.asks) == (True, batch.rows[0].checksum, batch.rows[0].asks)


@pytest.mark.parametrize(
    ("family", "channel"),
    [(UNIFIED_LEVEL3, Level3(symbol="PF_XBTUSD")), (SPOT_V2_LEVEL3, spot_level3.Level3(symbol="PF_XBTUSD"))],
)
def test_a_late_reader_of_level_3_is_shown_every_order(family: Any, channel: Channel[Any]) -> None:
    topic = only(channel)
    guard = family.guard(topic, None)
    order = b'{"order_id":"o1","limit_price":30000.5,"order_qty":1.2500,"timestamp":"2026-11-20T00:00:00Z"}'
    row = b'{"symbol":"PF_XBTUSD","asks":[],"bids":[%s],"checksum":%d}' % (order, crc("30000.5", "1.2500"))
    batch = family.read(b'{"channel":"level3","type":"snapshot","data":[%s]}' % row)
    assert guard.apply(batch.rows[0]) is Verdict.PROVEN
    shown = family.shown(topic, guard)
    assert (shown.snapshot, shown.bids, shown.asks) == (True, batch.rows[0].bids, [])


def test_precisions_are_learnt_where_the_instruments_tell_them() -> None:
    batch = read_data(
        b'{"channel":"instrument","type":"snapshot","data":{"pairs":[{"symbol":"PF_XBTUSD","price_precision":1,'
        b'"qty_precision":4},{"symbol":"PF_ETHUSD"}]}}'
    )
    assert batch is not None
    assert UNIFIED.precisions(batch.rows[0]) == {"PF_XBTUSD": (1, 4)}


# --- answers ----------------------------------------------------------------------------------------------------------


def reply(**members: Any) -> Reply:
    read = PRIVATE.read(json.dumps({"req_id": 1, "success": True, **members}).encode())
    assert isinstance(read, Reply)
    return read


def test_an_amend_of_a_derivative_has_an_empty_id() -> None:
    amend = trading.AmendOrder(cl_ord_id="mine", order_qty=1)
    answer = read_replies(amend, [reply(method="amend_order", result={"amend_id": "", "cl_ord_id": "mine"})])
    assert (answer.amend_id, answer.cl_ord_id) == ("", "mine")


def test_each_cancelled_order_has_its_reply() -> None:
    cancel = trading.CancelOrder(order_id=["e6", "e7"])
    yes = reply(method="cancel_order", result={"order_id": "e6"})
    no = reply(method="cancel_order", success=False, error="EOrder:Unknown order")
    answer = read_replies(cancel, [yes, no])
    assert [(one.order_id, one.error) for one in answer] == [("e6", None), ("e7", "EOrder:Unknown order")]


def test_a_batch_tells_of_each_order_also_when_the_whole_says_no() -> None:
    rows = [trading.OrderParams(order_type="market", side="buy", order_qty=1) for _ in range(2)]
    batch = trading.BatchAdd(symbol="PF_XBTUSD", orders=rows)
    result = [{"order_id": "e6"}, {"error": "EOrder:Insufficient margin"}]
    answer = read_replies(batch, [reply(method="batch_add", success=False, error="EOrder:…", result=result)])
    assert [(one.order_id, one.error) for one in answer.orders] == [("e6", None), ("", "EOrder:Insufficient margin")]
    with pytest.raises(OrderRefused):
        read_replies(batch, [reply(method="batch_add", success=False, error="EOrder:Insufficient margin")])


def test_counts_and_preferences_are_read() -> None:
    cancelled = read_replies(
        trading.BatchCancel(orders=["e6", "e7"]), [reply(method="batch_cancel", result={"count": 2})]
    )
    assert cancelled.count == 2
    preference = trading.SetPreference(leverage_mode=trading.LeverageMode(symbol="PF_XBTUSD", max_leverage=None))
    assert read_replies(preference, [reply(method="set_preference")]).extra == {}
    assert read_replies(preference, [reply(method="set_preference", result={"x": 1})]).extra == {"x": 1}


def test_an_acknowledgement_is_that_of_spot() -> None:
    ack = PUBLIC.read(
        b'{"method":"subscribe","success":true,"req_id":7,"result":{"channel":"ticker","symbol":"PF_XBTUSD","snapshot":true}}'
    )
    assert isinstance(ack, Ack)
    assert (ack.req_id, ack.ok, ack.symbol) == (7, True, "PF_XBTUSD")
