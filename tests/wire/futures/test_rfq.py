"""Futures requests for quotes and offers."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.rfq import (
    CancelRfq,
    CancelRfqOffer,
    GetOpenRfq,
    GetOpenRfqs,
    GetOwnRfqs,
    GetRfqClosedOffers,
    GetRfqOpenOffers,
    LegPrice,
    SubmitRfq,
    SubmitRfqAcceptance,
    SubmitRfqNewOffer,
    UpdateRfqOpenOffer,
)
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend
from wire.futures.reading import filled, form, path, read

RFQ = (
    '"uid": "r-1", "expiry": "2026-11-20T10:00:00Z", "markPrice": -120.50, "status": "open",'
    ' "legs": [{"symbol": "OF_A", "size": -1.5, "markPrice": 80.25, "bestBid": 80, "bestAsk": 81}]'
)
SIDE = '[{"tradeable": "OF_A", "price": 80.125}]'


def test_requests_for_quotes_are_read() -> None:
    listed = read(GetOpenRfqs, filled('{"result": "success", "rfqs": [{<>}]}', RFQ))
    one = read(GetOpenRfq, filled('{"result": "success", "rfq": {<>}}', RFQ))
    own = read(
        GetOwnRfqs,
        filled(
            '{"result": "success", "rfqs": [{<>, "bestBid": -121, "bestAsk": null, "bidSide": <>, "askSide": null}]}',
            RFQ,
            SIDE,
        ),
    )

    assert (listed.rfqs[0].mark_price, listed.rfqs[0].legs[0].size) == (Decimal("-120.50"), Decimal("-1.5"))
    assert one.rfq == listed.rfqs[0]
    assert own.rfqs[0].bid_side is not None
    assert own.rfqs[0].bid_side[0].price == Decimal("80.125")


@pytest.mark.parametrize("request_class", [GetRfqOpenOffers, GetRfqClosedOffers])
def test_offers_are_read(request_class: type[GetRfqOpenOffers] | type[GetRfqClosedOffers]) -> None:
    answer = read(
        request_class,
        filled(
            '{"result": "success", "offers": [{"uid": "o-1", "rfqUid": "r-1", "placementDate": "2026-11-20T09:00:00Z",'
            ' "lastUpdateDate": "2026-11-20T09:00:01Z", "bid": "-121.50", "askSide": <>, "status": "expired"}]}',
            SIDE,
        ),
    )

    assert (answer.offers[0].bid, answer.offers[0].ask) == (Decimal("-121.50"), None)


def test_a_refusal_is_a_success_with_a_reason() -> None:
    placed = read(SubmitRfq, '{"result": "success", "status": "placed", "rfqUid": "r-1"}')
    failed = read(SubmitRfq, '{"result": "success", "status": "failed", "reason": "tooManyOpenRfqs"}')
    accepted = read(SubmitRfqAcceptance, '{"result": "success", "rfqUid": "r-1"}')
    offered = read(SubmitRfqNewOffer, '{"result": "success", "offerUid": "o-1"}')
    gone = read(CancelRfqOffer, '{"result": "success", "status": "failed", "reason": "offerNotFound"}')

    assert [each.refused for each in (placed, failed, accepted, offered, gone)] == [False, True, False, False, True]
    assert (placed.rfq_uid, offered.offer_uid) == ("r-1", "o-1")


def test_the_paths_name_the_request_for_quotes() -> None:
    base = "/derivatives/api/v3/rfqs"

    assert path(GetOpenRfq("r/1")) == f"{base}/r%2F1"
    assert path(CancelRfq("r-1")) == f"{base}/open-rfqs/r-1"
    assert path(SubmitRfqAcceptance("r-1", bid_accepted=1)) == f"{base}/open-rfqs/accept-offer/r-1"
    assert path(SubmitRfqNewOffer("r-1", bid=1)) == f"{base}/place-offer/r-1"
    assert path(UpdateRfqOpenOffer("r-1", ask="-2.50")) == f"{base}/r-1/replace-offer"
    assert path(CancelRfqOffer("r-1")) == f"{base}/cancel-offer/r-1"
    assert form(CancelRfqOffer("r-1", "o-1")) == "offerUid=o-1"


def test_a_package_and_prices_of_legs_travel_as_json_text() -> None:
    package = SubmitRfq({"legs": [{"tradeable": "OF_A", "size": Decimal("-1.50")}]})
    offer = SubmitRfqNewOffer("r-1", ask="5", bid_side=[LegPrice("OF_A", "80.10")])

    assert parse_qs(form(package)) == {"json": ['{"legs":[{"tradeable":"OF_A","size":-1.50}]}']}
    assert form(SubmitRfq("{}")) == "json=%7B%7D"
    assert parse_qs(form(offer)) == {
        "ask": ["5"],
        "bidSide": ['[{"tradeable":"OF_A","price":80.10}]'],
    }


def test_offers_and_acceptances_name_a_price() -> None:
    with pytest.raises(SettingsError, match="needs bid or ask"):
        SubmitRfqNewOffer("r-1")
    with pytest.raises(SettingsError, match="needs bid or ask"):
        UpdateRfqOpenOffer("r-1")
    with pytest.raises(SettingsError, match="needs bid_accepted or ask_accepted"):
        SubmitRfqAcceptance("r-1")
    with pytest.raises(SettingsError, match="not both"):
        SubmitRfqAcceptance("r-1", bid_accepted=1, ask_accepted=2)
    with pytest.raises(SettingsError, match="empty rfq_uid"):
        SubmitRfqAcceptance("", bid_accepted=1)


@pytest.mark.parametrize("request_class", [SubmitRfq, SubmitRfqAcceptance, SubmitRfqNewOffer, UpdateRfqOpenOffer])
def test_what_may_trade_is_sent_once(request_class: type[Request[object]]) -> None:
    assert request_class.route.resend is Resend.NEVER
