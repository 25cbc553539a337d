"""What asks for an order in contracts or for a change of one, and the reading of it.

Moments are nanoseconds since 1970; words are those of Futures REST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from msgspec.structs import replace

from ..refusals import EngineRefused
from ..scale import to_units
from .accounts import Account
from .contracts import Contract
from .orders import KINDS, LIMITED, TRIGGERED, Distance, Order, OrderView, Signal, Trigger

LONGEST_ID = 100
"""Characters of a client id."""
Reference: TypeAlias = Callable[[Contract, Signal], int | None]
"""The price of a signal, in price units; None where there is none yet."""


class Declined(EngineRefused):
    """The engine did not do it, and nothing changed. ``code`` is the word that the answer's status says."""

    order: OrderView | None = None
    """The order that was refused, where the exchange tells of it."""

    def __init__(self, code: str, error: str | None = None) -> None:
        super().__init__(code)
        self.error = error
        """The word of the refusal in events, where it says more than the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """A request to place an order."""

    contract: Contract
    side: str
    kind: str
    qty: Decimal
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    signal: Signal = "mark"
    reduce_only: bool = False
    cli_ord_id: str | None = None
    deadline: int | None = None
    deviation: Decimal | None = None
    """How far a trailing stop stays behind the price."""
    deviation_unit: str | None = None
    offset: Decimal | None = None
    """How far from its trigger price an order's limit price shall be; may be negative."""
    offset_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder:
    """A request to change an open order, found by one of its ids; None leaves a field as it is."""

    order_id: str | None = None
    cli_ord_id: str | None = None
    qty: Decimal | None = None
    whole: bool = False
    """Whether ``qty`` is the whole size, fills included, and not what shall remain open."""
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    deadline: int | None = None
    deviation: Decimal | None = None
    deviation_unit: str | None = None


def read_order(request: PlaceOrder, account: Account, reference: Reference) -> Order:
    """The order a request describes, in the units of its contract, not yet placed.

    ``reference`` gives the price of each signal, from which a trailing stop starts.

    Raises:
        Declined: with the status of the first thing that is wrong.
    """
    contract, kind = request.contract, request.kind
    if kind not in KINDS:
        raise Declined("invalidOrderType")
    if request.side not in ("buy", "sell"):
        raise Declined("invalidSide")
    if request.cli_ord_id is not None and len(request.cli_ord_id) > LONGEST_ID:
        raise Declined("clientOrderIdTooBig")
    if request.cli_ord_id is not None and request.cli_ord_id in account.client_ids:
        raise Declined("clientOrderIdAlreadyExist")
    if request.offset is not None and kind not in TRIGGERED:
        raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_VALUE_INVALID")
    buy = request.side == "buy"
    return Order(
        account=account,
        contract=contract,
        buy=buy,
        kind=kind,
        lots=read_qty(contract, request.qty),
        limit=_limit(request),
        trigger=_trigger(request, reference, buy=buy) if kind in TRIGGERED else None,
        waiting=kind in TRIGGERED,
        reduce_only=request.reduce_only,
        cli_ord_id=request.cli_ord_id,
    )


def _limit(request: PlaceOrder) -> int | None:
    if request.kind == "mkt":
        return None  # clients send a price of zero with market orders
    if request.limit_price is None:
        if request.kind in LIMITED:
            raise Declined("invalidPrice")
        return None
    if request.kind == "trailing_stop":
        raise Declined("invalidPrice")
    return read_price(request.contract, request.limit_price)


def _trigger(request: PlaceOrder, reference: Reference, *, buy: bool) -> Trigger:
    contract, offset = request.contract, _offset(request)
    if request.kind == "trailing_stop":
        trigger = _trailing(request, reference(contract, request.signal), rising=buy, offset=offset)
    elif request.stop_price is None:
        raise Declined("invalidPrice")
    else:
        price = read_price(contract, request.stop_price)
        trigger = Trigger(price, request.signal, rising=buy == (request.kind == "stp"), offset=offset)
    limit = trigger.limit(contract.scale.tick)
    if limit is not None and limit <= 0:
        raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_TOO_LOW")
    if limit is not None and not contract.prices_in(limit):
        raise Declined("invalidPrice")
    return trigger


def _trailing(request: PlaceOrder, price: int | None, *, rising: bool, offset: Distance | None) -> Trigger:
    """A trigger that follows the price of its signal, which is ``price`` now.

    Raises:
        Declined: for a deviation that is out of bounds or too fine, and where there is no price yet.
    """
    if request.stop_price is not None:
        raise Declined("invalidPrice", "ORDER_CANNOT_HAVE_TRIGGER_PRICE")
    trail = read_deviation(request.contract, request.deviation, request.deviation_unit)
    return start_trailing(request.contract, price, trail, request.signal, rising=rising, offset=offset)


def start_trailing(
    contract: Contract, price: int | None, trail: Distance, signal: Signal, *, rising: bool, offset: Distance | None
) -> Trigger:
    """A trigger at its full distance from the price of its signal.

    Raises:
        Declined: where there is no price yet, and for a distance that is no less than the price.
    """
    if price is None:
        raise Declined("invalidPrice", "NO_REFERENCE_PRICE_AVAILABLE_FOR_CALCULATING_TRAILING_STOP_TRIGGER_PRICE")
    if trail.of(price) >= price:
        raise Declined("invalidPrice", "TRAILING_STOP_MAX_DEVIATION_TOO_LARGE")
    trigger = Trigger(price, signal, rising, trail, offset)
    return replace(trigger, price=trigger.behind(price, contract.scale.tick))


def read_deviation(contract: Contract, value: Decimal | None, unit: str | None) -> Distance:
    """How far a trailing stop stays behind: 0.1 to 50 percent to two places, or a multiple of the tick.

    Raises:
        Declined: for anything else.
    """
    if value is None or unit not in ("PERCENT", "QUOTE_CURRENCY"):
        raise Declined("invalidPrice", "TRAILING_STOP_MAX_DEVIATION_TOO_SMALL")
    if unit == "PERCENT":
        units = to_units(value, 2)
        if units is None:
            raise Declined("invalidPrice", "TRAILING_STOP_PERCENT_DEVIATION_EXCEEDS_MAX_DECIMAL_PLACES")
        smallest, largest = 10, 5_000
    else:
        units = to_units(value, contract.scale.pair_decimals)
        if units is None or units % contract.scale.tick:
            raise Declined("invalidPrice", "TRAILING_STOP_QUOTE_DEVIATION_NOT_MULTIPLE_OF_TICK_SIZE")
        smallest, largest = contract.scale.tick, None
    if units < smallest:
        raise Declined("invalidPrice", "TRAILING_STOP_MAX_DEVIATION_TOO_SMALL")
    if largest is not None and units > largest:
        raise Declined("invalidPrice", "TRAILING_STOP_MAX_DEVIATION_TOO_LARGE")
    return Distance(units, "PERCENT" if unit == "PERCENT" else "QUOTE_CURRENCY")


def _offset(request: PlaceOrder) -> Distance | None:
    value, unit, scale = request.offset, request.offset_unit, request.contract.scale
    if value is None and unit is None:
        return None
    if value is None or unit is None:
        raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_MUST_HAVE_VALUE_AND_UNIT")
    if request.limit_price is not None:
        raise Declined("invalidPrice", "LIMIT_PRICE_SET_AS_ABSOLUTE_AND_RELATIVE")
    if unit == "PERCENT":
        units = to_units(value, 2)
        if units is None:
            raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_PERCENT_VALUE_TOO_MANY_DECIMAL_PLACES")
    elif unit == "QUOTE_CURRENCY":
        units = to_units(value, scale.pair_decimals)
        if units is None or units % scale.tick:
            raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_QUOTE_CURRENCY_VALUE_MUST_BE_MULTIPLE_OF_TICK_SIZE")
    else:
        raise Declined("invalidPrice", "LIMIT_PRICE_OFFSET_UNIT_INVALID")
    return Distance(units, "PERCENT" if unit == "PERCENT" else "QUOTE_CURRENCY")


def check_deadline(deadline: int | None, now: int) -> None:
    """Refuse what comes too late.

    Raises:
        Declined: ``wouldProcessAfterSpecifiedTime``.
    """
    if deadline is not None and deadline <= now:
        raise Declined("wouldProcessAfterSpecifiedTime")


def read_qty(contract: Contract, qty: Decimal) -> int:
    """A size in lots.

    Raises:
        Declined: ``invalidSize`` when it is not positive, or finer than the contract's sizes.
    """
    lots = to_units(qty, contract.scale.lot_decimals)
    if lots is None or lots <= 0 or lots % contract.step:
        raise Declined("invalidSize")
    return lots


def read_price(contract: Contract, price: Decimal) -> int:
    """A price in price units.

    Raises:
        Declined: ``invalidPrice`` when it is not positive, off the tick, or beyond what an inverse contract can cost.
    """
    units = to_units(price, contract.scale.pair_decimals)
    if units is None or units <= 0 or units % contract.scale.tick or not contract.prices_in(units):
        raise Declined("invalidPrice")
    return units
