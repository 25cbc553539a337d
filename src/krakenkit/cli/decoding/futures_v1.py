"""Recorded frames of the Futures WebSocket v1, received and sent, read as the client would have read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Raw

from krakenkit._core.redaction import HIDDEN
from krakenkit.cli.decoding import shapes
from krakenkit.cli.decoding.findings import Finding, read_as
from krakenkit.cli.decoding.frames import (
    SECRETS,
    FamilyRecording,
    Members,
    Sent,
    check_level,
    check_levels,
    read_sent,
    refused_subscription,
    row_name,
    unknown,
)
from krakenkit.protocol.dialect import Ack, Challenge, Data, Greeting, Trouble
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.protocol.futures_v1_data import read_data
from krakenkit.wire.futures_v1 import frames
from krakenkit.wire.futures_v1.channels import CHANNELS
from krakenkit.wire.rewrite import on_the_wire

_REQUEST_HEAD = ("event", "feed")
_ANSWER = ("event", "feed", "product_ids", "message")


class FuturesV1Recording(FamilyRecording):
    """The frames of one file of the Futures WebSocket v1."""

    family: ClassVar = shapes.FUTURES_V1
    dialect: ClassVar = FuturesV1()

    def told(self, frame: bytes, whole: Any) -> Finding:
        match whole.get("event"):
            case "ping":
                return _plain("Ping", whole, ("event",))
            case "subscribe" | "unsubscribe" as event:
                return _subscribing(event, whole)
            case "challenge" if "message" not in whole:
                return _plain("Challenge", whole, ("event",))
            case _:
                return self._received(frame, whole)

    def tried(self, whole: Any) -> str:
        return str(whole.get("feed") or whole.get("event") or "frame")

    def _received(self, frame: bytes, members: Members) -> Finding:
        match self.dialect.read(frame):
            case Data():
                return _data(frame, members)
            case Greeting():
                return _plain("Greeting", members, ("event", "version"))
            case Challenge():
                covered = {"event": "challenge", "message": HIDDEN}
                return read_as("Challenge", covered, original=members, wire=covered)
            case Ack() as ack:
                return _answered(ack, members)
            case Trouble(text):
                return Finding(ok=True, type="Trouble", value={"text": text}, unread=_besides(members, _ANSWER))
            case _:
                return _plain("Pong", members, ("event",))


def _subscribing(event: str, members: Members) -> Finding:
    feed, name = members.get("feed"), event.capitalize()
    kind = CHANNELS.get(str(feed))
    if kind is None:
        return unknown(name, f"There is no feed {feed!r}.", field="$.feed")
    head = {member: members[member] for member in _REQUEST_HEAD}
    params = {member: value for member, value in members.items() if member not in _REQUEST_HEAD}
    finding, _ = read_sent(Sent(name, kind, head, params))
    return finding


def _answered(ack: Ack, members: Members) -> Finding:
    """A yes, a no, or word that things stand as asked for already."""
    left = _besides(members, _ANSWER)
    if not ack.ok and ack.meaning != "as_asked":
        asked = "unsubscribe" if ack.leaving else "subscribe"
        request = " ".join((asked if ack.channel else "a request", ack.channel or "", *ack.symbols)).strip()
        return refused_subscription(ack, request, left=left)
    value = {name: members[name] for name in _ANSWER if members.get(name) is not None}
    return Finding(ok=True, type="Acknowledgement", value=value, unread=left)


def _plain(name: str, members: Members, shown: Sequence[str]) -> Finding:
    """A frame that says little, and nothing that is not shown or secret."""
    value = {member: members[member] for member in shown if member in members}
    return Finding(ok=True, type=name, value=value, unread=_besides(members, shown))


def _besides(members: Members, known: Sequence[str]) -> list[str]:
    return [f"$.{member}" for member in members if member not in (*known, *SECRETS)]


# --- feeds ------------------------------------------------------------------------------------------------------------


def _data(frame: bytes, members: Members) -> Finding:
    batch = read_data(frame)
    rows = list(batch.rows) if batch else []
    whole = frames.decode_frame(frame)
    _check(frame, whole, rows)
    feed = str(members["feed"])
    name = row_name(CHANNELS[feed.removesuffix(frames.SNAPSHOT)], rows)
    return read_as(name, {"feed": feed, "data": rows}, original=members, wire={"feed": feed} | _wire(whole, rows))


def _check(frame: bytes, whole: frames.Frame, rows: Sequence[Any]) -> None:
    """Look at the numbers of a book, which its rows keep as text until they are used.

    Raises:
        DecodeError: naming the first that is none.
    """
    if isinstance(whole, frames.BookChange):
        (row,) = rows
        check_level(frame, (row.bids or row.asks)[0], at="$")
        return
    for row in rows:
        check_levels(frame, row, at="$")


def _wire(whole: frames.Frame, rows: Sequence[Any]) -> dict[str, Any]:
    """The frame as its rows tell it again, in the order in which they stood in it."""
    match whole:
        case frames.TradeSnapshot():
            trades = [{"feed": "trade"} | on_the_wire(trade) for trade in whole.trades]
            return {"product_id": whole.product_id, "trades": trades}
        case frames.OpenOrdersSnapshot():
            orders = {bytes(row.order.raw): row.order for row in rows}
            return {"account": whole.account, "orders": _in_order(whole.orders, orders)}
        case frames.FillsFrame():
            return {**on_the_wire(whole), "fills": _in_order(whole.fills, _by_json(rows))}
        case frames.AccountLogSnapshot():
            return {"logs": _in_order(whole.logs, _by_json(rows))}
        case frames.NotificationsFrame():
            return {"notifications": _in_order(whole.notifications, _by_json(rows))}
        case frames.AccountLogEntry():
            return {"new_entry": on_the_wire(rows[0])}
        case frames.DataFrame() if not isinstance(whole, frames.BookSnapshot | frames.BookChange):
            return dict(on_the_wire(rows[0]))
        case _:
            return dict(on_the_wire(whole))


def _by_json(rows: Sequence[Any]) -> dict[bytes, Any]:
    return {bytes(row.raw): row for row in rows}


def _in_order(raws: Sequence[Raw], read: Mapping[bytes, Any]) -> list[Any]:
    return [on_the_wire(read[bytes(raw)]) for raw in raws]
