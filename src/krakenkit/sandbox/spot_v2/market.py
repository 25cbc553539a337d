"""Public channels of Spot v2: who listens to what, and what each is told. A frame is written once for all who get it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine import BookEvent, DepthFeed, Event, Pair, PublicTrade, StatusEvent, TradeEvent
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rooms import Room, Rooms
from krakenkit.sandbox.spot_v2.frames import (
    Members,
    book_checksum,
    book_frame,
    candle_row,
    channel_frame,
    ticker_row,
    trade_row,
)
from krakenkit.sandbox.spot_v2.instruments import instrument_data, pair_rows
from krakenkit.sandbox.venue import Venue

DEPTHS: Final = (10, 25, 100, 500, 1000)
TRADES_SHOWN = 50
CANDLES_SHOWN = 10
_BBO: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that can be subscribed: a channel, its pair where it has one, and what tells it from its siblings."""

    channel: str
    pair: Pair | None = None
    detail: int | str | None = None
    """The depth of a book, the interval of candles, the trigger of a ticker, the listing of instruments."""

    @property
    def listing(self) -> str | None:
        """Which instruments are meant."""
        return self.detail if isinstance(self.detail, str) else None


@dataclass(slots=True)
class _Room(Room):
    """Who listens to one subject."""

    subject: Subject
    feed: DepthFeed | None = None
    best: _BBO = ()

    def say(self, frame: Members) -> None:
        self.send(socket_json(frame))


class MarketFeeds:
    """Tells listeners what the market does."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._rooms = Rooms(self._open)

    def join(self, line: Line, subject: Subject, *, snapshot: bool) -> None:
        """Let a line hear of a subject from now on, beginning with how it is."""
        room = self._rooms.join(line, subject)
        frame = self._snapshot(room)
        if snapshot:
            line.send(socket_json(frame))

    def leave(self, line: Line, subject: Subject) -> None:
        """Let a line hear of a subject no more."""
        self._rooms.leave(line, subject)

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened."""
        busy: dict[str, Pair] = {}
        trades: defaultdict[str, list[PublicTrade]] = defaultdict(list)
        for event in events:
            match event:
                case BookEvent():
                    busy[event.pair.name] = event.pair
                case TradeEvent():
                    busy[event.trade.pair.name] = event.trade.pair
                    trades[event.trade.pair.name].append(event.trade)
                case StatusEvent():
                    self._tell_instruments()
                case _:
                    pass
        for _, room in self._rooms:
            pair = room.subject.pair
            if pair is not None and pair.name in busy:
                self._tell(room, pair, trades.get(pair.name, ()))

    # --- one room -------------------------------------------------------------------------------------------------------

    def _open(self, subject: Subject) -> _Room:
        room = _Room(subject)
        if subject.channel == "book" and subject.pair is not None and isinstance(subject.detail, int):
            room.feed = self._venue.exchange.depth_feed(subject.pair.name, subject.detail)
        return room

    def _tell(self, room: _Room, pair: Pair, trades: Sequence[PublicTrade]) -> None:
        match room.subject.channel:
            case "book":
                self._tell_book(room)
            case "ticker":
                self._tell_ticker(room, pair, traded=bool(trades))
            case "trade" if trades:
                room.say(channel_frame("trade", "update", [trade_row(trade) for trade in trades]))
            case "ohlc" if trades:
                room.say(self._candles(room.subject, pair, "update", 1))
            case _:
                pass

    def _tell_book(self, room: _Room) -> None:
        feed = room.feed
        if feed is None:
            return
        bids, asks = feed.changes()
        if not (bids or asks):
            return
        faults, pair = self._venue.faults, feed.pair
        if faults.lost_update(pair.symbol):
            return
        checksum = book_checksum(self._venue.exchange, pair)
        if faults.wrong_checksum(pair.symbol):
            checksum ^= 1
        room.say(book_frame("update", pair, bids, asks, checksum=checksum, at=self._venue.exchange.now))

    def _tell_ticker(self, room: _Room, pair: Pair, *, traded: bool) -> None:
        now = self._venue.exchange.ticker(pair.name)
        best, room.best = room.best, (now.bid, now.bid_qty, now.ask, now.ask_qty)
        if traded if room.subject.detail == "trades" else best != room.best:
            room.say(channel_frame("ticker", "update", [ticker_row(now)]))

    def _tell_instruments(self) -> None:
        """Tell of the pairs, which have another status now."""
        for _, room in self._rooms:
            if room.subject.channel == "instrument":
                pairs = pair_rows(self._venue.exchange, room.subject.listing)
                room.say(channel_frame("instrument", "update", {"assets": [], "pairs": pairs}))

    # --- how things are -------------------------------------------------------------------------------------------------

    def _snapshot(self, room: _Room) -> Members:
        exchange, subject = self._venue.exchange, room.subject
        if subject.pair is None:
            return channel_frame("instrument", "snapshot", instrument_data(exchange, subject.listing))
        pair = subject.pair
        match subject.channel:
            case "book" if room.feed is not None:
                bids, asks = room.feed.snapshot()
                checksum = book_checksum(exchange, pair)
                return book_frame("snapshot", pair, bids, asks, checksum=checksum, at=exchange.now)
            case "ticker":
                now = exchange.ticker(pair.name)
                room.best = (now.bid, now.bid_qty, now.ask, now.ask_qty)
                return channel_frame("ticker", "snapshot", [ticker_row(now)])
            case "trade":
                newest = exchange.public_trades(pair.name)[-TRADES_SHOWN:]
                return channel_frame("trade", "snapshot", [trade_row(trade) for trade in newest])
            case _:
                return self._candles(subject, pair, "snapshot", CANDLES_SHOWN)

    def _candles(self, subject: Subject, pair: Pair, kind: str, count: int) -> Members:
        exchange = self._venue.exchange
        interval = subject.detail if isinstance(subject.detail, int) else 1
        rows = [candle_row(pair, candle) for candle in exchange.candles(pair.name, interval, count=count)]
        return channel_frame("ohlc", kind, rows, timestamp=stamp(exchange.now, 9))
