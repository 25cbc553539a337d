"""Public channels of Spot v1: who listens to what, and what each is told. A frame is written once for all who get it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from krakenkit.sandbox.engine import BookEvent, Event, Exchange, Pair, PublicTrade, TradeEvent
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rooms import Room, Rooms
from krakenkit.sandbox.spot_v1.book import TimedBook, Touched
from krakenkit.sandbox.spot_v1.frames import (
    Row,
    candle_payload,
    spread_payload,
    ticker_payload,
    trade_payload,
    written,
)
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.venue import Venue

_BBO: TypeAlias = tuple[object, ...]
_KINDS: Final = {"book": 0, "trade": 1, "ticker": 4, "spread": 5, "ohlc": 7}
"""What captures show: the id of a channel is a number of its pair times 16, and one of these; depths share one."""


@dataclass(frozen=True, slots=True)
class V1Subject:
    """One thing that can be subscribed."""

    channel: str
    pair: Pair
    detail: int | None = None
    """The depth of a book, the interval of candles."""

    @property
    def name(self) -> str:
        """As frames have it: ``ticker``, ``book-10``."""
        return self.channel if self.detail is None else f"{self.channel}-{self.detail}"


@dataclass(slots=True)
class _Happened:
    """What happened on one pair."""

    trades: list[PublicTrade] = field(default_factory=list[PublicTrade])
    touched: Touched = field(default_factory=Touched)


@dataclass(slots=True)
class _Room(Room):
    """Who listens to one subject."""

    subject: V1Subject
    channel_id: int
    book: TimedBook | None = None
    best: _BBO = ()

    def frame(self, *payloads: Members | Row) -> bytes:
        return written([self.channel_id, *payloads, self.subject.name, self.subject.pair.wsname])

    def say(self, *payloads: Members | Row) -> None:
        self.send(self.frame(*payloads))


class V1MarketFeeds:
    """Tells listeners what the market does."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._rooms = Rooms(self._open)

    def channel_id(self, subject: V1Subject) -> int:
        """The number of a channel: deprecated, and shared by all depths of a book."""
        number = self._venue.exchange.instruments.pairs.index(subject.pair) + 1
        return 16 * number + _KINDS[subject.channel]

    def join(self, line: Line, subject: V1Subject) -> None:
        """Let a line hear of a subject from now on, beginning with how it is. Trades have no beginning."""
        room = self._rooms.join(line, subject)
        payload = self._beginning(room)
        if payload is not None:
            line.send(room.frame(payload))

    def leave(self, line: Line, subject: V1Subject) -> None:
        """Let a line hear of a subject no more."""
        self._rooms.leave(line, subject)

    def hear(self, events: Iterable[Event]) -> None:
        """Tell everybody of what happened."""
        if not self._rooms:
            return
        news = _sorted_out(events)
        for _, room in self._rooms:
            happened = news.get(room.subject.pair.name)
            if happened is not None:
                self._tell(room, happened)

    # --- one room -------------------------------------------------------------------------------------------------------

    def _open(self, subject: V1Subject) -> _Room:
        room = _Room(subject, self.channel_id(subject))
        if subject.channel == "book" and subject.detail is not None:
            exchange = self._venue.exchange
            room.book = TimedBook(exchange, exchange.depth_feed(subject.pair.name, subject.detail))
        return room

    def _tell(self, room: _Room, happened: _Happened) -> None:
        trades = happened.trades
        match room.subject.channel:
            case "book" if room.book is not None:
                for update in room.book.updates(happened.touched):
                    self._tell_book(room, update)
            case "spread":
                self._tell_spread(room)
            case "trade" if trades:
                room.say([trade_payload(trade) for trade in trades])
            case "ticker" | "ohlc" if trades:
                payload = self._beginning(room)
                if payload is not None:
                    room.say(payload)
            case _:
                pass

    def _tell_book(self, room: _Room, update: list[Members]) -> None:
        faults, pair = self._venue.faults, room.subject.pair
        if faults.lost_update(pair.symbol):
            return
        if faults.wrong_checksum(pair.symbol):
            update[-1]["c"] = str(int(update[-1]["c"]) ^ 1)
        room.say(*update)

    def _tell_spread(self, room: _Room) -> None:
        best = room.best
        payload = self._spread(room)
        if best != room.best:
            room.say(payload)

    # --- how things are -------------------------------------------------------------------------------------------------

    def _beginning(self, room: _Room) -> Members | Row | None:
        """How a subject is now; None where there is nothing to show."""
        match room.subject.channel:
            case "book" if room.book is not None:
                return room.book.snapshot()
            case "ticker":
                return ticker_payload(self._venue.exchange.ticker(room.subject.pair.name))
            case "spread":
                return self._spread(room)
            case "ohlc":
                return _last_candle(self._venue.exchange, room.subject.pair, room.subject.detail or 1)
            case _:
                return None

    def _spread(self, room: _Room) -> Row:
        now = self._venue.exchange.ticker(room.subject.pair.name)
        room.best = (now.bid, now.bid_qty, now.ask, now.ask_qty)
        return spread_payload(now)


def _last_candle(exchange: Exchange, pair: Pair, interval: int) -> Row | None:
    """The last candle with a trade, however old; None when nothing ever traded."""
    trades = exchange.public_trades(pair.name)
    forming = exchange.candles(pair.name, interval, count=1)
    candles = forming if forming and forming[-1].trades else exchange.candles(pair.name, interval)
    last = next((candle for candle in reversed(candles) if candle.trades), None)
    return None if last is None or not trades else candle_payload(pair, last, traded_at=trades[-1].at)


def _sorted_out(events: Iterable[Event]) -> dict[str, _Happened]:
    news: dict[str, _Happened] = {}
    for event in events:
        match event:
            case BookEvent(pair=pair):
                news.setdefault(pair.name, _Happened()).touched.add(event)
            case TradeEvent(trade=trade):
                news.setdefault(trade.pair.name, _Happened()).trades.append(trade)
            case _:
                pass
    return news
