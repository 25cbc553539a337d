"""Recorded frames of Spot v2, received and sent, read as the client would have read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import msgspec

from krakenkit.cli.decoding.blanks import blank
from krakenkit.cli.decoding.findings import Finding, failed, is_object, read_as, refused_as, type_name
from krakenkit.cli.shaping import shaped
from krakenkit.errors import DecodeError, OutcomeUnknown, Refused, SettingsError, SubscriptionRefused
from krakenkit.protocol.command_answers import read_replies
from krakenkit.protocol.dialect import Ack, Data, Reply, Trouble
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.protocol.spot_v2_data import read_data
from krakenkit.wire.channel import Channel
from krakenkit.wire.codec import reader_for
from krakenkit.wire.command import Command
from krakenkit.wire.refusals import tidy
from krakenkit.wire.request import Params
from krakenkit.wire.rewrite import exact_json, named, on_the_wire, unread
from krakenkit.wire.spot_v2.channels import CHANNELS
from krakenkit.wire.spot_v2.frames import Acknowledgement, Complaint, HeartbeatFrame, Pong, decode_frame
from krakenkit.wire.spot_v2.market import BookUpdate
from krakenkit.wire.spot_v2.trading import COMMANDS

_COMMANDS = {command.method: command for command in COMMANDS}
_ANSWERED = ("success", "error", "result", "time_in", "time_out")
"""Members that a reply has and a request has not."""
_REQUEST_HEAD = ("method", "params", "req_id")
_REPLY_HEAD = ("method", "req_id", "success", "error", "status", "time_in", "time_out", "orders_cancelled")


Members: TypeAlias = Mapping[str, Any]


class SpotV2Recording:
    """The frames of one file, in order; replies are read by the commands that came before them."""

    def __init__(self) -> None:
        self._dialect = SpotV2(private=False)
        self._asked: dict[int, Command[Any]] = {}

    def read(self, frame: bytes) -> Finding:
        """What one frame is."""
        members = _members(frame)
        if members is None:
            return _loose_text(frame)
        try:
            if _is_request(members):
                return self._request(members)
            return self._received(frame, members)
        except (DecodeError, msgspec.ValidationError) as error:
            return failed(_tried(members), error)

    # --- sent ---------------------------------------------------------------------------------------------------------

    def _request(self, members: Members) -> Finding:
        method, params = str(members["method"]), cast("object", members.get("params") or {})
        if not is_object(params):
            return failed(method, SettingsError("The params of a request are an object."), field="$.params")
        req_id = members.get("req_id")
        if method == "ping":
            return read_as("Ping", members, original=members, wire=members)
        if method in ("subscribe", "unsubscribe"):
            return self._subscribing(members, params)
        kind = _COMMANDS.get(method)
        if kind is None:
            return failed(method, SettingsError(f"There is no method {method!r}."), field="$.method")
        finding, command = _sent(kind, kind.__name__, members, params)
        if isinstance(req_id, int) and isinstance(command, Command):
            self._asked[req_id] = command
        return finding

    def _subscribing(self, members: Members, params: Members) -> Finding:
        channel = params.get("channel")
        kind = CHANNELS.get(str(channel))
        name = str(members["method"]).capitalize()
        if kind is None:
            return failed(name, SettingsError(f"There is no channel {channel!r}."), field="$.params.channel")
        finding, _ = _sent(kind, name, members, params)
        return finding

    # --- received -----------------------------------------------------------------------------------------------------

    def _received(self, frame: bytes, members: Members) -> Finding:
        match self._dialect.read(frame):
            case Data():
                return _data(frame, members)
            case Ack() as ack:
                return _acknowledgement(ack, frame, members)
            case Reply() as reply:
                return self._reply(reply, members)
            case Trouble(text):
                return read_as("Trouble", {"text": text}, original=members, wire=_complaint(frame))
            case _:
                pong = reader_for(Pong)(frame)
                return read_as("Pong", pong, original=members, wire=on_the_wire(pong))

    def _reply(self, reply: Reply, members: Members) -> Finding:
        kind = _COMMANDS.get(reply.method)
        if kind is None:
            return failed(reply.method, SettingsError(f"There is no method {reply.method!r}."), field="$.method")
        asked = self._asked.get(reply.req_id) if reply.req_id is not None else None
        command = asked if isinstance(asked, kind) else blank(kind)
        left = [f"$.{name}" for name in members if name not in (*_REPLY_HEAD, "result")]
        try:
            answer = read_replies(command, [reply])
        except OutcomeUnknown as unknown:
            if isinstance(unknown.__cause__, Exception):  # a yes that could not be read
                return failed(type_name(kind.answer_type()), unknown.__cause__)
            return refused_as(unknown, codes=[tidy(reply.error or "")], left=left)
        except Refused as refused:
            return refused_as(refused, left=left)
        result = members.get("result")
        left += unread({"result": result}, {"result": _in_the_shape_of(result, on_the_wire(answer))})
        value = _head(members) | {"result": named(answer)}
        return Finding(ok=True, type=type_name(kind.answer_type()), value=value, unread=sorted(left))


def _in_the_shape_of(result: Any, written: Any) -> object:
    """The answer written as this reply wrote it: one of several replies, or a batch under a name."""
    if is_object(result) and isinstance(written, list):
        rows = cast("list[object]", written)
        return {"orders": rows} if "orders" in result else rows[0]
    return written


def _members(frame: bytes) -> dict[str, Any] | None:
    """The members of an object; None for anything else."""
    try:
        reader_for(msgspec.Raw)(frame)  # stricter than what follows, which would take NaN
        members = exact_json(frame)
    except (ValueError, RecursionError):
        return None
    return members if is_object(members) else None


def _loose_text(frame: bytes) -> Finding:
    """A frame that is no object: a gateway's words, or half a frame."""
    text = frame.decode("utf-8", "replace").strip()
    if text[:1] in ("{", "["):
        return failed("frame", DecodeError(f"The frame is not whole JSON: {text[:200]}", raw=frame, field="$"))
    return Finding(ok=True, type="Trouble", value={"text": text.strip('"')})


def _is_request(members: Members) -> bool:
    return "method" in members and not any(name in members for name in _ANSWERED)


def _sent(kind: type[Params], name: str, members: Members, params: Members) -> tuple[Finding, Params | None]:
    """A request's parameters as the class that sends them. The token that travels with them is not shown."""
    subscribing = issubclass(kind, Channel)
    rest = {member: value for member, value in params.items() if member != "token"}
    channel = {"channel": rest.pop("channel")} if subscribing else {}
    known = {member: value for member, value in rest.items() if member in kind.__struct_encode_fields__}
    try:
        made = shaped(kind, known, wire_names=True)
    except SettingsError as error:
        return failed(name, error, field="$.params"), None
    left = [f"$.{member}" for member in members if member not in _REQUEST_HEAD]
    left += [f"$.params.{member}" for member in rest if member not in known]
    value = _head(members) | channel | {"params": named(made)}
    return Finding(ok=True, type=name, value=value, unread=sorted(left)), made


def _data(frame: bytes, members: Members) -> Finding:
    batch = read_data(frame)
    # Decoded once more for the head of the frame, which the batch leaves behind.
    whole = decode_frame(frame)
    channel = str(whole.__struct_config__.tag)
    wire = {"channel": channel} | on_the_wire(whole)
    head = {"channel": channel, "type": whole.type, "sequence": whole.sequence, "timestamp": whole.timestamp}
    if batch is None:
        return read_as(HeartbeatFrame.__name__, {"channel": channel}, original=members, wire=wire)
    for index, row in enumerate(batch.rows):
        _check_levels(frame, index, row)
    name = type(batch.rows[0]).__name__ if batch.rows else type(whole).__name__
    value = {member: told for member, told in head.items() if told is not None} | {"data": list(batch.rows)}
    return read_as(name, value, original=members, wire=wire)


def _check_levels(frame: bytes, index: int, row: object) -> None:
    """Look at the numbers of a book, which its rows keep as text until they are used.

    Raises:
        DecodeError: naming the first that is none.
    """
    if not isinstance(row, BookUpdate):
        return
    for side, levels in (("bids", row.bids), ("asks", row.asks)):
        for place, level in enumerate(levels):
            for name in ("price", "qty"):
                try:
                    getattr(level, name)
                except ArithmeticError:
                    field = f"$.data[{index}].{side}[{place}].{name}"
                    raise DecodeError(f"{field} is not a number.", raw=frame, field=field) from None


def _acknowledgement(ack: Ack, frame: bytes, members: Members) -> Finding:
    read: Acknowledgement = reader_for(Acknowledgement)(frame)
    wire = on_the_wire(read)
    if ack.ok:
        return read_as("Acknowledgement", read, original=members, wire=wire)
    topics = (ack.symbol,) if ack.symbol else ()
    code = ack.error or "refused without a reason"
    error = SubscriptionRefused(
        f"{read.method} {ack.symbol or ''}".strip() + f" was refused: {code}.", topics=topics, code=code
    )
    return refused_as(error, codes=[code], left=unread(members, wire))


def _complaint(frame: bytes) -> Any:
    try:
        return on_the_wire(reader_for(Complaint)(frame))
    except msgspec.ValidationError:
        return {}


def _head(members: Members) -> dict[str, Any]:
    head = ("method", "req_id", "success", "time_in", "time_out")
    return {name: named(members[name]) for name in head if members.get(name) is not None}


def _tried(members: Members) -> str:
    """The class that a frame was taken for."""
    return str(members.get("channel") or members.get("method") or "frame")
