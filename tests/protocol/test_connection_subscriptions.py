"""What becomes of each subscription: asked for, confirmed, refused, given up, renewed. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Ack, Timing
from krakenkit.protocol.events import Confirmed, Dial, Opened, Responded, SubscriptionLost, Write
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.wire.channel import Topic
from krakenkit.wire.spot_v2.market import Ticker
from protocol.words import (
    ASSETS,
    BALANCES,
    BTC,
    ETH,
    FILLS,
    SOL,
    Every,
    PlainWords,
    answered,
    connection,
    live,
    opened,
    told,
    written,
)

UNKNOWN = "Currency pair not supported ETH/USD"


# ---------------------------------------------------------------- confirmed


def test_each_symbol_is_confirmed_by_its_own_answer() -> None:
    link = opened(connection(), BTC, ETH)

    assert answered(link, Ack(1, True, "BTC/USD"), 0.1) == [Confirmed(BTC)]
    halfway = link.state
    assert answered(link, Ack(1, True, "eth/usd"), 0.2) == [Confirmed(ETH)]

    assert (halfway, link.state) == (State.RESUBSCRIBING, State.OPEN)
    assert all(standing.live for standing in link.subscriptions.standings.values())
    assert link.subscriptions.requests == {}


def test_every_answer_is_passed_on_whatever_it_does() -> None:
    link = opened(connection(), BTC)
    stranger = Ack(99, False, None, "who?")

    link.received(stranger, 0.1)

    assert link.actions() == [Responded(stranger)]


def test_an_answer_that_comes_twice_counts_once() -> None:
    link = opened(connection(), BTC)
    first = answered(link, Ack(1, True, "BTC/USD"), 0.1)

    second = answered(link, Ack(1, True, "BTC/USD"), 0.2)

    assert (first, second) == ([Confirmed(BTC)], [])


def test_channel_wide_topics_are_asked_for_first() -> None:
    link = connection()
    link.want([BTC, ASSETS], 0.0)
    link.actions()

    link.opened(0.1)

    assert written(link) == ["ask instrument #1", "ask ticker BTC/USD #2"]


def test_wanting_a_topic_again_asks_for_it_once() -> None:
    link = live(connection(), BTC)

    link.want([BTC], 1.0)

    assert (told(link), link.state) == ([], State.OPEN)


# ---------------------------------------------------------------- late and missing answers


def test_a_missing_answer_is_asked_for_again_and_the_late_one_counts() -> None:
    link = opened(connection(timing=Timing(ack_timeout=5.0)), BTC)

    link.tick(5.0)
    assert written(link) == ["ask ticker BTC/USD #2"]
    assert answered(link, Ack(1, True, "BTC/USD"), 5.5) == [Confirmed(BTC)]

    assert answered(link, Ack(2, True, "BTC/USD"), 5.6) == []


def test_three_requests_without_an_answer_are_reported_and_unsubscribed_to_be_sure() -> None:
    link = opened(connection(timing=Timing(ack_timeout=2.0, ack_tries=3, ping_interval=1e9)), BTC)

    link.tick(2.0)
    link.tick(4.0)
    assert written(link) == ["ask ticker BTC/USD #2", "ask ticker BTC/USD #3"]
    link.tick(6.0)

    assert told(link) == [SubscriptionLost(BTC, "no answer to 3 requests"), Write("leave ticker BTC/USD #4")]
    assert link.state is State.OPEN
    assert answered(link, Ack(4, True, "BTC/USD"), 6.1) == []
    assert link.subscriptions.standings == {}


def test_a_repeat_that_is_refused_because_the_first_worked_is_a_confirmation() -> None:
    link = opened(connection(timing=Timing(ack_timeout=2.0, ping_interval=1e9)), BTC)
    link.tick(2.0)

    assert answered(link, Ack(2, False, "BTC/USD", "Already subscribed"), 2.1) == [Confirmed(BTC)]


def test_a_first_request_that_is_refused_as_a_repeat_is_reported() -> None:
    link = opened(connection(), BTC)

    lost = answered(link, Ack(1, False, "BTC/USD", "Already subscribed"), 0.1)

    assert lost == [SubscriptionLost(BTC, "Already subscribed")]


def test_a_refusal_after_an_unanswered_request_is_unsubscribed_to_be_sure() -> None:
    link = opened(connection(timing=Timing(ack_timeout=2.0, ping_interval=1e9)), ETH)
    link.tick(2.0)

    assert answered(link, Ack(2, False, "ETH/USD", UNKNOWN), 2.1) == [
        SubscriptionLost(ETH, UNKNOWN),
        Write("leave ticker ETH/USD #3"),
    ]


# ---------------------------------------------------------------- refused


def test_one_of_three_symbols_is_refused_and_the_others_go_on() -> None:
    link = opened(connection(), BTC, ETH, SOL)

    assert answered(link, Ack(1, True, "BTC/USD"), 0.1) == [Confirmed(BTC)]
    assert answered(link, Ack(1, False, "ETH/USD", UNKNOWN), 0.2) == [SubscriptionLost(ETH, UNKNOWN)]
    assert answered(link, Ack(1, True, "SOL/USD"), 0.3) == [Confirmed(SOL)]

    assert link.state is State.OPEN


def test_a_refusal_that_names_none_of_several_symbols_is_tracked_down_one_by_one() -> None:
    link = opened(connection(), BTC, ETH, SOL)
    link.received(Ack(1, True, "BTC/USD"), 0.1)

    assert answered(link, Ack(1, False, None, UNKNOWN), 0.2) == [
        Write("ask ticker ETH/USD #2"),
        Write("ask ticker SOL/USD #3"),
    ]
    assert answered(link, Ack(2, False, None, UNKNOWN), 0.3) == [
        SubscriptionLost(ETH, UNKNOWN),
        Write("leave ticker ETH/USD #4"),
    ]

    assert answered(link, Ack(3, False, None, "Already subscribed"), 0.4) == [Confirmed(SOL)]


def test_a_refused_topic_is_not_asked_for_after_the_next_drop() -> None:
    link = opened(connection(), ETH)
    link.received(Ack(1, False, "ETH/USD", UNKNOWN), 0.1)
    link.lost("reset", 1.0)
    link.tick(2.0)
    link.actions()

    link.opened(2.0)

    assert written(link) == []


@pytest.mark.parametrize("error", ["EGeneral:Too many requests", "EService:Busy", "EService: Unavailable"])
def test_a_busy_exchange_is_asked_again_later_and_later(error: str) -> None:
    link = opened(connection(timing=Timing(ping_interval=1e9)), BTC)

    assert answered(link, Ack(1, False, None, error), 0.0) == []
    assert link.deadline == 1.0
    link.tick(1.0)
    assert written(link) == ["ask ticker BTC/USD #2"]
    link.received(Ack(2, False, None, error), 1.0)

    assert link.deadline == 3.0
    assert link.state is State.RESUBSCRIBING


def test_a_topic_that_cannot_be_written_is_reported_and_the_line_goes_on() -> None:
    class Mute(PlainWords):
        def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
            if BTC in topics:
                raise TypeError("a set is not JSON")
            return super().subscribe(topics, req_id, token)

    link = Connection(Mute(private=False))
    link.want([ASSETS], 0.0)
    link.opened(0.0)
    link.actions()

    link.want([BTC], 1.0)
    link.tick(2.0)

    assert told(link) == [SubscriptionLost(BTC, "it cannot be written: a set is not JSON")]
    assert answered(link, Ack(1, True), 2.1) == [Confirmed(ASSETS)]


# ---------------------------------------------------------------- pace


def test_requests_go_out_no_faster_than_the_pace_and_the_deadline_says_when() -> None:
    link = connection(pace=Every(0.25), timing=Timing(ping_interval=1e9))
    link.want([ASSETS, FILLS, BALANCES, BTC], 0.0)
    link.actions()

    link.opened(0.0)
    assert told(link) == [Opened(again=False), Write("ask instrument #1")]
    moments: list[float | None] = []
    for _ in range(3):
        moments.append(link.deadline)
        link.tick(moments[-1] or 0.0)

    assert moments == [0.25, 0.5, 0.75]
    assert written(link) == ["ask executions #2", "ask balances #3", "ask ticker BTC/USD #4"]


def test_leaving_keeps_the_pace_too() -> None:
    link = live(connection(pace=Every(0.25), timing=Timing(ping_interval=1e9)), BTC, ETH)
    link.want([ASSETS], 1.0)
    link.received(Ack(2, True), 1.0)
    link.actions()

    link.unwant([ASSETS, BTC], 2.0)
    assert written(link) == ["leave ticker BTC/USD #3"]
    link.tick(2.25)

    assert written(link) == ["leave instrument #4"]


def test_topics_wanted_before_the_line_is_up_go_out_together() -> None:
    link = connection()
    link.want([BTC], 0.0)
    link.want([ETH], 0.1)
    assert told(link) == [Dial()]

    link.opened(0.2)

    assert written(link) == ["ask ticker BTC/USD ETH/USD #1"]


# ---------------------------------------------------------------- what is forgotten


def test_a_topic_wanted_with_other_parameters_is_asked_for_with_them_on_the_next_line() -> None:
    link = live(Connection(SpotV2(private=False)), *Ticker(symbol="BTC/USD", snapshot=False).topics())
    link.want(Ticker(symbol="BTC/USD").topics(), 1.0)
    link.lost("reset", 2.0)
    link.tick(3.0)
    link.actions()

    link.opened(3.0)

    assert ['"snapshot":true' in text for text in written(link)] == [True]


def test_a_second_reader_without_a_snapshot_does_not_take_the_first_ones_away() -> None:
    link = live(Connection(SpotV2(private=False)), *Ticker(symbol="BTC/USD").topics())
    link.want(Ticker(symbol="BTC/USD", snapshot=False).topics(), 1.0)
    link.lost("reset", 2.0)
    link.tick(3.0)
    link.actions()

    link.opened(3.0)

    assert ['"snapshot":true' in text for text in written(link)] == [True]


def test_an_answer_starts_the_count_of_unanswered_requests_anew() -> None:
    link = opened(connection(timing=Timing(ack_timeout=1.0, ack_tries=2, ping_interval=1e9)), BTC)
    link.tick(1.0)
    link.received(Ack(2, False, None, "EService:Busy"), 1.0)
    link.tick(2.0)
    link.actions()

    link.tick(3.0)

    assert told(link) == [Write("ask ticker BTC/USD #4")]


def test_a_confirmation_starts_the_waits_for_a_busy_exchange_anew() -> None:
    link = opened(connection(timing=Timing(ping_interval=1e9, silence=1e9)), BTC)
    for number, at in ((1, 0.0), (2, 1.0)):
        link.received(Ack(number, False, None, "EService:Busy"), at)
        link.tick(at + 2.0**number / 2)
    link.received(Ack(3, True, "BTC/USD"), 3.0)
    link.lost("reset", 4.0)
    link.tick(5.0)
    link.opened(5.0)

    link.received(Ack(4, False, None, "EService:Busy"), 6.0)

    assert link.deadline == 7.0


def test_a_new_line_is_asked_at_once_although_the_old_one_was_busy() -> None:
    link = opened(connection(), BTC)
    link.received(Ack(1, False, None, "EService:Busy"), 0.0)
    link.lost("reset", 0.1)
    link.tick(0.5)
    link.actions()

    link.opened(0.5)

    assert written(link) == ["ask ticker BTC/USD #2"]


def test_topics_that_were_asked_for_one_by_one_go_together_again_once_confirmed() -> None:
    link = opened(connection(), BTC, ETH)
    link.received(Ack(1, False, None, UNKNOWN), 0.1)
    for number in (2, 3):
        link.received(Ack(number, True), 0.2)
    link.lost("reset", 1.0)
    link.tick(2.0)
    link.actions()

    link.opened(2.0)

    assert written(link) == ["ask ticker BTC/USD ETH/USD #4"]


@pytest.mark.parametrize("end", [lambda link: link.lost("reset", 1.0), lambda link: link.close(1.0)])
def test_no_request_outlives_its_line(end: Callable[[Connection], None]) -> None:
    link = opened(connection(), BTC)

    end(link)

    assert link.subscriptions.requests == {}
