"""Channel messages of the Unified WebSocket: the envelope of Spot v2, around rows that are read one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from krakenkit.wire.codec import Reader, reader_for
from krakenkit.wire.open_row import read_open
from krakenkit.wire.spot_v2 import frames as spot
from krakenkit.wire.unified.account import (
    Balance,
    Execution,
    LedgerEntry,
    MarginUpdate,
    PositionsUpdate,
    PreferencesUpdate,
)
from krakenkit.wire.unified.market import (
    BookUpdate,
    InstrumentUpdate,
    Level3Update,
    OhlcUpdate,
    StatusUpdate,
    TickerUpdate,
    TradeUpdate,
)

HEARTBEAT = "heartbeat"
_TOO_LARGE = b"snapshot_too_large"

ROWS: Mapping[str, type[Struct]] = {
    "ticker": TickerUpdate,
    "book": BookUpdate,
    "level3": Level3Update,
    "ohlc": OhlcUpdate,
    "trade": TradeUpdate,
    "instrument": InstrumentUpdate,
    "status": StatusUpdate,
    "executions": Execution,
    "balances": Balance,
    "margin": MarginUpdate,
    "positions": PositionsUpdate,
    "ledgers": LedgerEntry,
    "preferences": PreferencesUpdate,
}
"""What each channel delivers."""


class ChannelFrame(Struct, frozen=True):
    """What all channel messages share."""

    channel: str
    type: str = ""
    data: Raw = Raw(b"")
    """A list of rows, or one object."""
    sequence: int | None = None
    timestamp: str | None = None


class Result(spot.Result, frozen=True):
    """What is repeated of a subscription in its acknowledgement, as far as names are known or expected."""

    asset_class: str | None = None
    tick_type: str | None = None
    with_margin: bool | None = None


class Acknowledgement(spot.Acknowledgement, frozen=True):
    """The answer to subscribe or unsubscribe, for one symbol or for a channel without symbols."""

    result: Result | None = None


read_frame: Reader[ChannelFrame] = reader_for(ChannelFrame)
_rows: Reader[list[Raw]] = reader_for(list[Raw])


def rows_of(frame: ChannelFrame, payload: bytes) -> list[Any]:
    """The rows of a channel message.

    Raises:
        msgspec.ValidationError: for an unknown channel, or data that is neither rows nor an object.
    """
    kind = ROWS.get(frame.channel)
    if kind is None:
        raise msgspec.ValidationError(f"Unknown channel {frame.channel!r} - at `$.channel`")
    rows = [read_open(kind, raw) for raw in _pieces(frame.data)]
    if frame.type == "snapshot":
        for row in rows:
            _complete(row, "snapshot", True)
    if frame.channel == "margin":
        for row in rows:
            _complete(row, "section", frame.type)
    if frame.channel == "positions" and _TOO_LARGE in payload:
        # Which member says it is not known, so that it is looked for anywhere; data may be missing altogether.
        rows = rows or [PositionsUpdate(snapshot=frame.type == "snapshot")]
        for row in rows:
            _complete(row, "too_large", True)
    return rows


def _pieces(data: Raw) -> list[Raw]:
    text = bytes(data).lstrip()
    if text.startswith(b"["):
        return _rows(data)
    return [data] if text and text != b"null" else []


def _complete(row: Any, name: str, value: object) -> None:
    # Made a moment ago, seen by nobody yet.
    msgspec.structs.force_setattr(row, name, value)
