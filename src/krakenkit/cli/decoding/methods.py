"""Recorded frames of Spot v2 and Unified, received and sent: they share their envelope, and each has its own classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import msgspec

from krakenkit.cli.decoding.findings import Finding, is_object, read_as
from krakenkit.cli.decoding.frames import (
    FamilyRecording,
    Members,
    Sent,
    read_reply,
    read_sent,
    refused_subscription,
    unknown,
)
from krakenkit.protocol.dialect import Ack, Data, Reply, Trouble
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.wire.channel import Channel
from krakenkit.wire.codec import reader_for
from krakenkit.wire.command import Command
from krakenkit.wire.rewrite import named, on_the_wire, unread
from krakenkit.wire.spot_v2.frames import Acknowledgement, Complaint, Pong

_ANSWERED = ("success", "error", "result", "time_in", "time_out")
"""Members that a reply has and a request has not."""
_REQUEST_HEAD = ("method", "params", "req_id")
_REPLY_HEAD = ("method", "req_id", "success", "error", "status", "time_in", "time_out", "orders_cancelled")
_TOLD_HEAD = ("method", "req_id", "success", "time_in", "time_out")


class MethodRecording(FamilyRecording):
    """A recording of a family whose requests say ``method`` and ``params``."""

    dialect: ClassVar[SpotV2]
    channels: ClassVar[Mapping[str, type[Channel[Any]]]]
    commands: ClassVar[Mapping[str, type[Command[Any]]]]
    acknowledgement: ClassVar[type[Acknowledgement]] = Acknowledgement

    def data(self, frame: bytes, members: Members) -> Finding:
        """What a frame of a channel is.

        Raises:
            DecodeError: when the clients could not read it.
        """
        raise NotImplementedError

    def told(self, frame: bytes, whole: Any) -> Finding:
        if "method" in whole and not any(name in whole for name in _ANSWERED):
            return self._request(whole)
        return self._received(frame, whole)

    def tried(self, whole: Any) -> str:
        return str(whole.get("channel") or whole.get("method") or "frame")

    # --- sent ---------------------------------------------------------------------------------------------------------

    def _request(self, members: Members) -> Finding:
        method, params = str(members["method"]), cast("object", members.get("params") or {})
        if not is_object(params):
            return unknown(method, "The params of a request are an object.", field="$.params")
        beside = tuple(f"$.{name}" for name in members if name not in _REQUEST_HEAD)
        if method == "ping":
            left = [*beside, *(["$.params"] if params else [])]
            return Finding(ok=True, type="Ping", value=_head(members), unread=left)
        if method in ("subscribe", "unsubscribe"):
            return self._subscribing(method, members, params, beside)
        kind = self.commands.get(method)
        if kind is None:
            return unknown(method, f"There is no method {method!r}.", field="$.method")
        finding, command = read_sent(Sent(kind.__name__, kind, _head(members), params, "$.params", beside))
        self.remember(members.get("req_id"), command)
        return finding

    def _subscribing(self, method: str, members: Members, params: Members, beside: tuple[str, ...]) -> Finding:
        channel, name = params.get("channel"), method.capitalize()
        kind = self.channels.get(str(channel))
        if kind is None:
            return unknown(name, f"There is no channel {channel!r}.", field="$.params.channel")
        rest = {member: value for member, value in params.items() if member != "channel"}
        finding, _ = read_sent(Sent(name, kind, _head(members) | {"channel": channel}, rest, "$.params", beside))
        return finding

    # --- received -----------------------------------------------------------------------------------------------------

    def _received(self, frame: bytes, members: Members) -> Finding:
        match self.dialect.read(frame):
            case Data():
                return self.data(frame, members)
            case Ack() as ack:
                return self._acknowledgement(ack, frame, members)
            case Reply() as reply:
                return self._reply(reply, members)
            case Trouble(text):
                return read_as("Trouble", {"text": text}, original=members, wire=_complaint(frame))
            case _:
                pong = reader_for(Pong)(frame)
                return read_as("Pong", pong, original=members, wire=on_the_wire(pong))

    def _acknowledgement(self, ack: Ack, frame: bytes, members: Members) -> Finding:
        read: Acknowledgement = reader_for(self.acknowledgement)(frame)
        wire = on_the_wire(read)
        if ack.ok:
            return read_as("Acknowledgement", read, original=members, wire=wire)
        return refused_subscription(ack, f"{read.method} {ack.symbol or ''}".strip(), left=unread(members, wire))

    def _reply(self, reply: Reply, members: Members) -> Finding:
        kind = self.commands.get(reply.method)
        if kind is None:
            return unknown(reply.method, f"There is no method {reply.method!r}.", field="$.method")
        left = [f"$.{name}" for name in members if name not in (*_REPLY_HEAD, "result")]
        result = members.get("result")

        def tell(answer: Any) -> tuple[Any, list[str]]:
            written = _in_the_shape_of(result, on_the_wire(answer))
            return _head(members) | {"result": named(answer)}, unread({"result": result}, {"result": written})

        return read_reply(self.command_of(kind, reply.req_id), reply, left=left, tell=tell)


def _in_the_shape_of(result: Any, written: Any) -> object:
    """The answer written as this reply wrote it: one of several replies, or a batch under a name."""
    if is_object(result) and isinstance(written, list):
        rows = cast("list[object]", written)
        return {"orders": rows} if "orders" in result else rows[0]
    return written


def _complaint(frame: bytes) -> Any:
    try:
        return on_the_wire(reader_for(Complaint)(frame))
    except msgspec.ValidationError:
        return {}


def _head(members: Members) -> dict[str, Any]:
    return {name: named(members[name]) for name in _TOLD_HEAD if members.get(name) is not None}
