"""``decode --ws SPOT_PUBLIC_V1``: recorded frames of Spot v1 as the clients would have read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.cli_helpers import run
from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.spot_v1 import SpotV1Recording

TOKEN = "t0ken-t0ken-t0ken"
SIDES = '{"as":[["71.10","5.00000000","1700000000.100001"]],"bs":[["71.00","0.50000000","1700000000.100002"]]}'


def read(*frames: str) -> Finding:
    """What the last of these frames of one recording is."""
    recording = SpotV1Recording()
    *_, last = [recording.read(frame.encode()) for frame in frames]
    return last


def place(finding: Finding) -> str:
    assert finding.error is not None
    field: str = finding.error["field"]
    return field


def test_a_recording_is_told_line_by_line_in_named_fields(tmp_path: Path) -> None:
    file = tmp_path / "capture.jsonl"
    status = '{"event":"systemStatus","connectionID":18000000000000000001,"status":"online","version":"1.9.1"}'
    spread = '[5,["71.00","71.10","1700000000.123456","2.50000000","0.10000000"],"spread","LTC/USD"]'
    file.write_text(f'{status}\n{{"event":"heartbeat"}}\n{spread}\n[5,{SIDES},"book-10"\n')

    ran = run("decode", "--ws", "spotPublicV1", file, "--json")

    assert ran.code == 1
    told = [(one["line"], one["type"], one["unread"]) for one in ran.data]
    assert told == [(1, "SystemStatusUpdate", []), (2, "Heartbeat", []), (3, "SpreadUpdate", []), (4, "frame", [])]
    assert ran.data[0]["value"]["data"][0]["connection_id"] == 18000000000000000001
    assert ran.data[2]["value"] == {
        "channel": "spread",
        "pair": "LTC/USD",
        "channel_id": 5,
        "data": [
            {
                "snapshot": False,
                "pair": "LTC/USD",
                "bid": "71.00",
                "ask": "71.10",
                "timestamp": "1700000000.123456",
                "bid_volume": "2.50000000",
                "ask_volume": "0.10000000",
            }
        ],
    }


def test_both_sides_of_a_book_are_one_row_with_every_digit() -> None:
    snapshot = read(f'[5,{SIDES},"book-25","LTC/USD"]')
    update = read(
        '[5,{"a":[["71.10","0.00000000","1700000001.000001","r"]]},'
        '{"b":[["71.00","1.50000000","1700000001.000002"]],"c":"12345"},"book-25","LTC/USD"]'
    )

    (whole,), (change,) = snapshot.value["data"], update.value["data"]
    assert (snapshot.type, snapshot.unread, update.unread) == ("BookUpdate", [], [])
    assert (whole["snapshot"], whole["depth"], change["snapshot"], change["checksum"]) == (True, 25, False, 12345)
    assert whole["bids"][0]["volume"] == "0.50000000"
    assert change["asks"][0] == {
        "price": "71.10",
        "volume": "0.00000000",
        "timestamp": "1700000001.000001",
        "republished": True,
    }


def test_trades_and_candles_have_words_for_their_columns() -> None:
    trades = read(
        '[7,[["71.10","0.50000000","1700000000.1","b","m",""],["71.20","1.0","1700000000.2","s","l",""]],"trade","LTC/USD"]'
    )
    candle = read(
        '[8,["1700000000.1","1700000060.0","1.10","1.20","1.00","1.15","1.12","9.00000000",3],"ohlc-5","LTC/USD"]'
    )

    assert (trades.type, candle.type, trades.unread, candle.unread) == ("TradeUpdate", "OhlcUpdate", [], [])
    assert [(row["side"], row["order_type"], row["volume"]) for row in trades.value["data"]] == [
        ("buy", "market", "0.50000000"),
        ("sell", "limit", "1.0"),
    ]
    assert (candle.value["data"][0]["interval"], candle.value["data"][0]["close"]) == (5, "1.15")


ORDERS = (
    '[[{"O1":{"status":"open","vol":"2.50000000","mood":"calm"},"O2":{"status":"closed"}},{"O3":{"userref":0}}],'
    '"openOrders",{"sequence":1}]'
)


def test_private_rows_carry_their_id_and_members_of_no_class_are_named_and_shown() -> None:
    orders = read(ORDERS)
    nothing = read('[[],"ownTrades",{"sequence":4}]')

    assert (orders.type, orders.value["sequence"]) == ("OpenOrder", 1)
    assert [row["txid"] for row in orders.value["data"]] == ["O1", "O2", "O3"]
    assert orders.value["data"][0]["extra"] == {"mood": "calm"}
    assert orders.unread == ["$[0][0].O1.mood"]
    assert (nothing.ok, nothing.type, nothing.value["data"], nothing.unread) == (True, "OwnTrade", [], [])


def test_members_and_columns_that_no_class_models_are_named_with_their_place() -> None:
    book = read(f'[5,{SIDES[:-1]},"mood":1}},"book-10","LTC/USD"]')
    spread = read('[5,["1","2","3.5","4","5","6"],"spread","LTC/USD"]')

    assert (book.ok, book.unread) == (True, ["$[1].mood"])
    assert (spread.ok, spread.unread) == (True, ["$[1][5]"])


@pytest.mark.parametrize(
    ("frame", "where"),
    [
        ('[5,["cheap","71.10","1700000000.1"],"spread","LTC/USD"]', "$[1][0]"),
        ('[5,{"a":[["71.10","many","1700000000.1"]],"c":"1"},"book-10","LTC/USD"]', "$[1].a[0][1]"),
        ('[5,{"a":[]},{"b":7},"book-10","LTC/USD"]', "$[2].b"),
        ('[[{"O1":7}],"openOrders",{"sequence":1}]', "$[0]"),
        ('[5,[],"weather","LTC/USD"]', "$[-2]"),
        ("[5]", "$"),
        ('{"event":"dance"}', "$.event"),
        ('{"event":"danceStatus","status":"ok"}', "$.event"),
        ('{"event":"subscribe","subscription":{"name":"weather"}}', "$.subscription.name"),
        ('{"event":"subscribe","subscription":"ticker"}', "$.subscription"),
        ('{"event":"subscribe","subscription":{"name":"ticker"}}', "$.subscription"),
        ('{"event":"addOrder","type":"buy"}', "$"),
        ('{"event":"addOrderStatus","status":"ok","txid":[1]}', "$.txid"),
    ],
)
def test_what_does_not_decode_names_the_place(frame: str, where: str) -> None:
    found = read(frame)

    assert not found.ok
    assert place(found) == where


def test_acknowledgements_and_refused_subscriptions() -> None:
    subscription = f'"subscription":{{"name":"openOrders","maxratecount":125,"token":"{TOKEN}"}}'
    yes = read(
        f'{{"event":"subscriptionStatus","status":"subscribed","channelName":"openOrders","reqid":3,{subscription}}}'
    )
    no = read(
        '{"event":"subscriptionStatus","status":"error","errorMessage":"Subscription depth not supported","pair":"LTC/USD",'
        '"subscription":{"name":"book","depth":42}}'
    )

    assert (yes.type, yes.unread) == ("SubscriptionStatus", [])
    assert yes.value["subscription"] == {"name": "openOrders", "maxratecount": 125}
    assert (no.ok, no.type, no.value["codes"]) == (True, "SubscriptionRefused", ["Subscription depth not supported"])
    assert "subscription book LTC/USD was refused" in no.value["message"]
    assert TOKEN not in json.dumps(yes.told())


def test_pongs_and_complaints() -> None:
    rate = read('{"event":"error","errorMessage":"Exceeded msg rate","reqid":42}')
    bare = read('{"Error":"Exceeded msg rate"}')
    pong = read('{"event":"pong","reqid":42}')

    assert (pong.type, pong.value) == ("Pong", {"event": "pong", "reqid": 42})
    assert [(one.type, one.value, one.unread) for one in (rate, bare)] == [
        ("Trouble", {"text": "Exceeded msg rate"}, [])
    ] * 2


def test_sent_requests_are_read_as_the_classes_that_send_them_and_tokens_are_not_shown() -> None:
    subscribe = read(
        f'{{"event":"subscribe","reqid":3,"pair":["LTC/USD"],"subscription":{{"name":"book","depth":25,"token":"{TOKEN}"}}}}'
    )
    account = read(
        f'{{"event":"subscribe","subscription":{{"name":"openOrders","ratecounter":"true","token":"{TOKEN}"}}}}'
    )
    leave = read('{"event":"unsubscribe","subscription":{"name":"*"}}')
    order = read(
        f'{{"event":"addOrder","token":"{TOKEN}","reqid":4,"ordertype":"limit","type":"buy","pair":"LTC/USD",'
        '"volume":"0.10","price":"+5%","close[ordertype]":"limit","close[price]":"80.00","validate":"true","novelty":1}'
    )

    assert (subscribe.type, subscribe.unread) == ("Subscribe", [])
    assert subscribe.value == {
        "event": "subscribe",
        "reqid": 3,
        "channel": "book",
        "params": {"pair": ["LTC/USD"], "depth": 25},
    }
    assert account.value["params"] == {"ratecounter": True}
    assert (leave.type, leave.value["channel"]) == ("Unsubscribe", "*")
    assert (order.type, order.unread) == ("AddOrder", ["$.novelty"])
    params = order.value["params"]
    assert (params["volume"], params["price"], params["close_price"], params["validate"]) == (
        "0.10",
        "+5%",
        "80.00",
        True,
    )
    assert read('{"event":"ping","reqid":1}').type == "Ping"
    assert TOKEN not in json.dumps([one.told() for one in (subscribe, account, leave, order)])


def test_replies_to_commands_become_their_answers() -> None:
    placed = read(
        '{"event":"addOrderStatus","status":"ok","reqid":4,"txid":"OAAAAA-BBBBB-CCCCCC","descr":"buy 1 LTCUSD"}'
    )
    counted = read('{"event":"cancelAllStatus","status":"ok","count":2,"mood":1}')
    switch = read(
        '{"event":"cancelAllOrdersAfterStatus","status":"ok","currentTime":"2026-01-05T10:00:00Z","triggerTime":"0"}'
    )

    assert (placed.type, placed.unread) == ("OrderPlaced", [])
    assert placed.value["result"] == {"txid": "OAAAAA-BBBBB-CCCCCC", "descr": "buy 1 LTCUSD"}
    assert (counted.value["result"], counted.unread) == ({"count": 2}, ["$.mood"])
    assert (switch.type, switch.value["result"]["trigger_time"]) == ("CancelAllAfter", "0")


def test_refused_commands_become_their_errors() -> None:
    order = '{"event":"addOrder","reqid":5,"ordertype":"market","type":"buy","pair":"LTC/USD","volume":"1","cl_ord_id":"mine"}'
    poor = read('{"event":"addOrderStatus","status":"error","errorMessage":"EOrder:Insufficient funds"}')
    doubt = read(order, '{"event":"addOrderStatus","status":"error","errorMessage":"EService:Unavailable","reqid":5}')

    assert (poor.ok, poor.type, poor.value["codes"]) == (True, "OrderRefused", ["EOrder:Insufficient funds"])
    assert (doubt.type, doubt.value["codes"]) == ("OutcomeUnknown", ["EService:Unavailable"])


def test_a_cancel_of_one_order_names_it_and_one_reply_of_several_does_not() -> None:
    one = '{"event":"cancelOrder","reqid":6,"txid":["O1"]}'
    two = '{"event":"cancelOrder","reqid":6,"txid":["O1","O2"]}'
    reply = '{"event":"cancelOrderStatus","status":"ok","reqid":6}'

    assert read(one, reply).value["result"] == [{"txid": "O1"}]
    assert read(two, reply).value["result"] == []
    assert read(reply).type == "list[OrderCancelled]"
