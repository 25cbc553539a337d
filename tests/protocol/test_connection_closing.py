"""The end of a connection: closing from every state, opening again, and what straggles in afterwards. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from krakenkit.errors import TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Ack, Reply
from krakenkit.protocol.events import Dial, Ended, Hangup, Opened, Reconnecting, Write
from protocol.words import BTC, ETH, FILLS, authenticating, connection, dialling, failed, live, opened, told, waiting


@pytest.mark.parametrize("make", [authenticating, lambda: opened(connection(), BTC), lambda: live(connection(), BTC)])
def test_closing_an_open_line_waits_for_its_end(make: Callable[[], Connection]) -> None:
    link = make()
    link.actions()

    link.close(2.0, "enough")
    assert told(link) == [Hangup("enough")]
    assert (link.state, link.deadline) == (State.CLOSING, None)
    link.close(2.1)
    link.lost("closed", 2.2, code=1000)

    assert told(link) == [Ended("closed")]
    assert link.state is State.CLOSED


@pytest.mark.parametrize(("make", "hangs_up"), [(connection, False), (waiting, False), (dialling, True)])
def test_closing_without_a_line_ends_at_once(make: Callable[[], Connection], hangs_up: bool) -> None:
    link = make()
    link.actions()

    link.close(2.0, "enough")

    assert told(link) == [Hangup("enough")] * hangs_up + [Ended("enough")]
    assert (link.state, link.deadline) == (State.CLOSED, None)
    link.close(3.0)
    link.tick(100.0)
    assert told(link) == []


def test_closing_what_has_failed_says_nothing_more() -> None:
    link = failed()
    link.actions()

    link.close(2.0)

    assert (told(link), link.state) == ([], State.FAILED)


def test_nothing_wanted_survives_a_close() -> None:
    link = live(connection(), BTC)
    link.close(1.0)
    link.lost("closed", 1.1)
    link.connect(2.0)
    link.actions()

    link.opened(2.1)

    assert told(link) == [Opened(again=False)]


def test_a_topic_wanted_while_closing_opens_the_line_again_afterwards() -> None:
    link = live(connection(), BTC)
    link.close(1.0)
    link.want([ETH], 1.1)
    link.actions()

    link.lost("closed", 1.2)
    link.opened(1.3)

    assert told(link) == [Ended("closed"), Dial(), Opened(again=False), Write("ask ticker ETH/USD #2")]


def test_closing_again_takes_back_what_was_wanted_while_closing() -> None:
    link = live(connection(), BTC)
    link.close(1.0)
    link.want([ETH], 1.1)
    link.close(1.15)
    link.actions()

    link.lost("closed", 1.2)

    assert (told(link), link.state) == ([Ended("closed")], State.CLOSED)


@pytest.mark.parametrize("state", [State.WAITING, State.CLOSING, State.CLOSED, State.FAILED])
def test_answers_that_straggle_in_after_the_line_is_gone_change_nothing(state: State) -> None:
    link = live(connection(private=True), FILLS)
    match state:
        case State.WAITING:
            link.lost("reset", 1.0)
        case State.FAILED:
            link.lost("policy violation", 1.0, code=1008)
        case _:
            link.close(1.0)
            if state is State.CLOSED:
                link.lost("closed", 1.1)
    link.actions()
    late = TransportError("no token", sent=True)

    link.received(Ack(1, False, None, "ESession:Invalid session"), 2.0)
    link.received(Reply(2, "add_order", True), 2.0)
    link.authorised("t9", 2.0)
    link.token_failed(late, 2.0, fatal=True)

    assert (told(link), link.state) == ([], state)


def test_a_step_that_the_table_of_states_does_not_have_is_a_bug_and_says_so() -> None:
    link = connection()
    link.state = State.CLOSED

    with pytest.raises(AssertionError, match="cannot go from CLOSED to OPEN"):
        link._move(State.OPEN)


def test_an_opening_after_a_close_begins_with_a_clean_record() -> None:
    link = waiting()
    link.close(2.0)
    link.connect(3.0)
    link.actions()

    link.lost("refused", 3.1)

    assert told(link) == [Reconnecting("refused", delay=0.05, drops=1)]
