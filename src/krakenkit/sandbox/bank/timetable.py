"""What is to happen when: the things a bank does in its own time, in the order they fall due."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Room: TypeAlias = Literal["funding", "earn", "reports"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something that falls due; ``key`` is what its room knows it by."""

    at: int
    number: int
    room: Room
    key: str


class Timetable:
    """Things by the moment they fall due; those of one moment in the order they were entered."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._entered = 0

    def enter(self, at: int, room: Room, key: str) -> None:
        """Have this come due at a moment, in nanoseconds since 1970."""
        self._entered += 1
        heapq.heappush(self._heap, Due(at, self._entered, room, key))

    def until(self, now: int) -> Iterator[Due]:
        """What is due by now, one by one, and what is entered meanwhile with an earlier moment too."""
        while self._heap and self._heap[0].at <= now:
            yield heapq.heappop(self._heap)
