"""REST of Futures for requests for quotes. What is refused is a success with ``status: failed`` and a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, cast

from krakenkit._core.clock import nanoseconds
from krakenkit._core.numbers import Number
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import Declined
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.futures.inbound import JSON_ERROR, FuturesDenied, maybe_number, read_number
from krakenkit.sandbox.futures.rest import NOT_FOUND, FuturesCaller
from krakenkit.sandbox.futures.rfq import Leg, Offer, Price, Rfq, RfqDesk, price_of
from krakenkit.sandbox.inbound import parse_json
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import rfq


def _desk(caller: FuturesCaller) -> RfqDesk:
    return caller.venue.rfqs


def _answered(action: Callable[[], rfq.RfqOutcome]) -> rfq.RfqOutcome:
    """What the action gives; a refusal with its reason."""
    try:
        return action()
    except Declined as declined:
        return rfq.RfqOutcome(status="failed", reason=declined.code)


# --- looking ----------------------------------------------------------------------------------------------------------


def list_open(caller: FuturesCaller, request: rfq.GetOpenRfqs) -> rfq.RfqList:
    return rfq.RfqList(rfqs=[rfq.Rfq(**_members(caller, one)) for one in _desk(caller).open(caller.now)])


def get_one(caller: FuturesCaller, request: rfq.GetOpenRfq) -> rfq.RfqReply:
    found = _desk(caller).find(request.rfq_uid, caller.now)
    if found is None:
        raise FuturesDenied(NOT_FOUND, status=404)
    return rfq.RfqReply(rfq=rfq.Rfq(**_members(caller, found)))


def list_own(caller: FuturesCaller, request: rfq.GetOwnRfqs) -> rfq.OwnRfqList:
    mine = [one for one in _desk(caller).open(caller.now) if one.account == caller.account]
    return rfq.OwnRfqList(rfqs=[_own(caller, one) for one in mine])


def _members(caller: FuturesCaller, found: Rfq) -> dict[str, Any]:
    tickers = [caller.exchange.ticker(leg.contract) for leg in found.legs]
    legs = [
        rfq.RfqLeg(symbol=leg.contract.symbol, size=leg.size, mark_price=now.mark, best_bid=now.bid, best_ask=now.ask)
        for leg, now in zip(found.legs, tickers, strict=True)
    ]
    whole = sum((leg.size * now.mark for leg, now in zip(found.legs, tickers, strict=True)), Decimal(0))
    return {
        "uid": found.uid,
        "expiry": stamp(found.expires_at, 3),
        "legs": legs,
        "mark_price": whole,
        "status": found.status,
    }


def _own(caller: FuturesCaller, found: Rfq) -> rfq.OwnRfq:
    bid, ask = found.best("bid"), found.best("ask")
    return rfq.OwnRfq(
        **_members(caller, found),
        best_bid=None if bid is None else bid.total,
        best_ask=None if ask is None else ask.total,
        bid_side=_side(found, bid),
        ask_side=_side(found, ask),
    )


def _side(found: Rfq, price: Price | None) -> list[rfq.RfqSideLeg] | None:
    if price is None or not price.told:
        return None
    return [
        rfq.RfqSideLeg(leg.contract.symbol, leg.contract.price(at))
        for leg, at in zip(found.legs, price.legs, strict=True)
    ]


# --- requests ---------------------------------------------------------------------------------------------------------


def submit(caller: FuturesCaller, request: rfq.SubmitRfq) -> rfq.RfqOutcome:
    members = _package(request)

    def ask() -> rfq.RfqOutcome:
        rows = members.get("legs")
        legs = [_leg(caller, row) for row in cast("list[object]", rows)] if isinstance(rows, list) else []
        made = _desk(caller).ask(caller.exchange, caller.account, legs, _expiry(members.get("expiry")), caller.now)
        return rfq.RfqOutcome(status="placed", rfq_uid=made.uid)

    return _answered(ask)


def _package(request: rfq.SubmitRfq) -> dict[str, Any]:
    try:
        members = parse_json(str(request.json))
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise FuturesDenied(JSON_ERROR)
    return cast("dict[str, Any]", members)


def _leg(caller: FuturesCaller, row: object) -> Leg:
    """One leg; its contract is found under ``tradeable`` or ``symbol``, since the manual shows no inner names."""
    members = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    symbol = members.get("tradeable", members.get("symbol"))
    contract = caller.venue.contract(str(symbol))
    if contract is None:
        raise Declined("symbolNotFound")
    try:
        size = read_number(members.get("size", ""), "size")
    except FuturesDenied:
        raise Declined("invalidQuantity") from None
    lots = to_units(size, contract.scale.lot_decimals)
    if not lots:
        raise Declined("invalidQuantity")
    return Leg(contract, lots)


def _expiry(value: object) -> int | None:
    if value is None:
        return None
    try:
        return nanoseconds(str(value))
    except ValueError:
        raise Declined("invalidExpiry") from None


def cancel(caller: FuturesCaller, request: rfq.CancelRfq) -> rfq.RfqOutcome:
    def withdraw() -> rfq.RfqOutcome:
        gone = _desk(caller).cancel(caller.account, request.rfq_uid, caller.now)
        return rfq.RfqOutcome(status="cancelled", rfq_uid=gone.uid)

    return _answered(withdraw)


def accept(caller: FuturesCaller, request: rfq.SubmitRfqAcceptance) -> rfq.RfqOutcome:
    side: Literal["bid", "ask"] = "ask" if request.bid_accepted is None else "bid"
    price = request.bid_accepted if request.bid_accepted is not None else request.ask_accepted
    total = read_number(price if price is not None else "", f"{side}Accepted")

    def trade() -> rfq.RfqOutcome:
        done = _desk(caller).accept(caller.exchange, caller.account, request.rfq_uid, side, total, caller.now)
        return rfq.RfqOutcome(rfq_uid=done.uid)

    return _answered(trade)


# --- offers -----------------------------------------------------------------------------------------------------------


def open_offers(caller: FuturesCaller, request: rfq.GetRfqOpenOffers) -> rfq.RfqOffers:
    return rfq.RfqOffers(offers=[_offer(one) for one in _desk(caller).offers(caller.account, caller.now, open=True)])


def closed_offers(caller: FuturesCaller, request: rfq.GetRfqClosedOffers) -> rfq.RfqOffers:
    return rfq.RfqOffers(offers=[_offer(one) for one in _desk(caller).offers(caller.account, caller.now, open=False)])


def _offer(offer: Offer) -> rfq.RfqOffer:
    return rfq.RfqOffer(
        uid=offer.uid,
        rfq_uid=offer.rfq.uid,
        placement_date=stamp(offer.placed_at, 3),
        last_update_date=stamp(offer.updated_at, 3),
        bid=None if offer.bid is None else offer.bid.total,
        ask=None if offer.ask is None else offer.ask.total,
        bid_side=_side(offer.rfq, offer.bid),
        ask_side=_side(offer.rfq, offer.ask),
        status=offer.rfq.status,
    )


def place_offer(caller: FuturesCaller, request: rfq.SubmitRfqNewOffer) -> rfq.RfqOutcome:
    def offer() -> rfq.RfqOutcome:
        found = _found(caller, request.rfq_uid)
        bid = _price(caller, found, request.bid, request.bid_side, "bid")
        ask = _price(caller, found, request.ask, request.ask_side, "ask")
        made = _desk(caller).offer(caller.account, found.uid, bid, ask, caller.now)
        return rfq.RfqOutcome(status="placed", rfq_uid=found.uid, offer_uid=made.uid)

    return _answered(offer)


def replace_offer(caller: FuturesCaller, request: rfq.UpdateRfqOpenOffer) -> rfq.RfqOutcome:
    def replace() -> rfq.RfqOutcome:
        found = _found(caller, request.rfq_uid)
        bid = _price(caller, found, request.bid, None, "bid")
        ask = _price(caller, found, request.ask, None, "ask")
        made = _desk(caller).replace(caller.account, found.uid, bid, ask, caller.now)
        return rfq.RfqOutcome(status="placed", rfq_uid=found.uid, offer_uid=made.uid)

    return _answered(replace)


def _found(caller: FuturesCaller, uid: str) -> Rfq:
    found = _desk(caller).find(uid, caller.now)
    if found is None:
        raise Declined("rfqNotFound")
    return found


def _price(
    caller: FuturesCaller, found: Rfq, total: Number | None, legs: Sequence[rfq.LegPrice] | None, field: str
) -> Price | None:
    if total is None and not legs:
        return None
    by_leg = {one.tradeable.upper(): read_number(one.price, f"{field}Side") for one in legs or []}
    return price_of(caller.exchange, found, maybe_number(total, field), by_leg)


def cancel_offer(caller: FuturesCaller, request: rfq.CancelRfqOffer) -> rfq.RfqOutcome:
    def withdraw() -> rfq.RfqOutcome:
        gone = _desk(caller).withdraw(caller.account, request.rfq_uid, request.offer_uid, caller.now)
        return rfq.RfqOutcome(status="cancelled", rfq_uid=gone.rfq.uid, offer_uid=gone.uid)

    return _answered(withdraw)


ENDPOINTS: Final = (
    endpoint(rfq.GetOpenRfqs, list_open),
    endpoint(rfq.GetOpenRfq, get_one),
    endpoint(rfq.GetOwnRfqs, list_own),
    endpoint(rfq.SubmitRfq, submit),
    endpoint(rfq.CancelRfq, cancel),
    endpoint(rfq.SubmitRfqAcceptance, accept),
    endpoint(rfq.GetRfqOpenOffers, open_offers),
    endpoint(rfq.GetRfqClosedOffers, closed_offers),
    endpoint(rfq.SubmitRfqNewOffer, place_offer),
    endpoint(rfq.UpdateRfqOpenOffer, replace_offer),
    endpoint(rfq.CancelRfqOffer, cancel_offer),
)
