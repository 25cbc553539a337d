"""JSON as text inside a form field: what ``batchorder``, RFQ and portfolio calls send as ``json=…``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import cast

import msgspec

from krakenkit._core.clock import rfc3339
from krakenkit._core.numbers import exact, plain, refuse_float
from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params

_encode = msgspec.json.Encoder().encode


def json_text(value: object, *, name: str = "json") -> str:
    """The value as JSON: decimals as bare numbers with all their digits, moments as RFC 3339.

    Raises:
        SettingsError: for floats, and for values that JSON has no place for.
    """
    return _encode(_member(value, name)).decode()


def _member(value: object, name: str) -> object:
    match value:
        case Params():
            return {wire: _member(inner, wire) for wire, inner in value.given().items()}
        case Mapping():
            members = cast("Mapping[str, object]", value)
            return {key: _member(inner, key) for key, inner in members.items()}
        case list() | tuple():
            return [_member(item, name) for item in cast("Iterable[object]", value)]
        case Decimal():
            return msgspec.Raw(plain(exact(value, name=name)).encode())
        case datetime():
            return rfc3339(value)
        case bool() | int() | str() | None:
            return value
        case _:
            refuse_float(value, name=name)
            raise SettingsError(f"{name} is {type(value).__name__}, which JSON cannot hold; give text or a number.")
