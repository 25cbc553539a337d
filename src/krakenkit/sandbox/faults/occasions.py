"""What a frame is about, in the words of every family: a reply, an update of a channel, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import msgspec

_OLD_NAMES: Final = {"XBT": "BTC", "XDG": "DOGE"}
_NO_REPLIES: Final = frozenset({"heartbeat", "systemStatus", "info"})
_NO_UPDATES: Final = frozenset({"heartbeat", "status"})
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Subject:
    """What a frame is about."""

    kind: Literal["reply", "snapshot", "update", "other"] = "other"
    name: str = ""
    """The channel or feed of data; the method or event of a reply."""
    symbols: tuple[str, ...] = ()
    """Pairs as ``BTC/USD``, also where a family says ``XBT/USD``; contracts as they are."""
    outcome: str = ""
    """The error of a reply that refuses; empty for all others."""


def subject_of(frame: bytes) -> Subject:
    """What this frame is about; what is not JSON is about nothing."""
    try:
        said: Any = _decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Subject()
    match said:
        case {"method": str(method)}:
            return _v2_reply(method, said)
        case {"channel": str(channel)}:
            return _v2_data(channel, said)
        case {"event": str(event)}:
            return _event(event, said)
        case {"feed": str(feed)}:
            return _feed(feed, said)
        case [*_, dict(), str(channel), str(symbol)] | [*_, list(), str(channel), str(symbol)]:
            snapshot = isinstance(said[1], dict) and "as" in said[1]
            return Subject("snapshot" if snapshot else "update", channel.partition("-")[0], (_modern(symbol),))
        case [_, str(channel), dict()]:
            return Subject("update", channel)
        case _:
            return Subject()


def _v2_reply(method: str, said: dict[str, Any]) -> Subject:
    about = _members(said.get("result"))
    words = [method, about.get("channel")]
    symbol = about.get("symbol", said.get("symbol"))
    symbols = (symbol,) if isinstance(symbol, str) else ()
    return Subject("reply", " ".join(word for word in words if isinstance(word, str)), symbols, _text(said, "error"))


def _v2_data(channel: str, said: dict[str, Any]) -> Subject:
    if channel in _NO_UPDATES:
        return Subject(name=channel)
    symbols = tuple(dict.fromkeys(filter(None, (_text(_members(row), "symbol") for row in _items(said.get("data"))))))
    return Subject("snapshot" if said.get("type") == "snapshot" else "update", channel, symbols)


def _event(event: str, said: dict[str, Any]) -> Subject:
    if event in _NO_REPLIES:
        return Subject(name=event)
    pair = _text(said, "pair")
    symbols = (_modern(pair),) if pair else tuple(map(str, _items(said.get("product_ids"))))
    words = (event, _text(_members(said.get("subscription")), "name") or _text(said, "feed"))
    error = _text(said, "errorMessage") or (_text(said, "message") if event in ("error", "alert") else "")
    return Subject("reply", " ".join(filter(None, words)), symbols, error)


def _feed(feed: str, said: dict[str, Any]) -> Subject:
    if feed == "heartbeat":
        return Subject(name=feed)
    product = said.get("product_id")
    symbols = (product,) if isinstance(product, str) else ()
    return Subject("snapshot" if feed.endswith("_snapshot") else "update", feed.removesuffix("_snapshot"), symbols)


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _members(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _modern(pair: str) -> str:
    return "/".join(_OLD_NAMES.get(part, part) for part in pair.split("/"))
