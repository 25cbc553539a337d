"""How the sandbox writes: answers of REST with decimals as text, frames of sockets with decimals as bare numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import msgspec

from krakenkit._core.numbers import plain
from krakenkit.wire.rewrite import on_the_wire

_encode = msgspec.json.Encoder().encode
_NANO = 10**9


class Bare(Decimal):
    """A decimal that REST writes without quotes: times and percentages. All others it writes as text."""


def rest_json(result: object) -> bytes:
    """The envelope of an answer, in the exchange's names and number spellings."""
    return bare_json({"error": [], "result": result})


def bare_json(answer: object) -> bytes:
    """An answer without an envelope, in the same spellings."""
    return _encode(rewritten(on_the_wire(answer), _rest_number))


def rest_error(code: str) -> bytes:
    """The envelope of a refusal."""
    return _encode({"error": [code]})


def socket_json(frame: Mapping[str, object]) -> bytes:
    """A frame as the sockets of Spot v2 write it: every digit of a number, also its trailing zeros, without quotes."""
    return _encode(rewritten(frame, _raw))


def seconds(at: int) -> Bare:
    """Nanoseconds since 1970 as the seconds of REST, cut off to microseconds."""
    micros = at // 1000
    return Bare(f"{micros // 10**6}.{micros % 10**6:06d}")


def stamp(at: int, digits: int = 6) -> str:
    """Nanoseconds since 1970 as RFC 3339 in UTC, with this many fractional digits."""
    whole, rest = divmod(at, _NANO)
    return f"{_second(whole)}.{rest:09d}"[: 20 + digits] + "Z" if digits else f"{_second(whole)}Z"


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).isoformat()[:19]


def _rest_number(value: Decimal) -> object:
    return _raw(value) if isinstance(value, Bare) else plain(value)


def _raw(value: Decimal) -> object:
    return msgspec.Raw(plain(value).encode())


def rewritten(value: object, number: Callable[[Decimal], object]) -> Any:
    """A tree of values with every number written by this function."""
    match value:
        case Decimal():
            return number(value)
        case dict():
            members = cast("dict[str, object]", value)
            return {name: rewritten(member, number) for name, member in members.items()}
        case list() | tuple():
            return [rewritten(item, number) for item in cast("list[object]", value)]
        case _:
            return value
