"""REST of trading over the counter."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Pair
from krakenkit.sandbox.institutional.otc import EXPOSURE, LARGEST, SMALLEST, Otc, Quote, Settlement, bound_in
from krakenkit.sandbox.rates import currencies, is_fiat
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.institutional import otc

_MILLI: Final = 10**6


def _otc(caller: Caller) -> Otc:
    return caller.venue.institutions.otc


def ask(caller: Caller, request: otc.CreateOtcQuoteRequest) -> otc.OtcQuoteRequested:
    settlement: Settlement = "flexible" if caller.venue.institutions.prime.users(caller.account) else "automated"
    made = _otc(caller).ask(caller.venue.exchange, caller.account, request, settlement, caller.now)
    return otc.OtcQuoteRequested(_active(made))


def update(caller: Caller, request: otc.UpdateOtcQuote) -> otc.OtcQuoteUpdated:
    done = _otc(caller).answer(caller.venue.exchange, caller.account, request.quote_id, request.status, caller.now)
    return otc.OtcQuoteUpdated(quote_id=done.id)


def _active(quote: Quote) -> otc.OtcQuote:
    return otc.OtcQuote(
        quote_id=quote.id,
        base=quote.base,
        quote=quote.quote,
        type=quote.side,
        price=quote.price,
        amount=quote.amount,
        total=quote.total,
        settlement=quote.settlement,
        expires=otc.OtcMoment(quote.expires_at // _MILLI),
    )


def pairs(caller: Caller, request: otc.GetOtcPairs) -> otc.OtcPairs:
    known, offered = caller.venue.exchange.instruments.pairs, currencies(caller.venue.exchange)
    rows = [_pair(caller, one) for one in known if is_fiat(one.quote) and one.base in offered]
    return otc.OtcPairs(spot_pairs=rows)


def _pair(caller: Caller, pair: Pair) -> otc.OtcPair:
    exchange = caller.venue.exchange
    return otc.OtcPair(
        base=pair.base.display,
        quote=pair.quote.display,
        pair_name=pair.symbol,
        pair_decimals=pair.pair_decimals,
        lot_decimals=pair.lot_decimals,
        cost_decimals=pair.quote.decimals,
        max_base_amount=bound_in(exchange, pair.base, LARGEST),
        max_notional=bound_in(exchange, pair.quote, LARGEST),
        min_base_amount=bound_in(exchange, pair.base, SMALLEST),
        min_notional=bound_in(exchange, pair.quote, SMALLEST),
    )


def active(caller: Caller, request: otc.GetOtcActiveQuotes) -> list[otc.OtcQuote]:
    """Quotes are made for the account, never for a vault, so asking for those of a vault finds none."""
    if request.vault_id is not None:
        caller.venue.institutions.custody.vault(caller.account, request.vault_id)
        return []
    return [_active(one) for one in _otc(caller).active(caller.account, caller.now)]


def past(caller: Caller, request: otc.GetOtcHistoricalQuotes) -> list[otc.OtcHistoricalQuote]:
    return [_historical(one) for one in _otc(caller).past(caller.account, caller.now)]


def _historical(quote: Quote) -> otc.OtcHistoricalQuote:
    answered = quote.answered_at
    return otc.OtcHistoricalQuote(
        quote_id=quote.id,
        trade_id=quote.trade_id,
        status=quote.state,
        base=quote.base,
        quote=quote.quote,
        type=quote.side,
        price=quote.price,
        amount=quote.amount,
        total=quote.total,
        settlement=quote.settlement,
        settlement_status=None if quote.trade_id is None else "settled" if quote.settled else "unsettled",
        acceptance=None if answered is None else otc.OtcAcceptance(quote.state, answered // _MILLI),
    )


def exposures(caller: Caller, request: otc.GetOtcExposures) -> otc.OtcExposures:
    used = _otc(caller).exposure(caller.venue.exchange, caller.account)
    return otc.OtcExposures(max_otc=EXPOSURE, max_rfq=EXPOSURE, used_otc=used, used_rfq=Decimal(0))


def check(caller: Caller, request: otc.CheckOtcClient) -> otc.OtcClient:
    """What the account may do; no page lists the words."""
    return otc.OtcClient(permissions=["otc-trade", "otc-query"])


ENDPOINTS: Final = (
    endpoint(otc.CreateOtcQuoteRequest, ask),
    endpoint(otc.UpdateOtcQuote, update),
    endpoint(otc.GetOtcPairs, pairs),
    endpoint(otc.GetOtcActiveQuotes, active),
    endpoint(otc.GetOtcHistoricalQuotes, past),
    endpoint(otc.GetOtcExposures, exposures),
    endpoint(otc.CheckOtcClient, check),
)
