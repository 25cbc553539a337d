"""Requests without parameters: a recorded answer is read by what was asked, and the recording may not say with what."""

from __future__ import annotations

from functools import cache
from typing import TypeVar, cast

import msgspec

from krakenkit.wire.request import Params

P = TypeVar("P", bound=Params)


def blank(kind: type[P]) -> P:
    """An instance of ``kind`` with nothing given; it can be asked about its route and answer, and not be sent."""
    return cast("type[P]", _blank_class(kind))()


@cache
def _blank_class(kind: type[Params]) -> type[Params]:
    """``kind`` with everything optional and nothing checked."""
    fields = [(field.name, field.type, None) for field in msgspec.structs.fields(kind) if field.required]
    # Some classes work their order id out from what was given; here nothing was.
    namespace = {"check": _unchecked, "client_order_id": None}
    made = msgspec.defstruct(kind.__name__, fields, bases=(kind,), namespace=namespace, frozen=True, kw_only=True)
    return cast("type[Params]", made)


def _unchecked(_: Params) -> None:
    """Nothing was given, so there is nothing to check."""
