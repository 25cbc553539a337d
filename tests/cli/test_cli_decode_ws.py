"""``decode --ws WSKEY FILE…``: recorded frames of Spot v2 as the clients would have read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.cli_helpers import run
from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.recordings import recording_of, ws_key_named
from krakenkit.cli.decoding.shapes import speakers
from krakenkit.cli.decoding.spot_v2 import SpotV2Recording
from krakenkit.wire.environment import WsKey

TICK = (
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"LTC/USD","bid":71.00,"bid_qty":5.10000000,"ask":71.10,'
    '"ask_qty":2.0,"last":71.05,"volume":1200.5,"vwap":70.9,"low":69.00,"high":72.5,"change":-0.10,"change_pct":-0.14}]}'
)
REPLY_TIMES = '"time_in":"2026-01-05T10:00:00.000001Z","time_out":"2026-01-05T10:00:00.000100Z"'


def read(*frames: str) -> Finding:
    """What the last of these frames of one recording is."""
    recording = SpotV2Recording()
    *_, last = [recording.read(frame.encode()) for frame in frames]
    return last


def test_a_data_frame_is_printed_again_with_every_digit(tmp_path: Path) -> None:
    file = tmp_path / "tick.json"
    file.write_text(TICK)

    ran = run("decode", "--ws", "SPOT_PUBLIC_V2", file)

    assert ran.code == 0
    assert ran.err == f"{file}: TickerUpdate\n"
    assert (ran.data["channel"], ran.data["type"]) == ("ticker", "snapshot")
    (row,) = ran.data["data"]
    assert (row["bid"], row["bid_qty"], row["change"], row["snapshot"]) == ("71.00", "5.10000000", "-0.10", True)


def test_a_capture_is_told_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "capture.jsonl"
    file.write_text(f'{TICK}\n{{"channel":"heartbeat"}}\n\nrestarting\n{{"channel":"ticker"\n')

    ran = run("decode", "--ws", "spotPublicV2", file, "--json")

    assert ran.code == 1
    assert [(one["line"], one["ok"], one["type"]) for one in ran.data] == [
        (1, True, "TickerUpdate"),
        (2, True, "HeartbeatFrame"),
        (4, True, "Trouble"),
        (5, False, "frame"),
    ]
    assert ran.data[3]["error"]["field"] == "$"


def test_members_that_no_class_models_are_named_with_their_place() -> None:
    found = read(TICK.replace('"bid":', '"mood":"calm","bid":').replace('"type":', '"origin":1,"type":'))

    assert found.ok
    assert found.unread == ["$.data[0].mood", "$.origin"]


def test_a_row_of_another_shape_names_the_field() -> None:
    found = read(TICK.replace('"bid":71.00', '"bid":"cheap"'))

    assert not found.ok
    assert found.error is not None
    assert found.error["field"] == "$.data[0].bid"


def test_a_book_keeps_its_trailing_zeros_and_a_level_that_is_no_number_is_found() -> None:
    book = (
        '{"channel":"book","type":"update","data":[{"symbol":"LTC/USD","bids":[{"price":71.00,"qty":0.00000000}],'
        '"asks":[{"price":71.1,"qty":1e-05}],"checksum":123,"timestamp":"2026-01-05T10:00:00.000000Z"}]}'
    )

    good = read(book)
    bad = read(book.replace("0.00000000", "null"))

    assert good.value["data"][0]["bids"] == [{"price": "71.00", "qty": "0.00000000"}]
    assert good.value["data"][0]["asks"] == [{"price": "71.1", "qty": "0.00001"}]
    assert good.unread == []
    assert bad.error is not None
    assert bad.error["field"] == "$.data[0].bids[0].qty"


def test_acknowledgements_and_refused_subscriptions() -> None:
    yes = read(
        f'{{"method":"subscribe","req_id":3,"result":{{"channel":"trade","symbol":"LTC/USD","snapshot":true}},"success":true,{REPLY_TIMES}}}'
    )
    no = read(
        f'{{"error":"Not supported","method":"subscribe","req_id":3,"success":false,"symbol":"NO/USD",{REPLY_TIMES}}}'
    )

    assert (yes.ok, yes.type, yes.unread) == (True, "Acknowledgement", [])
    assert yes.value["result"] == {"channel": "trade", "symbol": "LTC/USD", "snapshot": True}
    assert (no.ok, no.type, no.unread) == (True, "SubscriptionRefused", [])
    assert no.value["codes"] == ["Not supported"]
    assert "subscribe NO/USD was refused" in no.value["message"]


def test_pongs_and_complaints() -> None:
    pong = read(f'{{"method":"pong","req_id":7,{REPLY_TIMES}}}')
    refused_ping = read(f'{{"error":"Unsupported field","method":"ping","req_id":7,"success":false,{REPLY_TIMES}}}')
    complaint = read('{"Error":"Exceeded msg rate"}')

    assert (pong.type, pong.unread) == ("Pong", [])
    assert refused_ping.type == "Pong"
    assert refused_ping.value["error"] == "Unsupported field"
    assert (complaint.type, complaint.value, complaint.unread) == ("Trouble", {"text": "Exceeded msg rate"}, [])


@pytest.mark.parametrize("frame", ["proxy restarting", '"proxy restarting"'])
def test_a_frame_that_is_not_json_is_trouble_and_no_failure(frame: str) -> None:
    assert read(frame) == Finding(ok=True, type="Trouble", value={"text": "proxy restarting"})


def test_replies_to_commands_become_their_answers() -> None:
    placed = read(
        f'{{"method":"add_order","req_id":9,"result":{{"order_id":"OAAAAA-BBBBB-CCCCCC"}},"success":true,{REPLY_TIMES}}}'
    )
    cancelled = read(
        f'{{"method":"cancel_order","req_id":9,"result":{{"cl_ord_id":"mine"}},"success":true,{REPLY_TIMES}}}'
    )
    batch = read('{"method":"batch_cancel","orders_cancelled":2,"req_id":9,"success":true}')
    rows = read(
        '{"method":"batch_add","req_id":9,"success":true,"result":[{"order_id":"O1"},{"error":"EOrder:Invalid price"}]}'
    )

    assert (placed.type, placed.unread) == ("OrderPlaced", [])
    assert placed.value["result"] == {"order_id": "OAAAAA-BBBBB-CCCCCC"}
    assert placed.value["req_id"] == 9
    assert (cancelled.type, cancelled.unread) == ("list[OrderCancelled]", [])
    assert cancelled.value["result"] == [{"cl_ord_id": "mine"}]
    assert (batch.type, batch.value["result"], batch.unread) == ("CancelCount", {"count": 2}, [])
    assert rows.value["result"]["orders"][1] == {"order_id": "", "error": "EOrder:Invalid price"}


def test_refused_commands_become_their_errors() -> None:
    poor = read(
        f'{{"error":"EOrder:Insufficient funds","method":"add_order","req_id":9,"success":false,{REPLY_TIMES}}}'
    )
    doubt = read(
        f'{{"error":"EService:Deadline elapsed","method":"add_order","req_id":9,"success":false,{REPLY_TIMES}}}'
    )

    assert (poor.ok, poor.type, poor.unread) == (True, "OrderRefused", [])
    assert poor.value["codes"] == ["EOrder:Insufficient funds"]
    assert (doubt.ok, doubt.type) == (True, "OutcomeUnknown")
    assert doubt.value["codes"] == ["EService:Deadline elapsed"]


def test_a_reply_of_another_shape_names_the_field() -> None:
    found = read('{"method":"add_order","req_id":9,"result":{"order_id":[1]},"success":true}')
    nameless = read('{"method":"batch_add","req_id":9,"result":{},"success":true}')

    assert (found.ok, found.type) == (False, "OrderPlaced")
    assert found.error is not None
    assert found.error["field"] == "$.result.order_id"
    assert nameless.error is not None
    assert "orders" in nameless.error["message"]


def test_a_reply_is_read_by_the_command_that_was_recorded_before_it() -> None:
    cancel = '{"method":"cancel_order","params":{"order_id":["O1"],"token":"t0ken"},"req_id":4}'
    refusal = '{"error":"EOrder:Unknown order","method":"cancel_order","req_id":4,"success":false}'
    order = (
        '{"method":"add_order","params":{"order_type":"limit","side":"buy","order_qty":1,"limit_price":71.10,'
        '"symbol":"LTC/USD","cl_ord_id":"mine","token":"t0ken"},"req_id":5}'
    )
    doubt = '{"error":"EService:Unavailable","method":"add_order","req_id":5,"success":false}'

    assert read(cancel, refusal).type == "OrderRefused"
    assert read(order, doubt).type == "OutcomeUnknown"


def test_sent_frames_are_read_as_requests_and_tokens_are_not_shown() -> None:
    order = read(
        '{"method":"add_order","params":{"order_type":"limit","side":"buy","order_qty":0.10,"limit_price":71.10,'
        '"symbol":"LTC/USD","token":"t0ken-t0ken","novelty":1},"req_id":5}'
    )
    subscribe = read(
        '{"method":"subscribe","params":{"channel":"book","symbol":["LTC/USD"],"depth":25,"token":"t0ken-t0ken"}}'
    )

    assert (order.ok, order.type, order.unread) == (True, "AddOrder", ["$.params.novelty"])
    assert order.value["params"]["order_qty"] == "0.10"
    assert (subscribe.ok, subscribe.type, subscribe.unread) == (True, "Subscribe", [])
    assert subscribe.value["channel"] == "book"
    assert subscribe.value["params"]["depth"] == 25
    assert "t0ken" not in json.dumps([order.told(), subscribe.told()])
    assert read('{"method":"ping","req_id":1}').type == "Ping"


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ('{"method":"subscribe","params":{"channel":"weather"}}', "$.params.channel"),
        ('{"method":"subscribe","params":{"channel":"ticker"}}', "$.params"),
        ('{"method":"subscribe","params":[1]}', "$.params"),
        ('{"method":"dance","params":{}}', "$.method"),
        ('{"method":"dance","success":true}', "$.method"),
        ('{"channel":"weather","data":[]}', "$.channel"),
        ('{"channel":"ticker","type":"update"}', "$"),
    ],
)
def test_frames_of_nothing_we_know_name_the_place(frame: str, field: str) -> None:
    found = read(frame)

    assert not found.ok
    assert found.error is not None
    assert found.error["field"] == field


def test_an_unknown_connection_is_misuse(tmp_path: Path) -> None:
    file = tmp_path / "tick.json"
    file.write_text(TICK)

    unknown = run("decode", "--ws", "SPOT_V2", file)

    assert unknown.code == 2
    assert all(key.name in unknown.err for key in WsKey)
    assert run("decode", "--ws", "SPOT_PUBLIC_V2").code == 2


@pytest.mark.parametrize("key", WsKey)
def test_every_connection_is_found_by_our_name_and_by_the_javascript_sdks(key: WsKey) -> None:
    assert ws_key_named(key.name) is ws_key_named(key.name.lower()) is ws_key_named(key.value) is key
    assert recording_of(key).read(b"proxy restarting").type == "Trouble"


FRAMES = {
    "Spot v2": TICK,
    "Spot v1": '[5,["70.10","71.20","1700000000.000001"],"spread","LTC/USD"]',
    "Futures v1": '{"feed":"heartbeat","time":1700000000000}',
}
KEYS = {"Spot v2": "SPOT_PUBLIC_V2", "Spot v1": "SPOT_PRIVATE_V1", "Futures v1": "DERIVATIVES_PRIVATE_V1"}


@pytest.mark.parametrize(("family", "frame"), FRAMES.items())
@pytest.mark.parametrize(("reader", "key"), [*KEYS.items(), ("Unified", "UNIFIED_PUBLIC")])
def test_a_frame_of_another_family_is_told_with_the_connection_that_reads_it(
    family: str, frame: str, reader: str, key: str
) -> None:
    found = recording_of(WsKey[key]).read(frame.encode())

    if family == reader or (family, reader) == ("Spot v2", "Unified"):  # these two share their envelope
        assert found.ok
        return
    assert found.error is not None
    assert found.error["field"] == "$"
    assert f"This is a frame of {family}" in found.error["message"]
    assert f"not of {reader}; read it with --ws {KEYS[family].replace('PRIVATE', 'PUBLIC')}" in found.error["message"]


@pytest.mark.parametrize(
    ("frame", "spoken"),
    [
        ('{"event":"subscribe","subscription":{"name":"ticker"}}', ("Spot v1",)),
        ('{"event":"subscribe","feed":"ticker"}', ("Futures v1",)),
        ('{"event":"addOrderStatus","status":"ok"}', ("Spot v1",)),
        ('{"event":"info","version":1}', ("Futures v1",)),
        ('{"event":"pong"}', ("Spot v1", "Futures v1")),
        ('{"method":"pong"}', ("Spot v2", "Unified")),
        ('{"Error":"Exceeded msg rate"}', ("Spot v1", "Spot v2", "Unified")),
        ('{"weather":"calm"}', ()),
    ],
)
def test_a_frames_shape_tells_which_families_speak_so(frame: str, spoken: tuple[str, ...]) -> None:
    assert tuple(speakers(json.loads(frame))) == spoken


def test_half_a_frame_is_told_without_its_token() -> None:
    found = read('{"method":"subscribe","params":{"channel":"executions","token":"t0ken-t0ken"')
    cut = read('{"method":"subscribe","params":{"channel":"executions","token":"t0ken-t0')
    ping = read('{"method":"ping","params":{"token":"t0ken-t0ken"},"req_id":4}')

    assert (found.ok, cut.ok, ping.type, ping.unread) == (False, False, "Ping", ["$.params"])
    assert "t0ken" not in json.dumps([one.told() for one in (found, cut, ping)])


ORDER = (
    '{"order_id":"OAAAAA-BBBBB-CCCCCC","limit_price":71.10,"order_qty":2.50000000,"timestamp":"2026-01-05T10:00:00Z"}'
)


def test_level_3_keeps_its_digits_and_an_order_whose_quantity_is_no_number_is_found() -> None:
    frame = f'{{"channel":"level3","type":"snapshot","data":[{{"symbol":"LTC/USD","bids":[{ORDER}],"asks":[],"checksum":7}}]}}'

    good = read(frame)
    bad = read(frame.replace("2.50000000", '"many"'))

    assert (good.type, good.unread) == ("Level3Update", [])
    (order,) = good.value["data"][0]["bids"]
    assert (order["limit_price"], order["order_qty"]) == ("71.10", "2.50000000")
    assert bad.error is not None
    assert bad.error["field"] == "$.data[0].bids[0].order_qty"


def told(finding: Finding) -> dict[str, Any]:
    return finding.told()


def test_a_finding_tells_a_value_or_an_error_never_both() -> None:
    assert set(told(read(TICK))) == {"ok", "type", "value", "unread"}
    assert set(told(read("{"))) == {"ok", "type", "error", "unread"}
