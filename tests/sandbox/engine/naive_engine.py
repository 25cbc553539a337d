"""A matching engine of the slow and obvious kind, written for tests: one list of orders, searched from the start each time.

It knows nothing of money. What it says of priority, prices, stops and self-trades is what the real one has to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
RISING = {("buy", "stop-loss"), ("sell", "take-profit")}


@dataclass
class NaiveOrder:
    """One order; ``place`` is its place in line, and None while it is in no book."""

    label: int
    owner: str
    side: str
    kind: str
    qty: Decimal
    limit: Decimal | None = None
    trigger: Decimal | None = None
    display: Decimal | None = None
    life: str = "GTC"
    post_only: bool = False
    stp: str = "cancel_newest"
    filled: Decimal = ZERO
    shown: Decimal = ZERO
    place: int | None = None
    waiting_since: int | None = None
    status: str = "open"

    @property
    def left(self) -> Decimal:
        return self.qty - self.filled

    @property
    def slice(self) -> Decimal:
        return self.left if self.display is None else min(self.display, self.left)

    def accepts(self, price: Decimal) -> bool:
        if self.limit is None:
            return True
        return price <= self.limit if self.side == "buy" else price >= self.limit

    @property
    def rises(self) -> bool:
        return (self.side, self.kind.removesuffix("-limit")) in RISING


class NaiveEngine:
    """All orders of one pair."""

    def __init__(self) -> None:
        self.orders: list[NaiveOrder] = []
        self.trades: list[tuple[int, int, Decimal, Decimal]] = []
        """Maker, taker, price and size."""
        self.last: Decimal | None = None
        self._count = 0

    def resting(self, side: str) -> list[NaiveOrder]:
        """The orders of one side in the order in which they trade."""
        there = [order for order in self.orders if order.side == side and order.place is not None]
        sign = -1 if side == "buy" else 1
        return sorted(there, key=lambda order: (sign * (order.limit or ZERO), order.place))

    def place(self, order: NaiveOrder) -> bool:
        """Take an order in; False when it is refused because it would take."""
        if order.post_only and (rivals := self._rivals(order)) and order.accepts(rivals[0].limit or ZERO):
            return False
        self.orders.append(order)
        if order.trigger is not None:
            order.waiting_since = self._tick()
        else:
            self._execute(order)
        self._set_off()
        return True

    def cancel(self, order: NaiveOrder) -> None:
        """End an order."""
        self._end(order, "canceled")

    def amend(self, order: NaiveOrder, *, qty: Decimal | None = None, limit: Decimal | None = None) -> bool:
        """Change an order that is open; False when it is refused because it would take."""
        new_qty, new_limit = qty or order.qty, limit or order.limit
        if new_qty <= order.filled:
            self._end(order, "canceled")
            return True
        if order.post_only and new_limit != order.limit and order.waiting_since is None:
            rivals = self._rivals(order)
            best = rivals[0].limit if rivals else None
            if best is not None and (
                best <= (new_limit or ZERO) if order.side == "buy" else best >= (new_limit or ZERO)
            ):
                return False
        back = order.place is not None and (new_limit != order.limit or new_qty > order.qty)
        order.qty, order.limit = new_qty, new_limit
        if back:
            order.place = None
            self._execute(order)
        elif order.place is not None:
            order.shown = min(order.shown, order.slice)
        self._set_off()
        return True

    def _tick(self) -> int:
        self._count += 1
        return self._count

    def _rivals(self, order: NaiveOrder) -> list[NaiveOrder]:
        return self.resting("sell" if order.side == "buy" else "buy")

    def _end(self, order: NaiveOrder, status: str) -> None:
        order.status, order.place, order.waiting_since = status, None, None

    def _execute(self, order: NaiveOrder) -> None:
        if order.life == "FOK" and self._found(order) < order.left:
            self._end(order, "canceled")
            return
        while order.left:
            rivals = self._rivals(order)
            if not rivals or not order.accepts(rivals[0].limit or ZERO):
                break
            rival = rivals[0]
            if rival.owner == order.owner:
                if order.stp != "cancel_newest":
                    self._end(rival, "canceled")
                if order.stp != "cancel_oldest":
                    self._end(order, "canceled")
                    return
                continue
            self._trade(rival, order)
        if not order.left:
            self._end(order, "filled")
        elif order.limit is None or order.life == "IOC":
            self._end(order, "canceled")
        else:
            order.place, order.shown = self._tick(), order.slice

    def _found(self, order: NaiveOrder) -> Decimal:
        found = ZERO
        for rival in self._rivals(order):
            if not order.accepts(rival.limit or ZERO):
                break
            if rival.owner != order.owner:
                found += rival.left
            elif order.stp != "cancel_oldest":
                break
        return found

    def _trade(self, maker: NaiveOrder, taker: NaiveOrder) -> None:
        qty, price = min(maker.shown, taker.left), maker.limit
        assert price is not None
        for order in (maker, taker):
            order.filled += qty
        maker.shown -= qty
        self.last = price
        self.trades.append((maker.label, taker.label, price, qty))
        if not maker.left:
            self._end(maker, "filled")
        elif not maker.shown:  # an iceberg shows its next part at the end of the line
            maker.place, maker.shown = self._tick(), maker.slice

    def _set_off(self) -> None:
        while (order := self._due()) is not None:
            order.waiting_since = None
            self._execute(order)

    def _due(self) -> NaiveOrder | None:
        """Orders that wait for a rise come first, then the nearest trigger, then the longest wait."""
        if self.last is None:
            return None
        due = [
            (not order.rises, (order.trigger if order.rises else -order.trigger), order.waiting_since, order)
            for order in self.orders
            if order.trigger is not None
            and order.waiting_since is not None
            and (self.last >= order.trigger if order.rises else self.last <= order.trigger)
        ]
        return min(due, key=lambda row: row[:3])[3] if due else None
