"""Requests for quotes on packages of contracts, and offers on them. Source: docs.kraken.com, Futures REST, RFQs.

Documented for the pre-production host that was switched off on 14 July 2026; kept because the manual lists them. A refusal
comes as ``result: success`` with ``status: failed`` and a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number, exact
from krakenkit.wire.checks import at_least_one, not_empty, only_one
from krakenkit.wire.futures.base import FULL, Reply, change, look_up, place, public
from krakenkit.wire.futures.jsontext import json_text
from krakenkit.wire.request import Params, Request

_RFQS = "/derivatives/api/v3/rfqs"


class RfqLeg(Struct, frozen=True, rename="camel"):
    """One contract of a package."""

    symbol: str
    size: Decimal
    """Negative for a short leg."""
    mark_price: Decimal | None = None
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None


class RfqSideLeg(Struct, frozen=True):
    """The price of one leg in an offer."""

    tradeable: str
    price: Decimal


class Rfq(Struct, frozen=True, rename="camel"):
    """A request for quotes."""

    uid: str
    expiry: str
    """RFC 3339."""
    legs: list[RfqLeg]
    mark_price: Decimal | None = None
    """Of the whole package, USD."""
    status: str | None = None
    """``open``, ``expired``, ``cancelled``, ``filled_bid_side`` or ``filled_ask_side``."""


class OwnRfq(Rfq, frozen=True, kw_only=True):
    """A request for quotes of yours, with the best offers on it."""

    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    bid_side: list[RfqSideLeg] | None = None
    ask_side: list[RfqSideLeg] | None = None


class RfqOffer(Struct, frozen=True, rename="camel"):
    """An offer of yours."""

    uid: str
    rfq_uid: str
    placement_date: str | None = None
    last_update_date: str | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    bid_side: list[RfqSideLeg] | None = None
    ask_side: list[RfqSideLeg] | None = None
    status: str | None = None
    """How the request for quotes stands."""


class RfqList(Reply, frozen=True):
    """Requests for quotes."""

    rfqs: list[Rfq]


class OwnRfqList(Reply, frozen=True):
    """Requests for quotes of yours."""

    rfqs: list[OwnRfq]


class RfqReply(Reply, frozen=True):
    """One request for quotes."""

    rfq: Rfq


class RfqOffers(Reply, frozen=True):
    """Offers of yours."""

    offers: list[RfqOffer]


class RfqOutcome(Reply, frozen=True):
    """How a call about a request for quotes or an offer ended."""

    status: str | None = None
    """``placed``, ``cancelled`` or ``failed``, where one is given."""
    reason: str | None = None
    """Why it failed, for example ``tooManyOpenRfqs`` or ``offerNotFound``."""
    rfq_uid: str | None = None
    offer_uid: str | None = None

    @property
    def refused(self) -> bool:
        """Whether the exchange did not do it."""
        return self.status == "failed" or self.reason is not None


class GetOpenRfqs(Request[RfqList], frozen=True):
    """All open requests for quotes; HTTP 404 where the feature is off. Pre-production only."""

    route: ClassVar = public("futures.rfq.list_open", _RFQS, siebly="getOpenRFQs")


class GetOpenRfq(Request[RfqReply], frozen=True, rename="camel"):
    """One request for quotes, open or closed a short while ago. Pre-production only."""

    route: ClassVar = public("futures.rfq.get", _RFQS + "/{rfqUid}", siebly="getOpenRFQ")

    rfq_uid: str

    def check(self) -> None:
        not_empty(self, "rfq_uid")


class GetOwnRfqs(Request[OwnRfqList], frozen=True):
    """Your open requests for quotes, with the best offers on them. Pre-production only."""

    route: ClassVar = look_up("futures.rfq.list_own", _RFQS + "/open-rfqs")


class SubmitRfq(Request[RfqOutcome], frozen=True):
    """Ask for quotes on a package. It is sent once. Pre-production only."""

    route: ClassVar = place("futures.rfq.create", _RFQS + "/open-rfqs")

    json: str | Mapping[str, object]
    """The package, as JSON text or as a mapping. Unconfirmed: the manual does not show the inner names; one client sends
    ``{"legs": [{"tradeable": …, "size": …}], "expiry": …}`` with negative sizes for short legs."""

    def check(self) -> None:
        not_empty(self, "json")

    def given(self) -> dict[str, Any]:
        """The form: the package as JSON text under ``json``."""
        return {"json": self.json if isinstance(self.json, str) else json_text(self.json)}


class CancelRfq(Request[RfqOutcome], frozen=True, rename="camel"):
    """Withdraw your request for quotes. Unconfirmed; pre-production only."""

    route: ClassVar = change(
        "futures.rfq.cancel", _RFQS + "/open-rfqs/{rfqUid}", method="DELETE", encoding="query", unconfirmed=True
    )

    rfq_uid: str

    def check(self) -> None:
        not_empty(self, "rfq_uid")


class SubmitRfqAcceptance(Request[RfqOutcome], frozen=True, rename="camel"):
    """Accept the bid or the ask of an offer on your request for quotes: it trades. It is sent once. Pre-production only."""

    route: ClassVar = place("futures.rfq.accept_offer", _RFQS + "/open-rfqs/accept-offer/{rfqUid}")

    rfq_uid: str
    bid_accepted: Number | None = None
    """The bid's price, USD."""
    ask_accepted: Number | None = None
    """The ask's price, USD."""

    def check(self) -> None:
        not_empty(self, "rfq_uid")
        at_least_one(self, "bid_accepted", "ask_accepted")
        only_one(self, "bid_accepted", "ask_accepted")


class GetRfqOpenOffers(Request[RfqOffers], frozen=True):
    """Your offers on open requests for quotes. Pre-production only."""

    route: ClassVar = look_up("futures.rfq.list_open_offers", _RFQS + "/open-offers", siebly="getRFQOpenOffers")


class GetRfqClosedOffers(Request[RfqOffers], frozen=True):
    """Your offers on closed requests for quotes; the exchange keeps them in memory only. Pre-production only."""

    route: ClassVar = look_up("futures.rfq.list_closed_offers", _RFQS + "/closed-offers")


class LegPrice(Params, frozen=True):
    """Your price for one leg."""

    tradeable: str
    price: Number

    def given(self) -> dict[str, Any]:
        """The members, the price as a number."""
        return {"tradeable": self.tradeable, "price": exact(self.price, name="price")}


class SubmitRfqNewOffer(Request[RfqOutcome], frozen=True, rename="camel"):
    """Offer to trade a package. It is sent once. Unconfirmed; pre-production only.

    The path is that of the newer reference pages; older ones and the JavaScript SDK use ``/rfqs/{rfqUid}/place-offer``.
    """

    route: ClassVar = place(
        "futures.rfq.place_offer", _RFQS + "/place-offer/{rfqUid}", siebly="submitRFQNewOffer", unconfirmed=True
    )

    rfq_uid: str
    bid: Number | None = None
    """For the whole package, USD."""
    ask: Number | None = None
    bid_side: list[LegPrice] | None = None
    """Prices for each leg; sent as JSON text, which is unconfirmed."""
    ask_side: list[LegPrice] | None = None

    def check(self) -> None:
        not_empty(self, "rfq_uid")
        at_least_one(self, "bid", "ask", "bid_side", "ask_side")

    def given(self) -> dict[str, Any]:
        """The form: prices of legs as JSON text."""
        sides = {"bidSide": self.bid_side, "askSide": self.ask_side}
        texts = {name: json_text(legs, name=name) for name, legs in sides.items() if legs is not None}
        return super().given() | texts


class UpdateRfqOpenOffer(Request[RfqOutcome], frozen=True, rename="camel"):
    """Replace your offer. It is sent once: an old price must not come back. Unconfirmed; pre-production only."""

    route: ClassVar = place(
        "futures.rfq.replace_offer",
        _RFQS + "/{rfqUid}/replace-offer",
        siebly="updateRFQOpenOffer",
        method="PUT",
        unconfirmed=True,
    )

    rfq_uid: str
    bid: Number | None = None
    ask: Number | None = None

    def check(self) -> None:
        not_empty(self, "rfq_uid")
        at_least_one(self, "bid", "ask")


class CancelRfqOffer(Request[RfqOutcome], frozen=True, rename="camel"):
    """Withdraw your offer. Pre-production only."""

    route: ClassVar = change(
        "futures.rfq.cancel_offer",
        _RFQS + "/cancel-offer/{rfqUid}",
        siebly="cancelRFQOffer",
        method="DELETE",
        encoding="query",
        permission=FULL,
    )

    rfq_uid: str
    offer_uid: str | None = None

    def check(self) -> None:
        not_empty(self, "rfq_uid", "offer_uid")
