"""The words of Spot v2: the frames that are written, and what the ones that come in say."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit.errors import SettingsError
from krakenkit.protocol.dialect import Ack, Data, Incoming, Pong, Reply, Trouble
from krakenkit.protocol.spot_v2 import SpotV2, number_value
from krakenkit.wire.channel import Topic
from krakenkit.wire.request import Params
from krakenkit.wire.spot_v2.account import Executions
from krakenkit.wire.spot_v2.market import Book, Instrument, Ohlc, Ticker, Trade

PUBLIC, PRIVATE = SpotV2(private=False), SpotV2(private=True)


def frame(text: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return made


def read(text: str) -> Incoming:
    return PUBLIC.read(text.encode())


# ---------------------------------------------------------------- what is written


def test_one_request_names_all_symbols_of_a_channel() -> None:
    topics = list(Ticker(symbol=["BTC/USD", "eth/usd"]).topics())

    written = frame(PUBLIC.subscribe(topics, 7, None))

    assert written == {
        "method": "subscribe",
        "params": {"channel": "ticker", "symbol": ["BTC/USD", "ETH/USD"], "snapshot": True},
        "req_id": 7,
    }


def test_a_channel_without_symbols_names_none() -> None:
    topics = list(Instrument().topics())

    assert "symbol" not in frame(PUBLIC.subscribe(topics, 1, None))["params"]


def test_a_private_request_carries_the_token_inside_its_params() -> None:
    topics = list(Executions(snap_orders=False).topics())

    written = frame(PRIVATE.subscribe(topics, 3, "t1"))

    assert written["params"]["token"] == "t1"
    assert "token" not in written


def test_an_unsubscribe_repeats_what_tells_subscriptions_apart_and_nothing_that_only_subscribing_takes() -> None:
    book = list(Book(symbol="BTC/USD", depth=100).topics())
    fills = list(Executions(snap_orders=False, snap_trades=True).topics())
    candles = list(Ohlc(symbol="BTC/USD", interval=5).topics())

    assert frame(PUBLIC.unsubscribe(book, 1, None))["params"] == {
        "channel": "book",
        "symbol": ["BTC/USD"],
        "depth": 100,
    }
    assert frame(PRIVATE.unsubscribe(fills, 2, "t1"))["params"] == {"channel": "executions", "token": "t1"}
    assert frame(PUBLIC.unsubscribe(candles, 3, None))["params"]["interval"] == 5


def test_a_ping_has_no_params() -> None:
    assert frame(PRIVATE.ping(9)) == {"method": "ping", "req_id": 9}


@pytest.mark.parametrize("amount", ["0.10", "1E-8", "123456789.123456789123456789", "26500.4", "1E+3"])
def test_amounts_are_bare_numbers_with_all_their_digits_and_no_exponent(amount: str) -> None:
    text = PRIVATE.command("add_order", {"order_qty": Decimal(amount)}, 1, "t1")

    assert f'"order_qty":{Decimal(amount):f}' in text
    assert frame(text)["params"]["order_qty"] == Decimal(amount)


def test_amounts_inside_lists_and_objects_are_bare_numbers_too() -> None:
    class Trigger(Params, frozen=True):
        price: Decimal
        reference: str | None = None

    params = {"triggers": Trigger(Decimal("10.50")), "orders": [{"limit_price": Decimal("0.1")}, "O1"]}

    text = PRIVATE.command("batch_add", params, 1, "t1")

    assert '"triggers":{"price":10.50}' in text
    assert '"orders":[{"limit_price":0.1},"O1"]' in text


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_is_no_number_is_refused_by_name(amount: Decimal) -> None:
    with pytest.raises(SettingsError, match="limit_price"):
        number_value(amount, name="limit_price")


@pytest.mark.parametrize("params", [{"limit_price": 0.1}, {"orders": [{"limit_price": 0.1}]}])
def test_a_float_is_refused_by_name_wherever_it_stands(params: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="limit_price is the float"):
        PRIVATE.command("add_order", params, 1, "t1")


def test_topics_that_differ_in_anything_but_the_symbol_go_into_requests_of_their_own() -> None:
    topics = [
        *Book(symbol=["BTC/USD", "ETH/USD"], depth=10).topics(),
        *Book(symbol=["BTC/USD"], depth=100).topics(),
        *Trade(symbol=["BTC/USD"]).topics(),
    ]

    bunches = [[str(topic) for topic in bunch] for bunch in PUBLIC.groups(topics)]

    assert bunches == [
        ["book BTC/USD depth=10", "book ETH/USD depth=10"],
        ["book BTC/USD depth=100"],
        ["trade BTC/USD"],
    ]


def test_many_symbols_are_spread_over_several_requests_and_none_is_lost() -> None:
    topics = [Topic("ticker", f"A{number}/USD") for number in range(250)]

    bunches = list(PUBLIC.groups(topics))

    assert [len(bunch) for bunch in bunches] == [100, 100, 50]
    assert [topic for bunch in bunches for topic in bunch] == topics


# ---------------------------------------------------------------- what comes in


def test_a_yes_names_its_request_and_its_symbol() -> None:
    text = '{"method":"subscribe","req_id":4,"result":{"channel":"book","depth":10,"symbol":"BTC/USD"},"success":true}'

    assert read(text) == Ack(4, True, "BTC/USD", raw=text.encode())


def test_a_no_names_its_symbol_at_the_top_if_at_all() -> None:
    named = '{"error":"Currency pair not supported ZZZ/USD","method":"subscribe","req_id":4,"success":false,"symbol":"ZZZ/USD"}'
    unnamed = '{"error":"Unsupported event","method":"subscribe","req_id":5,"success":false}'

    assert read(named) == Ack(4, False, "ZZZ/USD", "Currency pair not supported ZZZ/USD", raw=named.encode())
    assert read(unnamed) == Ack(5, False, None, "Unsupported event", raw=unnamed.encode())


@pytest.mark.parametrize("success", ["", ',"success":null', ',"success":"true"', ',"success":1'])
def test_only_a_plain_true_is_a_yes(success: str) -> None:
    incoming = read(f'{{"method":"subscribe","req_id":4{success}}}')

    assert isinstance(incoming, Ack)
    assert not incoming.ok


@pytest.mark.parametrize(
    ("members", "warnings"),
    [
        ('"warnings":["old field"]', ("old field",)),
        ('"warning":"old field"', ("old field",)),
        ('"warnings":["a"],"warning":"b"', ("a", "b")),
        ('"warnings":null', ()),
        ('"warnings":[1,{"x":2},"a"]', ("a",)),
        ('"warnings":{"odd":true}', ()),
    ],
)
def test_warnings_are_read_in_both_spellings(members: str, warnings: tuple[str, ...]) -> None:
    incoming = read(f'{{"method":"subscribe","req_id":1,"success":true,"result":{{"symbol":"BTC/USD",{members}}}}}')

    assert isinstance(incoming, Ack)
    assert (incoming.symbol, incoming.warnings) == ("BTC/USD", warnings)


@pytest.mark.parametrize("result", ['"depth":{"a":1}', '"maxratecount":"many"', '"snapshot":[]', '"new":{"deep":[1]}'])
def test_an_answer_with_members_of_unknown_shapes_still_names_its_symbol(result: str) -> None:
    incoming = read(f'{{"method":"subscribe","req_id":1,"success":true,"result":{{"symbol":"BTC/USD",{result}}}}}')

    assert isinstance(incoming, Ack)
    assert incoming.symbol == "BTC/USD"


@pytest.mark.parametrize(
    "text",
    [
        '{"method":"pong","req_id":1,"time_in":"x","time_out":"y"}',
        '{"error":"Unsupported field","method":"ping","req_id":0,"success":false}',
    ],
)
def test_a_pong_and_a_refused_ping_are_signs_of_life(text: str) -> None:
    assert read(text) == Pong()


def test_a_reply_keeps_its_error_and_the_frame_itself() -> None:
    text = '{"error":"EOrder:Insufficient funds","method":"add_order","req_id":12,"success":false}'

    assert read(text) == Reply(12, "add_order", False, "EOrder:Insufficient funds", text.encode())


def test_a_number_written_as_text_still_finds_its_request() -> None:
    incoming = read('{"method":"add_order","req_id":"12","success":true,"result":{}}')

    assert isinstance(incoming, Reply)
    assert incoming.req_id == 12


@pytest.mark.parametrize("channel", ["heartbeat", "status", "a_new_one"])
def test_frames_of_a_channel_are_data_whatever_the_channel(channel: str) -> None:
    assert read(f'{{"type":"update","channel":"{channel}","data":[{{}}]}}') == Data(channel)


def test_a_complaint_about_the_pace_says_so() -> None:
    assert read('{"Error":"Exceeded msg rate"}') == Trouble("Exceeded msg rate", rate=True)
    assert read('{"Error":"Something else"}') == Trouble("Something else")


def test_an_error_that_names_no_method_is_a_complaint() -> None:
    assert read('{"error":"Malformed request","success":false}') == Trouble("Malformed request")


@pytest.mark.parametrize(
    "payload",
    [
        b"CloudFlare WebSocket proxy restarting",
        b"",
        b"[]",
        b"null",
        b'{"method":1}',
        b'{"method":"subscribe","req_id":1.5}',
        b'{"channel":"\xff"}',
        b"\xff\xfe{",
        b'{"x":' + b"[" * 100_000,
        b'{"method":"subscribe","req_id":1,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_cannot_be_read_is_trouble_and_never_an_exception(payload: bytes) -> None:
    incoming = PUBLIC.read(payload)

    assert isinstance(incoming, Trouble)
    assert len(incoming.text) <= 201


@pytest.mark.parametrize("result", [b'{"symbol":"\xff"}', b'"text"', b"[1]", b"null"])
def test_an_answer_whose_result_cannot_be_read_is_still_an_answer(result: bytes) -> None:
    incoming = PUBLIC.read(b'{"method":"subscribe","req_id":1,"success":true,"result":' + result + b"}")

    assert isinstance(incoming, Ack)
    assert (incoming.req_id, incoming.ok, incoming.symbol) == (1, True, None)


def test_a_token_in_a_frame_that_cannot_be_read_is_not_repeated() -> None:
    incoming = PUBLIC.read(b'{"method":7,"params":{"token":"SECRETTOKEN"}}')

    assert "SECRETTOKEN" not in repr(incoming)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_reading_never_raises(payload: bytes) -> None:
    assert isinstance(PUBLIC.read(payload), Ack | Reply | Pong | Data | Trouble)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
members = st.sampled_from(["method", "success", "req_id", "error", "symbol", "result", "channel", "Error", "warnings"])
methods = st.sampled_from(["subscribe", "unsubscribe", "pong", "add_order"])


@given(st.dictionaries(members, json_values | methods, max_size=6))
def test_reading_frames_of_any_shape_never_raises(body: dict[str, Any]) -> None:
    assert isinstance(PUBLIC.read(json.dumps(body).encode()), Ack | Reply | Pong | Data | Trouble)
