"""Trading over the counter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.institutional.otc import (
    CheckOtcClient,
    CreateOtcQuoteRequest,
    GetOtcActiveQuotes,
    GetOtcExposures,
    GetOtcHistoricalQuotes,
    GetOtcPairs,
    UpdateOtcQuote,
)
from krakenkit.wire.request import Request, json_params, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend

QUOTE = (
    b'{"quote_id":"q-1","client_order_id":"7","base":"BTC","quote":"USD","type":"buy","price":"64000.25",'
    b'"amount":"2.50","total":"160000.625","settlement":"automated","expires":{"time":1715155200000}}'
)
PAST = (
    b'{"quote_id":"q-0","trade_id":null,"status":"done","base":"BTC","quote":"USD","type":"sell","price":"1.10",'
    b'"amount":"2","total":"2.20","settlement":"flexible","settlement_status":"settled",'
    b'"acceptance":{"status":"accepted","time":1715155100000}}'
)
PAIR = (
    b'{"base":"BTC","quote":"USD","pair_name":"BTC/USD","pair_decimals":2,"lot_decimals":8,"cost_decimals":5,'
    b'"max_base_amount":"100.0","min_notional":"10000.00"}'
)
ANSWERS: list[tuple[type[Request[Any]], bytes]] = [
    (CreateOtcQuoteRequest, b'{"quote":' + QUOTE + b"}"),
    (UpdateOtcQuote, b'{"quote_id":"q-1"}'),
    (GetOtcPairs, b'{"spot_pairs":[' + PAIR + b"]}"),
    (GetOtcActiveQuotes, b"[" + QUOTE + b',{"quote_id":"q-2","base":"BTC","quote":"USD","amount":"1"}]'),
    (GetOtcHistoricalQuotes, b"[" + PAST + b"]"),
    (GetOtcExposures, b'{"max_otc":"5000000","max_rfq":"20","used_otc":"1250.50","used_rfq":"1"}'),
    (CheckOtcClient, b'{"permissions":["otc_rfq"]}'),
]


@pytest.mark.parametrize(("kind", "raw"), ANSWERS)
def test_every_answer_comes_back_whole(kind: type[Request[Any]], raw: bytes) -> None:
    rewritten = on_the_wire(kind.reader()(raw))

    assert unread(exact_json(raw), rewritten) == []
    assert altered(exact_json(raw), rewritten) == []
    assert (kind.route.encoding, kind.route.signed) == ("json", True)


def test_quotes_and_limits_are_exact() -> None:
    quote = CreateOtcQuoteRequest.reader()(b'{"quote":' + QUOTE + b"}").quote
    (past,) = GetOtcHistoricalQuotes.reader()(b"[" + PAST + b"]")
    (pair,) = GetOtcPairs.reader()(b'{"spot_pairs":[' + PAIR + b"]}").spot_pairs
    exposures = GetOtcExposures.reader()(b'{"used_otc":"1250.50"}')

    assert quote.expires is not None
    assert (quote.total, quote.expires.time) == (Decimal("160000.625"), 1_715_155_200_000)
    assert past.acceptance is not None
    assert (past.trade_id, past.acceptance.status, past.price) == (None, "accepted", Decimal("1.10"))
    assert (pair.pair_decimals, pair.min_notional, pair.max_notional) == (2, Decimal("10000.00"), None)
    assert (exposures.used_otc, exposures.max_otc) == (Decimal("1250.50"), None)


def test_amounts_travel_as_text_whatever_they_were_given_as() -> None:
    by_amount = CreateOtcQuoteRequest(base="BTC", quote="USD", type="buy", amount=2)
    by_total = CreateOtcQuoteRequest(base="BTC", quote="USD", type="sell", total=Decimal("1E+5"))

    kind = CreateOtcQuoteRequest
    assert json_params(kind, wire_params(by_amount)) == {"base": "BTC", "quote": "USD", "type": "buy", "amount": "2"}
    assert json_params(kind, wire_params(by_total)) == {
        "base": "BTC",
        "quote": "USD",
        "type": "sell",
        "total": "100000",
    }
    assert wire_params(GetOtcActiveQuotes("V1")) == {"vault_id": "V1"}


def test_quotes_are_asked_for_and_answered_once() -> None:
    assert CreateOtcQuoteRequest.route.resend is Resend.NEVER
    assert UpdateOtcQuote.route.resend is Resend.NEVER


def test_a_quote_is_for_an_amount_or_a_total() -> None:
    with pytest.raises(SettingsError, match="takes one of amount and total"):
        CreateOtcQuoteRequest(base="BTC", quote="USD", type="buy", amount="1", total="2")
    with pytest.raises(SettingsError, match="needs amount or total"):
        CreateOtcQuoteRequest(base="BTC", quote="USD", type="buy")
    with pytest.raises(SettingsError, match="amount is 'some'"):
        CreateOtcQuoteRequest(base="BTC", quote="USD", type="buy", amount="some")
    with pytest.raises(SettingsError, match="empty quote_id"):
        UpdateOtcQuote(quote_id="", status="accepted")
    with pytest.raises(SettingsError, match="empty status"):
        UpdateOtcQuote(quote_id="q-1", status="")
