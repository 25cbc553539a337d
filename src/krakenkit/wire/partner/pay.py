"""Kraken Pay: payments between Kraktags and by link. Source: docs.kraken.com, Pay REST.

The reference marks the group as not proven, so answers are read leniently. Payments are asynchronous: the result
(``success``, ``failed``, ``cancelled``, ``expired`` or ``declined``) comes to your webhook as a JWT signed with ES256.
"""

from __future__ import annotations

import re
from typing import ClassVar, Unpack

from msgspec import Raw, Struct, field

from krakenkit._core.numbers import Number
from krakenkit._core.redaction import HIDDEN
from krakenkit.errors import SettingsError
from krakenkit.wire.codec import reader_for
from krakenkit.wire.partner.nexus import Acknowledged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Detail, Route

_QUERY = "Funds permissions - Query"
_SEND = "Funds permissions - Query and Withdraw"
_ASK = "Funds permissions - Deposit"

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{2,22}")


def _shared(permission: str) -> Detail:
    return Detail(encoding="json", cost=1, permission=permission, unconfirmed=True)


def _read(id: str, path: str, **detail: Unpack[Detail]) -> Route:
    return Route.read(id, path, **(_shared(_QUERY) | detail))


def _cancel(id: str, path: str) -> Route:
    return Route.cancel(id, path, **_shared(_QUERY))


def _place(id: str, path: str, permission: str) -> Route:
    return Route.place(id, path, **_shared(permission))


def _check_external_id(request: Params) -> None:
    given: str | None = getattr(request, "external_id", None)
    if given is None:
        return
    # 1 to 16 bytes make 2 to 22 characters, and no number of bytes makes 4n + 1.
    if not _BASE64.fullmatch(given) or len(given) % 4 == 1:
        raise SettingsError(
            f"{type(request).__name__}.external_id is {given!r}; give 1 to 16 bytes as base64 without padding, "
            "for example a UUID's bytes."
        )


class CreatePaylink(Request[Acknowledged], frozen=True, kw_only=True):
    """Set money aside for whoever opens the link. It is sent once; fetch the link with its ``external_id``."""

    route: ClassVar = _place("pay.create_paylink", "/0/private/Pay/paylink/create", _SEND)

    amount: Number
    asset: str
    external_id: str
    """Your id, unique for ever: 1 to 16 bytes as base64 without padding. Save it before the call: it is how you find
    out what became of a lost one, and the exchange refuses a second use."""
    note: str | None = None

    def check(self) -> None:
        _check_external_id(self)


class PaylinkConfig(Struct, frozen=True):
    """How pay links work for this account."""

    expire_time: int | None = None
    """How long a link lives; the page names no unit."""


class GetPaylinkConfig(Request[PaylinkConfig], frozen=True):
    """How long pay links live."""

    route: ClassVar = _read("pay.get_paylink_config", "/0/private/Pay/paylink/config")


class Paylink(Struct, frozen=True):
    """A pay link as the exchange wrote it, member by member (JSON). Its repr hides it: who has the link has the money."""

    members: dict[str, Raw]

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> Paylink:
        """Read the object, whatever its members are called."""
        return Paylink(members=reader_for(dict[str, Raw])(raw))

    @classmethod
    def to_wire(cls, answer: Paylink) -> dict[str, Raw]:
        """The shape that :meth:`from_wire` reads."""
        return answer.members

    def __repr__(self) -> str:
        return f"Paylink(members={HIDDEN})"


class GetPaylink(Request[Paylink], frozen=True):
    """The link made for this ``external_id``; refused until it is ready."""

    route: ClassVar = _read("pay.get_paylink", "/0/private/Pay/paylink/get")

    external_id: str

    def check(self) -> None:
        _check_external_id(self)


class PayRequestLink(Struct, frozen=True):
    """Where the payer sees the request."""

    view_link: str | None = None


class CreatePayRequest(Request[PayRequestLink | None], frozen=True, kw_only=True):
    """Ask for a payment. It is sent once."""

    route: ClassVar = _place("pay.create_request", "/0/private/Pay/request/create", _ASK)

    amount: Number
    asset: str
    external_id: str | None = None
    """Your id, unique for ever: 1 to 16 bytes as base64 without padding. The newest page asks for it."""
    expire_after_seconds: int | None = None
    from_: str | None = field(default=None, name="from")
    """Kraktag of the payer; anyone with the link when left out."""
    note: str | None = None

    def check(self) -> None:
        _check_external_id(self)


class CancelPayRequest(Request[Acknowledged], frozen=True):
    """Take a payment request back."""

    route: ClassVar = _cancel("pay.cancel_request", "/0/private/Pay/request/cancel")

    external_id: str

    def check(self) -> None:
        _check_external_id(self)


class CreatePayTransfer(Request[Acknowledged], frozen=True, kw_only=True):
    """Send money to a Kraktag. It is sent once; the result comes to your webhook."""

    route: ClassVar = _place("pay.create_transfer", "/0/private/Pay/transfer/create", _SEND)

    amount: Number
    asset: str
    to: str
    """Kraktag of the receiver."""
    external_id: str
    """Your id, unique for ever: 1 to 16 bytes as base64 without padding. Save it before the call: the exchange refuses
    a second use, and the webhook names it."""
    note: str | None = None
    return_for: str | None = None
    """The payment that this one gives back."""

    def check(self) -> None:
        _check_external_id(self)


class CancelPayTransfer(Request[Acknowledged], frozen=True):
    """Take back a payment, or a pay link that nobody has claimed."""

    route: ClassVar = _cancel("pay.cancel_transfer", "/0/private/Pay/transfer/cancel")

    external_id: str

    def check(self) -> None:
        _check_external_id(self)
