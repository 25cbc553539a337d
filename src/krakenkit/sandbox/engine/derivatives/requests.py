"""What asks for an order in contracts or for a change of one, and the reading of it.

Moments are nanoseconds since 1970; words are those of Futures REST.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..refusals import EngineRefused
from ..scale import to_units
from .accounts import Account
from .contracts import Contract
from .orders import KINDS, LIMITED, TRIGGERED, Order, OrderView, Signal, Trigger


class Declined(EngineRefused):
    """The engine did not do it, and nothing changed. ``code`` is the word that the answer's status says."""

    order: OrderView | None = None
    """The order that was refused, where the exchange tells of it."""


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


def read_order(request: PlaceOrder, account: Account) -> Order:
    """The order a request describes, in the units of its contract, not yet placed.

    Raises:
        Declined: with the status of the first thing that is wrong.
    """
    contract, kind = request.contract, request.kind
    if kind not in KINDS:
        raise Declined("invalidOrderType")
    if request.side not in ("buy", "sell"):
        raise Declined("invalidSide")
    if request.cli_ord_id is not None and request.cli_ord_id in account.client_ids:
        raise Declined("clientOrderIdAlreadyExist")
    buy = request.side == "buy"
    return Order(
        account=account,
        contract=contract,
        buy=buy,
        kind=kind,
        lots=read_qty(contract, request.qty),
        limit=_limit(request),
        trigger=_trigger(request, buy=buy) if kind in TRIGGERED else None,
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
    return read_price(request.contract, request.limit_price)


def _trigger(request: PlaceOrder, *, buy: bool) -> Trigger:
    if request.stop_price is None:
        raise Declined("invalidPrice")
    price = read_price(request.contract, request.stop_price)
    return Trigger(price, request.signal, rising=buy == (request.kind == "stp"))


def read_qty(contract: Contract, qty: Decimal) -> int:
    """A size in lots.

    Raises:
        Declined: ``invalidSize`` when it is not positive, or finer than the contract's sizes.
    """
    lots = to_units(qty, contract.scale.lot_decimals)
    if lots is None or lots <= 0:
        raise Declined("invalidSize")
    return lots


def read_price(contract: Contract, price: Decimal) -> int:
    """A price in price units.

    Raises:
        Declined: ``invalidPrice`` when it is not positive, or off the tick.
    """
    units = to_units(price, contract.scale.pair_decimals)
    if units is None or units <= 0 or units % contract.scale.tick:
        raise Declined("invalidPrice")
    return units
