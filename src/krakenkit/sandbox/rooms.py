"""Who listens to what on public sockets: one room for each subject, open as long as somebody is in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from krakenkit.sandbox.lines import Line

S = TypeVar("S", bound=Hashable)
R = TypeVar("R", bound="Room")


@dataclass(slots=True)
class Room:
    """Who listens to one subject; those who keep rooms add what they need to tell of it."""

    lines: dict[Line, None] = field(default_factory=dict[Line, None], init=False)

    def send(self, frame: bytes) -> None:
        """Send a frame to all; it was written once."""
        for line in self.lines:
            line.send(frame)


class Rooms(Generic[S, R]):
    """The rooms that are open, by subject.

    Args:
        open_room: makes the room of a subject when the first line joins.
    """

    def __init__(self, open_room: Callable[[S], R]) -> None:
        self._open_room = open_room
        self._rooms: dict[S, R] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[tuple[S, R]]:
        """Subjects and their rooms, in the order they were opened; lines may come and go meanwhile."""
        return iter(list(self._rooms.items()))

    def get(self, subject: S) -> R | None:
        """The room of a subject; None while nobody listens."""
        return self._rooms.get(subject)

    def join(self, line: Line, subject: S) -> R:
        """Let a line into the room of a subject.

        Whoever is there already has heard everything: each action is told before the next one begins. So what the room
        remembers may be brought to the present for the newcomer.
        """
        room = self._rooms.get(subject)
        if room is None:
            room = self._rooms[subject] = self._open_room(subject)
        room.lines[line] = None
        return room

    def leave(self, line: Line, subject: S) -> None:
        """Let a line out; the last one closes the room."""
        room = self._rooms.get(subject)
        if room is not None:
            room.lines.pop(line, None)
            if not room.lines:
                del self._rooms[subject]
