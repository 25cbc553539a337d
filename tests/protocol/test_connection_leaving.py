"""Subscriptions that end or are renewed: unsubscribed, told once, and never left behind on the line. No sockets, no clock."""

from __future__ import annotations

import pytest

from krakenkit.protocol.connection import State
from krakenkit.protocol.dialect import Ack, Timing
from krakenkit.protocol.events import Confirmed, GapBegan, Left, SubscriptionLost, Write
from protocol.words import BALANCES, BTC, ETH, FILLS, Every, answered, connection, live, opened, told, written

UNKNOWN = "Currency pair not supported BTC/USD"

# ---------------------------------------------------------------- given up


def test_a_topic_given_up_is_unsubscribed_and_told_once_it_is_gone() -> None:
    link = live(connection(), BTC, ETH)

    link.unwant([ETH], 1.0)
    assert written(link) == ["leave ticker ETH/USD #2"]
    assert answered(link, Ack(2, True, "ETH/USD"), 1.1) == [Left(ETH)]

    assert link.state is State.OPEN


def test_a_topic_that_was_never_asked_for_is_gone_at_once() -> None:
    link = connection()
    link.want([BTC], 0.0)
    link.actions()

    link.unwant([BTC], 0.1)
    assert told(link) == [Left(BTC)]
    link.opened(0.2)

    assert written(link) == []


def test_giving_up_what_nobody_wanted_says_nothing() -> None:
    link = live(connection(), BTC)

    link.unwant([ETH], 1.0)

    assert told(link) == []


def test_a_topic_given_up_before_its_answer_leaves_all_the_same() -> None:
    link = opened(connection(), BTC)

    link.unwant([BTC], 0.1)
    assert written(link) == ["leave ticker BTC/USD #2"]
    assert answered(link, Ack(1, True, "BTC/USD"), 0.2) == []

    assert answered(link, Ack(2, True, "BTC/USD"), 0.3) == [Left(BTC)]


def test_a_yes_that_comes_after_the_topic_has_left_is_unsubscribed_again() -> None:
    link = opened(connection(), BTC)
    link.unwant([BTC], 0.1)
    assert answered(link, Ack(2, False, "BTC/USD", "Subscription Not Found"), 0.2) == [Left(BTC)]

    assert answered(link, Ack(1, True, "BTC/USD"), 0.3) == [Write("leave ticker BTC/USD #3")]

    assert answered(link, Ack(3, True, "BTC/USD"), 0.4) == []
    assert link.subscriptions.standings == {}


def test_a_topic_wanted_again_while_it_leaves_is_asked_for_when_it_has_left() -> None:
    link = live(connection(), BTC)
    link.unwant([BTC], 1.0)
    link.want([BTC], 1.1)
    assert written(link) == ["leave ticker BTC/USD #2"]

    assert answered(link, Ack(2, True, "BTC/USD"), 1.2) == [Write("ask ticker BTC/USD #3")]

    assert answered(link, Ack(3, True, "BTC/USD"), 1.3) == [Confirmed(BTC)]


def test_an_answer_of_an_earlier_life_does_not_confirm_the_present_one() -> None:
    link = opened(connection(), BTC)
    link.unwant([BTC], 0.1)
    link.received(Ack(2, True, "BTC/USD"), 0.2)
    link.want([BTC], 0.3)

    assert answered(link, Ack(1, True, "BTC/USD"), 0.4) == []

    assert answered(link, Ack(3, False, "BTC/USD", UNKNOWN), 0.5) == [SubscriptionLost(BTC, UNKNOWN)]


@pytest.mark.parametrize("answer", ["EService:Busy", None])
def test_an_unsubscribe_that_was_not_done_is_sent_again(answer: str | None) -> None:
    link = live(connection(timing=Timing(ack_timeout=1.0, ping_interval=1e9)), BTC)
    link.unwant([BTC], 1.0)
    if answer is not None:
        assert answered(link, Ack(2, False, "BTC/USD", answer), 1.0) == []
    link.actions()

    link.tick(2.0)

    assert written(link) == ["leave ticker BTC/USD #3"]
    assert answered(link, Ack(3, True, "BTC/USD"), 2.1) == [Left(BTC)]


def test_an_unsubscribe_that_is_never_answered_ends_after_its_tries() -> None:
    link = live(connection(timing=Timing(ack_timeout=1.0, ack_tries=3, ping_interval=1e9)), BTC)
    link.unwant([BTC], 1.0)
    link.tick(2.0)
    link.tick(3.0)
    assert written(link) == [f"leave ticker BTC/USD #{number}" for number in (2, 3, 4)]

    link.tick(4.0)

    assert told(link) == [Left(BTC)]


def test_a_drop_finishes_what_was_leaving() -> None:
    link = live(connection(), BTC, ETH)
    link.unwant([ETH], 1.0)
    link.actions()

    link.lost("reset", 2.0)

    assert told(link)[:2] == [Left(ETH), GapBegan((BTC,), 1.0 - 1.0, "reset")]


def test_a_topic_that_waits_to_be_asked_again_is_unsubscribed_when_given_up() -> None:
    link = opened(connection(timing=Timing(ack_timeout=1.0, ping_interval=1e9), pace=Every(8.0)), BTC)
    link.tick(1.0)
    assert written(link) == []

    link.unwant([BTC], 2.0)
    link.tick(10.0)

    assert written(link) == ["leave ticker BTC/USD #2"]


# ---------------------------------------------------------------- renewed


def test_renewing_one_topic_leaves_the_others_alone_and_tells_since_when_it_was_blind() -> None:
    link = live(connection(), BTC, ETH)

    link.renew([BTC], 3.0)
    assert (written(link), link.state) == (["leave ticker BTC/USD #2"], State.RESUBSCRIBING)
    assert answered(link, Ack(2, True, "BTC/USD"), 3.1) == [Write("ask ticker BTC/USD #3")]

    assert answered(link, Ack(3, True, "BTC/USD"), 3.2) == [Confirmed(BTC, blind_since=3.0)]
    assert link.state is State.OPEN


def test_a_topic_that_is_renewed_again_and_again_waits_longer_each_time() -> None:
    link = live(connection(timing=Timing(ping_interval=1e9, silence=1e9)), BTC)
    waits: list[float] = []
    for at, number in ((10.0, 2), (20.0, 4), (30.0, 6), (40.0, 8)):
        link.renew([BTC], at)
        link.received(Ack(number, True, "BTC/USD"), at)
        asked = f"ask ticker BTC/USD #{number + 1}" in written(link)
        waits.append(0.0 if asked else (link.deadline or 0.0) - at)
        link.tick(at + waits[-1])
        link.received(Ack(number + 1, True, "BTC/USD"), at + 5.0)

    assert waits == [0.0, 0.5, 1.0, 2.0]


def test_only_what_the_exchange_was_asked_for_is_renewed() -> None:
    link = live(connection(), BTC)

    link.renew([ETH], 1.0)

    assert told(link) == []


def test_a_topic_whose_data_came_before_its_answer_can_be_renewed() -> None:
    link = opened(connection(), BTC)

    link.renew([BTC], 1.0)
    link.received(Ack(1, True, "BTC/USD"), 1.1)
    link.received(Ack(2, True, "BTC/USD"), 1.2)
    link.received(Ack(3, True, "BTC/USD"), 1.3)

    asked, confirmed = told(link), Confirmed(BTC, None)
    assert asked == [Write("leave ticker BTC/USD #2"), Write("ask ticker BTC/USD #3"), confirmed]


def test_a_renewal_during_the_wait_for_a_token_is_not_forgotten() -> None:
    link = live(connection(private=True), FILLS, BALANCES)
    link.want([BTC], 1.0)
    link.received(Ack(3, False, None, "ESession:Invalid session"), 1.1)
    assert link.state is State.AUTHENTICATING
    link.actions()

    link.renew([FILLS], 1.2)
    assert written(link) == []
    link.authorised("t2", 1.3)

    assert written(link) == ["leave executions #4 t2", "ask ticker BTC/USD #5 t2"]


def test_a_topic_given_up_during_the_wait_for_a_token_is_unsubscribed_with_the_new_one() -> None:
    link = live(connection(private=True), FILLS, BALANCES)
    link.want([BTC], 1.0)
    link.received(Ack(3, False, None, "ESession:Invalid session"), 1.1)
    link.actions()

    link.unwant([FILLS], 1.2)
    link.authorised("t2", 1.3)

    assert written(link) == ["leave executions #4 t2", "ask ticker BTC/USD #5 t2"]


def test_a_topic_given_up_while_the_exchange_is_busy_is_unsubscribed_at_once() -> None:
    link = opened(connection(), BTC)
    link.received(Ack(1, False, None, "EService:Busy"), 0.0)
    link.actions()

    link.unwant([BTC], 0.1)

    assert written(link) == ["leave ticker BTC/USD #2"]


def test_a_topic_given_up_and_wanted_again_has_no_gap_and_no_history() -> None:
    link = live(connection(), BTC)
    link.renew([BTC], 1.0)
    link.unwant([BTC], 1.1)
    link.want([BTC], 1.2)
    assert answered(link, Ack(2, True, "BTC/USD"), 1.3) == [Write("ask ticker BTC/USD #3")]

    assert answered(link, Ack(3, True, "BTC/USD"), 1.4) == [Confirmed(BTC)]
    link.renew([BTC], 2.0)
    assert answered(link, Ack(4, True, "BTC/USD"), 2.1) == [Write("ask ticker BTC/USD #5")]
