"""Conditional closes: for what an order fills, an order of the opposite side is placed.

Kraken's manuals say "on each fill" (WebSocket v2) and "once the primary fills" (REST). Here one close is placed at the end of
each action that filled the primary, for all it filled in it; what is below the minimums of the pair waits for the next fill,
and is left out when there is none. The close belongs to the primary's ``userref`` and keeps its preferences of fees and of
self-trades. A close that may not be placed then, for want of funds or because too many orders are open, is cancelled at
once, so that its owner hears of it.
"""

from __future__ import annotations

from collections.abc import Callable

from .admission import Admission
from .floor import Floor
from .orders import Order
from .refusals import EngineRefused
from .requests import Closing, PlaceOrder


class Closer:
    """Places closes.

    Args:
        read: makes an order from a request, or refuses it.
        enter: lets an order in that may come in.
    """

    def __init__(
        self,
        floor: Floor,
        admission: Admission,
        read: Callable[[str, PlaceOrder], Order],
        enter: Callable[[Order], None],
    ) -> None:
        self._floor = floor
        self._admission = admission
        self._read = read
        self._enter = enter

    def run(self) -> None:
        """Place the closes of everything that was filled; their own fills may call for more."""
        while self._floor.unclosed:
            primaries, self._floor.unclosed = self._floor.unclosed, {}
            for primary in primaries.values():
                if primary.close is not None:
                    self._close(primary, primary.close)

    def _close(self, primary: Order, closing: Closing) -> None:
        try:
            order = self._read(primary.account.name, close_of(primary, closing))
        except EngineRefused:
            return  # too small as yet
        order.closes = primary.order_id
        primary.unclosed = 0
        try:
            self._admission.admit(order)
        except EngineRefused as refused:
            self._floor.enlist(order)
            self._floor.close(order, "canceled", refused.code.partition(":")[2])
        else:
            self._enter(order)


def close_of(primary: Order, closing: Closing) -> PlaceOrder:
    """The close of what the primary has filled and nobody has closed."""
    pair = primary.pair
    return PlaceOrder(
        pair=pair.name,
        side="sell" if primary.buy else "buy",
        order_type=closing.order_type,
        qty=pair.qty(primary.unclosed),
        limit_price=closing.limit_price,
        trigger_price=closing.trigger_price,
        trigger_reference="index" if primary.index else "last",
        leverage=primary.leverage,
        fee_in="base" if primary.fee_in_base else "quote",
        stp_type=primary.stp_type,
        userref=primary.userref,
    )
