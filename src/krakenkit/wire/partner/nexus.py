"""What the ``/b2b`` calls share: how their routes are made, amounts, page links. Source: docs.kraken.com, Embed REST.

They answer ``{"result": …}`` with HTTP status codes, take the nonce in the ``API-Nonce`` header, and sign the path
together with its query string.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias, Unpack

from msgspec import Raw, Struct, field

from krakenkit.wire.route import Detail, Route

_NEXUS = Detail(venue="nexus", envelope="result", cost=None)
_LOOK_UP = Detail(method="GET", encoding="query")
_EMBED = _NEXUS | Detail(permission="partner key (Embed)")
_RAMP = _NEXUS | Detail(permission="partner key (Ramp)")

USER_IN_QUERY: tuple[str, ...] = ("user",)
"""The user whom a call is about travels in the URL, beside a JSON body."""

Acknowledged: TypeAlias = dict[str, Raw] | None
"""The answer of a call that only says that it was taken: null or an empty object."""


def embed_look_up(id: str, path: str, *, siebly: str, **detail: Unpack[Detail]) -> Route:
    """A signed GET of the Embed API; it may be sent again."""
    return Route.read(id, path, siebly=siebly, **(_EMBED | _LOOK_UP | detail))


def embed_read(id: str, path: str, *, siebly: str, **detail: Unpack[Detail]) -> Route:
    """A signed JSON call of the Embed API that changes nothing; it may be sent again."""
    return Route.read(id, path, siebly=siebly, **(_EMBED | Detail(encoding="json") | detail))


def embed_settle(id: str, path: str, *, siebly: str, **detail: Unpack[Detail]) -> Route:
    """A signed JSON call of the Embed API that does no harm when sent twice."""
    return Route.cancel(id, path, siebly=siebly, **(_EMBED | Detail(encoding="json") | detail))


def embed_place(id: str, path: str, *, siebly: str, **detail: Unpack[Detail]) -> Route:
    """A signed JSON call of the Embed API that is sent once, whatever happens."""
    return Route.place(id, path, siebly=siebly, **(_EMBED | Detail(encoding="json") | detail))


def ramp_look_up(id: str, path: str, *, siebly: str, **detail: Unpack[Detail]) -> Route:
    """A signed GET of the Ramp API; it may be sent again."""
    return Route.read(id, path, siebly=siebly, **(_RAMP | _LOOK_UP | detail))


class AssetAmount(Struct, frozen=True):
    """An amount of an asset."""

    asset: str
    amount: Decimal
    asset_class: str | None = None
    """``currency``."""
    asset_name: str | None = None


class UnitPrice(Struct, frozen=True):
    """The price of one unit of ``asset`` in ``denomination_asset``."""

    asset: str
    unit_price: Decimal
    denomination_asset: str | None = None
    asset_class: str | None = None
    denomination_asset_class: str | None = None


class PageLinks(Struct, frozen=True):
    """Where the neighbouring pages are."""

    this: str | None = field(default=None, name="self")
    first: str | None = None
    last: str | None = None
    prev: str | None = None
    next: str | None = None


class PageMeta(Struct, frozen=True):
    """Which page this is, and of how many. The last page has ``page_number`` equal to ``total_pages``."""

    total_items: int | None = None
    total_pages: int | None = None
    page_size: int | None = None
    page_number: int | None = None
