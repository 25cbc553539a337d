"""The level 3 channel: who listens to which book, and what happened to its orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from krakenkit.books.checksum import TOP, checksum_of
from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine import BookEvent, Event, Exchange, Pair, QueueChange, QueuedOrder, QueueFeed
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rooms import Room, Rooms
from krakenkit.sandbox.spot_v2.frames import Members, channel_frame
from krakenkit.sandbox.venue import Venue


@dataclass(frozen=True, slots=True)
class DeepSubject:
    """The orders of one pair, down to a depth counted in price levels."""

    pair: Pair
    depth: int


@dataclass(slots=True)
class _Room(Room):
    """Who listens to one subject."""

    feed: QueueFeed


class Level3Feeds:
    """Tells listeners what happens to the orders of books."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._rooms = Rooms(self._open)

    def join(self, line: Line, subject: DeepSubject, *, snapshot: bool) -> None:
        """Let a line hear of a book from now on, beginning with how it is."""
        room = self._rooms.join(line, subject)
        bids, asks = room.feed.snapshot()
        if snapshot:
            rows = ([_order(order) for order in side] for side in (bids, asks))
            line.send(self._frame("snapshot", subject.pair, *rows))

    def leave(self, line: Line, subject: DeepSubject) -> None:
        """Let a line hear of a book no more."""
        self._rooms.leave(line, subject)

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened."""
        busy = {event.pair for event in events if isinstance(event, BookEvent)} if self._rooms else set[Pair]()
        for subject, room in self._rooms:
            if subject.pair in busy:
                self._tell(subject.pair, room)

    def _open(self, subject: DeepSubject) -> _Room:
        return _Room(self._venue.exchange.queue_feed(subject.pair.name, subject.depth))

    def _tell(self, pair: Pair, room: _Room) -> None:
        bids, asks = room.feed.changes()
        faults = self._venue.faults
        if not (bids or asks) or faults.lost_update(pair.symbol):
            return
        frame = self._frame(
            "update",
            pair,
            [_change(change) for change in bids],
            [_change(change) for change in asks],
            wrong=faults.wrong_checksum(pair.symbol),
        )
        room.send(frame)

    def _frame(
        self, kind: str, pair: Pair, bids: Sequence[Members], asks: Sequence[Members], *, wrong: bool = False
    ) -> bytes:
        exchange = self._venue.exchange
        checksum = queue_checksum(exchange, pair) ^ wrong
        row = {
            "symbol": pair.symbol,
            "checksum": checksum,
            "bids": bids,
            "asks": asks,
            "timestamp": stamp(exchange.now, 9),
        }
        return socket_json(channel_frame("level3", kind, [row]))


def queue_checksum(exchange: Exchange, pair: Pair) -> int:
    """The checksum of the book as it is now: over every order of ten levels a side, the same for every depth."""
    asks, bids = (
        [(f"{order.price:f}", f"{order.qty:f}") for order in exchange.queue(pair.name, side, TOP)]
        for side in ("sell", "buy")
    )
    return checksum_of(asks, bids)


def _order(order: QueuedOrder) -> Members:
    return {
        "order_id": order.order_id,
        "limit_price": order.price,
        "order_qty": order.qty,
        "timestamp": stamp(order.at, 9),
    }


def _change(change: QueueChange) -> Members:
    return {"event": change.event} | _order(change.order)
