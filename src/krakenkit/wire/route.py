"""Where a request goes and how: everything about an endpoint that is not its parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal, TypeAlias, TypedDict, Unpack

Encoding: TypeAlias = Literal["query", "form", "json", "multipart"]
Access: TypeAlias = Literal["public", "signed", "bearer", "basic"]
Envelope: TypeAlias = Literal["spot", "result", "bare", "bytes", "futures", "custody"]
Venue: TypeAlias = Literal["spot", "nexus", "futures"]


class Resend(Enum):
    """What may happen when the answer to a call is lost."""

    READ = "read"
    """Nothing changes on the exchange: send it again."""
    CANCEL = "cancel"
    """Doing it twice does what doing it once does: send it again."""
    NEVER = "never"
    """Places an order or moves funds: never send it again; the outcome is unknown."""


class Detail(TypedDict, total=False):
    """What a route may say beside its id, path and the JavaScript SDK's name; see the fields of :class:`Route`."""

    encoding: Encoding
    access: Access
    envelope: Envelope
    venue: Venue
    permission: str
    cost: int | None
    engine: bool
    resend: Resend
    in_query: tuple[str, ...]
    in_header: tuple[str, ...]
    repeat: tuple[str, ...]
    lifecycle: str
    unconfirmed: bool
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One endpoint of the manual's catalogue. Made by :meth:`get`, :meth:`read`, :meth:`cancel` and :meth:`place`."""

    id: str
    """The catalogue's id, for example ``spot.market.get_order_book``."""
    method: str
    path: str
    """From the leading ``/``; names in braces are filled from fields of the request."""
    siebly: str | None = None
    """The method of the JavaScript SDK that does the same."""
    encoding: Encoding = "form"
    access: Access = "signed"
    envelope: Envelope = "spot"
    venue: Venue = "spot"
    permission: str | None = None
    """What the key must be allowed to do."""
    cost: int | None = None
    """Points on the per-key REST counter; None when the call is not counted there."""
    engine: bool = False
    """Whether the call counts on the trading engine's limit of the pair."""
    resend: Resend = Resend.READ
    in_query: tuple[str, ...] = ("account_id",)
    """Parameters that travel in the URL even when the others are in the body; they are signed with the path."""
    in_header: tuple[str, ...] = ()
    """Parameters that travel as headers."""
    repeat: tuple[str, ...] = ()
    """Parameters whose lists are sent as repeated keys; other lists are joined by commas."""
    lifecycle: str | None = None
    """The surface's id in :mod:`krakenkit.wire.lifecycle`, where it has an end date."""
    unconfirmed: bool = False
    """Built from what is known; the catalogue marks it as not proven."""

    @classmethod
    def get(cls, id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
        """A public look-up: parameters in the query, no key."""
        return _route(id, "GET", path, siebly, Detail(encoding="query", access="public") | detail)

    @classmethod
    def read(cls, id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
        """A private look-up; it may be sent again when its answer is lost."""
        return _route(id, "POST", path, siebly, Detail(cost=1) | detail)

    @classmethod
    def cancel(cls, id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
        """A private call that takes something back; sending it twice does no harm."""
        return _route(id, "POST", path, siebly, Detail(resend=Resend.CANCEL) | detail)

    @classmethod
    def place(cls, id: str, path: str, *, siebly: str | None = None, **detail: Unpack[Detail]) -> Route:
        """A private call that places an order or moves funds: it is sent once, whatever happens."""
        return _route(id, "POST", path, siebly, Detail(resend=Resend.NEVER) | detail)

    @property
    def label(self) -> str:
        """How messages name this endpoint: ``POST /0/private/AddOrder``."""
        return f"{self.method} {self.path}"

    @property
    def signed(self) -> bool:
        """Whether the call carries a key and a signature."""
        return self.access == "signed"


def _route(id: str, method: str, path: str, siebly: str | None, detail: Detail) -> Route:
    route = Route(id=id, path=path, siebly=siebly, method=method)
    return replace(route, **detail)
