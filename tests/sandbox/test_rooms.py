"""Rooms of listeners: opened by the first, shared by all, closed by the last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from krakenkit.sandbox.rooms import Room, Rooms


@dataclass(eq=False)
class Ear:
    """A line, as far as rooms know it."""

    heard: list[bytes] = field(default_factory=list[bytes])

    def send(self, frame: bytes) -> None:
        self.heard.append(frame)


def ears() -> tuple[Any, Any]:
    return Ear(), Ear()


def opened(_: str) -> Room:
    return Room()


def test_lines_of_one_subject_share_a_room_and_hear_the_same_once() -> None:
    rooms, (one, other) = Rooms(opened), ears()
    room = rooms.join(one, "book")
    assert rooms.join(other, "book") is rooms.join(one, "book") is room
    room.send(b"news")
    assert one.heard == other.heard == [b"news"]


def test_a_line_that_left_hears_no_more_and_the_last_one_closes_the_room() -> None:
    rooms, (one, other) = Rooms(opened), ears()
    room = rooms.join(one, "book")
    rooms.join(other, "book")
    rooms.leave(one, "book")
    room.send(b"news")
    assert (one.heard, other.heard) == ([], [b"news"])
    rooms.leave(other, "book")
    assert rooms.get("book") is None
    assert not rooms
    assert rooms.join(one, "book") is not room


def test_leaving_where_nobody_is_changes_nothing() -> None:
    rooms, (one, other) = Rooms(opened), ears()
    room = rooms.join(one, "book")
    rooms.leave(other, "book")
    rooms.leave(one, "trade")
    assert list(rooms) == [("book", room)]


def test_lines_may_leave_while_the_rooms_are_told() -> None:
    rooms, (one, other) = Rooms(opened), ears()
    for subject in ("book", "trade", "ticker"):
        rooms.join(one, subject)
    rooms.join(other, "trade")
    for subject, room in rooms:
        room.send(subject.encode())
        rooms.leave(one, subject)
    assert one.heard == [b"book", b"trade", b"ticker"]
    assert [subject for subject, _ in rooms] == ["trade"]
