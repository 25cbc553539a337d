"""Public channels of the Unified WebSocket: who listens to what, and what each is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from krakenkit.sandbox.encode import socket_json, stamp
from krakenkit.sandbox.engine.derivatives import BookChange, Contract, Event, Series, Trade
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.rooms import Room, Rooms
from krakenkit.sandbox.spot_v2.frames import Members, channel_frame
from krakenkit.sandbox.spot_v2.market import CANDLES_SHOWN, TRADES_SHOWN
from krakenkit.sandbox.unified.books import LevelWindow, QueueWindow, Window
from krakenkit.sandbox.unified.frames import candle_rows, contract_row, instrument_data, ticker_row, trade_row

INSTRUMENT: Final = "instrument"
RHYTHM_SECONDS: Final = 1.0
_WINDOWS: Final[Mapping[str, type[LevelWindow] | type[QueueWindow]]] = {"book": LevelWindow, "level3": QueueWindow}


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that can be subscribed: a channel, its contract where it has one, and what tells it from its siblings."""

    channel: str
    contract: Contract | None = None
    detail: int | None = None
    """The depth of a book, the interval of candles."""
    series: Series = "trade"
    """The price that candles are drawn of."""


@dataclass(slots=True)
class _Room(Room):
    """Who listens to one subject."""

    subject: Subject
    window: Window | None = None
    told: object = None
    """The rows that were told last, where they come in a rhythm."""

    def say(self, frame: Members) -> None:
        self.send(socket_json(frame))


class UnifiedMarketFeeds:
    """Tells listeners what the market of contracts does."""

    def __init__(self, venue: FuturesVenue) -> None:
        self._venue = venue
        self._rooms = Rooms(self._open)
        self._listed = venue.contracts.all
        self._due = 0.0

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
        if self._venue.contracts.all != self._listed:
            self._tell_listing()
        if not self._rooms:
            return
        busy: dict[Contract, None] = {}
        trades: defaultdict[Contract, list[Trade]] = defaultdict(list)
        for event in events:
            match event:
                case BookChange():
                    busy[event.contract] = None
                case Trade():
                    trades[event.contract].append(event)
                case _:
                    pass
        for _, room in self._rooms:
            contract = room.subject.contract
            if contract is None:
                continue
            if contract in busy:
                self._tell_book(room, contract)
            if contract in trades:
                self._tell_trades(room, contract, trades[contract])

    # --- one room -------------------------------------------------------------------------------------------------------

    def _open(self, subject: Subject) -> _Room:
        return _Room(subject, self._window(subject))

    def _window(self, subject: Subject) -> Window | None:
        kind = _WINDOWS.get(subject.channel)
        if kind is None or subject.contract is None or subject.detail is None:
            return None
        return kind(self._venue.exchange, subject.contract, subject.detail)

    def _tell_book(self, room: _Room, contract: Contract) -> None:
        row = None if room.window is None else room.window.news()
        faults = self._venue.faults
        if row is None or faults.lost_update(contract.symbol):
            return
        row["checksum"] ^= faults.wrong_checksum(contract.symbol)
        room.say(channel_frame(room.subject.channel, "update", [row]))

    def _tell_listing(self) -> None:
        """Say which contracts have come and which have gone."""
        old, self._listed = self._listed, self._venue.contracts.all
        room = self._rooms.get(Subject(INSTRUMENT))
        if room is not None:
            rows = [contract_row(one, "delisted") for one in old if one not in self._listed]
            rows += [contract_row(one) for one in self._listed if one not in old]
            room.say(channel_frame(INSTRUMENT, "update", {"assets": [], "pairs": rows}))

    def _tell_trades(self, room: _Room, contract: Contract, trades: Sequence[Trade]) -> None:
        """Kraken's page lets tickers come with trades only."""
        match room.subject.channel:
            case "trade":
                room.say(channel_frame("trade", "update", [trade_row(trade) for trade in trades]))
            case "ticker":
                row = ticker_row(self._venue.exchange.ticker(contract))
                room.say(channel_frame("ticker", "update", [row]))
            case "ohlc" if room.subject.series == "trade":
                room.say(self._candles(room.subject, contract, "update", 1))
            case _:
                pass

    def beat(self, now: float) -> None:
        """Send what comes in a rhythm: candles of prices that nobody trades at, when they have changed.

        How often Kraken sends them is not published; here it is once a second.
        """
        if now < self._due:
            return
        self._due = now + RHYTHM_SECONDS
        for _, room in self._rooms:
            contract = room.subject.contract
            if contract is None or room.subject.series == "trade":
                continue
            frame = self._candles(room.subject, contract, "update", 1)
            if frame["data"] != room.told:
                room.told = frame["data"]
                room.say(frame)

    # --- how things are -------------------------------------------------------------------------------------------------

    def _snapshot(self, room: _Room) -> Members:
        exchange, channel, contract = self._venue.exchange, room.subject.channel, room.subject.contract
        if contract is None:
            return channel_frame(INSTRUMENT, "snapshot", instrument_data(exchange.contracts))
        if room.window is not None:
            return channel_frame(channel, "snapshot", [room.window.first()])
        match channel:
            case "ticker":
                rows = [ticker_row(exchange.ticker(contract))]
            case "trade":
                rows = [trade_row(trade) for trade in exchange.trades(contract)[-TRADES_SHOWN:]]
            case _:
                return self._candles(room.subject, contract, "snapshot", CANDLES_SHOWN)
        return channel_frame(channel, "snapshot", rows)

    def _candles(self, subject: Subject, contract: Contract, kind: str, count: int) -> Members:
        exchange = self._venue.exchange
        candles = exchange.candles(contract, subject.detail or 1, count=count, series=subject.series)
        return channel_frame("ohlc", kind, candle_rows(contract, candles), timestamp=stamp(exchange.now, 9))
