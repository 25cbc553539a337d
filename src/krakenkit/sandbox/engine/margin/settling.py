"""``settle-position`` orders: they give back what was borrowed, without any trade, and keep what was bought with it.

A sell settles long positions and a buy settles short ones, the oldest first; a volume of zero settles all of them. It
costs no fee. https://support.kraken.com/articles/settling-a-spot-position-on-margin-on-kraken-pro
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krakenkit.sandbox.engine.checks import check_deadline, read_qty
from krakenkit.sandbox.engine.events import BalanceEvent
from krakenkit.sandbox.engine.margin.allowing import read_leverage
from krakenkit.sandbox.engine.margin.reducing import reduce_orders
from krakenkit.sandbox.engine.orders import Order
from krakenkit.sandbox.engine.refusals import (
    INSUFFICIENT_FUNDS,
    TAKEN_CLIENT_ID,
    UNKNOWN_POSITION,
    EngineRefused,
    invalid,
)
from krakenkit.sandbox.engine.requests import PlaceOrder

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.accounts import Account
    from krakenkit.sandbox.engine.floor import Floor
    from krakenkit.sandbox.engine.instruments import Pair

SETTLE_POSITION: Final = "settle-position"


def read_settlement(floor: Floor, request: PlaceOrder, pair: Pair, account: Account) -> Order:
    """The order that a request to settle describes, not yet carried out.

    Raises:
        EngineRefused: for words and numbers that cannot be, no such position, or too little to give back.
    """
    if request.side.lower() not in {"buy", "sell"}:
        raise invalid("type")
    check_deadline(request.deadline, floor.now)
    if request.limit_price or request.trigger_price:
        raise invalid("price")
    leverage = read_leverage(request, pair)
    if leverage is None:
        raise invalid("leverage")
    if request.cl_ord_id is not None and request.cl_ord_id in account.client_ids:
        raise EngineRefused(TAKEN_CLIENT_ID)
    buy = request.side.lower() == "buy"
    closable = account.positions.closable(pair, buy=buy)
    lots = closable if not request.qty else read_qty(request.qty, pair)
    if not closable or lots > closable:
        raise EngineRefused(UNKNOWN_POSITION)
    order = _order(request, pair, account, lots=lots, leverage=leverage)
    if not _can_pay(order):
        raise EngineRefused(INSUFFICIENT_FUNDS)
    return order


def settle(floor: Floor, order: Order) -> None:
    """Carry a settlement out."""
    account = order.account
    floor.enlist(order)
    entries = floor.lending.settle(order, order.qty, floor.mint.trade())
    if not account.terms.quiet:
        for entry in entries:
            floor.journal.add(BalanceEvent(account.name, entry))
    floor.close(order, "filled")
    reduce_orders(floor, account, order.pair)


def _order(request: PlaceOrder, pair: Pair, account: Account, *, lots: int, leverage: int) -> Order:
    """An order that neither rests nor trades."""
    return Order(
        account=account,
        pair=pair,
        buy=request.side.lower() == "buy",
        order_type=SETTLE_POSITION,
        qty=lots,
        cash=None,
        limit=None,
        trigger=None,
        display=None,
        time_in_force="GTC",
        expire_at=None,
        post_only=False,
        fee_in_base=False,
        stp_type="cancel_newest",
        cl_ord_id=request.cl_ord_id,
        userref=request.userref,
        leverage=leverage,
        reduce_only=True,
    )


def _can_pay(order: Order) -> bool:
    """Whether the account has what it owes: the base asset for short positions, what long ones cost in the quote asset."""
    account, pair = order.account, order.pair
    if order.buy:
        return order.qty * pair.lot <= account.available(pair.base)
    owed = sum(position.part(lots) for position, lots in account.positions.oldest(pair, order.qty))
    return owed <= account.available(pair.quote)
