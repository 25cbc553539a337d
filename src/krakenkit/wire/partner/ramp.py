"""Ramp: buying crypto with a card or a bank, in a hosted checkout. Source: docs.kraken.com, Ramp REST.

The pages were rewritten in 2026: what was ``funding_type`` and ``withdrawal_method`` is ``in_method`` and
``out_method`` there. Both spellings are taken, one of each pair in a call.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct

from krakenkit._core.numbers import Number
from krakenkit._core.redaction import HIDDEN
from krakenkit.wire.checks import at_least_one, no_longer, only_one
from krakenkit.wire.partner.nexus import AssetAmount, ramp_look_up
from krakenkit.wire.request import Params, Request


class RampAssets(Struct, frozen=True):
    """Assets to buy."""

    assets: list[dict[str, Raw]]
    """Each as the exchange wrote it (JSON by member); no source tells the shape of a row."""


class ListRampBuyCryptoAssets(Request[RampAssets], frozen=True):
    """The assets that can be bought, with their networks and payout methods."""

    route: ClassVar = ramp_look_up(
        "ramp.list_buy_crypto_assets", "/b2b/ramp/buy/crypto", siebly="listRampBuyCryptoAssets"
    )

    country: str | None = None
    """Two letters (ISO 3166-1); the newest page asks for it."""
    subdivision: str | None = None
    """Of the country (ISO 3166-2), for example ``CA`` for California."""


class RampCurrency(Struct, frozen=True):
    """A currency to pay with."""

    asset: str
    asset_class: str | None = None


class RampCurrencies(Struct, frozen=True):
    """Currencies to pay with."""

    currencies: list[RampCurrency]


class ListRampFiatCurrencies(Request[RampCurrencies], frozen=True):
    """The currencies that can be paid with."""

    route: ClassVar = ramp_look_up(
        "ramp.list_fiat_currencies", "/b2b/ramp/fiat-currencies", siebly="listRampFiatCurrencies"
    )


class RampPaymentMethod(Struct, frozen=True):
    """A way to pay."""

    funding_type: str | None = None
    external_id: str | None = None


class RampPaymentMethods(Struct, frozen=True):
    """Ways to pay."""

    methods: list[RampPaymentMethod]


class ListRampPaymentMethods(Request[RampPaymentMethods], frozen=True):
    """The ways to pay."""

    route: ClassVar = ramp_look_up(
        "ramp.list_payment_methods", "/b2b/ramp/payment-methods", siebly="listRampPaymentMethods"
    )


class RampCountries(Struct, frozen=True):
    """Countries where the checkout works."""

    countries: list[dict[str, Raw]]
    """Each as the exchange wrote it (JSON by member); no source tells the shape of a row."""


class ListRampCountries(Request[RampCountries], frozen=True):
    """The countries where the checkout works, some of them only in parts."""

    route: ClassVar = ramp_look_up("ramp.list_countries", "/b2b/ramp/countries", siebly="listRampCountries")


class AmountRange(Struct, frozen=True):
    """The smallest and the largest amount."""

    minimum: AssetAmount | None = None
    maximum: AssetAmount | None = None


class RampSideLimits(Struct, frozen=True):
    """Limits of paying in and of paying out, each for itself."""

    deposit: AmountRange | None = None
    withdrawal: AmountRange | None = None


class RampCombinedLimits(Struct, frozen=True):
    """Both limits taken together, in the asset paid and in the asset bought."""

    in_asset: AmountRange | None = None
    out_asset: AmountRange | None = None


class RampLimits(Struct, frozen=True):
    """Limits of one purchase."""

    limits: RampSideLimits
    final_combined: RampCombinedLimits | None = None


def _one_of_each(request: Params) -> None:
    for pair in (("funding_type", "in_method"), ("withdrawal_method", "out_method")):
        at_least_one(request, *pair)
        only_one(request, *pair)


class GetRampLimits(Request[RampLimits], frozen=True):
    """The smallest and the largest amount of one kind of purchase."""

    route: ClassVar = ramp_look_up("ramp.get_limits", "/b2b/ramp/limits", siebly="getRampLimits")

    in_asset: str
    """What is paid, for example ``EUR``."""
    out_asset: str
    """What is bought, for example ``BTC``."""
    funding_type: str | None = None
    """The way to pay; ``in_method`` in newer spelling."""
    withdrawal_method: str | None = None
    """The way the purchase is paid out; ``out_method`` in newer spelling."""
    in_method: str | None = None
    out_method: str | None = None
    country: str | None = None
    subdivision: str | None = None

    def check(self) -> None:
        _one_of_each(self)


class DisplayedSide(Struct, frozen=True):
    """The same amounts in the currency shown to the buyer."""

    asset: str
    total: Decimal
    fee: Decimal | None = None
    subtotal: Decimal | None = None
    deposit_fee: Decimal | None = None
    affiliate_fee: Decimal | None = None
    withdrawal_fee: Decimal | None = None
    asset_class: str | None = None


class RampSide(DisplayedSide, frozen=True):
    """What is paid or what arrives: ``subtotal`` without fees, ``total`` with them."""

    in_display: DisplayedSide | None = None


class DisplayedPrice(Struct, frozen=True):
    """The price in the currency shown to the buyer."""

    asset: str
    unit_price: Decimal
    asset_class: str | None = None


class RampUnitPrice(Struct, frozen=True):
    """The price of one unit of ``asset`` in ``denomination_asset``."""

    asset: str
    unit_price: Decimal
    denomination_asset: str | None = None
    asset_class: str | None = None
    denomination_asset_class: str | None = None
    in_display: DisplayedPrice | None = None


class RampQuote(Struct, frozen=True):
    """An indication: nothing was reserved."""

    spend: RampSide
    receive: RampSide
    unit_price: RampUnitPrice


class GetRampProspectiveQuote(Request[RampQuote], frozen=True, kw_only=True):
    """What a purchase would cost now. Nothing is reserved."""

    route: ClassVar = ramp_look_up(
        "ramp.get_prospective_quote", "/b2b/ramp/quotes/prospective", siebly="getRampProspectiveQuote"
    )

    in_asset: str
    out_asset: str
    in_amount: Number
    """What is paid, in ``in_asset``."""
    funding_type: str | None = None
    """The way to pay; ``in_method`` in newer spelling."""
    withdrawal_method: str | None = None
    """The way the purchase is paid out; ``out_method`` in newer spelling."""
    in_method: str | None = None
    out_method: str | None = None
    affiliate_fee_bps: Number | None = None
    """Your fee, in hundredths of a percent."""
    country: str | None = None
    subdivision: str | None = None

    def check(self) -> None:
        _one_of_each(self)


class CheckoutRequest(Struct, frozen=True):
    """What was asked for, sent back."""

    in_asset: str | None = None
    out_asset: str | None = None
    in_amount: Decimal | None = None
    funding_type: str | None = None
    withdrawal_method: str | None = None
    in_method: str | None = None
    out_method: str | None = None
    network: str | None = None
    wallet_address: str | None = None
    memo: str | None = None
    affiliate_fee_bps: Decimal | None = None
    country: str | None = None
    subdivision: str | None = None
    redirect_url: str | None = None
    failure_url: str | None = None
    external_user_id: str | None = None
    external_partner_id: str | None = None
    external_transaction_id: str | None = None
    external_metadata: str | None = None


class RampCheckout(Struct, frozen=True):
    """Where to send the buyer. Its repr hides the address, which is meant for one person."""

    checkout_url: str
    request_data: CheckoutRequest | None = None

    def __repr__(self) -> str:
        return f"RampCheckout(checkout_url={HIDDEN}, request_data={self.request_data!r})"


class GetRampCheckoutUrl(Request[RampCheckout], frozen=True, kw_only=True):
    """The address of a hosted checkout for one purchase; asking for it buys nothing."""

    route: ClassVar = ramp_look_up("ramp.get_checkout_url", "/b2b/ramp/checkout", siebly="getRampCheckoutUrl")

    in_asset: str
    out_asset: str
    in_amount: Number
    """What is paid, in ``in_asset``."""
    funding_type: str | None = None
    """The way to pay; ``in_method`` in newer spelling."""
    withdrawal_method: str | None = None
    """The way the purchase is paid out; ``out_method`` in newer spelling."""
    in_method: str | None = None
    out_method: str | None = None
    country: str | None = None
    """Two letters (ISO 3166-1)."""
    subdivision: str | None = None
    redirect_url: str | None = None
    """Where the buyer returns to."""
    failure_url: str | None = None
    network: str | None = None
    """The chain to pay out on."""
    wallet_address: str | None = None
    memo: str | None = None
    affiliate_fee_bps: Number | None = None
    """Your fee, in hundredths of a percent."""
    external_user_id: str | None = None
    """At most 36 characters."""
    external_partner_id: str | None = None
    external_transaction_id: str | None = None
    """At most 36 characters."""
    external_metadata: str | None = None
    """At most 1000 characters."""

    def check(self) -> None:
        _one_of_each(self)
        no_longer(self, 36, "external_user_id", "external_transaction_id")
        no_longer(self, 1000, "external_metadata")
