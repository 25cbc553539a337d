"""Recorded frames of Spot v1, received and sent, read as the client would have read them."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import msgspec

from krakenkit.cli.decoding import shapes
from krakenkit.cli.decoding.findings import Finding, failed, is_object, place_in, read_as
from krakenkit.cli.decoding.frames import (
    FamilyRecording,
    Members,
    Sent,
    read_reply,
    read_sent,
    refused_subscription,
    row_name,
    unknown,
)
from krakenkit.cli.decoding.spot_v1_arrays import check_book, unread_of
from krakenkit.errors import DecodeError
from krakenkit.protocol.dialect import Ack, Data, Reply, Trouble
from krakenkit.protocol.family import Batch
from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.protocol.spot_v1_data import read_data
from krakenkit.wire.codec import reader_for
from krakenkit.wire.rewrite import named, on_the_wire, unread
from krakenkit.wire.spot_v1.channels import CHANNELS
from krakenkit.wire.spot_v1.frames import Frame, Pong, SubscriptionStatus, read_frame, rows_of
from krakenkit.wire.spot_v1.trading import COMMANDS, CancelOrder

_COMMANDS = {command.method: command for command in COMMANDS}
_REQUEST_HEAD = ("event", "reqid")
_REPLY_HEAD = ("event", "reqid", "status", "errorMessage")
_COMPLAINT = ("event", "reqid", "errorMessage", "Error")
_EVERYTHING = "*"


class SpotV1Recording(FamilyRecording):
    """The frames of one file of Spot v1."""

    family: ClassVar = shapes.SPOT_V1
    dialect: ClassVar = SpotV1(private=False)

    def told(self, frame: bytes, whole: Any) -> Finding:
        if not is_object(whole):
            return _data(frame, whole)
        match whole.get("event"):
            case "ping":
                left = [f"$.{name}" for name in whole if name not in _REQUEST_HEAD]
                return Finding(ok=True, type="Ping", value=_head(whole), unread=left)
            case "subscribe" | "unsubscribe" as event:
                return _subscribing(event, whole)
            case str() as event if event in _COMMANDS:
                return self._command(event, whole)
            case _:
                return self._received(frame, whole)

    def tried(self, whole: Any) -> str:
        if is_object(whole):
            return str(whole.get("event") or "frame")
        names = (item for item in reversed(cast("list[object]", whole)[-2:]) if isinstance(item, str))
        return next((name.partition("-")[0] for name in names if name.partition("-")[0] in CHANNELS), "frame")

    # --- sent ---------------------------------------------------------------------------------------------------------

    def _command(self, event: str, members: Members) -> Finding:
        kind = _COMMANDS[event]
        params = {name: value for name, value in members.items() if name not in _REQUEST_HEAD}
        finding, command = read_sent(Sent(kind.__name__, kind, _head(members), params))
        self.remember(members.get("reqid"), command)
        return finding

    # --- received -----------------------------------------------------------------------------------------------------

    def _received(self, frame: bytes, members: Members) -> Finding:
        match self.dialect.read(frame):
            case Data("systemStatus"):
                return _status(frame, members)
            case Data():
                return read_as("Heartbeat", {"event": "heartbeat"}, original=members, wire={"event": "heartbeat"})
            case Ack() as ack:
                return _acknowledgement(ack, frame, members)
            case Reply() as reply:
                return self._reply(reply, members)
            case Trouble(text) if "event" not in members or "errorMessage" in members:
                left = [f"$.{name}" for name in members if name not in _COMPLAINT]
                return Finding(ok=True, type="Trouble", value={"text": text}, unread=left)
            case Trouble():
                event = str(members["event"])
                return unknown(event, f"There is no event {event!r}.", field="$.event")
            case _:
                pong = reader_for(Pong)(frame)
                return read_as("Pong", pong, original=members, wire=on_the_wire(pong))

    def _reply(self, reply: Reply, members: Members) -> Finding:
        kind = _COMMANDS.get(reply.method)
        if kind is None:
            return unknown(reply.method, f"There is no command {reply.method!r}.", field="$.event")
        rest = {name: value for name, value in members.items() if name not in _REPLY_HEAD}
        command = self.command_of(kind, reply.req_id)
        if isinstance(command, CancelOrder) and command.expected_replies > 1:
            # One of several replies, and it does not say for which of the orders.
            command = self.command_of(CancelOrder, None)

        def tell(answer: Any) -> tuple[Any, list[str]]:
            written = on_the_wire(answer)
            value = _head(members) | {"status": "ok", "result": named(answer)}
            return value, unread(rest, written if is_object(written) else {})

        return read_reply(command, reply, left=[], tell=tell)


def _subscribing(event: str, members: Members) -> Finding:
    subscription, name = members.get("subscription"), event.capitalize()
    if not is_object(subscription):
        return unknown(name, "The subscription of a request is an object.", field="$.subscription")
    channel = subscription.get("name")
    head = _head(members) | {"channel": channel}
    if event == "unsubscribe" and channel == _EVERYTHING:
        return Finding(ok=True, type=name, value=head)
    kind = CHANNELS.get(str(channel))
    if kind is None:
        return unknown(name, f"There is no channel {channel!r}.", field="$.subscription.name")
    params = {member: value for member, value in subscription.items() if member != "name"}
    beside = tuple(f"$.{member}" for member in members if member not in (*_REQUEST_HEAD, "subscription", "pair"))
    pair = {} if members.get("pair") is None else {"pair": members["pair"]}
    finding, _ = read_sent(Sent(name, kind, head, pair | params, "$.subscription", beside))
    return finding


def _acknowledgement(ack: Ack, frame: bytes, members: Members) -> Finding:
    read: SubscriptionStatus = reader_for(SubscriptionStatus)(frame)
    wire = on_the_wire(read)
    if ack.ok:
        return read_as("SubscriptionStatus", read, original=members, wire=wire)
    subscribed = read.subscription.name if read.subscription else None
    request = " ".join(part for part in ("subscription", subscribed or ack.channel, read.pair) if part)
    return refused_subscription(ack, request, left=unread(members, wire))


def _status(frame: bytes, members: Members) -> Finding:
    batch = read_data(frame)
    (row,) = batch.rows if batch else (None,)
    wire = {"event": "systemStatus"} | on_the_wire(row)
    return read_as(type(row).__name__, {"event": "systemStatus", "data": [row]}, original=members, wire=wire)


def _data(frame: bytes, elements: list[Any]) -> Finding:
    taken = read_frame(frame)
    try:
        batch = read_data(frame)
    except DecodeError as error:
        return failed(taken.channel, error, field=_place(taken, str(error)))
    rows = list((batch or Batch(taken.channel, False, ())).rows)
    if taken.channel == "book":
        check_book(frame, elements)
    head = {"channel": taken.channel, "pair": taken.pair, "channel_id": taken.channel_id, "sequence": taken.sequence}
    value = {member: told for member, told in head.items() if told is not None} | {"data": named(rows)}
    name = row_name(CHANNELS[taken.channel], rows)
    return Finding(ok=True, type=name, value=value, unread=unread_of(elements, taken, rows))


def _place(frame: Frame, message: str) -> str:
    """Where in the whole frame the trouble is: the readers speak of the part that they were given."""
    place = place_in(message)
    if frame.channel not in CHANNELS:
        return place
    begins = 0 if frame.channel_id is None else 1
    for index, part in enumerate(frame.parts, begins):
        try:
            rows_of(frame._replace(parts=[part]))
        except msgspec.ValidationError:
            return f"$[{index}]{place.removeprefix('$')}"
    return place


def _head(members: Members) -> dict[str, Any]:
    return {name: named(members[name]) for name in _REQUEST_HEAD if members.get(name) is not None}
