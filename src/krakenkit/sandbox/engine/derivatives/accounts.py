"""Margin accounts: wallets, positions, and how much of the money is bound.

Margin here is simplified: all positions of a wallet share its money (cross margin), values are taken at the mark price,
and the rates do not rise with the size. Orders bind what the larger of both sides would need if all of it were filled;
those that only reduce, and those that wait for their trigger, bind nothing. Nobody is liquidated.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

import msgspec

from .contracts import PARTS, Contract, money
from .events import Fill, LogEntry, OrderEvent
from .orders import Order, OrderView

Marks: TypeAlias = Callable[[Contract], int]
"""The mark price of a contract, in its price units."""
KEPT = 10_000


@dataclass(slots=True, eq=False, repr=False)
class Position:
    """What an account holds of one contract."""

    contract: Contract
    lots: int = 0
    """Signed: short positions are negative."""
    cost: int = 0
    """What its lots were worth when they were taken, in money units."""
    since: int = 0
    """When it was entered; nanoseconds since 1970."""

    def __repr__(self) -> str:
        return f"Position({self.lots} lots of {self.contract.symbol})"

    @property
    def size(self) -> Decimal:
        """Signed."""
        return self.contract.qty(self.lots)

    @property
    def entry_price(self) -> Decimal:
        """The average price of its lots; zero when there are none."""
        return self.contract.average(self.cost, abs(self.lots))

    def take(self, lots: int, value: int, at: int) -> int:
        """Add signed lots of this value; gives the profit that became real, in money units.

        Whatever is taken off the cost is what the profit is reckoned from, so no unit is ever won or lost by rounding.
        """
        if self.lots * lots >= 0:
            self._open(lots, value, at)
            return 0
        held, closing = abs(self.lots), min(abs(self.lots), abs(lots))
        side = 1 if self.lots > 0 else -1
        entered, given = self.cost * closing // held, value * closing // abs(lots)
        self.lots -= side * closing
        self.cost -= entered
        if closing < abs(lots):
            self._open(lots + side * closing, value - given, at)
        return self.contract.direction * side * (given - entered)

    def _open(self, lots: int, value: int, at: int) -> None:
        if not self.lots:
            self.since = at
        self.lots += lots
        self.cost += value

    def profit(self, price: int) -> int:
        """What closing it at this price would bring, in money units."""
        side = 1 if self.lots > 0 else -1
        return self.contract.direction * side * (self.contract.value(price, abs(self.lots)) - self.cost)

    def reducible(self, order: Order) -> int:
        """How many lots of the order would make the position smaller."""
        return abs(self.lots) if self.lots * order.sign < 0 else 0


class Margin(msgspec.Struct, frozen=True, gc=False):
    """A wallet in numbers, in money units of its currency."""

    balance: int
    profit: int
    """Of open positions, at mark prices."""
    initial: int
    """Bound by positions."""
    with_orders: int
    """Bound by positions and orders."""
    maintenance: int

    @property
    def equity(self) -> int:
        return self.balance + self.profit

    @property
    def available(self) -> int:
        return self.equity - self.with_orders


class Gone(msgspec.Struct, frozen=True, gc=False):
    """An order that is over, and why."""

    order: OrderView
    reason: str
    """A reason of the ``open_orders`` feed, such as ``full_fill``."""
    at: int


@dataclass(slots=True, eq=False, repr=False)
class Account:
    """One account's money, positions, orders and history."""

    name: str
    uid: str
    maker_rate: int = 200
    """Fee of resting orders, in parts per million: 200 is 0.02 %."""
    taker_rate: int = 500
    house: bool = False
    """Trades without limits, margin, events and history: the sandbox's own market makers."""
    balances: dict[str, int] = field(default_factory=dict[str, int])
    """Money units by wallet."""
    positions: dict[Contract, Position] = field(default_factory=dict[Contract, Position])
    open: dict[str, Order] = field(default_factory=dict[str, Order])
    client_ids: dict[str, str] = field(default_factory=dict[str, str])
    """The order of every client id ever used: they are never free again."""
    gone: OrderedDict[str, Gone] = field(default_factory=OrderedDict[str, Gone])
    fills: deque[Fill] = field(default_factory=lambda: deque[Fill](maxlen=KEPT))
    steps: deque[OrderEvent] = field(default_factory=lambda: deque[OrderEvent](maxlen=KEPT))
    log: deque[LogEntry] = field(default_factory=lambda: deque[LogEntry](maxlen=KEPT))
    fill_count: int = 0
    log_count: int = 0
    switch_at: int | None = None
    """When the dead man's switch cancels everything."""

    def __repr__(self) -> str:
        return f"Account({self.name})"

    def position(self, contract: Contract) -> Position:
        """The position in a contract, empty or not."""
        found = self.positions.get(contract)
        if found is None:
            found = self.positions[contract] = Position(contract)
        return found

    def holdings(self, wallet: str | None = None) -> Iterator[Position]:
        """Positions that are not empty, of one wallet or of all."""
        for position in self.positions.values():
            if position.lots and wallet in (None, position.contract.wallet):
                yield position

    def keep_gone(self, gone: Gone) -> None:
        """Remember how an order ended."""
        self.gone[gone.order.order_id] = gone
        if len(self.gone) > KEPT:
            self.gone.popitem(last=False)

    def margin(self, wallet: str, marks: Marks, *, more: Order | None = None, less: Order | None = None) -> Margin:
        """A wallet as it is, or as it would be with one order ``more`` and one ``less``."""
        profit = initial = with_orders = maintenance = 0
        for contract, (buying, selling) in self._exposed(wallet, more, less).items():
            lots, mark = self.position(contract).lots, marks(contract)
            held = contract.value(mark, abs(lots))
            worst = contract.value(mark, max(abs(lots + buying), abs(lots - selling)))
            profit += self.position(contract).profit(mark)
            initial += held * contract.initial_margin // PARTS
            with_orders += worst * contract.initial_margin // PARTS
            maintenance += held * contract.maintenance_margin // PARTS
        return Margin(self.balances.get(wallet, 0), profit, initial, with_orders, maintenance)

    def _exposed(self, wallet: str, more: Order | None, less: Order | None) -> dict[Contract, tuple[int, int]]:
        """Lots that open orders would buy and sell, for every contract of the wallet that is held or traded."""
        found = {position.contract: (0, 0) for position in self.holdings(wallet)}
        for order in (*self.open.values(), *(() if more is None else (more,))):
            if order is less or order.reduce_only or order.waiting or order.contract.wallet != wallet:
                continue
            buying, selling = found.get(order.contract, (0, 0))
            found[order.contract] = (
                (buying + order.remaining, selling) if order.buy else (buying, selling + order.remaining)
            )
        return found

    def balance(self, wallet: str) -> Decimal:
        """The money in a wallet, without what positions have won or lost."""
        return money(self.balances.get(wallet, 0))
