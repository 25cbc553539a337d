"""What a subscriber of a derivatives book is told: a snapshot first, then what changed in the window that is watched.

The windows of before and after are compared, so that a feed may be asked after every action or after many. What was
pushed out of the window is not mentioned: subscribers drop it by themselves, as Kraken's guide to books tells them to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Protocol

from krakenkit.books.checksum import TOP, checksum_of
from krakenkit.sandbox.engine import QueueChange, QueuedOrder
from krakenkit.sandbox.engine.derivatives import Contract, DerivativesExchange
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.unified.frames import Levels, book_row, queue_row


class Window(Protocol):
    """A book as the subscribers of one depth see it."""

    def first(self) -> Members:
        """The book as it is; later changes count from here."""
        ...

    def news(self) -> Members | None:
        """What has to be applied to the last told book; None when there is nothing to say."""
        ...


class LevelWindow:
    """The level 2 book of one contract."""

    def __init__(self, exchange: DerivativesExchange, contract: Contract, depth: int) -> None:
        self._exchange = exchange
        self._contract = contract
        self._depth = depth
        self._bids: Levels = ()
        self._asks: Levels = ()

    def first(self) -> Members:
        self._look()
        return self._row(self._bids, self._asks)

    def news(self) -> Members | None:
        old_bids, old_asks, nothing = self._bids, self._asks, self._contract.qty(0)
        self._look()
        bids = level_changes(old_bids, self._bids, self._depth, nothing, bids=True)
        asks = level_changes(old_asks, self._asks, self._depth, nothing, bids=False)
        return self._row(bids, asks) if bids or asks else None

    def _look(self) -> None:
        self._bids = self._exchange.levels(self._contract, "buy", self._depth)
        self._asks = self._exchange.levels(self._contract, "sell", self._depth)

    def _row(self, bids: Levels, asks: Levels) -> Members:
        digits = [[(f"{price:f}", f"{qty:f}") for price, qty in side[:TOP]] for side in (self._asks, self._bids)]
        return book_row(self._contract, bids, asks, checksum=checksum_of(*digits), at=self._exchange.now)


class QueueWindow:
    """The level 3 book of one contract; its depth counts price levels."""

    def __init__(self, exchange: DerivativesExchange, contract: Contract, depth: int) -> None:
        self._exchange = exchange
        self._contract = contract
        self._depth = depth
        self._bids: Sequence[QueuedOrder] = ()
        self._asks: Sequence[QueuedOrder] = ()

    def first(self) -> Members:
        self._look()
        return self._row(self._bids, self._asks)

    def news(self) -> Members | None:
        old_bids, old_asks = self._bids, self._asks
        self._look()
        bids = queue_changes(old_bids, self._bids, self._depth, bids=True)
        asks = queue_changes(old_asks, self._asks, self._depth, bids=False)
        return self._row(bids, asks) if bids or asks else None

    def _look(self) -> None:
        self._bids = self._exchange.queue(self._contract, "buy", self._depth)
        self._asks = self._exchange.queue(self._contract, "sell", self._depth)

    def _row(self, bids: Sequence[QueuedOrder | QueueChange], asks: Sequence[QueuedOrder | QueueChange]) -> Members:
        digits = [
            [(f"{order.price:f}", f"{order.qty:f}") for order in self._exchange.queue(self._contract, side, TOP)]
            for side in ("sell", "buy")
        ]
        return queue_row(self._contract, bids, asks, checksum=checksum_of(*digits), at=self._exchange.now)


def level_changes(old: Levels, new: Levels, depth: int, nothing: Decimal, *, bids: bool) -> Levels:
    """Levels of one side that are gone, with a size of ``nothing``, then those that are new or have another size."""
    before, now, prices = dict(old), dict(new), [price for price, _ in new]
    gone = [(price, nothing) for price in before if price not in now and not _beyond(price, prices, depth, bids)]
    return gone + [(price, qty) for price, qty in new if before.get(price) != qty]


def queue_changes(
    old: Sequence[QueuedOrder], new: Sequence[QueuedOrder], depth: int, *, bids: bool
) -> list[QueueChange]:
    """Steps from one line to the other; an order that lost its place is deleted and added."""
    before, now = ({order.order_id: order for order in line} for line in (old, new))
    prices = list(dict.fromkeys(order.price for order in new))
    moved = _lost_their_place(old, new)
    steps: list[QueueChange] = []
    for order in old:
        gone = order.order_id not in now and not _beyond(order.price, prices, depth, bids)
        if gone or order.order_id in moved:
            steps.append(QueueChange("delete", order))
    for order in new:
        last = before.get(order.order_id)
        if last is None or order.order_id in moved:
            steps.append(QueueChange("add", order))
        elif last.qty != order.qty:
            steps.append(QueueChange("modify", order))
    return steps


def _beyond(price: Decimal, window: Sequence[Decimal], depth: int, bids: bool) -> bool:
    """Whether a price lies behind the last one of a full window."""
    if len(window) < depth:
        return False
    return price < window[-1] if bids else price > window[-1]


def _lost_their_place(old: Sequence[QueuedOrder], new: Sequence[QueuedOrder]) -> Collection[str]:
    """Orders that went to the back of a line, of their own price or of another one.

    Whoever goes to the back is behind all who stayed, so the first one who stands out of turn and all after it have moved.
    """
    places = {order.order_id: (order.price, place) for place, order in enumerate(old)}
    moved: dict[str, None] = {}
    price: Decimal | None = None
    last, out_of_turn = -1, False
    for order in new:
        if order.price != price:
            price, last, out_of_turn = order.price, -1, False
        before = places.get(order.order_id)
        if before is None:
            out_of_turn = True  # new ones are at the back too, and who stands behind them has come after them
            continue
        if before[0] != order.price or before[1] < last or out_of_turn:
            moved[order.order_id] = None
            out_of_turn = True
        last = max(last, before[1])
    return moved
