"""Public feeds of the Futures WebSocket v1: who listens to what, and what each is told. A frame is written once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from krakenkit.sandbox.engine.derivatives import BookChange, Contract, Event, Ticker, Trade
from krakenkit.sandbox.futures.encode import frame_json, millis
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.futures.ws_frames import (
    Members,
    book_snapshot,
    book_text,
    ticker_frame,
    ticker_lite_frame,
    trade_frame,
    trade_snapshot,
)
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rooms import Room, Rooms

HEARTBEAT: Final = "heartbeat"
PRODUCT_FEEDS: Final = frozenset({"ticker", "ticker_lite", "trade", "book"})
TRADES_SHOWN: Final = 100
RHYTHM_SECONDS: Final = 1.0
"""Tickers come once a second; how often heartbeats come is not published, here it is the same."""
_PICTURES: Final[Mapping[str, Callable[[Ticker], Members]]] = {"ticker": ticker_frame, "ticker_lite": ticker_lite_frame}
_Place: TypeAlias = tuple[str, Contract | None]


@dataclass(slots=True)
class _Room(Room):
    """Who listens to one feed of one product."""

    due: float = 0.0
    """When the next frame comes, where they come in a rhythm; zero before anybody has joined."""


class FuturesMarketFeeds:
    """Tells listeners what the market does."""

    def __init__(self, venue: FuturesVenue) -> None:
        self._venue = venue
        self._rooms = Rooms(_open)

    def join(self, line: Line, feed: str, contract: Contract | None, now: float) -> None:
        """Let a line hear of a feed from now on, beginning with how things are."""
        room = self._rooms.join(line, (feed, contract))
        room.due = room.due or now + RHYTHM_SECONDS
        first = self._picture(feed, contract)
        if first is not None:
            line.send(frame_json(first))

    def leave(self, line: Line, feed: str, contract: Contract | None) -> None:
        """Let a line hear of a feed no more."""
        self._rooms.leave(line, (feed, contract))

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened."""
        if not self._rooms:
            return
        for event in events:
            match event:
                case BookChange():
                    self._tell_book(event)
                case Trade():
                    room = self._rooms.get(("trade", event.contract))
                    if room is not None:
                        room.send(frame_json(trade_frame(event)))
                case _:
                    pass

    def beat(self, now: float) -> None:
        """Send what comes in a rhythm."""
        for (feed, contract), room in self._rooms:
            if feed in ("trade", "book") or now < room.due:
                continue
            room.due = now + RHYTHM_SECONDS
            picture = self._picture(feed, contract)
            if picture is not None:
                room.send(frame_json(picture))

    def _tell_book(self, change: BookChange) -> None:
        room = self._rooms.get(("book", change.contract))
        # A lost update was counted: that is how its loss shows.
        if room is not None and not self._venue.faults.lost_update(change.contract.symbol):
            room.send(book_text(change))

    def _picture(self, feed: str, contract: Contract | None) -> Members | None:
        exchange = self._venue.exchange
        if contract is None:
            return {"feed": HEARTBEAT, "time": millis(self._venue.clock())} if feed == HEARTBEAT else None
        match feed:
            case "trade":
                return trade_snapshot(contract, exchange.trades(contract)[-TRADES_SHOWN:])
            case "book":
                return book_snapshot(exchange, contract)
            case _:
                return _PICTURES[feed](exchange.ticker(contract))


def _open(_: _Place) -> _Room:
    return _Room()
