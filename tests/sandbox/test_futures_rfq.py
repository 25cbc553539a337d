"""Requests for quotes over the derivatives client: a package is asked for, offered on, and traded beside the book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import DerivativesClient, Refused
from krakenkit.sandbox import Sandbox
from krakenkit.wire.futures.rfq import LegPrice
from sandbox.loopback import Moment

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")

PACKAGE: dict[str, Any] = {"legs": [{"tradeable": "PF_XBTUSD", "size": Decimal("0.5")}]}


@contextmanager
def parties(**settings: Any) -> Iterator[tuple[Sandbox, DerivativesClient, DerivativesClient, DerivativesClient]]:
    """A sandbox, somebody who asks, and two who offer."""
    settings.setdefault("market", ["PF_XBTUSD", "PF_ETHUSD"])
    with Sandbox(seed=5, pace=600, **settings) as box:
        clients = [
            DerivativesClient(environment=box.environment, credentials=box.futures_key(name))
            for name in ("asker", "first", "second")
        ]
        with clients[0] as asker, clients[1] as first, clients[2] as second:
            yield box, asker, first, second


def size(client: DerivativesClient) -> Decimal:
    held = client.get_open_positions().open_positions
    return sum((row.size if row.side == "long" else -row.size for row in held), Decimal(0))


def mark(client: DerivativesClient) -> Decimal:
    price = client.get_ticker("PF_XBTUSD").ticker.mark_price
    assert price is not None
    return price


def test_the_best_offer_is_taken_and_both_hold_the_package() -> None:
    with parties() as (box, asker, first, second):
        money = box._venue.futures.exchange.total("USD")
        uid = asker.submit_rfq(PACKAGE).rfq_uid or ""
        (listed,) = first.get_open_rfqs().rfqs
        assert (listed.uid, listed.legs[0].symbol, listed.legs[0].size) == (uid, "PF_XBTUSD", Decimal("0.5"))
        assert listed.mark_price == mark(asker) / 2
        price = mark(asker) // 10 * 5
        first.submit_rfq_new_offer(rfq_uid=uid, bid=price - 100, ask=price + 100)
        second.submit_rfq_new_offer(rfq_uid=uid, bid=price - 50)
        (own,) = asker.get_own_rfqs().rfqs
        assert (own.best_bid, own.best_ask) == (price - 50, price + 100)
        assert asker.submit_rfq_acceptance(rfq_uid=uid, bid_accepted=price - 50).rfq_uid == uid
        assert [size(asker), size(first), size(second)] == [Decimal("-0.5"), 0, Decimal("0.5")]
        assert box._venue.futures.exchange.total("USD") == money
        (fill,) = second.get_fills().fills
        assert (fill.price, fill.side) == ((price - 50) * 2, "buy")
        assert asker.get_open_rfq(uid).rfq.status == "filled_bid_side"
        (event,) = second.get_execution_events().elements
        assert event.event is not None
        printed, *_ = asker.get_trade_history("PF_XBTUSD").history
        assert (printed.type, printed.price) == ("block", (price - 50) * 2)
        assert asker.get_own_rfqs().rfqs == []
        (closed,) = second.get_rfq_closed_offers().offers
        assert (closed.rfq_uid, closed.status) == (uid, "filled_bid_side")
        assert asker.submit_rfq_acceptance(rfq_uid=uid, bid_accepted=price - 50).reason == "rfqNotFound"
        assert size(asker) == Decimal("-0.5")


def test_an_ask_sells_the_package_at_the_prices_of_its_legs() -> None:
    with parties() as (_, asker, first, _):
        uid = asker.submit_rfq(PACKAGE).rfq_uid or ""
        each = mark(asker) // 1 + 10
        offer = first.submit_rfq_new_offer(rfq_uid=uid, ask_side=[LegPrice("PF_XBTUSD", each)])
        assert offer.status == "placed"
        (own,) = asker.get_own_rfqs().rfqs
        assert own.best_ask == each / 2
        assert own.ask_side is not None
        assert own.ask_side[0].price == each
        assert not asker.submit_rfq_acceptance(rfq_uid=uid, ask_accepted=each / 2).refused
        assert (size(asker), size(first)) == (Decimal("0.5"), Decimal("-0.5"))
        (held,) = asker.get_open_positions().open_positions
        assert held.price == each


def test_offers_are_replaced_and_withdrawn() -> None:
    with parties() as (_, asker, first, second):
        uid = asker.submit_rfq(PACKAGE).rfq_uid or ""
        price = mark(asker) // 2
        first.submit_rfq_new_offer(rfq_uid=uid, ask=price + 9)
        first.update_rfq_open_offer(rfq_uid=uid, ask=price + 5)
        assert asker.submit_rfq_acceptance(rfq_uid=uid, ask_accepted=price + 9).reason == "offerNotFound"
        (offer,) = first.get_rfq_open_offers().offers
        assert (offer.ask, offer.bid, offer.status) == (price + 5, None, "open")
        assert first.cancel_rfq_offer(uid, offer_uid="other").reason == "offerNotFound"
        assert first.cancel_rfq_offer(uid, offer_uid=offer.uid).status == "cancelled"
        assert first.get_rfq_open_offers().offers == []
        assert second.update_rfq_open_offer(rfq_uid=uid, bid=price).reason == "offerNotFound"
        assert asker.submit_rfq_acceptance(rfq_uid=uid, ask_accepted=price + 5).reason == "offerNotFound"
        assert size(asker) == 0


def test_a_request_ends_by_its_owner_or_by_time() -> None:
    clock = Moment()
    with parties(clock=clock) as (_, asker, first, _):
        uid, late = (asker.submit_rfq(PACKAGE).rfq_uid or "" for _ in range(2))
        assert first.cancel_rfq(uid).reason == "rfqNotFound"
        assert asker.cancel_rfq(uid).status == "cancelled"
        assert asker.cancel_rfq(uid).reason == "rfqNotFound"
        clock.pass_by(60)
        assert first.get_open_rfqs().rfqs == []
        assert [first.get_open_rfq(one).rfq.status for one in (uid, late)] == ["cancelled", "expired"]
        assert first.submit_rfq_new_offer(rfq_uid=late, bid="1").reason == "rfqNotFound"
        with pytest.raises(Refused, match="notFound"):
            first.get_open_rfq("nothing")


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ({"legs": []}, "noLegsSpecified"),
        ({}, "noLegsSpecified"),
        ({"legs": [{"tradeable": "PF_GOLD", "size": 1}]}, "symbolNotFound"),
        ({"legs": ["PF_XBTUSD"]}, "symbolNotFound"),
        ({"legs": [{"tradeable": "PF_XBTUSD", "size": 0}]}, "invalidQuantity"),
        ({"legs": [{"tradeable": "PF_XBTUSD", "size": "NaN"}]}, "invalidQuantity"),
        ({"legs": [{"tradeable": "PF_XBTUSD", "size": Decimal("0.00001")}]}, "invalidQuantity"),
        (
            {"legs": [{"tradeable": "PF_XBTUSD", "size": 1}, {"tradeable": "PF_ETHUSD", "size": 1}]},
            "mixedCurrencyPairs",
        ),
        ({"legs": [{"tradeable": "PF_XBTUSD", "size": 400}]}, "insufficientMargin"),
        (PACKAGE | {"expiry": "soon"}, "invalidExpiry"),
        (PACKAGE | {"expiry": "2020-01-01T00:00:00Z"}, "expiryTooShort"),
    ],
)
def test_a_package_that_cannot_be_is_a_failure_with_its_reason(package: dict[str, Any], reason: str) -> None:
    with parties() as (_, asker, _, _):
        outcome = asker.submit_rfq(package)
        assert (outcome.status, outcome.reason) == ("failed", reason)
        assert asker.get_open_rfqs().rfqs == []


@pytest.mark.parametrize("offer", [{"bid": "-1"}, {"bid": "0"}, {"bid": "30000", "ask": "30000"}])
def test_an_offer_that_cannot_be_is_not_placed(offer: dict[str, Any]) -> None:
    with parties() as (_, asker, first, _):
        uid = asker.submit_rfq(PACKAGE).rfq_uid or ""
        assert first.submit_rfq_new_offer(rfq_uid=uid, **offer).reason == "orderError"
        assert first.get_rfq_open_offers().offers == []
        assert asker.submit_rfq_new_offer(rfq_uid=uid, bid="30000").reason == "orderError"


def test_who_cannot_pay_does_not_trade() -> None:
    with parties() as (box, asker, first, _):
        package = {"legs": [{"tradeable": "PF_XBTUSD", "size": 20}]}
        uid = asker.submit_rfq(package).rfq_uid or ""
        with DerivativesClient(environment=box.environment, credentials=box.futures_key("poor", balances={})) as poor:
            total = mark(asker) // 1 * 20
            poor.submit_rfq_new_offer(rfq_uid=uid, ask=total)
            assert asker.submit_rfq_acceptance(rfq_uid=uid, ask_accepted=total).reason == "insufficientMargin"
            assert size(asker) == size(poor) == 0
        assert asker.get_open_rfq(uid).rfq.status == "open"
        assert first.get_open_rfqs().rfqs[0].uid == uid
