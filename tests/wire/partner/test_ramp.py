"""Ramp: samples of our own in the documented shapes, and what requests look like when they are sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.partner.ramp import (
    GetRampCheckoutUrl,
    GetRampLimits,
    GetRampProspectiveQuote,
    ListRampBuyCryptoAssets,
    ListRampCountries,
    ListRampFiatCurrencies,
    ListRampPaymentMethods,
)
from krakenkit.wire.request import Request, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread

RANGE = '{"minimum": {"asset": "EUR", "amount": "20.00"}, "maximum": {"asset": "EUR", "amount": "5000"}}'

SIDE = """{"asset": "EUR", "asset_class": "currency", "total": "100.00", "subtotal": "97.50", "fee": "1.50",
    "deposit_fee": "0.50", "affiliate_fee": "0.30", "withdrawal_fee": "0.20", "in_display": {"asset": "USD",
    "asset_class": "currency", "total": "108.20", "subtotal": "105.50", "fee": "1.62", "deposit_fee": "0.54",
    "affiliate_fee": "0.32", "withdrawal_fee": "0.22"}}"""

PRICE = """{"asset": "BTC", "unit_price": "96135.07", "denomination_asset": "EUR", "asset_class": "currency",
    "denomination_asset_class": "currency", "in_display": {"asset": "USD", "unit_price": "104020.10"}}"""

CHECKOUT = """{"checkout_url": "https://checkout.example/s3cret", "request_data": {"in_asset": "EUR",
    "in_amount": "100.00", "out_asset": "BTC", "in_method": "credit_card", "out_method": "Bitcoin",
    "external_user_id": null, "affiliate_fee_bps": "250"}}"""

SAMPLES: list[tuple[type[Request[Any]], str]] = [
    (ListRampBuyCryptoAssets, '{"assets": [{"asset": "BTC", "networks": [{"name": "Bitcoin", "fee": "0.00010"}]}]}'),
    (ListRampFiatCurrencies, '{"currencies": [{"asset": "EUR", "asset_class": "currency"}, {"asset": "USD"}]}'),
    (ListRampPaymentMethods, '{"methods": [{"funding_type": "credit_card", "external_id": "cc"}]}'),
    (ListRampCountries, '{"countries": [{"country": "US", "subdivisions": ["CA", "NY"]}]}'),
    (GetRampLimits, f'{{"limits": {{"deposit": {RANGE}, "withdrawal": {RANGE}}}}}'),
    (
        GetRampLimits,
        f'{{"limits": {{"deposit": {RANGE}}}, "final_combined": {{"in_asset": {RANGE}, "out_asset": {RANGE}}}}}',
    ),
    (GetRampProspectiveQuote, f'{{"spend": {SIDE}, "receive": {SIDE}, "unit_price": {PRICE}}}'),
    (GetRampCheckoutUrl, CHECKOUT),
]


def answer(request: type[Request[Any]], text: str) -> Any:
    return request.reader()(text.encode())


@pytest.mark.parametrize(("request_class", "text"), SAMPLES, ids=[cls.__name__ for cls, _ in SAMPLES])
def test_every_member_of_a_sample_is_read_and_keeps_its_digits(request_class: type[Request[Any]], text: str) -> None:
    original, again = exact_json(text), on_the_wire(answer(request_class, text))

    assert unread(original, again) == []
    assert altered(original, again) == []


def test_amounts_of_answers_are_exact_decimals() -> None:
    quote = answer(GetRampProspectiveQuote, f'{{"spend": {SIDE}, "receive": {SIDE}, "unit_price": {PRICE}}}')
    assert (quote.spend.total, quote.spend.in_display.total) == (Decimal("100.00"), Decimal("108.20"))
    assert quote.unit_price.in_display.unit_price == Decimal("104020.10")
    limits = answer(GetRampLimits, f'{{"limits": {{"deposit": {RANGE}}}}}')
    assert limits.limits.deposit.minimum.amount == Decimal("20.00")
    assert limits.limits.withdrawal is None
    assert answer(GetRampCheckoutUrl, CHECKOUT).request_data.in_amount == Decimal("100.00")


def test_the_repr_of_a_checkout_hides_its_address() -> None:
    assert "s3cret" not in repr(answer(GetRampCheckoutUrl, CHECKOUT))


def test_every_route_is_a_signed_look_up_on_nexus() -> None:
    routes = [request.route for request, _ in SAMPLES]
    assert {(route.venue, route.envelope, route.method, route.encoding, route.access) for route in routes} == {
        ("nexus", "result", "GET", "query", "signed")
    }


def test_a_quote_request_is_a_query_that_keeps_the_digits_of_its_amount() -> None:
    asked = GetRampProspectiveQuote(
        in_asset="EUR", out_asset="BTC", in_amount=Decimal("1E+2"), funding_type="sepa", withdrawal_method="Bitcoin"
    )

    assert form_text(wire_params(asked)) == (
        "in_asset=EUR&out_asset=BTC&in_amount=100&funding_type=sepa&withdrawal_method=Bitcoin"
    )


def test_both_spellings_of_the_methods_are_taken_but_not_together() -> None:
    newer = GetRampLimits("EUR", "BTC", in_method="sepa", out_method="Bitcoin")
    assert form_text(wire_params(newer)) == "in_asset=EUR&out_asset=BTC&in_method=sepa&out_method=Bitcoin"
    with pytest.raises(SettingsError, match="not both"):
        GetRampLimits("EUR", "BTC", "sepa", "Bitcoin", in_method="sepa")
    with pytest.raises(SettingsError, match="withdrawal_method or out_method"):
        GetRampLimits("EUR", "BTC", "sepa")


@pytest.mark.parametrize(
    ("name", "limit"), [("external_user_id", 36), ("external_transaction_id", 36), ("external_metadata", 1000)]
)
def test_ids_of_a_checkout_have_a_documented_length(name: str, limit: int) -> None:
    def checkout(text: str) -> GetRampCheckoutUrl:
        fields: dict[str, Any] = {name: text}
        return GetRampCheckoutUrl(
            in_asset="EUR", out_asset="BTC", in_amount="100", in_method="sepa", out_method="Bitcoin", **fields
        )

    assert getattr(checkout("x" * limit), name) == "x" * limit
    with pytest.raises(SettingsError, match=f"at most {limit}"):
        checkout("x" * (limit + 1))
