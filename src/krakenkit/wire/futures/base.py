"""What the Futures modules share: how their routes are made, the head of their answers, and checks before sending."""

from __future__ import annotations

from typing import Unpack

from msgspec import Struct

from krakenkit._core.numbers import exact
from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params
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


def not_empty(request: Params, *names: str) -> None:
    """Refuse an empty text or list: it would ask for everything, or for nothing.

    Raises:
        SettingsError: naming the parameter.
    """
    for name in names:
        if getattr(request, name) in ("", [], ()):
            raise SettingsError(f"{type(request).__name__} was given an empty {name}; leave it out, or name something.")


def positive(request: Params, *names: str) -> None:
    """Refuse amounts that are not above zero, and text that is no number.

    Raises:
        SettingsError: naming the parameter.
    """
    for name in names:
        value = getattr(request, name)
        if value is not None and exact(value, name=name) <= 0:
            raise SettingsError(f"{type(request).__name__}: {name} is {value}; it must be above zero.")


def at_least(request: Params, name: str, minimum: int) -> None:
    """Refuse a count below its minimum.

    Raises:
        SettingsError: naming the parameter and the minimum.
    """
    value = getattr(request, name)
    if value is not None and value < minimum:
        raise SettingsError(f"{type(request).__name__}: {name} is {value}; it must be {minimum} or more.")
