"""How the Futures half of the sandbox writes: numbers bare in trading and on the socket, as text in history and charts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from krakenkit._core.numbers import plain
from krakenkit.sandbox.encode import rewritten, stamp
from krakenkit.wire.rewrite import on_the_wire

_encode = msgspec.json.Encoder().encode
_MILLI: Final = 10**6


def trimmed(value: Decimal) -> str:
    """The number without trailing zeros behind the point."""
    text = plain(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def in_numbers(answer: object, now: int | None = None) -> bytes:
    """An answer whose amounts are JSON numbers; with the moment where it has a head and ``now`` is given."""
    return _encode(rewritten(_headed(answer, now), _number))


def in_text(answer: object) -> bytes:
    """An answer whose amounts are text."""
    return _encode(rewritten(on_the_wire(answer), trimmed))


def frame_json(frame: Mapping[str, object]) -> bytes:
    """A frame of the socket."""
    return _encode(rewritten(frame, _number))


def futures_error(code: str, now: int, *, number: int | None = None) -> bytes:
    """The envelope of a refusal; one that has a number is in a list of its own kind."""
    said: dict[str, object] = {"error": code} if number is None else {"errors": [{"code": number, "message": code}]}
    return _encode({"result": "error"} | said | {"serverTime": stamp(now, 3)})


def analytics_error(code: str) -> bytes:
    """A refusal as statistics have it: beside an empty result, with the argument that is wrong or missing."""
    words, _, field = code.partition(": ")
    error = {"severity": "E", "error_class": "General", "type": words, "field": field or None}
    return _encode({"result": {"timestamp": [], "more": False}, "errors": [error]})


def millis(at: int) -> int:
    """Nanoseconds since 1970 as the milliseconds of this wire."""
    return at // _MILLI


def _headed(answer: object, now: int | None) -> Any:
    tree: Any = on_the_wire(answer)
    if now is None or isinstance(answer, list):
        return tree
    members: dict[str, Any] = tree
    return members | {"serverTime": stamp(now, 3)} if "result" in members else members


def _number(value: Decimal) -> object:
    return msgspec.Raw(trimmed(value).encode())
