"""Trading commands: each is written once and ends once, settled or in doubt. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from krakenkit.errors import SettingsError, TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Reply, Timing
from krakenkit.protocol.events import CommandInDoubt, CommandSettled, Responded
from protocol.words import FILLS, PlainWords, connection, live, told, written

QUIET = Timing(ping_interval=1e9, silence=1e9)


def trading() -> Connection:
    return live(connection(private=True, timing=QUIET), FILLS)


def ended(link: Connection) -> list[CommandSettled | CommandInDoubt]:
    return [action for action in link.actions() if isinstance(action, CommandSettled | CommandInDoubt)]


def test_a_command_is_written_once_and_settled_by_its_reply() -> None:
    link = trading()
    number = link.command("add_order", {"side": "buy"}, 1.0)
    assert written(link) == ["add_order buy #2 t1"]
    reply = Reply(number, "add_order", True)

    link.received(reply, 1.1)

    assert link.actions() == [Responded(reply), CommandSettled(number, (reply,))]


def test_a_refused_command_is_settled_too() -> None:
    link = trading()
    number = link.command("add_order", {}, 1.0)
    reply = Reply(number, "add_order", False, "EOrder:Insufficient funds")

    link.received(reply, 1.1)

    assert ended(link) == [CommandSettled(number, (reply,))]


def test_a_command_that_is_answered_several_times_waits_for_all_its_replies() -> None:
    link = trading()
    number = link.command("cancel_order", {}, 1.0, expected=3)
    replies = [Reply(number, "cancel_order", True, raw=bytes([id])) for id in (1, 2, 3)]
    for reply in replies[:2]:
        link.received(reply, 1.1)
    assert ended(link) == []

    link.received(replies[2], 1.2)

    assert ended(link) == [CommandSettled(number, tuple(replies))]


def test_a_refused_order_among_several_is_one_reply_of_many() -> None:
    link = trading()
    number = link.command("cancel_order", {}, 1.0, expected=2)

    link.received(Reply(number, "cancel_order", False, "EOrder:Unknown order"), 1.1)

    assert ended(link) == []


@pytest.mark.parametrize("error", ["EGeneral:Permission denied", "ESession:Invalid session", "EAPI:Invalid key"])
def test_a_refused_key_settles_a_command_that_expects_several_replies(error: str) -> None:
    link = trading()
    number = link.command("cancel_order", {}, 1.0, expected=3)
    reply = Reply(number, "cancel_order", False, error)

    link.received(reply, 1.1)

    assert ended(link) == [CommandSettled(number, (reply,))]


def test_replies_find_their_command_in_any_order() -> None:
    link = trading()
    first, second = (link.command("add_order", {}, 1.0) for _ in range(2))

    link.received(Reply(second, "add_order", True), 1.1)
    link.received(Reply(first, "add_order", True), 1.2)

    assert [event.req_id for event in ended(link)] == [second, first]


@pytest.mark.parametrize("req_id", [None, 99])
def test_a_reply_to_nobody_settles_nothing(req_id: int | None) -> None:
    link = trading()
    link.command("add_order", {}, 1.0)

    link.received(Reply(req_id, "add_order", True), 1.1)

    assert ended(link) == []


def test_a_drop_leaves_commands_in_doubt_with_the_replies_so_far() -> None:
    link = trading()
    one = link.command("add_order", {}, 1.0)
    three = link.command("cancel_order", {}, 1.0, expected=3)
    reply = Reply(three, "cancel_order", True)
    link.received(reply, 1.1)
    link.actions()

    link.lost("reset", 2.0)

    reason = "the connection was lost (reset)"
    assert ended(link) == [CommandInDoubt(one, reason), CommandInDoubt(three, reason, (reply,))]


def test_a_command_in_doubt_is_not_sent_again_on_the_next_line() -> None:
    link = trading()
    link.command("add_order", {}, 1.0)
    link.lost("reset", 2.0)
    link.tick(3.0)
    link.opened(3.0)
    link.actions()

    link.authorised("t2", 3.1)

    assert written(link) == ["ask executions #3 t2"]


def test_a_command_without_a_reply_is_in_doubt_when_its_time_has_come() -> None:
    link = trading()
    number = link.command("add_order", {}, 1.0, timeout=2.5)
    assert link.deadline == 3.5

    link.tick(3.5)

    assert ended(link) == [CommandInDoubt(number, "no answer came in time")]
    assert link.state is State.OPEN


def test_a_reply_that_comes_too_late_changes_nothing() -> None:
    link = trading()
    number = link.command("add_order", {}, 1.0, timeout=1.0)
    link.tick(2.0)
    link.actions()

    link.received(Reply(number, "add_order", True), 2.1)

    assert ended(link) == []


def test_a_silent_line_leaves_its_commands_in_doubt() -> None:
    link = live(connection(private=True, timing=Timing(silence=5.0, pong_timeout=5.0)), FILLS)
    link.command("add_order", {}, 1.0, timeout=60.0)
    link.tick(5.0)
    link.actions()

    link.tick(10.0)

    assert [type(event) for event in ended(link)] == [CommandInDoubt]


def test_closing_leaves_commands_in_doubt_at_once() -> None:
    link = trading()
    number = link.command("add_order", {}, 1.0)
    link.actions()

    link.close(1.1, "enough")
    first = ended(link)
    link.lost("closed", 1.2)

    assert (first, ended(link)) == ([CommandInDoubt(number, "the connection was lost (enough)")], [])


def test_failing_for_good_leaves_commands_in_doubt() -> None:
    link = trading()
    link.command("add_order", {}, 1.0)
    link.actions()

    link.lost("policy", 1.1, code=1008)

    assert [type(event) for event in ended(link)] == [CommandInDoubt]


def down() -> Connection:
    link = trading()
    link.lost("reset", 1.0)
    return link


def without_token() -> Connection:
    link = connection(private=True)
    link.connect(0.0)
    link.opened(0.1)
    return link


@pytest.mark.parametrize("make", [connection, down, without_token])
def test_a_command_is_not_taken_before_the_line_is_ready(make: Callable[[], Connection]) -> None:
    link = make()
    link.actions()

    with pytest.raises(TransportError, match="add_order was not sent: the connection is") as caught:
        link.command("add_order", {}, 1.5)

    assert not caught.value.sent
    assert (told(link), link.commands.waiting) == ([], {})


def test_a_command_that_cannot_be_written_was_not_sent_and_leaves_nothing_behind() -> None:
    class Strict(PlainWords):
        def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str:
            raise SettingsError("limit_price is not a number.")

    link = live(Connection(Strict(private=True), timing=QUIET), FILLS)

    with pytest.raises(SettingsError):
        link.command("add_order", {"limit_price": "ten"}, 1.0)
    link.lost("reset", 2.0)

    assert ended(link) == []


def test_commands_do_not_wait_for_subscriptions_to_be_confirmed() -> None:
    link = connection(private=True)
    link.want([FILLS], 0.0)
    link.opened(0.0)
    link.authorised("t1", 0.0)
    link.actions()

    link.command("add_order", {}, 0.1)

    assert written(link) == ["add_order #2 t1"]
