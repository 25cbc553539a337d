"""What can be asked of a running derivatives exchange. Nothing here changes anything."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ..candles import KEPT, Candle
from ..feeds import QueuedOrder
from ..orders import Side
from ..tape import Statistics
from .accounts import Account, Gone, Margin, Position
from .book import BookSide
from .contracts import Contract, Contracts, money
from .events import Fill, LogEntry, OrderEvent, Trade
from .floor import Floor
from .matching import Mode
from .orders import OrderView

_DAY = 86_400 * 10**9


class Ticker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The numbers of the moment. A price is None when that side of the book is empty, or nothing ever traded."""

    contract: Contract
    bid: Decimal | None
    bid_qty: Decimal | None
    ask: Decimal | None
    ask_qty: Decimal | None
    last: Trade | None
    index: Decimal
    mark: Decimal
    open_interest: Decimal
    day: Statistics
    mode: Mode
    at: int

    @property
    def change(self) -> Decimal:
        """From the first price of the last 24 hours to the last one, in percent to four places."""
        if self.last is None or not self.day.open:
            return Decimal(0)
        return ((self.last.price - self.day.open) * 100 / self.day.open).quantize(Decimal("0.0001"))

    @property
    def volume_quote(self) -> Decimal:
        """The last 24 hours' volume in dollars."""
        return self.day.volume if self.contract.inverse else self.day.volume * self.day.vwap

    @property
    def premium(self) -> Decimal:
        """How far the mark price is above the index, in percent to one place."""
        return ((self.mark - self.index) * 100 / self.index).quantize(Decimal("0.1"))


class Holding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An open position in numbers."""

    contract: Contract
    size: Decimal
    """Signed: short positions are negative."""
    entry_price: Decimal
    mark: Decimal
    index: Decimal
    profit: Decimal
    """At the mark price, in the contract's currency."""
    initial_margin: Decimal
    maintenance_margin: Decimal
    since: int


class WalletView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wallet in numbers, in its currency."""

    balance: Decimal
    profit: Decimal
    initial: Decimal
    with_orders: Decimal
    maintenance: Decimal
    equity: Decimal
    available: Decimal


class DerivativesViews:
    """The reading half of a derivatives exchange."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.mode: Mode = "open"

    @property
    def contracts(self) -> Contracts:
        return self._floor.contracts

    @property
    def now(self) -> int:
        """The latest moment the exchange has heard of."""
        return self._floor.now

    # --- an account -----------------------------------------------------------------------------------------------------

    def account_uid(self, account: str) -> str:
        """The account's id on the wire."""
        return self._floor.account(account).uid

    def open_orders(self, account: str) -> list[OrderView]:
        """Open orders, the newest first."""
        return [order.view() for order in reversed(self._floor.account(account).open.values())]

    def orders(self, account: str, names: list[str], *, since: int) -> list[OrderView | Gone]:
        """The orders of these ids (the account's own or the exchange's): open ones, and those that ended after a moment."""
        owner = self._floor.account(account)
        found: list[OrderView | Gone] = []
        for order_id in dict.fromkeys(owner.client_ids.get(name, name) for name in names):
            order, gone = owner.open.get(order_id), owner.gone.get(order_id)
            if order is not None:
                found.append(order.view())
            elif gone is not None and gone.at >= since:
                found.append(gone)
        return found

    def fills(self, account: str) -> list[Fill]:
        """The account's fills, the newest first."""
        return list(reversed(self._floor.account(account).fills))

    def steps(self, account: str) -> list[OrderEvent]:
        """What happened to the account's orders, the newest first."""
        return list(reversed(self._floor.account(account).steps))

    def log(self, account: str) -> list[LogEntry]:
        """The account's log, the newest first."""
        return list(reversed(self._floor.account(account).log))

    def holdings(self, account: str) -> list[Holding]:
        """Open positions."""
        return [self._holding(position) for position in self._floor.account(account).holdings()]

    def wallet(self, account: str, wallet: str) -> WalletView:
        """One wallet."""
        return _wallet(self._floor.account(account).margin(wallet, self._floor.mark))

    def _holding(self, position: Position) -> Holding:
        contract = position.contract
        alone = Account("", "", positions={contract: position}).margin(contract.wallet, self._floor.mark)
        return Holding(
            contract=contract,
            size=position.size,
            entry_price=position.entry_price,
            mark=contract.price(self._floor.mark(contract)),
            index=contract.price(self._floor.index(contract)),
            profit=money(alone.profit),
            initial_margin=money(alone.initial),
            maintenance_margin=money(alone.maintenance),
            since=position.since,
        )

    # --- a contract -----------------------------------------------------------------------------------------------------

    def levels(self, contract: Contract, side: Side, depth: int | None = None) -> list[tuple[Decimal, Decimal]]:
        """Prices and sizes of a side, best first; all of it, or so many levels."""
        levels = self._side(contract, side).top(depth)
        return [(contract.price(level.price), contract.qty(level.lots)) for level in levels]

    def queue(self, contract: Contract, side: Side, depth: int | None = None) -> list[QueuedOrder]:
        """The orders of a side, best price first and first in line first; ``depth`` counts price levels."""
        return [
            QueuedOrder(order.order_id, contract.price(level.price), contract.qty(order.remaining), order.updated_at)
            for level in self._side(contract, side).top(depth)
            for order in level.orders.values()
        ]

    def book_seq(self, contract: Contract) -> int:
        """How many changes of the book there were."""
        return self._floor.desks[contract].seq

    def trades(self, contract: Contract) -> list[Trade]:
        """The newest trades, oldest first."""
        return self._floor.desks[contract].trades

    def candles(self, contract: Contract, interval: int, *, count: int = KEPT) -> list[Candle]:
        """The newest candles of an interval in minutes, oldest first, the one still forming last."""
        return self._floor.desks[contract].tape.candles.rows(interval, self.now, count=count)

    def ticker(self, contract: Contract) -> Ticker:
        """The numbers of the moment."""
        desk = self._floor.desks[contract]
        bid, ask = desk.book.bids.best(), desk.book.asks.best()
        return Ticker(
            contract=contract,
            bid=None if bid is None else contract.price(bid.price),
            bid_qty=None if bid is None else contract.qty(bid.lots),
            ask=None if ask is None else contract.price(ask.price),
            ask_qty=None if ask is None else contract.qty(ask.lots),
            last=desk.trades[-1] if desk.trades else None,
            index=contract.price(self._floor.index(contract)),
            mark=contract.price(self._floor.mark(contract)),
            open_interest=contract.qty(desk.open_interest),
            day=desk.tape.statistics(self.now - _DAY),
            mode=self.mode,
            at=self.now,
        )

    def total(self, wallet: str) -> Decimal:
        """All there is in the wallets of one kind, fees taken included. Only deposits and withdrawals change it."""
        return money(self._floor.total(wallet))

    def _side(self, contract: Contract, side: Side) -> BookSide:
        book = self._floor.desks[contract].book
        return book.bids if side == "buy" else book.asks


def _wallet(margin: Margin) -> WalletView:
    return WalletView(
        balance=money(margin.balance),
        profit=money(margin.profit),
        initial=money(margin.initial),
        with_orders=money(margin.with_orders),
        maintenance=money(margin.maintenance),
        equity=money(margin.equity),
        available=money(margin.available),
    )
