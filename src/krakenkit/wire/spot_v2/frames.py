"""Frames of Spot v2 as they arrive: channel messages, and everything that is not one."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec
from msgspec import Raw, Struct, field

from krakenkit.wire.spot_v2.account import Balance, Execution
from krakenkit.wire.spot_v2.level3 import Level3Update
from krakenkit.wire.spot_v2.market import (
    BookUpdate,
    InstrumentUpdate,
    OhlcUpdate,
    StatusUpdate,
    TickerUpdate,
    TradeUpdate,
)


class ChannelFrame(Struct, frozen=True, tag_field="channel", kw_only=True, gc=False):
    """What all channel messages share."""

    type: str = "update"
    sequence: int | None = None
    """Executions and balances only: 1 on the snapshot, then one more with each message of the subscription."""
    timestamp: str | None = None


class TickerFrame(ChannelFrame, frozen=True, tag="ticker", kw_only=True):
    data: list[TickerUpdate]


class BookFrame(ChannelFrame, frozen=True, tag="book", kw_only=True):
    data: list[BookUpdate]


class Level3Frame(ChannelFrame, frozen=True, tag="level3", kw_only=True):
    data: list[Level3Update]


class TradeFrame(ChannelFrame, frozen=True, tag="trade", kw_only=True):
    data: list[TradeUpdate]


class OhlcFrame(ChannelFrame, frozen=True, tag="ohlc", kw_only=True):
    data: list[OhlcUpdate]


class InstrumentFrame(ChannelFrame, frozen=True, tag="instrument", kw_only=True):
    data: InstrumentUpdate


class StatusFrame(ChannelFrame, frozen=True, tag="status", kw_only=True):
    data: list[StatusUpdate]


class ExecutionsFrame(ChannelFrame, frozen=True, tag="executions", kw_only=True):
    data: list[Execution]


class BalancesFrame(ChannelFrame, frozen=True, tag="balances", kw_only=True):
    data: list[Balance]


class HeartbeatFrame(ChannelFrame, frozen=True, tag="heartbeat", kw_only=True):
    """Sent about once a second while nothing else is."""


DataFrame: TypeAlias = (
    TickerFrame
    | BookFrame
    | Level3Frame
    | TradeFrame
    | OhlcFrame
    | InstrumentFrame
    | StatusFrame
    | ExecutionsFrame
    | BalancesFrame
    | HeartbeatFrame
)

decode_frame = msgspec.json.Decoder(DataFrame, strict=False).decode


class Result(Struct, frozen=True):
    """The part of a subscribe acknowledgement that is used."""

    channel: str | None = None
    symbol: str | None = None
    depth: int | None = None
    interval: int | None = None
    snapshot: bool | None = None
    event_trigger: str | None = None
    snap_orders: bool | None = None
    snap_trades: bool | None = None
    maxratecount: int | None = None
    warnings: list[str] | str | None = None
    warning: list[str] | str | None = None


class Acknowledgement(Struct, frozen=True):
    """The answer to subscribe or unsubscribe, for one symbol or for a channel without symbols."""

    method: str
    success: bool | None = None
    req_id: int | None = None
    result: Result | None = None
    error: str | None = None
    symbol: str | None = None
    status: str | None = None
    time_in: str | None = None
    time_out: str | None = None


class Pong(Struct, frozen=True):
    """The answer to a ping; a refused ping comes back as ``ping`` with an error."""

    method: str
    req_id: int | None = None
    success: bool | None = None
    error: str | None = None
    result: Raw = Raw(b"")
    time_in: str | None = None
    time_out: str | None = None


class Complaint(Struct, frozen=True):
    """A complaint about the connection as a whole: ``{"Error": "Exceeded msg rate"}``."""

    error: str = field(name="Error")


class Control(Struct, frozen=True):
    """Any frame that is not channel data, as far as it takes to tell what it is."""

    method: str | None = None
    success: Any = None
    """Strictly True means yes; anything else, or nothing, means no."""
    req_id: int | None = None
    error: str | None = None
    symbol: str | None = None
    result: Raw = Raw(b"")
    channel: str | None = None
    complaint: str | None = field(default=None, name="Error")


decode_control = msgspec.json.Decoder(Control, strict=False).decode
