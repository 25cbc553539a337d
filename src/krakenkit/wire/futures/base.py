"""What the Futures modules share: how their routes are made, and the head of their answers."""

from __future__ import annotations

from typing import Unpack

from msgspec import Struct

from krakenkit.wire.route import Detail, Route

# Permissions in the catalogue's words. Futures keys have two switches, general and transfer.
READ = "general_read"
FULL = "general_full"
TRANSFER = "transfer_full"

_COMMON = Detail(venue="futures", envelope="futures", lifecycle="futures-rest")


def public(id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
    """A look-up without a key; it costs nothing."""
    return Route.get(id, path, siebly=siebly, **(_COMMON | detail))


def look_up(id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
    """A private look-up: GET, its parameters in the signed query. ``cost`` stays None where none is published."""
    common = _COMMON | Detail(method="GET", encoding="query", permission=READ, cost=None)
    return Route.read(id, path, siebly=siebly, **(common | detail))


def change(id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
    """A private call that does twice what it does once: cancels and settings."""
    return Route.cancel(id, path, siebly=siebly, **(_COMMON | Detail(permission=FULL) | detail))


def place(id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
    """A private call that is sent once, whatever happens: orders, edits, quotes and transfers."""
    return Route.place(id, path, siebly=siebly, **(_COMMON | Detail(permission=FULL) | detail))


class Reply(Struct, frozen=True, rename="camel", kw_only=True):
    """The head of an answer of the trading API; the whole answer where nothing else comes back."""

    result: str = "success"
    """``success``: the call was read. Whether an order was placed is told by its status."""
    server_time: str | None = None
    """RFC 3339."""
