"""Trading over the counter: ask for a quote, accept or reject it, look up what was traded.

A key with two-factor login sends its ``otp`` in the body of each call. Source: docs.kraken.com, OTC REST.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import at_least_one, only_one, positive
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import Side

_MODIFY = "Orders and trades - Create & modify orders"
_OPEN = "Orders and trades - Query open orders & trades"
_FUNDS = "Funds permissions - Query and Deposit"


class OtcMoment(Struct, frozen=True):
    """A moment, milliseconds since 1970."""

    time: int


class OtcQuote(Struct, frozen=True):
    """A quote that can still be accepted. Sources disagree on what is always there, so all members may be None."""

    quote_id: str | None = None
    client_order_id: str | None = None
    base: str | None = None
    quote: str | None = None
    """The asset it is priced in."""
    type: Side | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    """In base."""
    total: Decimal | None = None
    """In quote."""
    settlement: str | None = None
    """``automated`` or ``flexible``."""
    expires: OtcMoment | None = None


class OtcQuoteRequested(Struct, frozen=True):
    """The quote that was asked for."""

    quote: OtcQuote
    """No page fixes its members; those of an active quote are expected."""


class CreateOtcQuoteRequest(Request[OtcQuoteRequested], frozen=True, kw_only=True):
    """Ask for a quote, by ``amount`` or by ``total``. Nothing is traded until it is accepted.

    It is sent once: when the answer is lost, look at the active quotes before asking again.
    """

    route: ClassVar = Route.place(
        "otc.create_quote_request",
        "/0/private/CreateOtcQuoteRequest",
        siebly="createOtcQuoteRequest",
        encoding="json",
        permission=_MODIFY,
        cost=1,
    )

    base: str
    quote: str
    """The asset to price in."""
    type: Side
    amount: Number | None = None
    """In base."""
    total: Number | None = None
    """In quote."""

    def check(self) -> None:
        at_least_one(self, "amount", "total")
        only_one(self, "amount", "total")
        positive(self, "amount")
        positive(self, "total")


class OtcQuoteUpdated(Struct, frozen=True):
    """The quote that was answered."""

    quote_id: str | None = None


class UpdateOtcQuote(Request[OtcQuoteUpdated], frozen=True, kw_only=True):
    """Accept a quote, which is a trade, or reject it. It is sent once.

    When the answer is lost, ``OutcomeUnknown`` is raised; look for the quote among the historical ones.
    """

    route: ClassVar = Route.place(
        "otc.update_quote",
        "/0/private/UpdateOtcQuote",
        siebly="updateOtcQuote",
        encoding="json",
        permission=_MODIFY,
        cost=1,
    )

    quote_id: str
    status: str
    """``accepted`` or ``rejected``."""

    def check(self) -> None:
        at_least_one(self, "quote_id")
        at_least_one(self, "status")


class OtcPair(Struct, frozen=True):
    """One pair that is quoted, with its precisions and limits."""

    base: str
    quote: str
    pair_name: str | None = None
    pair_decimals: int | None = None
    """Most decimals of a price."""
    lot_decimals: int | None = None
    """Most decimals of an amount in base."""
    cost_decimals: int | None = None
    max_base_amount: Decimal | None = None
    max_notional: Decimal | None = None
    """In quote."""
    min_base_amount: Decimal | None = None
    min_notional: Decimal | None = None
    """In quote."""


class OtcPairs(Struct, frozen=True):
    """The pairs that are quoted."""

    spot_pairs: list[OtcPair]


class GetOtcPairs(Request[OtcPairs], frozen=True):
    """The pairs that are quoted over the counter."""

    route: ClassVar = Route.read(
        "otc.get_pairs", "/0/private/GetOtcPairs", siebly="getOtcPairs", encoding="json", permission=_FUNDS
    )


class GetOtcActiveQuotes(Request[list[OtcQuote]], frozen=True):
    """Quotes that can still be accepted."""

    route: ClassVar = Route.read(
        "otc.get_active_quotes",
        "/0/private/GetOtcActiveQuotes",
        siebly="getOtcActiveQuotes",
        encoding="json",
        permission=_OPEN,
    )

    vault_id: str | None = None
    """Only the quotes of this custody vault."""


class OtcAcceptance(Struct, frozen=True):
    """How a quote was answered; ``time`` is milliseconds since 1970."""

    status: str | None = None
    time: int | None = None


class OtcHistoricalQuote(Struct, frozen=True):
    """A quote of the past; ``trade_id`` when it became a trade."""

    quote_id: str
    trade_id: str | None = None
    status: str | None = None
    client_order_id: str | None = None
    base: str | None = None
    quote: str | None = None
    """The asset it is priced in."""
    type: Side | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    """In base."""
    total: Decimal | None = None
    """In quote."""
    settlement: str | None = None
    settlement_status: str | None = None
    acceptance: OtcAcceptance | None = None


class GetOtcHistoricalQuotes(Request[list[OtcHistoricalQuote]], frozen=True):
    """Quotes of the past."""

    route: ClassVar = Route.read(
        "otc.get_historical_quotes",
        "/0/private/GetOtcHistoricalQuotes",
        siebly="getOtcHistoricalQuotes",
        encoding="json",
        permission=_OPEN,
    )


class OtcExposures(Struct, frozen=True):
    """How much may be open at once, and how much is."""

    max_otc: Decimal | None = None
    max_rfq: Decimal | None = None
    used_otc: Decimal | None = None
    used_rfq: Decimal | None = None


class GetOtcExposures(Request[OtcExposures], frozen=True):
    """The limits of trading over the counter and their use."""

    route: ClassVar = Route.read(
        "otc.get_exposures", "/0/private/GetOtcExposures", siebly="getOtcExposures", encoding="json", permission=_OPEN
    )


class OtcClient(Struct, frozen=True):
    """What the account may do over the counter."""

    permissions: list[str] = []


class CheckOtcClient(Request[OtcClient], frozen=True):
    """Whether the account may trade over the counter."""

    route: ClassVar = Route.read(
        "otc.check_client", "/0/private/CheckOtcClient", siebly="checkOtcClient", encoding="json", permission=_FUNDS
    )
