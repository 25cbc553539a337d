"""What can be asked of a running derivatives exchange. Nothing here changes anything."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from ..candles import KEPT, Candle
from ..feeds import QueuedOrder
from ..orders import Side
from ..scale import from_units
from ..tape import Statistics
from .accounts import Account, Gone, Position
from .book import BookSide
from .collateral import COLLATERAL, as_margin, worth
from .contracts import CASH, FLEX, PARTS, Contract, Contracts, Purse, money
from .events import Fill, LogEntry, MarkChange, Notice, OrderEvent, Trade
from .fees import Volume
from .floor import Floor
from .funding import RATE_PLACES, FundingRate
from .margin import HUNDREDTHS, Share
from .matching import Mode
from .orders import OrderView, SelfTrade
from .price_candles import Series

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
    funding_rate: Decimal | None = None
    """Absolute, of the running hour; None for dated contracts, as are the four below."""
    funding_prediction: Decimal | None = None
    """Absolute, of the next hour as far as it is known."""
    relative_funding_rate: Decimal | None = None
    relative_funding_prediction: Decimal | None = None
    next_funding_at: int | None = None

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
    with_orders: Decimal = Decimal(0)
    """Bound by the position and the orders of its contract."""
    funding: Decimal = Decimal(0)
    """What it has won by funding (or owes, when negative) and was not paid yet."""
    value: Decimal = Decimal(0)
    """At the mark price, in the contract's currency."""
    leverage: Decimal | None = None
    """The largest leverage of an isolated position; None for one that shares its wallet's money."""


class CurrencyView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One currency of the multi-collateral wallet; worths are in dollars."""

    unit: str
    """Its name, ``XBT`` or ``USD``."""
    qty: Decimal
    value: Decimal
    collateral: Decimal
    """What counts of it as margin."""
    available: Decimal
    """How much of it can be taken out."""
    haircut: Decimal
    """The part that does not count."""
    spread: Decimal
    """The part that is lost when losses are paid with it."""


class WalletView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wallet in numbers, in its currency."""

    balance: Decimal
    profit: Decimal
    initial: Decimal
    with_orders: Decimal
    maintenance: Decimal
    equity: Decimal
    available: Decimal
    collateral: Decimal
    """What counts of the balance as margin."""
    margin_equity: Decimal
    """Collateral with the profits and losses of the positions that share the wallet."""
    funding: Decimal
    """Of open positions, not paid yet."""
    currencies: list[CurrencyView]
    """Of the multi-collateral wallet; empty for the others, which have one."""


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

    def relative(self, account: str, name: str) -> str | None:
        """The account of this name or uid, if it is the account itself or belongs to the same master."""
        owner = self._floor.account(account)
        found = (one for one in self._floor.accounts.values() if name in (one.name, one.uid) and owner.akin(one))
        return next((one.name for one in found), None)

    def commands(self, account: str, other: str) -> bool:
        """Whether an account is the other one, or its master."""
        return account == other or self._floor.account(other).master is self._floor.account(account)

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
        owner = self._floor.account(account)
        shares = {
            share.contract: share
            for wallet in dict.fromkeys(position.contract.wallet for position in owner.holdings())
            for share in self._floor.margin(owner, wallet).shares
        }
        return [self._holding(owner, position, shares[position.contract]) for position in owner.holdings()]

    def wallet(self, account: str, wallet: str) -> WalletView:
        """One wallet. Worths are in dollars where it has more than one currency, else in its own."""
        owner = self._floor.account(account)
        margin = self._floor.margin(owner, wallet)
        funding = sum(self._funding(position) for position in owner.holdings(wallet))
        held = owner.purses(wallet) if wallet == FLEX else {}
        return WalletView(
            balance=money(margin.balance),
            profit=money(margin.profit),
            initial=money(margin.initial),
            with_orders=money(margin.with_orders),
            maintenance=money(margin.maintenance),
            equity=money(margin.equity),
            available=money(margin.available),
            collateral=money(margin.collateral),
            margin_equity=money(margin.margin_equity),
            funding=money(funding),
            currencies=[self._currency(owner, unit, amount) for unit, amount in held.items()],
        )

    def purses(self, account: str) -> dict[Purse, Decimal]:
        """The money of every wallet by currency; each margin wallet's own currency is there even if there is none of it."""
        own = {(wallet, asset.altname): 0 for wallet, asset in self.contracts.wallets.items()}
        held = {purse: units for purse, units in self._floor.account(account).balances.items() if units}
        return {purse: money(units) for purse, units in (own | held).items()}

    def cash(self, account: str) -> dict[str, Decimal]:
        """What there is in the wallet that backs nothing, by currency."""
        return {unit: money(amount) for unit, amount in self._floor.account(account).purses(CASH).items()}

    def _currency(self, owner: Account, unit: str, amount: int) -> CurrencyView:
        terms, rates = COLLATERAL[unit], self._floor.rates
        return CurrencyView(
            unit=unit,
            qty=money(amount),
            value=money(worth(unit, amount, rates)),
            collateral=money(as_margin(unit, amount, rates)),
            available=money(self._floor.free(owner, (FLEX, unit))),
            haircut=Decimal(terms.haircut) / PARTS,
            spread=Decimal(terms.spread) / PARTS,
        )

    def _funding(self, position: Position) -> int:
        return self._floor.desks[position.contract].funding.accrued(position, self.now)

    def _holding(self, owner: Account, position: Position, share: Share) -> Holding:
        contract, mark = position.contract, self._floor.mark(position.contract)
        leverage = owner.leverage.get(contract)
        return Holding(
            contract=contract,
            size=position.size,
            entry_price=position.entry_price,
            mark=contract.price(mark),
            index=contract.price(self._floor.index(contract)),
            profit=money(share.profit),
            initial_margin=money(share.initial),
            maintenance_margin=money(share.maintenance),
            since=position.since,
            with_orders=money(share.with_orders),
            funding=money(self._funding(position)),
            value=money(contract.value(mark, abs(position.lots))),
            leverage=None if leverage is None else Decimal(leverage) / HUNDREDTHS,
        )

    # --- what is set ----------------------------------------------------------------------------------------------------

    def leverage_settings(self, account: str) -> dict[Contract, Decimal]:
        """The largest leverage of the contracts with isolated margin."""
        chosen = self._floor.account(account).leverage
        return {contract: Decimal(leverage) / HUNDREDTHS for contract, leverage in chosen.items()}

    def profit_currencies(self, account: str) -> dict[Contract, str]:
        """The currencies that profits are changed into, where one was chosen."""
        return dict(self._floor.account(account).profit_units)

    def self_trade(self, account: str) -> SelfTrade:
        """What happens when an order meets another of the same owner."""
        return self._floor.account(account).self_trade

    def off_book_leverage(self, account: str) -> Decimal | None:
        """The leverage that fills beside the book may reach."""
        return self._floor.account(account).off_book_leverage

    def traded(self, account: str) -> Volume:
        """What the account traded in thirty days, and the fees it pays."""
        volume = self._floor.account(account).volume
        volume.forget(self.now)
        return volume

    def unwind_percentile(self, account: str, contract: Contract) -> int:
        """How near a position is to being unwound: 100 is first in line, among all on its side by profit per value."""
        mark = self._floor.mark(contract)
        ranks = sorted(
            (Decimal(position.profit(mark)) / position.cost, owner.name != account)
            for owner in self._floor.holders.values()
            for position in owner.holdings()
            if position.contract is contract
            and (position.lots > 0) == (self._floor.account(account).position(contract).lots > 0)
        )
        place = next((number for number, (_, other) in enumerate(ranks, 1) if not other), len(ranks))
        return next(step for step in (20, 40, 80, 100) if place * 100 <= step * len(ranks))

    def notices(self) -> list[Notice]:
        """What the exchange told everybody, oldest first."""
        return list(self._floor.notices)

    # --- a contract -----------------------------------------------------------------------------------------------------

    def levels(self, contract: Contract, side: Side, depth: int | None = None) -> list[tuple[Decimal, Decimal]]:
        """Prices and sizes of a side, best first; all of it, or so many levels."""
        levels = self._side(contract, side).top(depth)
        return [(contract.price(level.price), contract.qty(level.visible)) for level in levels]

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

    def candles(
        self, contract: Contract, interval: int, *, count: int = KEPT, series: Series = "trade"
    ) -> list[Candle]:
        """The newest candles of an interval in minutes, oldest first, the one still forming last."""
        desk = self._floor.desks[contract]
        drawn = desk.tape.candles if series == "trade" else desk.prices[series]
        return drawn.rows(interval, self.now, count=count)

    def steps_of(self, contract: Contract) -> list[OrderEvent]:
        """What happened to the orders of a contract, the newest first; the quotes of the sandbox's own houses are left out."""
        return list(reversed(self._floor.desks[contract].steps))

    def marks(self, contract: Contract) -> list[MarkChange]:
        """The changes of the mark price, the newest first."""
        return list(reversed(self._floor.desks[contract].marks))

    def funding_rates(self, contract: Contract) -> list[FundingRate]:
        """The funding of every hour, oldest first."""
        return list(self._floor.desks[contract].funding.past)

    def sides(self, contract: Contract) -> list[Decimal]:
        """The size of every position in a contract; short ones are negative. The sandbox's own houses hold some too."""
        held = (owner.positions.get(contract) for owner in self._floor.accounts.values())
        return [position.size for position in held if position is not None and position.lots]

    def ticker(self, contract: Contract) -> Ticker:
        """The numbers of the moment."""
        desk = self._floor.desks[contract]
        bid, ask = desk.book.bids.best(), desk.book.asks.best()
        return Ticker(
            contract=contract,
            bid=None if bid is None else contract.price(bid.price),
            bid_qty=None if bid is None else contract.qty(bid.visible),
            ask=None if ask is None else contract.price(ask.price),
            ask_qty=None if ask is None else contract.qty(ask.visible),
            last=desk.trades[-1] if desk.trades else None,
            index=contract.price(self._floor.index(contract)),
            mark=contract.price(self._floor.mark(contract)),
            open_interest=contract.qty(desk.open_interest),
            day=desk.tape.statistics(self.now - _DAY),
            mode=self.mode,
            at=self.now,
            **self._funding_of(contract),
        )

    def _funding_of(self, contract: Contract) -> dict[str, Any]:
        if contract.expiry is not None:
            return {}
        funding, index = self._floor.desks[contract].funding, self._floor.index(contract)
        coming = funding.prediction()
        return {
            "funding_rate": funding.absolute(funding.rate, funding.price or index),
            "funding_prediction": funding.absolute(coming, index),
            "relative_funding_rate": from_units(funding.rate, RATE_PLACES),
            "relative_funding_prediction": from_units(coming, RATE_PLACES),
            "next_funding_at": funding.next_at,
        }

    def total(self, unit: str) -> Decimal:
        """All there is of a currency, the exchange's own included. Only deposits and withdrawals change it."""
        return money(self._floor.total(unit))

    def _side(self, contract: Contract, side: Side) -> BookSide:
        book = self._floor.desks[contract].book
        return book.bids if side == "buy" else book.asks
