"""The one list of faults: three ways in, the same checks, and what the documentation shows."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.faults.exchange import AtRandom
from krakenkit.sandbox.faults.fault import Scripted, name_of
from krakenkit.sandbox.faults.frames import DelayAcks, Mute, RefuseCommands
from krakenkit.sandbox.faults.lines import DropLines, RefuseUpgrades
from krakenkit.sandbox.faults.listing import BY_CHANCE, KINDS, make_fault, settings_of, summary_of
from krakenkit.sandbox.faults.occasions import Subject, subject_of
from krakenkit.sandbox.faults.reading import read_fault, table
from krakenkit.sandbox.faults.rest import AnswerRestWith, DelayRest, HtmlError
from sandbox.loopback import world


@pytest.mark.parametrize("name", KINDS)
def test_every_fault_explains_itself(name: str) -> None:
    kind = KINDS[name]
    assert name_of(kind) == name
    assert summary_of(kind).endswith(".")
    assert f"| `{name}` |" in table()
    with Sandbox(market=False) as box:
        method = getattr(box.faults, name)
        assert method.__name__ == name
        assert list(inspect.signature(method).parameters) == [
            one.partition("=")[0] for one in settings_of(kind).split(", ") if one
        ]
    if issubclass(kind, Scripted):
        assert kind.place is not None


def test_a_fault_is_read_from_a_line_of_text() -> None:
    assert read_fault("drop_lines") == DropLines()
    assert read_fault("drop_lines:kind=private") == DropLines("private")
    assert read_fault("delay_rest:seconds=0.5,path=AddOrder") == DelayRest(0.5, path="AddOrder")
    assert read_fault("refuse_commands:method=add_order,error=EService:Busy") == RefuseCommands("add_order")
    assert read_fault(r"answer_rest_with:body=one\,two,count=3") == AnswerRestWith(200, "one,two", count=3)
    assert read_fault("at_random:seed=3,rate=0.5,kinds=drop_lines+busy") == AtRandom(3, 0.5, ["drop_lines", "busy"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dropp", "There is no fault 'dropp'; there are drop_lines"),
        ("drop_lines:kind=loud", "drop_lines: Invalid enum value 'loud'"),
        ("drop_lines:private", "'private' is not key=value"),
        ("stale_tokens:count=1", "unknown field `count`. It takes nothing."),
        ("silence:seconds=soon", "Expected `float`"),
        ("silence:seconds=-1", "Expected `float` >= 0.0"),
        ("silence:seconds=nan", "Expected `float` >= 0.0"),
        ("busy:count=0", "Expected `int` >= 1"),
        ("html_error:status=404", "Invalid enum value 404"),
        ("clock_skew", "missing required field `seconds`"),
        ("answer_rest_with:content_type=text", "matching regex"),
    ],
)
def test_what_is_no_fault_is_explained(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        read_fault(text)


def test_python_and_json_are_held_to_the_same_settings() -> None:
    with Sandbox(market=False) as box:
        with pytest.raises(SettingsError, match="Expected `int` >= 1"):
            box.faults.busy(count=0)
        with pytest.raises(SettingsError, match="Expected `float`, got `str`"):
            box.faults.silence("1")  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match="'stale_tokens' does not happen by chance"):
            box.faults.at_random(kinds=["stale_tokens"])
        with pytest.raises(SettingsError, match="no fault 'nothing'"):
            box.faults.clear("nothing")
        assert box.faults.history() == []
    with pytest.raises(SettingsError, match="Expected `int`, got `str`"):
        make_fault(RefuseUpgrades, {"status": "503"})
    assert make_fault(HtmlError, {"status": 520}) == HtmlError(status=520)
    assert "answer_rest_with" not in BY_CHANCE


@pytest.mark.parametrize(
    ("frame", "subject"),
    [
        (b'{"method":"pong"}', Subject("reply", "pong")),
        (b'{"method":"add_order","success":true,"result":{"order_id":"O"}}', Subject("reply", "add_order")),
        (
            b'{"method":"subscribe","success":false,"error":"no","symbol":"A/B"}',
            Subject("reply", "subscribe", ("A/B",), "no"),
        ),
        (b'{"channel":"heartbeat"}', Subject(name="heartbeat")),
        (b'{"channel":"status","type":"update","data":[{}]}', Subject(name="status")),
        (
            b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD"}]}',
            Subject("snapshot", "book", ("BTC/USD",)),
        ),
        (b'{"channel":"instrument","type":"update","data":{"pairs":[]}}', Subject("update", "instrument")),
        (b'{"event":"heartbeat"}', Subject(name="heartbeat")),
        (
            b'{"event":"subscriptionStatus","pair":"XBT/USD","subscription":{"name":"book"},"status":"subscribed"}',
            Subject("reply", "subscriptionStatus book", ("BTC/USD",)),
        ),
        (b'{"event":"addOrderStatus","errorMessage":"E"}', Subject("reply", "addOrderStatus", (), "E")),
        (b'[1,{"as":[],"bs":[]},"book-10","XBT/USD"]', Subject("snapshot", "book", ("BTC/USD",))),
        (b'[1,{"a":[]},{"b":[]},"book-10","XDG/USD"]', Subject("update", "book", ("DOGE/USD",))),
        (b'[1,[["1","2"]],"trade","XBT/USD"]', Subject("update", "trade", ("BTC/USD",))),
        (b'[[{"A":{}}],"ownTrades",{"sequence":1}]', Subject("update", "ownTrades")),
        (
            b'{"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD"]}',
            Subject("reply", "subscribed book", ("PI_XBTUSD",)),
        ),
        (b'{"event":"error","message":"Invalid feed"}', Subject("reply", "error", (), "Invalid feed")),
        (b'{"feed":"book_snapshot","product_id":"PI_XBTUSD"}', Subject("snapshot", "book", ("PI_XBTUSD",))),
        (b'{"feed":"fills","fills":[]}', Subject("update", "fills")),
        (b"CloudFlare WebSocket proxy restarting", Subject()),
        (b'"text"', Subject()),
        (b"\xff", Subject()),
        (b"[]", Subject()),
    ],
)
def test_a_frame_tells_what_it_is_about(frame: bytes, subject: Subject) -> None:
    assert subject_of(frame) == subject


async def test_what_waits_and_what_happened_can_be_asked() -> None:
    async with world() as here:
        here.box.faults.busy(path="Time", count=2)
        here.box.faults.mute("ticker", "XBTUSD")
        here.box.faults.delay_acks(1)
        here.box.faults.delay_acks(2)
        waiting: list[tuple[Any, int | None]] = list(here.box.faults.waiting())
        assert [left for _, left in waiting] == [2, None, None]
        assert [one for one, _ in waiting][1:] == [Mute("ticker", "BTC/USD"), DelayAcks(2)]
        assert (await here.get("Time"))["error"] == ["EService:Busy"]
        assert [one.about for one in here.box.faults.history("busy")] == ["/0/public/Time"]
        assert {one.fault for one in here.box.faults.history()} == {"busy", "mute", "delay_acks"}
        here.box.faults.clear("busy")
        assert (await here.get("Time"))["error"] == []
        here.box.faults.clear()
        assert here.box.faults.waiting() == []
        assert len(here.box.faults.history("busy")) == 1
