"""``decode --ws UNIFIED_PUBLIC``: recorded frames of the Unified WebSocket as the clients would have read them."""

from __future__ import annotations

import json

import pytest

from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.unified import UnifiedRecording

TOKEN = "t0ken-t0ken"


def read(*frames: str) -> Finding:
    """What the last of these frames of one recording is."""
    recording = UnifiedRecording()
    *_, last = [recording.read(frame.encode()) for frame in frames]
    return last


def test_members_that_the_manual_does_not_tell_are_shown_and_named() -> None:
    tick = read(
        '{"channel":"ticker","type":"update","data":[{"symbol":"PF_LTCUSD","bid":71.00,"bid_qty":2.50,"mark_price":71.050}]}'
    )

    (row,) = tick.value["data"]
    assert (tick.type, tick.unread) == ("TickerUpdate", ["$.data[0].mark_price"])
    assert (row["bid"], row["bid_qty"], row["extra"]) == ("71.00", "2.50", {"mark_price": "71.050"})


def test_books_of_both_levels_are_checked_for_numbers() -> None:
    level = '{"channel":"book","type":"snapshot","data":[{"symbol":"P","bids":[{"price":71.00,"qty":0.50}],"asks":[]}]}'
    order = (
        level.replace("book", "level3").replace('"price"', '"order_id":"O1","limit_price"').replace("qty", "order_qty")
    )

    assert (read(level).unread, read(order).unread) == ([], [])
    assert read(order).value["data"][0]["bids"][0]["order_qty"] == "0.50"
    for frame, where in ((level, "$.data[0].bids[0].price"), (order, "$.data[0].bids[0].limit_price")):
        bad = read(frame.replace("71.00", '"cheap"'))
        assert bad.error is not None
        assert bad.error["field"] == where


def test_data_that_is_one_object_is_read_as_one_row() -> None:
    positions = read(
        '{"channel":"positions","type":"snapshot","data":{"futures":[{"symbol":"PF_LTCUSD","size":-2.50,"pnl":1.0}],'
        '"options":[],"time":"2026-01-05T10:00:00Z"},"sequence":0}'
    )
    margin = read('{"channel":"margin","type":"multi_collateral","data":{"equity":13.280}}')
    too_large = read('{"channel":"positions","type":"snapshot","error":"snapshot_too_large"}')

    assert (positions.type, positions.unread) == ("PositionsUpdate", ["$.data.futures[0].pnl"])
    assert positions.value["data"][0]["futures"][0]["size"] == "-2.50"
    assert positions.value["sequence"] == 0
    assert (margin.value["data"][0]["section"], margin.value["data"][0]["extra"]) == (
        "multi_collateral",
        {"equity": "13.280"},
    )
    assert (too_large.value["data"][0]["too_large"], too_large.unread) == (True, ["$.error"])


def test_heartbeats_states_and_empty_snapshots() -> None:
    state = read(
        '{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2","connection_id":7}]}'
    )
    empty = read('{"channel":"ledgers","type":"update","data":[],"sequence":4}')

    assert read('{"channel":"heartbeat"}') == Finding(ok=True, type="Heartbeat", value={"channel": "heartbeat"})
    assert (state.type, state.value["data"][0]["system"], state.unread) == ("StatusUpdate", "online", [])
    assert (empty.type, empty.value["data"], empty.unread) == ("LedgerEntry", [], [])


def test_acknowledgements_and_refused_subscriptions() -> None:
    yes = read(
        '{"method":"subscribe","req_id":3,"success":true,"result":{"channel":"ohlc","symbol":"PF_LTCUSD",'
        '"asset_class":"derivatives","interval":5,"tick_type":"mark","mood":1}}'
    )
    no = read('{"method":"subscribe","req_id":3,"success":false,"error":"Already subscribed to margin channel"}')

    assert (yes.type, yes.unread) == ("Acknowledgement", ["$.result.mood"])
    assert (yes.value["result"]["asset_class"], yes.value["result"]["tick_type"]) == ("derivatives", "mark")
    assert (no.type, no.value["codes"]) == ("SubscriptionRefused", ["Already subscribed to margin channel"])


def test_sent_requests_are_read_as_the_classes_that_send_them_and_tokens_are_not_shown() -> None:
    subscribe = read(
        f'{{"method":"subscribe","params":{{"channel":"positions","asset_class":"derivatives","with_margin":true,"token":"{TOKEN}"}}}}'
    )
    order = read(
        '{"method":"add_order","params":{"order_type":"limit","side":"buy","order_qty":0.10,"limit_price":71.10,'
        f'"symbol":"PF_LTCUSD","asset_class":"derivatives","token":"{TOKEN}","novelty":1}},"req_id":5}}'
    )
    leverage = read(
        '{"method":"set_preference","params":{"asset_class":"derivatives","leverage_mode":{"symbol":"PF_LTCUSD",'
        f'"max_leverage":null}},"token":"{TOKEN}"}},"req_id":6}}'
    )

    assert (subscribe.type, subscribe.unread) == ("Subscribe", [])
    assert subscribe.value["params"] == {"asset_class": "derivatives", "with_margin": True}
    assert (order.type, order.unread) == ("AddOrder", ["$.params.novelty"])
    assert (order.value["params"]["order_qty"], order.value["params"]["asset_class"]) == ("0.10", "derivatives")
    assert (leverage.ok, leverage.type) == (True, "SetPreference")
    assert TOKEN not in json.dumps([one.told() for one in (subscribe, order, leverage)])


def test_replies_to_commands_become_their_answers_or_their_errors() -> None:
    placed = read('{"method":"add_order","req_id":5,"success":true,"result":{"order_id":"e66851e7"}}')
    poor = read('{"method":"add_order","req_id":5,"success":false,"error":"EOrder:Insufficient margin"}')
    amended = read('{"method":"amend_order","req_id":6,"success":true,"result":{"amend_id":"","order_id":"e66851e7"}}')
    counted = read('{"method":"cancel_all","req_id":7,"success":true,"result":{"count":2,"warnings":["calm"]}}')
    chosen = read('{"method":"set_preference","req_id":8,"success":true,"result":{"mood":1}}')

    assert (placed.type, placed.value["result"], placed.unread) == ("OrderPlaced", {"order_id": "e66851e7"}, [])
    assert (poor.ok, poor.value["codes"]) == (True, ["EOrder:Insufficient margin"])
    assert (amended.type, amended.unread) == ("OrderAmended", [])
    assert (counted.type, counted.value["result"]["count"], counted.unread) == ("CancelCount", 2, [])
    assert (chosen.type, chosen.value["result"], chosen.unread) == (
        "PreferenceSet",
        {"extra": {"mood": 1}},
        ["$.result.mood"],
    )


@pytest.mark.parametrize(
    ("frame", "where"),
    [
        ('{"channel":"weather","data":[]}', "$.channel"),
        ('{"channel":"ticker","data":[7]}', "$"),
        ('{"method":"subscribe","params":{"channel":"weather"}}', "$.params.channel"),
        ('{"method":"subscribe","params":{"channel":"ticker"}}', "$.params"),
        ('{"method":"edit_order","params":{}}', "$.method"),
        ('{"method":"edit_order","success":true}', "$.method"),
    ],
)
def test_what_does_not_decode_names_the_place(frame: str, where: str) -> None:
    found = read(frame)

    assert found.error is not None
    assert found.error["field"] == where
