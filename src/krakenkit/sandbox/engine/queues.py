"""Queues of orders whose turn may come. An order that closes stays where it is, and is passed over or swept out later."""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Final, Generic, TypeAlias, TypeVar

from .orders import Order

K = TypeVar("K", int, str)
Entry: TypeAlias = tuple[int, K, Order]
"""Rank, what decides between equal ranks, and the order."""
_ROOM: Final = 1_000
"""A queue shorter than this is never swept."""


class Queue(ABC, Generic[K]):
    """Orders, the lowest rank first; never much longer than twice the orders that count."""

    __slots__ = ("_entries", "_sweep_at")

    def __init__(self) -> None:
        self._entries: list[Entry[K]] = []
        self._sweep_at = _ROOM

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry[K]]:
        """Every entry that counts, in no order that means anything."""
        return (entry for entry in self._entries if self.counts(entry))

    def push(self, entry: Entry[K]) -> None:
        """Let an order wait."""
        if len(self._entries) >= self._sweep_at:
            self._entries = list(self)
            heapq.heapify(self._entries)
            self._sweep_at = max(2 * len(self._entries), _ROOM)
        heapq.heappush(self._entries, entry)

    def due(self, rank: int) -> Order | None:
        """The next order up to this rank, taken out; None when there is none."""
        while self._entries and self._entries[0][0] <= rank:
            entry = heapq.heappop(self._entries)
            if self.counts(entry):
                return entry[2]
        return None

    def first(self) -> Entry[K] | None:
        """The entry whose turn is next; it stays."""
        while self._entries and not self.counts(self._entries[0]):
            heapq.heappop(self._entries)
        return self._entries[0] if self._entries else None

    def pop(self) -> None:
        """Take out the first entry."""
        heapq.heappop(self._entries)

    @staticmethod
    @abstractmethod
    def counts(entry: Entry[K]) -> bool:
        """Whether an entry still means something."""


class Moments(Queue[str]):
    """Open orders by a moment that matters to them; the order's id decides between equal ones."""

    __slots__ = ()

    @staticmethod
    def counts(entry: Entry[str]) -> bool:
        return entry[2].open


class Triggers(Queue[int]):
    """Orders that wait for their trigger, under the ticket that each got with its place."""

    __slots__ = ()

    @staticmethod
    def counts(entry: Entry[int]) -> bool:
        _, ticket, order = entry
        return order.open and order.waiting and order.ticket == ticket
