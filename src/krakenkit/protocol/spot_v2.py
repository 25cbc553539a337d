"""The dialect of Spot WebSocket v2: public, private, level 3 and beta hosts speak it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from krakenkit._core.numbers import exact, plain, refuse_float
from krakenkit._core.redaction import excerpt
from krakenkit.protocol.dialect import Ack, Data, Incoming, Pong, Reply, Trouble
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.request import Params
from krakenkit.wire.spot_v2.frames import Control, decode_control

_SYMBOLS_A_FRAME = 100
_SUBSCRIBE_ONLY = ("snapshot", "snap_orders", "snap_trades", "order_status", "ratecounter", "rebased", "users")
_encode = msgspec.json.Encoder().encode


class _Acknowledged(msgspec.Struct):
    """What is used of an acknowledgement's result; the rest may be of any shape, or the symbol would be lost with it."""

    symbol: str | None = None
    warnings: Any = None
    warning: Any = None


_read_result = msgspec.json.Decoder(_Acknowledged, strict=False).decode


class SpotV2:
    """Words of Spot v2.

    Args:
        private: whether requests carry a token.
    """

    def __init__(self, *, private: bool) -> None:
        self.private = private

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """One request may name many symbols of one channel with the same parameters."""
        bunches: dict[tuple[str, str, bool], list[Topic]] = {}
        for topic in topics:
            alike = (topic.channel, repr(topic.params), topic.symbol is None)
            bunches.setdefault(alike, []).append(topic)
        for bunch in bunches.values():
            for start in range(0, len(bunch), _SYMBOLS_A_FRAME):
                yield bunch[start : start + _SYMBOLS_A_FRAME]

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._request("subscribe", topics, dict(topics[0].params), req_id, token)

    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        """The same parameters again, less those that only subscribing takes."""
        params = {name: value for name, value in topics[0].params if name not in _SUBSCRIBE_ONLY}
        return self._request("unsubscribe", topics, params, req_id, token)

    def _request(
        self, method: str, topics: Sequence[Topic], params: dict[str, Any], req_id: int, token: str | None
    ) -> str:
        named: dict[str, Any] = {"channel": topics[0].channel}
        symbols = [topic.symbol for topic in topics if topic.symbol is not None]
        if symbols:
            named["symbol"] = symbols
        return self.command(method, named | params, req_id, token)

    def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str:
        """Any request: amounts as bare JSON numbers with all their digits, as the exchange wants them here."""
        body = {name: number_value(value, name=name) for name, value in params.items()}
        if token is not None:
            body["token"] = token
        return _encode({"method": method, "params": body, "req_id": req_id}).decode()

    def ping(self, req_id: int) -> str:
        # A ping with params is refused.
        return f'{{"method":"ping","req_id":{req_id}}}'

    def read(self, payload: bytes) -> Incoming:
        """What a frame that is not plain channel data says; never raises."""
        try:
            control = decode_control(payload)
        except UNREADABLE:
            return Trouble(excerpt(payload))
        if control.channel is not None and control.method is None:  # a refused request may name its channel too
            return Data(control.channel)
        if control.complaint is not None:
            return Trouble(control.complaint, rate="rate" in control.complaint.lower())
        return _answer(control, payload)


def _answer(control: Control, payload: bytes) -> Incoming:
    ok = control.success is True
    match control.method:
        case "pong" | "ping":
            return Pong()
        case "subscribe" | "unsubscribe":
            result = _result(control)
            symbol = control.symbol or result.symbol
            return Ack(control.req_id, ok, symbol, control.error, _warnings(result), payload)
        case None:
            return Trouble(control.error or excerpt(payload))
        case method:
            return Reply(control.req_id, method, ok, control.error, payload)


def _result(control: Control) -> _Acknowledged:
    if not bytes(control.result):
        return _Acknowledged()
    try:
        return _read_result(control.result)
    except UNREADABLE:
        return _Acknowledged()


def _warnings(result: _Acknowledged) -> tuple[str, ...]:
    found: list[object] = []
    for warning in (result.warnings, result.warning):
        found += cast("list[object]", warning) if isinstance(warning, list) else [warning]
    return tuple(text for text in found if isinstance(text, str))


def number_value(value: object, *, name: str) -> object:
    """A parameter as Spot v2 wants it in JSON: decimals as bare numbers, without passing through float."""
    match value:
        case Decimal():
            return msgspec.Raw(plain(exact(value, name=name)).encode())
        case Params():
            return {key: number_value(inner, name=key) for key, inner in value.given().items()}
        case dict():
            members = cast("dict[str, object]", value)
            return {key: number_value(inner, name=key) for key, inner in members.items()}
        case list() | tuple():
            return [number_value(item, name=name) for item in cast("Iterable[object]", value)]
        case _:
            refuse_float(value, name=name)
            return value
