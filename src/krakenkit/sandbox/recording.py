"""Recordings as the sandbox replays them: raw frames of Spot v2, one on each line, become moments of a market.

``book`` and ``trade`` messages are read, and the depths of subscriptions; everything else is passed over. So are pairs
that the sandbox does not have and numbers finer than its own, each with a line in the log.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Raw, Struct

from krakenkit.books.capture import DepthNote, notes_of
from krakenkit.errors import DecodeError, SettingsError
from krakenkit.sandbox.engine.instruments import Instruments, Pair
from krakenkit.sandbox.engine.recorded import Moment, RecordedTrade
from krakenkit.sandbox.engine.scale import to_units

log = logging.getLogger("krakenkit.sandbox")

_DEPTHS: Final = (10, 25, 100, 500, 1000)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = 1000


class _Level(Struct, frozen=True, gc=False):
    price: Decimal
    qty: Decimal


class _Row(Struct, frozen=True):
    """A row of either channel; rows of trades have no sides, rows of books no price."""

    symbol: str
    bids: list[_Level] = []
    asks: list[_Level] = []
    side: Literal["buy", "sell"] = "buy"
    price: Decimal | None = None
    qty: Decimal | None = None
    ord_type: str = "limit"
    timestamp: str | None = None


class _Frame(Struct, frozen=True):
    channel: str = ""
    type: str = ""
    data: Raw = Raw(b"[]")


_frame = msgspec.json.Decoder(_Frame).decode
_rows = msgspec.json.Decoder(list[_Row]).decode


def read_recording(path: str | os.PathLike[str], instruments: Instruments) -> list[Moment]:
    """The moments of a file, in its order.

    Raises:
        SettingsError: for a file that cannot be read, or holds no book of a pair of the sandbox.
    """
    try:
        with Path(path).open("rb") as lines:
            moments = moments_of(lines, instruments)
    except OSError as error:
        raise SettingsError(f"The recording {path} cannot be read: {error.strerror}.") from error
    if not any(moment.whole for moment in moments):
        raise SettingsError(
            f"{path} holds no book of a pair of the sandbox: record frames of Spot v2, one on each line."
        )
    return moments


def moments_of(frames: Iterable[bytes], instruments: Instruments) -> list[Moment]:
    """The moments that frames tell of. Those without a time have that of their neighbours; time never runs backwards."""
    reader = _Reader(instruments)
    moments = [moment for frame in frames for moment in reader.read(frame.strip())]
    at = next((moment.at for moment in moments if moment.at), 0)
    timed: list[Moment] = []
    for moment in moments:
        at = max(at, moment.at)
        timed.append(msgspec.structs.replace(moment, at=at))
    return timed


class _Reader:
    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self._depths: dict[str, int] = {}
        self._told: set[str] = set()

    def read(self, frame: bytes) -> Iterator[Moment]:
        """What one line says; nothing for one that is not about books or trades."""
        try:
            found = _frame(frame)
            if found.channel in ("book", "trade"):
                for row in _rows(found.data):
                    yield from self._row(found, row)
            elif not found.channel and frame:
                self._depths |= {note.symbol: note.depth for note in notes_of(frame) if isinstance(note, DepthNote)}
        except (msgspec.DecodeError, DecodeError) as error:
            self._tell(f"A line of the recording is passed over: {error}")

    def _row(self, frame: _Frame, row: _Row) -> Iterator[Moment]:
        pair = self._instruments.pair(row.symbol)
        if pair is None:
            self._tell(f"The recording has {row.symbol}, which the sandbox has not: it is passed over.")
        elif frame.channel == "book":
            whole = frame.type == "snapshot"
            bids, asks = self._levels(pair, row.bids), self._levels(pair, row.asks)
            depth = self._depth(row) if whole else None
            yield Moment(at=_nanoseconds(row.timestamp), pair=pair, whole=whole, depth=depth, bids=bids, asks=asks)
        elif frame.type == "update" and row.price is not None and row.qty is not None:
            for price, lots in self._levels(pair, [_Level(row.price, row.qty)]):
                trade = RecordedTrade(row.side, price, lots, "market" if row.ord_type == "market" else "limit")
                yield Moment(at=_nanoseconds(row.timestamp), pair=pair, trades=[trade])

    def _levels(self, pair: Pair, levels: Sequence[_Level]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for level in levels:
            price, lots = to_units(level.price, pair.pair_decimals), to_units(level.qty, pair.lot_decimals)
            if price is None or lots is None or price <= 0 or lots < 0 or price % pair.tick:
                self._tell(
                    f"The recording of {pair.symbol} has numbers that the sandbox cannot count with: they are left out."
                )
            else:
                found.append((price, lots))
        return found

    def _depth(self, row: _Row) -> int:
        """As subscribed; where that is not recorded, the smallest depth on sale that holds the snapshot."""
        most = max(len(row.bids), len(row.asks))
        return self._depths.get(row.symbol) or next((depth for depth in _DEPTHS if depth >= most), most)

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            log.warning("%s", text)


def _nanoseconds(timestamp: str | None) -> int:
    """A moment in nanoseconds since 1970; zero for none."""
    if timestamp is None:
        return 0
    try:
        # Exact: microseconds as a whole number, never a float of seconds.
        passed = datetime.fromisoformat(timestamp) - _EPOCH
    except (ValueError, TypeError) as error:
        raise msgspec.DecodeError(f"{timestamp!r} is no time") from error
    return ((passed.days * 86_400 + passed.seconds) * 10**6 + passed.microseconds) * _MICRO
