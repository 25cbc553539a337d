"""The life of a line: dialling, silence, drops, closing, budgets. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget
from krakenkit.errors import TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Ack, Pong, Timing, Trouble
from krakenkit.protocol.events import (
    CommandInDoubt,
    Complained,
    Confirmed,
    Dial,
    Ended,
    GapBegan,
    Hangup,
    Opened,
    Reconnected,
    Reconnecting,
    SubscriptionLost,
    Write,
)
from protocol.words import BTC, ETH, FILLS, authenticating, connection, live, opened, told, waiting, written

# ---------------------------------------------------------------- opening


def test_wanting_a_topic_dials_and_asks_for_it_once_the_line_is_up() -> None:
    link = connection()

    link.want([BTC], 0.0)
    assert told(link) == [Dial()]
    link.opened(0.2)

    assert told(link) == [Opened(again=False), Write("ask ticker BTC/USD #1")]
    assert link.state is State.RESUBSCRIBING


def test_connecting_twice_dials_once() -> None:
    link = connection()

    link.connect(0.0)
    link.connect(0.1)

    assert told(link) == [Dial()]


def test_an_opening_that_comes_after_the_close_is_ignored() -> None:
    link = connection()
    link.connect(0.0)
    link.close(0.1)
    link.actions()

    link.opened(0.2)

    assert (told(link), link.state) == ([], State.CLOSED)


# ---------------------------------------------------------------- silence


def test_silence_is_asked_about_and_then_hangs_up_and_waits() -> None:
    link = live(connection(timing=Timing(silence=5.0, pong_timeout=4.0), policy=ReconnectPolicy(first=0.25)), BTC)
    link.heard(2.0)

    link.tick(7.0)
    assert told(link) == [Write("ping #2")]
    link.tick(10.9)
    assert told(link) == []
    link.tick(11.0)

    assert told(link) == [
        Hangup("no answer to a ping"),
        GapBegan((BTC,), 2.0, "silent for 9.0 s"),
        Reconnecting("silent for 9.0 s", delay=0.25, drops=1),
    ]
    assert link.state is State.WAITING


@pytest.mark.parametrize("alive", [lambda link: link.heard(7.0), lambda link: link.received(Pong(), 7.0)])
def test_any_frame_after_the_ping_proves_the_line_alive(alive: Callable[[Connection], None]) -> None:
    link = live(connection(), BTC)
    link.tick(5.0)

    alive(link)
    link.actions()
    link.tick(10.0)

    assert told(link) == []
    assert link.deadline == 12.0


def test_steady_data_needs_no_ping_before_the_regular_one() -> None:
    link = live(connection(timing=Timing(ping_interval=10.0, silence=5.0)), BTC)

    for second in range(10):
        link.heard(float(second))
        link.tick(float(second))
    assert written(link) == []
    link.tick(10.0)

    assert written(link) == ["ping #2"]


def test_a_line_without_subscriptions_is_pinged_to_keep_it_open() -> None:
    link = opened(connection(timing=Timing(ping_interval=10.0, pong_timeout=5.0)))

    assert link.deadline == 10.0
    link.tick(10.0)
    assert written(link) == ["ping #1"]
    link.received(Pong(), 10.1)

    assert link.deadline == 20.0


# ---------------------------------------------------------------- drops


def test_a_drop_tells_the_gap_and_the_topics_come_back_with_where_they_were_blind() -> None:
    link = live(connection(policy=ReconnectPolicy(first=0.5)), BTC, ETH)
    link.heard(3.0)

    link.lost("reset", 4.0, code=1006)
    assert told(link) == [GapBegan((BTC, ETH), 3.0, "reset"), Reconnecting("reset", 0.5, 1)]
    link.tick(4.5)
    assert told(link) == [Dial()]
    link.opened(4.6)
    assert told(link) == [Opened(again=True), Write("ask ticker BTC/USD ETH/USD #2")]
    link.received(Ack(2, True, "BTC/USD"), 4.7)
    assert told(link) == [Confirmed(BTC, blind_since=3.0)]
    link.received(Ack(2, True, "ETH/USD"), 4.8)

    assert told(link) == [Confirmed(ETH, blind_since=3.0), Reconnected()]


def test_reconnected_waits_for_the_last_topic_to_be_confirmed_or_reported() -> None:
    link = live(connection(), BTC, ETH)
    link.lost("reset", 1.0)
    link.tick(2.0)
    link.opened(2.0)
    link.received(Ack(2, True, "BTC/USD"), 2.1)
    assert Reconnected() not in link.actions()

    link.received(Ack(2, False, "ETH/USD", "Currency pair not supported ETH/USD"), 2.2)

    assert told(link) == [SubscriptionLost(ETH, "Currency pair not supported ETH/USD"), Reconnected()]


def test_the_first_opening_is_not_a_reconnection_even_after_failed_dials() -> None:
    link = connection()
    link.want([BTC], 0.0)
    link.lost("refused", 0.1)
    link.tick(1.0)
    link.opened(1.0)
    link.received(Ack(1, True, "BTC/USD"), 1.1)

    events = link.actions()

    assert Opened(again=False) in events
    assert Reconnected() not in events


def test_two_drops_in_a_row_keep_the_older_gap() -> None:
    link = live(connection(), BTC)
    link.heard(3.0)
    link.lost("reset", 4.0)
    link.tick(5.0)
    link.opened(5.0)
    link.lost("reset", 6.0)
    link.tick(8.0)
    link.opened(8.0)
    link.actions()

    link.received(Ack(3, True, "BTC/USD"), 8.1)

    assert told(link) == [Confirmed(BTC, blind_since=3.0), Reconnected()]


def test_dials_come_at_once_then_slower_and_slower() -> None:
    link = connection(policy=ReconnectPolicy(first=0.05, base=1.0, ceiling=5.0))
    link.connect(1000.0)
    waits: list[float] = []
    now = 1000.0
    for _ in range(6):
        link.lost("refused", now)
        assert link.deadline is not None
        waits.append(round(link.deadline - now, 6))
        now = link.deadline
        link.tick(now)

    assert waits == [0.05, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_steady_line_forgets_its_earlier_drops() -> None:
    link = live(connection(policy=ReconnectPolicy(first=0.05, base=1.0, steady=30.0)), BTC, now=1000.0)
    drops: list[int] = []
    for up, down in ((1000.0, 1001.0), (1002.0, 1031.0), (1040.0, 1070.0)):
        link.tick(up)
        link.opened(up)
        link.lost("reset", down)
        drops += [event.drops for event in link.actions() if isinstance(event, Reconnecting)]

    assert drops == [1, 2, 1]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_exchange_is_left_alone_for_a_while(status: int) -> None:
    link = connection(policy=ReconnectPolicy(first=0.05, busy=5.0))
    link.connect(0.0)
    link.actions()

    link.lost("not now", 1.0, status=status)

    assert told(link) == [Reconnecting("not now", 5.0, 1)]


def test_an_unasked_normal_close_is_a_drop_like_any_other() -> None:
    link = live(connection(), BTC)

    link.lost("bye", 1.0, code=1000)

    assert link.state is State.WAITING


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_upgrade_ends_for_good_and_reports_every_topic(status: int) -> None:
    link = connection()
    link.want([BTC, ETH], 0.0)
    link.actions()

    link.lost("refused", 0.1, status=status)

    *reports, end = told(link)
    assert reports == [SubscriptionLost(BTC, "refused"), SubscriptionLost(ETH, "refused")]
    assert isinstance(end, Ended)
    assert isinstance(end.error, TransportError)
    assert end.error.status == status
    assert f"refused the connection with HTTP status {status}: refused. It is not tried again." in str(end.error)
    assert (link.state, link.deadline) == (State.FAILED, None)


def test_close_code_1008_ends_for_good_without_hanging_up_what_is_gone() -> None:
    link = live(connection(private=True), FILLS)
    req_id = link.command("add_order", {}, 0.5)
    link.actions()

    link.lost("policy", 1.0, code=1008)

    doubt, lost, end = told(link)
    assert isinstance(doubt, CommandInDoubt)
    assert lost == SubscriptionLost(FILLS, "policy")
    assert isinstance(end, Ended)
    assert "refused the connection with close code 1008: policy." in str(end.error)
    assert req_id not in link.commands.waiting
    assert link.state is State.FAILED


def test_a_failed_connection_can_be_opened_again() -> None:
    link = connection()
    link.want([BTC], 0.0)
    link.lost("refused", 0.1, status=403)
    link.actions()

    link.want([BTC], 9.0)
    link.opened(9.1)

    assert told(link) == [Dial(), Opened(again=False), Write("ask ticker BTC/USD #1")]


# ---------------------------------------------------------------- budgets and deadlines


def test_a_used_up_budget_waits_until_an_attempt_is_free_again() -> None:
    budget = AttemptBudget(limit=1, window=64.0)
    assert budget.claim(0.0) == 0.0
    link = connection(budget=budget)

    link.connect(16.0)
    assert told(link) == [Reconnecting("the budget of connection attempts is used up", 48.0, 0)]
    assert link.deadline == 64.0
    link.tick(63.0)
    assert told(link) == []
    link.tick(64.0)

    assert told(link) == [Dial()]


def test_a_budget_that_is_used_up_during_the_wait_is_told_with_the_longer_wait() -> None:
    budget = AttemptBudget(limit=1, window=64.0)
    link = opened(connection(budget=budget, policy=ReconnectPolicy(first=1.0)), BTC)
    link.lost("reset", 8.0)
    link.actions()

    link.tick(9.0)

    assert told(link) == [Reconnecting("the budget of connection attempts is used up", 55.0, 1)]
    assert (link.state, link.deadline) == (State.WAITING, 64.0)


def test_a_line_that_is_not_read_is_neither_silent_nor_late_with_its_answers() -> None:
    timing = Timing(ping_interval=1.0, pong_timeout=1.0, silence=1.0, ack_timeout=1.0, ack_tries=1)
    link = live(connection(timing=timing), BTC)
    link.want([ETH], 0.0)
    link.actions()

    for moment in range(1, 20):
        link.unread(moment * 0.5)
        link.tick(moment * 0.5)

    assert {type(action) for action in link.actions()} <= {Write}  # pings keep the line open
    assert link.state is State.RESUBSCRIBING
    link.tick(11.0)
    assert any(isinstance(action, SubscriptionLost) for action in link.actions())


def test_a_complaint_about_the_pace_holds_the_requests_back_and_nothing_else() -> None:
    link = live(connection(), BTC)
    slower = Trouble("Exceeded msg rate", rate=True)

    link.received(slower, 1.0)
    link.want([ETH], 1.5)
    assert told(link) == [Complained(slower)]
    assert link.deadline == 2.0
    link.tick(2.0)

    assert written(link) == ["ask ticker ETH/USD #2"]


def test_a_frame_that_says_nothing_is_told_and_the_line_goes_on() -> None:
    link = live(connection(), BTC)
    restarting = Trouble("CloudFlare WebSocket proxy restarting")

    link.received(restarting, 1.0)

    assert (told(link), link.state) == ([Complained(restarting)], State.OPEN)


def silent_token() -> Connection:
    link = connection(private=True, timing=Timing(ping_interval=1e9, token_timeout=0.3))
    link.want([FILLS], 0.1)
    link.opened(0.1)
    return link


@pytest.mark.parametrize(
    "make",
    [
        waiting,
        lambda: opened(connection(), BTC),
        lambda: live(connection(), BTC),
        lambda: live(connection(private=True), FILLS),
        authenticating,
        silent_token,
    ],
)
def test_a_tick_at_the_deadline_does_something_or_moves_the_deadline(make: Callable[[], Connection]) -> None:
    link = make()
    link.actions()

    for _ in range(200):
        deadline = link.deadline
        if deadline is None:
            break
        link.tick(deadline)
        assert link.actions() or link.deadline != deadline
