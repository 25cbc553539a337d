"""The dialect of the Futures WebSocket v1, public and private. It takes no orders: those go over Futures REST.

Private lines are opened by a challenge: the exchange sends a text, and every private request carries that text with its
signature. It holds for one line, so that each new line asks for its own. Source: docs.kraken.com, Futures WebSocket.

Answers carry no number (see :mod:`krakenkit.protocol.turns`). What a refusal means:

- ``error`` frames refuse what was sent last: "Invalid product id", "Invalid feed", "Json Error".
- ``alert`` frames refuse a request when they speak of subscribing or of the pace; any other is an announcement, which must
  not cost a subscription. "Failed to subscribe to authenticated feed" was seen for a challenge of another line, so a fresh
  one is asked for. "Already subscribed to feed, re-requesting" and "Not subscribed to feed" say that things stand as asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from krakenkit._core.redaction import excerpt, redact
from krakenkit.errors import SettingsError
from krakenkit.protocol.bunches import bunched
from krakenkit.protocol.dialect import Ack, Challenge, Data, Greeting, Incoming, Meaning, Pong, Trouble
from krakenkit.signing import challenge
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.futures_v1.frames import SNAPSHOT, Control, decode_control

_PRODUCTS_A_FRAME = 100
_encode = msgspec.json.Encoder().encode
_members: Any = msgspec.json.Decoder(dict[str, str]).decode


class FuturesV1:
    """Words of the Futures WebSocket v1.

    Args:
        credentials: the Futures key of a private line; None for a public one.
    """

    numbered = False

    def __init__(self, credentials: Credentials | None = None) -> None:
        self.private = credentials is not None
        self._credentials = credentials

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """One request may name many products of one feed."""
        return bunched(topics, most=lambda _: _PRODUCTS_A_FRAME)

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._request("subscribe", topics, token)

    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._request("unsubscribe", topics, token)

    def _request(self, event: str, topics: Sequence[Topic], token: str | None) -> str:
        request: dict[str, Any] = {"event": event, "feed": topics[0].channel, **dict(topics[0].params)}
        products = [topic.symbol for topic in topics if topic.symbol is not None]
        if products:
            request["product_ids"] = products
        proof: dict[str, str] = _members(token) if token is not None else {}
        return _encode(request | proof).decode()

    def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str:
        """Always refused.

        Raises:
            SettingsError: saying where orders go.
        """
        raise SettingsError(f"The Futures WebSocket v1 takes no {method}; use DerivativesClient for orders.")

    def ping(self, req_id: int) -> str:
        return '{"event":"ping"}'

    def challenge(self) -> str:
        return _encode({"event": "challenge", "api_key": self._key().key}).decode()

    def answer(self, message: str) -> str:
        """What private requests carry beside their feed: the key, the challenge and its signature."""
        key = self._key()
        signed = challenge.sign(key.signing_secret(), message)
        proof = {"api_key": key.key, "original_challenge": message, "signed_challenge": signed}
        return _encode(proof).decode()

    def _key(self) -> Credentials:
        if self._credentials is None:
            raise SettingsError("This line is public; pass credentials=Credentials(key, secret) of a Futures key.")
        return self._credentials

    def read(self, payload: bytes) -> Incoming:
        """What a frame that is not plain feed data says; never raises."""
        try:
            control = decode_control(payload)
        except UNREADABLE:
            return Trouble(excerpt(payload))
        if control.event is None and control.feed is not None:
            return Data(control.feed.removesuffix(SNAPSHOT))
        return _event(control, payload)


def _event(control: Control, payload: bytes) -> Incoming:
    match control.event:
        case "info":
            return Greeting()
        case "pong":
            return Pong()
        case "challenge" if control.message:
            return Challenge(control.message)
        case "subscribed" | "subscribed_failed" | "unsubscribed" | "unsubscribed_failed" as event:
            return _acknowledged(control, event, payload)
        case "error" | "alert" as event:
            return _refused(event, control.message or excerpt(payload), payload)
        case _:
            return Trouble(excerpt(payload))


def _acknowledged(control: Control, event: str, payload: bytes) -> Incoming:
    """An answer that names its feed. The exchange repeats key, challenge and signature in it, which go no further."""
    if control.feed is None:
        return Trouble(excerpt(payload))
    ok = not event.endswith("_failed")
    products = control.products
    return Ack(
        req_id=None,
        ok=ok,
        symbol=products[0] if len(products) == 1 else None,
        error=None if ok else control.message or event,
        raw=_clean(payload),
        channel=control.feed,
        symbols=products,
        leaving=event.startswith("un"),
    )


def _refused(event: str, text: str, payload: bytes) -> Incoming:
    meaning, leaving = _meaning(text)
    if event == "alert" and meaning is None and "subscri" not in text.lower():
        return Trouble(text)
    return Ack(None, False, error=text, raw=_clean(payload), leaving=leaving, meaning=meaning)


def _meaning(text: str) -> tuple[Meaning | None, bool | None]:
    """What a refusal means, and whether it can only be about subscribing or about unsubscribing."""
    words = text.lower()
    if "already subscribed" in words:
        return "as_asked", False
    if "not subscribed" in words:
        return "as_asked", True
    if "authenticated feed" in words:
        return "stale", None
    if "rate" in words and "limit" in words:
        return "passing", None
    return None, None


def _clean(payload: bytes) -> bytes:
    return redact(payload.decode("utf-8", "replace")).encode()
