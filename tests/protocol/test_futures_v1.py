"""The words of the Futures WebSocket v1, and what the machine makes of answers that carry no number."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit.errors import AuthRefused, SettingsError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Ack, Challenge, Data, Greeting, Incoming, Pong, Trouble
from krakenkit.protocol.events import (
    Action,
    Authenticated,
    Complained,
    Confirmed,
    Ended,
    Left,
    NeedToken,
    Responded,
    SubscriptionLost,
    Write,
)
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.signing import challenge
from krakenkit.wire.channel import Topic
from krakenkit.wire.futures_v1.account import Fills
from protocol.simulated_futures import KEY

BTC, ETH, SOL = (Topic("ticker", f"PF_{asset}USD") for asset in ("XBT", "ETH", "SOL"))
BOOK = Topic("book", "PF_XBTUSD")
FILLS, BALANCES = Topic("fills"), Topic("balances")
PUBLIC, PRIVATE = FuturesV1(), FuturesV1(KEY)
UUID = "c100b894-1729-464d-ace1-52dbce11db42"
NO_SUCH = '{"event":"error","message":"Invalid product id"}'
STALE = '{"event":"alert","message":"Failed to subscribe to authenticated feed"}'
ALREADY = '{"event":"alert","message":"Already subscribed to feed, re-requesting"}'
NOT_THERE = '{"event":"alert","message":"Not subscribed to feed"}'
TOO_FAST = '{"event":"alert","message":"rate_limited"}'


def read(text: str) -> Incoming:
    return PUBLIC.read(text.encode())


def yes(topic: Topic, event: str = "subscribed") -> str:
    named = {"product_ids": [topic.symbol]} if topic.symbol else {}
    return json.dumps({"event": event, "feed": topic.channel} | named)


def line(*, private: bool = False, now: float = 0.0) -> Connection:
    """A machine whose socket is up; what it wanted so far is not looked at."""
    dialect = PRIVATE if private else PUBLIC
    link = Connection(dialect, policy=ReconnectPolicy(), roll=lambda: 1.0)
    link.connect(now)
    link.opened(now)
    link.actions()
    return link


def signed(link: Connection, *, now: float = 0.0) -> Connection:
    """The private line with its challenge answered."""
    hear(link, json.dumps({"event": "challenge", "message": UUID}), now=now)
    return link


def hear(link: Connection, *frames: str, now: float = 0.0) -> list[Action]:
    """What the machine does about these frames, without the echo of each answer."""
    for frame in frames:
        link.received(link.dialect.read(frame.encode()), now)
    return [action for action in link.actions() if not isinstance(action, Responded)]


def asked(actions: list[Action]) -> list[dict[str, Any]]:
    return [json.loads(action.text) for action in actions if isinstance(action, Write)]


def want(link: Connection, *topics: Topic, now: float = 0.0) -> list[dict[str, Any]]:
    link.want(topics, now)
    return asked(link.actions())


# ---------------------------------------------------------------- words


def test_one_request_names_all_products_of_a_feed() -> None:
    assert json.loads(PUBLIC.subscribe([BTC, ETH], 7, None)) == {
        "event": "subscribe",
        "feed": "ticker",
        "product_ids": ["PF_XBTUSD", "PF_ETHUSD"],
    }
    assert [len(group) for group in PUBLIC.groups([BTC, BOOK, ETH])] == [2, 1]


def test_a_private_request_carries_the_key_the_challenge_and_its_signature() -> None:
    token = PRIVATE.answer(UUID)

    assert json.loads(PRIVATE.unsubscribe([BALANCES], 1, token)) == {
        "event": "unsubscribe",
        "feed": "balances",
        "api_key": KEY.key,
        "original_challenge": UUID,
        # The worked example of the exchange's guide, whose sample secret this key has.
        "signed_challenge": "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==",
    }


def test_fills_of_some_products_are_one_subscription() -> None:
    (topic,) = Fills(product_ids=["PF_XBTUSD", "PF_ETHUSD"]).topics()

    assert json.loads(PUBLIC.subscribe([topic], 1, None))["product_ids"] == ["PF_ETHUSD", "PF_XBTUSD"]


def test_no_command_is_taken() -> None:
    with pytest.raises(SettingsError, match="use DerivativesClient"):
        PUBLIC.command("sendorder", {}, 1, None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"event":"info","version":1}', Greeting()),
        ('{"event":"pong"}', Pong()),
        ('{"event":"challenge","message":"abc"}', Challenge("abc")),
        ('{"feed":"book_snapshot","product_id":"PF_XBTUSD"}', Data("book")),
        ('{"time":1,"feed":"ticker"}', Data("ticker")),
        ('{"event":"alert","message":"Maintenance at noon"}', Trouble("Maintenance at noon")),
    ],
)
def test_a_frame_says_what_it_is(text: str, meant: Incoming) -> None:
    assert read(text) == meant


def test_an_acknowledgement_is_told_by_event_feed_and_products() -> None:
    ack = read('{"event":"unsubscribed","feed":"book","product_ids":["pf_xbtusd","PF_ETHUSD"]}')

    assert isinstance(ack, Ack)
    assert (ack.req_id, ack.ok, ack.leaving, ack.channel) == (None, True, True, "book")
    assert ack.symbols == ("pf_xbtusd", "PF_ETHUSD")


@pytest.mark.parametrize(
    ("text", "meaning", "leaving"),
    [(NO_SUCH, None, None), (STALE, "stale", None), (ALREADY, "as_asked", False), (NOT_THERE, "as_asked", True)]
    + [(text, "passing", None) for text in (TOO_FAST, '{"event":"alert","message":"Rate limit exceeded"}')],
)
def test_refusals_without_a_name_are_told_apart(text: str, meaning: str | None, leaving: bool | None) -> None:
    ack = read(text)

    assert isinstance(ack, Ack)
    assert (ack.ok, ack.channel, ack.meaning, ack.leaving) == (False, None, meaning, leaving)
    assert ack.error == json.loads(text)["message"]


def test_key_and_signature_do_not_leave_an_acknowledgement() -> None:
    proof = json.loads(PRIVATE.answer(UUID))

    ack = PRIVATE.read(json.dumps({"event": "subscribed", "feed": "fills", **proof}).encode())

    assert isinstance(ack, Ack)
    assert all(secret.encode() not in ack.raw for secret in proof.values())
    assert not any(secret in repr(ack) for secret in proof.values())
    assert UUID not in repr(Challenge(UUID))


@pytest.mark.parametrize("junk", [b"", b"\xff{", b"[1]", b'{"event":"challenge"}', b'{"event":"subscribed"}', b"{}"])
def test_what_cannot_be_read_is_a_complaint(junk: bytes) -> None:
    assert isinstance(PUBLIC.read(junk), Trouble)


# ---------------------------------------------------------------- the challenge


def test_a_private_line_asks_for_a_challenge_instead_of_a_token_and_signs_it() -> None:
    link = Connection(PRIVATE)
    link.want([BALANCES], 0.0)
    link.opened(0.0)
    actions = link.actions()
    assert asked(actions) == [{"event": "challenge", "api_key": KEY.key}]
    assert not any(isinstance(action, NeedToken) for action in actions)
    assert link.state is State.AUTHENTICATING

    (request,) = asked(hear(link, json.dumps({"event": "challenge", "message": UUID})))

    assert challenge.verify(request["signed_challenge"], KEY.secret_bytes(), UUID)
    assert hear(link, yes(BALANCES))[:2] == [Authenticated(), Confirmed(BALANCES)]


def test_every_line_signs_a_challenge_of_its_own() -> None:
    link = signed(line(private=True))
    want(link, BALANCES)
    hear(link, yes(BALANCES))
    link.lost("cut", 1.0)
    link.tick(link.deadline or 0.0)
    link.opened(3.0)
    assert asked(link.actions()) == [{"event": "challenge", "api_key": KEY.key}]

    (request,) = asked(hear(link, '{"event":"challenge","message":"another"}', now=3.0))

    assert request["original_challenge"] == "another"


def test_a_challenge_that_does_not_come_is_asked_for_again() -> None:
    link = line(private=True)

    link.tick(30.1)

    assert {"event": "challenge", "api_key": KEY.key} in asked(link.actions())


def test_a_refused_challenge_is_asked_for_again_and_the_third_refusal_ends_the_line() -> None:
    link = line(private=True)
    link.want([BALANCES], 0.0)
    error = '{"event":"error","message":"Json Error"}'
    for now in (0.0, 40.0):
        assert Complained(Trouble("Json Error")) in hear(link, error, now=now)
        link.tick(now + 35.0)
        assert {"event": "challenge", "api_key": KEY.key} in asked(link.actions())

    *_, lost, ended = hear(link, error, now=80.0)

    assert isinstance(lost, SubscriptionLost)
    assert isinstance(ended, Ended)
    assert isinstance(ended.error, AuthRefused)
    assert "Futures key" in str(ended.error)


def test_a_feed_refused_for_its_challenge_is_asked_for_with_a_fresh_one() -> None:
    link = signed(line(private=True))
    want(link, BALANCES)

    assert asked(hear(link, STALE)) == [{"event": "challenge", "api_key": KEY.key}]
    (request,) = asked(hear(link, '{"event":"challenge","message":"fresh"}'))

    assert (request["feed"], request["original_challenge"]) == ("balances", "fresh")


# ---------------------------------------------------------------- whose answer is it


def test_requests_take_turns() -> None:
    link = line()

    assert [request["feed"] for request in want(link, BTC, BOOK)] == ["ticker"]
    assert want(link, Topic("heartbeat")) == []
    assert [request["feed"] for request in asked(hear(link, yes(BTC)))] == ["heartbeat"]


def test_one_acknowledgement_may_name_several_products_or_none() -> None:
    link = line()
    want(link, BTC, ETH)
    both = '{"event":"subscribed","feed":"ticker","product_ids":["pf_xbtusd","PF_ETHUSD"]}'
    assert hear(link, both) == [Confirmed(BTC), Confirmed(ETH)]

    want(link, SOL)

    assert hear(link, '{"event":"subscribed","feed":"ticker"}') == [Confirmed(SOL)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (0, 2, 1)])
def test_of_three_products_only_the_guilty_one_is_refused(order: tuple[int, ...]) -> None:
    link = line()
    want(link, BTC, ETH, SOL)
    frames = [yes(BTC), NO_SUCH, yes(SOL)]

    actions = hear(link, *(frames[at] for at in order))

    assert [action for action in actions if isinstance(action, SubscriptionLost)] == [
        SubscriptionLost(ETH, "Invalid product id")
    ]
    assert {action.topic for action in actions if isinstance(action, Confirmed)} == {BTC, SOL}
    assert link.state is State.OPEN


def test_when_one_word_refuses_a_whole_request_each_product_is_asked_for_by_itself() -> None:
    link = line()
    want(link, BTC, ETH)
    assert hear(link, NO_SUCH) == []
    assert link.deadline == 1.0

    link.tick(1.0)

    assert [request["product_ids"] for request in asked(link.actions())] == [["PF_XBTUSD"]]
    confirmed, following = hear(link, yes(BTC), now=1.1)
    assert confirmed == Confirmed(BTC)
    assert [request["product_ids"] for request in asked([following])] == [["PF_ETHUSD"]]
    lost, *leaving = hear(link, NO_SUCH, now=1.2)
    assert lost == SubscriptionLost(ETH, "Invalid product id")
    assert [request["event"] for request in asked(leaving)] == ["unsubscribe"]


def test_a_feed_that_is_refused_by_name_is_reported() -> None:
    link = signed(line(private=True))
    want(link, FILLS)

    assert hear(link, '{"event":"subscribed_failed","feed":"fills"}') == [SubscriptionLost(FILLS, "subscribed_failed")]


def test_a_refusal_while_nothing_waits_is_a_complaint() -> None:
    link = line()
    want(link, BTC)
    hear(link, yes(BTC))

    assert hear(link, NO_SUCH) == [Complained(Trouble("Invalid product id"))]


def test_already_subscribed_is_asked_about_once_more_and_then_believed() -> None:
    link = line()
    want(link, BTC)

    assert [request["feed"] for request in asked(hear(link, ALREADY))] == ["ticker"]
    assert hear(link, ALREADY) == [Confirmed(BTC)]


def test_what_is_not_subscribed_needs_not_be_left() -> None:
    link = line()
    want(link, BTC)
    hear(link, yes(BTC))
    link.unwant([BTC], 1.0)

    assert hear(link, NOT_THERE, now=1.1)[-1] == Left(BTC)


def test_a_request_refused_for_the_pace_is_sent_again_later() -> None:
    link = line()
    want(link, BTC, ETH)
    assert hear(link, TOO_FAST) == []

    link.tick(1.0)

    assert [request["product_ids"] for request in asked(link.actions())] == [["PF_XBTUSD", "PF_ETHUSD"]]


def test_products_of_a_request_without_an_answer_are_asked_for_one_by_one_and_reported_in_the_end() -> None:
    link = line()
    want(link, BTC, ETH)
    link.heard(4.9)
    link.tick(5.0)
    assert [request["product_ids"] for request in asked(link.actions())] == [["PF_XBTUSD"]]
    assert [request["product_ids"] for request in asked(hear(link, yes(BTC), now=5.1))] == [["PF_ETHUSD"]]

    reported: list[Action] = []
    for now in (10.1, 15.1):
        link.heard(now)
        link.tick(now)
        reported += [action for action in link.actions() if isinstance(action, SubscriptionLost)]

    assert reported == [SubscriptionLost(ETH, "no answer to 3 requests")]


def test_renewing_one_product_leaves_the_others_alone() -> None:
    link = line()
    want(link, BTC, ETH)
    hear(link, yes(BTC), yes(ETH))

    link.renew([ETH], 1.0)

    (left,) = asked(link.actions())
    assert (left["event"], left["product_ids"]) == ("unsubscribe", ["PF_ETHUSD"])
    (again,) = asked(hear(link, yes(ETH, "unsubscribed"), now=1.1))
    assert (again["event"], again["product_ids"]) == ("subscribe", ["PF_ETHUSD"])
