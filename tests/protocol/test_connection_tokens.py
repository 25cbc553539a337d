"""Tokens of private lines: fetched, refused, refreshed ahead of their end, and proven. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit.errors import AuthRefused, TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Ack, Reply, Timing
from krakenkit.protocol.events import (
    Authenticated,
    Confirmed,
    Ended,
    Hangup,
    NeedToken,
    Opened,
    SubscriptionLost,
    TokenFailed,
    Write,
)
from protocol.words import BALANCES, BTC, FILLS, connection, live, opened, told, written

STALE = "ESession:Invalid session"
NO_LINE = TransportError("GetWebSocketsToken was not answered.", sent=True)
QUIET = Timing(ping_interval=1e9, silence=1e9)


def dialled(link: Connection) -> Connection:
    link.want([FILLS], 0.0)
    link.opened(0.0)
    return link


def test_a_private_line_asks_for_nothing_before_its_token_is_there() -> None:
    link = dialled(connection(private=True))
    assert told(link)[1:] == [Opened(again=False), NeedToken()]
    assert link.state is State.AUTHENTICATING

    link.authorised("t1", 0.5)

    assert written(link) == ["ask executions #1 t1"]


def test_a_public_line_needs_no_token() -> None:
    link = opened(connection(), BTC)

    assert NeedToken() not in link.actions()


def test_the_first_yes_to_a_private_request_proves_the_token() -> None:
    link = opened(connection(private=True), FILLS, BALANCES)

    link.received(Ack(1, True), 0.1)
    link.received(Ack(2, True), 0.2)

    assert told(link) == [Authenticated(), Confirmed(FILLS), Confirmed(BALANCES)]


@pytest.mark.parametrize(
    ("error", "proven"),
    [
        ("EOrder:Insufficient funds", True),
        ("EOrder:Rate limit exceeded", True),
        ("EAPI:Invalid key", False),
        ("EAuth:Account temporary disabled", False),
        ("EGeneral:Permission denied", False),
        (None, True),
    ],
)
def test_a_refusal_about_the_order_proves_the_token_and_one_about_the_key_does_not(
    error: str | None, proven: bool
) -> None:
    link = opened(connection(private=True), FILLS)
    number = link.command("add_order", {}, 0.1)
    link.actions()

    link.received(Reply(number, "add_order", error is None, error), 0.2)

    assert (Authenticated() in link.actions()) is proven


# ---------------------------------------------------------------- refused


def test_a_refused_token_is_replaced_and_the_topic_asked_for_again() -> None:
    link = opened(connection(private=True), FILLS)

    link.received(Ack(1, False, None, STALE), 0.1)
    assert (told(link), link.state) == ([NeedToken()], State.AUTHENTICATING)
    link.authorised("t2", 0.2)
    link.received(Ack(2, True), 0.3)

    assert told(link) == [Write("ask executions #2 t2"), Authenticated(), Confirmed(FILLS)]
    assert link.state is State.OPEN


def test_several_refusals_of_one_token_fetch_one_new_token() -> None:
    link = opened(connection(private=True), FILLS, BALANCES)

    link.received(Ack(1, False, None, STALE), 0.1)
    link.received(Ack(2, False, None, STALE), 0.2)

    assert told(link) == [NeedToken()]


def test_a_token_that_is_on_its_way_already_is_waited_for() -> None:
    link = live(connection(private=True, timing=QUIET), FILLS)
    link.tick(720.0)
    assert told(link) == [NeedToken()]
    link.want([BALANCES], 721.0)
    link.received(Ack(2, False, None, STALE), 721.1)
    assert NeedToken() not in link.actions()

    link.authorised("t2", 721.5)

    assert written(link) == ["ask balances #3 t2"]


@pytest.mark.parametrize("error", [STALE, "EAPI:Invalid token", "Token(s) not found"])
def test_three_fresh_tokens_refused_in_a_row_end_with_an_error(error: str) -> None:
    link = opened(connection(private=True), FILLS)
    for number in (1, 2):
        link.received(Ack(number, False, None, error), 0.1)
        link.authorised(f"t{number + 1}", 0.2)
    link.actions()

    link.received(Ack(3, False, None, error), 0.3)

    hangup, lost, end = told(link)
    assert isinstance(hangup, Hangup)
    assert isinstance(lost, SubscriptionLost)
    assert isinstance(end, Ended)
    assert isinstance(end.error, AuthRefused)
    assert end.error.codes == (error,)
    assert "3 fresh tokens in a row were refused" in str(end.error)
    assert "t3" not in f"{end!r} {lost!r} {hangup!r}".replace("fresh tokens", "")
    assert link.state is State.FAILED


def test_a_yes_in_between_starts_the_count_of_refusals_anew() -> None:
    link = live(connection(private=True), BALANCES)
    for topic, first in ((FILLS, 2), (BTC, 5)):
        link.want([topic], 1.0)
        for number in (first, first + 1):
            link.received(Ack(number, False, None, STALE), 1.0)
            link.authorised("t2", 1.0)
        link.received(Ack(first + 2, True), 1.0)

    events = told(link)

    assert Confirmed(BTC) in events
    assert link.state is State.OPEN


def test_one_topic_that_no_token_is_good_for_is_reported_while_the_others_go_on() -> None:
    link = live(connection(private=True), BALANCES)
    link.want([FILLS], 1.0)
    for number in (2, 3, 5):
        link.received(Ack(number, False, None, STALE), 1.0)
        link.authorised("t2", 1.0)
        link.received(Reply(link.command("add_order", {}, 1.0), "add_order", True), 1.0)
    link.actions()

    link.received(Ack(7, False, None, STALE), 1.0)

    assert SubscriptionLost(FILLS, STALE) in link.actions()
    assert link.state is State.OPEN


def test_a_refused_command_fetches_a_new_token_and_is_not_sent_again() -> None:
    link = live(connection(private=True), FILLS)
    number = link.command("add_order", {}, 1.0)
    link.actions()

    link.received(Reply(number, "add_order", False, STALE), 1.1)
    assert NeedToken() in link.actions()
    link.authorised("t2", 1.2)

    assert (written(link), link.state) == ([], State.OPEN)


def test_a_public_line_takes_a_refusal_that_speaks_of_tokens_as_final() -> None:
    link = opened(connection(), BTC)

    link.received(Ack(1, False, None, "Token(s) not found"), 0.1)

    assert told(link) == [SubscriptionLost(BTC, "Token(s) not found")]


def test_an_unsubscribe_refused_for_its_token_is_sent_again_with_a_fresh_one() -> None:
    link = live(connection(private=True), FILLS)
    link.unwant([FILLS], 1.0)
    link.actions()

    link.received(Ack(2, False, None, STALE), 1.1)
    assert told(link) == [NeedToken()]
    link.authorised("t2", 1.2)

    assert written(link) == ["leave executions #3 t2"]


# ---------------------------------------------------------------- fetched late, or not at all


def test_a_token_is_refreshed_when_four_fifths_of_its_life_are_over() -> None:
    link = live(connection(private=True, timing=QUIET), FILLS)
    assert link.deadline == 720.0

    link.tick(720.0)
    assert told(link) == [NeedToken()]
    link.authorised("t2", 721.0, lifetime=100.0)

    assert (link.state, link.deadline) == (State.OPEN, 801.0)


def test_requests_after_a_refresh_carry_the_new_token() -> None:
    link = live(connection(private=True, timing=QUIET), FILLS)
    link.tick(720.0)
    link.authorised("t2", 721.0)
    link.actions()

    link.want([BALANCES], 722.0)

    assert written(link) == ["ask balances #2 t2"]


def test_a_refresh_that_fails_leaves_the_line_working_with_the_old_token() -> None:
    link = live(connection(private=True, timing=QUIET), FILLS)
    link.tick(720.0)
    link.token_failed(NO_LINE, 721.0, fatal=False)
    link.actions()

    link.want([BALANCES], 722.0)

    assert written(link) == ["ask balances #2 t1"]


def test_a_key_that_is_refused_at_a_refresh_does_not_end_a_line_that_works() -> None:
    link = live(connection(private=True, timing=QUIET), FILLS)
    link.tick(720.0)
    revoked = AuthRefused("revoked", codes=("EAPI:Invalid key",))
    link.actions()
    link.token_failed(revoked, 721.0, fatal=True)
    assert (told(link), link.state) == ([TokenFailed(revoked)], State.OPEN)

    link.want([BALANCES], 722.0)
    assert written(link) == ["ask balances #2 t1"]
    link.received(Ack(2, False, None, STALE), 723.0)
    link.token_failed(revoked, 724.0, fatal=True)

    assert link.state is State.FAILED


def test_failing_to_get_a_token_is_tried_again_slower_and_slower() -> None:
    policy = ReconnectPolicy(base=1.0, ceiling=4.0)
    link = dialled(connection(private=True, policy=policy, timing=QUIET))
    waits: list[float] = []
    now = 0.0
    for _ in range(5):
        link.actions()
        link.token_failed(NO_LINE, now, fatal=False)
        assert told(link) == [TokenFailed(NO_LINE)]
        assert link.deadline is not None
        waits.append(link.deadline - now)
        now = link.deadline
        link.tick(now)
        assert told(link) == [NeedToken()]

    assert waits == [1.0, 2.0, 4.0, 4.0, 4.0]


def test_a_token_at_last_starts_the_waiting_times_anew() -> None:
    link = dialled(connection(private=True, policy=ReconnectPolicy(base=1.0), timing=QUIET))
    link.token_failed(NO_LINE, 0.0, fatal=False)
    link.tick(1.0)
    link.authorised("t1", 1.0)
    link.tick(721.0)

    link.token_failed(NO_LINE, 722.0, fatal=False)

    assert link.deadline == 723.0


def test_a_question_for_a_token_that_gets_no_answer_is_asked_again() -> None:
    link = dialled(connection(private=True, timing=Timing(ping_interval=1e9, token_timeout=30.0)))
    link.actions()
    assert link.deadline == 30.0

    link.tick(30.0)

    assert told(link) == [NeedToken()]


def test_a_key_that_gets_no_token_ends_the_connection_with_that_error() -> None:
    link = dialled(connection(private=True))
    refused = AuthRefused("GetWebSocketsToken was refused.", codes=("EGeneral:Permission denied",))
    link.actions()

    link.token_failed(refused, 1.0, fatal=True)

    reason = "no token: GetWebSocketsToken was refused."
    assert told(link) == [Hangup(reason), SubscriptionLost(FILLS, reason), Ended(reason, refused)]


def test_each_line_gets_a_token_of_its_own() -> None:
    link = live(connection(private=True), FILLS)
    link.lost("reset", 1.0)
    link.tick(2.0)
    link.actions()

    link.opened(2.0)
    assert told(link) == [Opened(again=True), NeedToken()]
    link.authorised("t2", 2.1)

    assert written(link) == ["ask executions #2 t2"]


def test_pings_keep_the_line_open_while_a_token_is_on_its_way() -> None:
    link = dialled(connection(private=True, timing=Timing(ping_interval=10.0, pong_timeout=5.0)))
    link.actions()

    link.tick(10.0)
    assert written(link) == ["ping #1"]
    link.tick(15.0)

    assert link.state is State.WAITING


def test_a_new_token_is_proven_anew() -> None:
    link = live(connection(private=True), FILLS)
    number = link.command("add_order", {}, 1.0)
    link.received(Reply(number, "add_order", False, STALE), 1.1)
    link.authorised("t2", 1.2)
    link.actions()

    link.received(Reply(link.command("add_order", {}, 1.3), "add_order", True), 1.4)

    assert Authenticated() in link.actions()


def test_a_token_on_its_way_is_not_asked_for_again_at_every_tick() -> None:
    link = live(connection(private=True, timing=Timing(ping_interval=10.0, silence=1e9)), FILLS)
    link.tick(720.0)
    assert NeedToken() in link.actions()

    for second in range(1, 29):
        link.heard(720.0 + second)
        link.tick(720.0 + second)

    assert NeedToken() not in link.actions()


def test_a_connection_that_is_opened_again_gets_all_its_tries() -> None:
    link = opened(connection(private=True), FILLS)
    for number in (1, 2, 3):
        link.received(Ack(number, False, None, STALE), 0.1)
        link.authorised("t", 0.2)
    before = link.state
    dialled(link)
    link.authorised("t", 1.0)

    link.received(Ack(4, False, None, STALE), 1.1)

    assert (before, link.state) == (State.FAILED, State.AUTHENTICATING)


def reopened_after_a_drop(link: Connection) -> None:
    link.lost("reset", 1.0)
    link.tick(2.0)
    link.opened(2.0)


def reopened_after_a_close(link: Connection) -> None:
    link.close(1.0)
    link.want([FILLS], 1.5)
    link.lost("closed", 2.0)
    link.opened(2.0)


@pytest.mark.parametrize("again", [reopened_after_a_drop, reopened_after_a_close])
def test_each_line_is_proven_anew(again: Callable[[Connection], None]) -> None:
    link = live(connection(private=True), FILLS)
    again(link)
    link.authorised("t2", 2.1)
    link.actions()

    link.received(Ack(2, True), 2.2)

    assert Authenticated() in link.actions()


def test_an_unsubscribe_that_no_token_is_good_for_is_tried_later_while_the_others_go_on() -> None:
    link = live(connection(private=True, timing=QUIET), BALANCES, FILLS)
    link.unwant([FILLS], 1.0)
    for number in (3, 4, 6):
        link.received(Ack(number, False, None, STALE), 1.0)
        link.authorised("t2", 1.0)
        link.received(Reply(link.command("add_order", {}, 1.0), "add_order", True), 1.0)
    link.actions()

    link.received(Ack(8, False, None, STALE), 1.0)

    assert (told(link), link.state, link.deadline) == ([], State.OPEN, 2.0)
