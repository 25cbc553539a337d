"""What the actions of the exchange give back."""

from __future__ import annotations

import msgspec

from .orders import OrderView


class Placed(msgspec.Struct, frozen=True):
    """A placed order as it stood when the call returned; ``order`` is None when it was only validated."""

    order: OrderView | None
    description: str
    """REST's ``descr.order``."""
    close: str
    """REST's ``descr.close``; empty without a conditional close."""


class Amended(msgspec.Struct, frozen=True):
    """An amended order."""

    order: OrderView
    amend_id: str


class Edited(msgspec.Struct, frozen=True):
    """The cancelled order and the one in its place; ``order`` is None when it was only validated."""

    original: OrderView
    order: OrderView | None
    description: str


class Switch(msgspec.Struct, frozen=True):
    """The dead man's switch: when it was set, and when it will cancel everything (None: it is off)."""

    now: int
    at: int | None
