"""What came of reading one recorded body or frame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard, get_args, get_origin

from msgspec import Struct

from krakenkit.errors import DecodeError, KrakenError, Refused
from krakenkit.wire.rewrite import named, unread

_PLACE = re.compile(r" - at `(?P<place>[^`]+)`")


class Finding(Struct, frozen=True, kw_only=True):
    """A piece that was read, or why it was not."""

    ok: bool
    type: str
    """The class it became; where it became none, the class that was tried."""
    value: Any = None
    error: dict[str, Any] | None = None
    unread: list[str] = []
    """Paths of members that no class models."""

    def told(self) -> dict[str, Any]:
        """The finding as plain data: with ``value`` or with ``error``."""
        content = {"value": self.value} if self.ok else {"error": self.error}
        return {"ok": self.ok, "type": self.type, **content, "unread": self.unread}


def read_as(type: str, value: object, *, original: Any, wire: Any) -> Finding:
    """A piece that became ``value``; ``original`` and ``wire`` are compared to find what was not read."""
    return Finding(ok=True, type=type, value=named(value), unread=unread(original, wire))


def refused_as(error: KrakenError, *, codes: Sequence[str] = (), left: Iterable[str] = ()) -> Finding:
    """An error of the exchange, read well: the typed error it becomes, as data."""
    said = list(error.codes) if isinstance(error, Refused) else list(codes)
    kind = error.__class__.__name__
    return Finding(ok=True, type=kind, value={"error": kind, "codes": said, "message": str(error)}, unread=list(left))


def failed(type: str, error: Exception, *, field: str | None = None) -> Finding:
    """A piece that no class could read, and the place in it."""
    place = field or (error.field if isinstance(error, DecodeError) else None) or place_in(str(error))
    told = {"error": error.__class__.__name__, "field": place, "message": str(error)}
    return Finding(ok=False, type=type, error=told)


def place_in(message: str) -> str:
    """The place that a decoder's message names; the whole where it names none."""
    found = _PLACE.search(message)
    return found["place"] if found else "$"


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether plain data is an object: members by name."""
    return isinstance(value, dict)


def type_name(kind: Any) -> str:
    """A type as one would write it: ``dict[str, Ticker]``, ``list[OrderInfo]``."""
    arguments = get_args(kind)
    name = getattr(get_origin(kind) or kind, "__name__", str(kind))
    return f"{name}[{', '.join(type_name(argument) for argument in arguments)}]" if arguments else str(name)
