"""The dialect of Spot WebSocket v1, public and private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from krakenkit._core.numbers import exact, plain
from krakenkit._core.redaction import excerpt, redact
from krakenkit.protocol.bunches import bunched
from krakenkit.protocol.dialect import Ack, Data, Incoming, Pong, Reply, Trouble
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.spot_v1.frames import Event, decode_event, read_frame

_PAIRS_A_FRAME = 100
_SUBSCRIBE_ONLY = ("snapshot", "consolidate_taker", "ratecounter", "rebased")
_ANSWER = "Status"
_encode = msgspec.json.Encoder().encode


class SpotV1:
    """Words of Spot v1.

    Args:
        private: whether requests carry a token.
    """

    def __init__(self, *, private: bool) -> None:
        self.private = private

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """One request may name many pairs of one channel with the same parameters."""
        return bunched(topics, most=lambda _: _PAIRS_A_FRAME)

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._request("subscribe", topics, dict(topics[0].params), req_id, token)

    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        """The same parameters again, less those that only subscribing takes."""
        params = {name: value for name, value in topics[0].params if name not in _SUBSCRIBE_ONLY}
        return self._request("unsubscribe", topics, params, req_id, token)

    def _request(
        self, event: str, topics: Sequence[Topic], params: dict[str, Any], req_id: int, token: str | None
    ) -> str:
        """The token of a subscription stands inside of it; ``reqid`` stands at the top, against the manual's table."""
        subscription = {"name": topics[0].channel, **params}
        if token is not None:
            subscription["token"] = token
        request: dict[str, Any] = {"event": event, "reqid": req_id}
        pairs = [topic.symbol for topic in topics if topic.symbol is not None]
        if pairs:
            request["pair"] = pairs
        return _encode(request | {"subscription": subscription}).decode()

    def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str:
        """A trading request: everything at the top, amounts as text with all their digits."""
        request: dict[str, Any] = {"event": method, "reqid": req_id}
        if token is not None:
            request["token"] = token
        return _encode(request | {name: _text_value(value, name=name) for name, value in params.items()}).decode()

    def ping(self, req_id: int) -> str:
        return f'{{"event":"ping","reqid":{req_id}}}'

    def read(self, payload: bytes) -> Incoming:
        """What a frame that is not plain channel data says; never raises."""
        try:
            if payload.lstrip().startswith(b"["):
                return Data(read_frame(payload).channel)
            event = decode_event(payload)
        except UNREADABLE:
            return Trouble(excerpt(payload))
        if event.complaint is not None:
            return _complaint(event.complaint)
        return _meaning(event, payload)


def _meaning(event: Event, payload: bytes) -> Incoming:
    match event.event:
        case "heartbeat" | "systemStatus" as name:
            return Data(name)
        case "pong":
            return Pong()
        case "subscriptionStatus":
            return _acknowledged(event, payload)
        case str() as name if name.endswith(_ANSWER):
            return Reply(event.reqid, name.removesuffix(_ANSWER), event.status == "ok", event.error, payload)
        case _:
            return _complaint(event.error or excerpt(payload))


def _acknowledged(event: Event, payload: bytes) -> Ack:
    """An answer to one pair; the exchange may echo the token in it, which goes no further."""
    raw = redact(payload.decode("utf-8", "replace")).encode() if b'"token"' in payload else payload
    if event.status == "unsubscribed" and event.reqid is None:  # nobody asked for it
        channel = (event.channel_name or "").partition("-")[0] or None
        return Ack(None, False, event.pair, "unsubscribed by the exchange", raw=raw, channel=channel, leaving=True)
    ok = event.status in ("subscribed", "unsubscribed", "ok")
    return Ack(event.reqid, ok, event.pair, event.error, raw=raw)


def _complaint(text: str) -> Trouble:
    return Trouble(text, rate="rate" in text.lower())


def _text_value(value: object, *, name: str) -> object:
    """Numbers as Spot v1 wants them, which is text; whole numbers and flags stay as they are."""
    return plain(exact(value, name=name)) if isinstance(value, Decimal) else value
