"""Margin accounts: money, positions, orders, and what their owner has set."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from .contracts import Contract, Purse, money
from .events import Fill, LogEntry, OrderEvent
from .fees import Volume
from .orders import Order, OrderView, SelfTrade

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
    funded_at: int = 0
    """Until when its funding is paid."""

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

    def copy(self) -> Position:
        """The position as it is, for comparison."""
        return Position(self.contract, self.lots, self.cost, self.since, self.funded_at)

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
            self.since = self.funded_at = at
        self.lots += lots
        self.cost += value

    def profit(self, price: int) -> int:
        """What closing it at this price would bring, in money units."""
        side = 1 if self.lots > 0 else -1
        return self.contract.direction * side * (self.contract.value(price, abs(self.lots)) - self.cost)

    def reducible(self, order: Order) -> int:
        """How many lots of the order would make the position smaller."""
        return abs(self.lots) if self.lots * order.sign < 0 else 0


class Gone(msgspec.Struct, frozen=True, gc=False):
    """An order that is over, and why."""

    order: OrderView
    reason: str
    """A reason of the ``open_orders`` feed, such as ``full_fill``."""
    at: int
    unplaced: bool = False
    """Whether its trigger went off and it could not be placed then."""


@dataclass(slots=True, eq=False, repr=False)
class Account:
    """One account's money, positions, orders and history."""

    name: str
    uid: str
    master: Account | None = None
    """The account that it is a subaccount of."""
    halted: bool = False
    """Whether its master keeps it from trading."""
    volume: Volume = field(default_factory=Volume)
    house: bool = False
    """Trades without limits, margin, events and history: the sandbox's own market makers."""
    balances: dict[Purse, int] = field(default_factory=dict[Purse, int])
    """Money units by wallet and currency."""
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
    self_trade: SelfTrade = "REJECT_TAKER"
    leverage: dict[Contract, int] = field(default_factory=dict[Contract, int])
    """The largest leverage of contracts with isolated margin, in hundredths; all others share their wallet's money."""
    profit_units: dict[Contract, str] = field(default_factory=dict[Contract, str])
    """The currency that profits of a contract are changed into; dollars where nothing is said."""
    off_book_leverage: Decimal | None = None
    counts: dict[Contract, int] = field(default_factory=dict[Contract, int])
    """Open orders by contract."""
    small: int = 0
    """Open orders that are worth next to nothing."""
    reducing: int = 0
    """Open orders that only reduce."""
    pending: dict[Contract, tuple[int, int]] = field(default_factory=dict[Contract, tuple[int, int]])
    """Lots that open orders would buy and sell, by contract, without those that only reduce or wait."""

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

    def bind(self, order: Order, lots: int) -> None:
        """Count lots of an open order among those that bind margin; fewer of them when negative."""
        if order.reduce_only or order.waiting:
            return
        buying, selling = self.pending.get(order.contract, (0, 0))
        self.pending[order.contract] = (buying + lots, selling) if order.buy else (buying, selling + lots)

    def keep_gone(self, gone: Gone) -> None:
        """Remember how an order ended."""
        self.gone[gone.order.order_id] = gone
        if len(self.gone) > KEPT:
            self.gone.popitem(last=False)

    def balance(self, purse: Purse) -> Decimal:
        """The money in a purse, without what positions have won or lost."""
        return money(self.balances.get(purse, 0))

    def purses(self, wallet: str) -> dict[str, int]:
        """What there is in a wallet by currency, in money units; those that are empty are left out."""
        return {unit: amount for (held_in, unit), amount in self.balances.items() if amount and held_in == wallet}

    def akin(self, other: Account) -> bool:
        """Whether both are the same account, or belong to the same master."""
        return self is other or (self.master or self) is (other.master or other)
