"""Reduce-only orders follow their position: when it shrinks they shrink with it, and when it is gone they are cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.accounts import Account
    from krakenkit.sandbox.engine.floor import Floor
    from krakenkit.sandbox.engine.instruments import Pair
    from krakenkit.sandbox.engine.orders import Order

POSITION_CLOSED = "Reduce only:Position is closed"


def reduce_orders(floor: Floor, account: Account, pair: Pair) -> None:
    """Cut the account's reduce-only orders on a pair to what they can still close."""
    for order in [one for one in account.margin_orders.values() if one.reduce_only and one.pair is pair]:
        closable = account.positions.closable(pair, buy=order.buy)
        if order.remaining > closable:
            _cut(floor, order, closable)


def _cut(floor: Floor, order: Order, lots: int) -> None:
    if not lots:
        floor.close(order, "canceled", POSITION_CLOSED)
        return
    entered = order.as_entered()
    order.qty = order.filled + lots
    if order.resting and order.slice() < order.visible:
        floor.touch(order).book.own(order).shrink(order, order.visible - order.slice(), floor.now)
    order.note_amend(floor.now)
    row = order.record(floor.mint.amend(), "restated", at=floor.now, remaining=order.remaining)
    order.amends = (*(order.amends or (entered,)), row)
    floor.tell("restated", order)
