"""REST of Ramp. All calls look up; nothing is bought here, since buyers do so in a page of the exchange."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from krakenkit._core.numbers import exact
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.partners.ramp import (
    COUNTRIES,
    LARGEST,
    METHODS,
    NETWORKS,
    PAYOUTS,
    SMALLEST,
    Purchase,
    buyable,
    check_place,
    check_ways,
    goods_of,
    money_of,
    purchase,
)
from krakenkit.sandbox.rates import currencies, is_fiat
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.partner import ramp
from krakenkit.wire.partner.nexus import AssetAmount

_CURRENCY: Final = "currency"


def assets(caller: Caller, request: ramp.ListRampBuyCryptoAssets) -> ramp.RampAssets:
    check_place(request.country, request.subdivision)
    return ramp.RampAssets(
        assets=[
            _raw(
                {
                    "asset": one.display,
                    "asset_class": _CURRENCY,
                    "networks": list(NETWORKS.get(one.display, (one.display,))),
                    "out_methods": sorted(PAYOUTS),
                }
            )
            for one in buyable(caller.venue.exchange)
        ]
    )


def fiat_currencies(caller: Caller, request: ramp.ListRampFiatCurrencies) -> ramp.RampCurrencies:
    known = currencies(caller.venue.exchange)
    return ramp.RampCurrencies(
        currencies=[ramp.RampCurrency(asset=one.display, asset_class=_CURRENCY) for one in known if is_fiat(one)]
    )


def methods(caller: Caller, request: ramp.ListRampPaymentMethods) -> ramp.RampPaymentMethods:
    return ramp.RampPaymentMethods(
        methods=[ramp.RampPaymentMethod(funding_type=name, external_id=name) for name in METHODS]
    )


def countries(caller: Caller, request: ramp.ListRampCountries) -> ramp.RampCountries:
    rows = [{"country": name, "subdivisions": list(parts)} for name, parts in COUNTRIES.items()]
    return ramp.RampCountries(countries=[_raw(row) for row in rows])


def _raw(members: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members.items()}


def limits(caller: Caller, request: ramp.GetRampLimits) -> ramp.RampLimits:
    exchange = caller.venue.exchange
    check_ways(request.in_method or request.funding_type, request.out_method or request.withdrawal_method)
    check_place(request.country, request.subdivision)
    money, goods = money_of(exchange, request.in_asset), goods_of(exchange, request.out_asset)
    paid = ramp.AmountRange(_amount(money.display, SMALLEST), _amount(money.display, LARGEST))
    bounds = [exchange.worth(bound, money.display, goods.display) for bound in (SMALLEST, LARGEST)]
    smallest, largest = (None if bound is None else _amount(goods.display, bound) for bound in bounds)
    bought = ramp.AmountRange(smallest, largest)
    return ramp.RampLimits(
        limits=ramp.RampSideLimits(deposit=paid, withdrawal=bought),
        final_combined=ramp.RampCombinedLimits(in_asset=paid, out_asset=bought),
    )


def _amount(asset: str, amount: Decimal) -> AssetAmount:
    return AssetAmount(asset=asset, amount=amount, asset_class=_CURRENCY)


def quote(caller: Caller, request: ramp.GetRampProspectiveQuote) -> ramp.RampQuote:
    priced = _priced(caller, request)
    return ramp.RampQuote(
        spend=ramp.RampSide(
            asset=priced.paid.display,
            total=priced.total,
            fee=priced.deposit_fee + priced.affiliate_fee,
            subtotal=priced.subtotal,
            deposit_fee=priced.deposit_fee,
            affiliate_fee=priced.affiliate_fee,
            asset_class=_CURRENCY,
        ),
        receive=ramp.RampSide(
            asset=priced.bought.display,
            total=priced.received,
            fee=Decimal(0),
            subtotal=priced.received,
            withdrawal_fee=Decimal(0),
            asset_class=_CURRENCY,
        ),
        unit_price=ramp.RampUnitPrice(
            asset=priced.bought.display,
            unit_price=priced.unit_price,
            denomination_asset=priced.paid.display,
            asset_class=_CURRENCY,
            denomination_asset_class=_CURRENCY,
        ),
    )


def _priced(caller: Caller, request: ramp.GetRampProspectiveQuote | ramp.GetRampCheckoutUrl) -> Purchase:
    method = request.in_method or request.funding_type
    check_ways(method, request.out_method or request.withdrawal_method)
    check_place(request.country, request.subdivision)
    return purchase(
        caller.venue.exchange,
        request.in_asset,
        request.out_asset,
        request.in_amount,
        method or "",
        request.affiliate_fee_bps,
    )


def checkout(caller: Caller, request: ramp.GetRampCheckoutUrl) -> ramp.RampCheckout:
    priced = _priced(caller, request)
    networks = NETWORKS.get(priced.bought.display, (priced.bought.display,))
    if request.network is not None and request.network not in networks:
        raise invalid("network")
    asked = request.given()
    opened = caller.venue.partners.checkouts.open(caller.account, asked, caller.now)
    numbers = {"in_amount", "affiliate_fee_bps"}
    told: dict[str, Any] = {name: exact(value) if name in numbers else value for name, value in asked.items()}
    return ramp.RampCheckout(checkout_url=opened.url, request_data=ramp.CheckoutRequest(**told))


ENDPOINTS: Final = (
    endpoint(ramp.ListRampBuyCryptoAssets, assets),
    endpoint(ramp.ListRampFiatCurrencies, fiat_currencies),
    endpoint(ramp.ListRampPaymentMethods, methods),
    endpoint(ramp.ListRampCountries, countries),
    endpoint(ramp.GetRampLimits, limits),
    endpoint(ramp.GetRampProspectiveQuote, quote),
    endpoint(ramp.GetRampCheckoutUrl, checkout),
)
