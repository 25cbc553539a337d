"""What can be asked of a running exchange. Nothing here changes anything."""

from __future__ import annotations

from decimal import Decimal

from .accounts import Account, AccountTrade, Balance, LedgerEntry
from .book import Book, BookSide
from .candles import INTERVALS, KEPT, Candle
from .events import PublicTrade, SystemStatus
from .feeds import BookLevel, DepthFeed, QueuedOrder, QueueFeed, book_levels, book_queue
from .fees import Ladder, place_on
from .floor import Desk, Floor
from .instruments import Asset, Instruments, Pair
from .margin.equity import Appraiser, MarginSummary, OpenPosition, appraised
from .margin.positions import PositionView
from .orders import AmendRecord, Order, OrderView
from .refusals import UNKNOWN_ASSET, UNKNOWN_ORDER, UNKNOWN_PAIR, EngineRefused, invalid
from .tape import Spread, Ticker


class ExchangeViews:
    """The reading half of an exchange. Pairs and assets may be given in any spelling; lists of one account are newest first."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._status: SystemStatus = "online"

    @property
    def instruments(self) -> Instruments:
        return self._floor.instruments

    @property
    def now(self) -> int:
        """The latest moment the exchange has heard of."""
        return self._floor.now

    @property
    def status(self) -> SystemStatus:
        return self._status

    def pair_status(self, pair: Pair) -> str:
        """The pair's own status while the exchange is online, and the mode of the exchange else."""
        return pair.status if self._status == "online" else self._status

    def pair(self, name: str) -> Pair:
        """The pair of this name.

        Raises:
            EngineRefused: ``EQuery:Unknown asset pair``.
        """
        pair = self.instruments.pair(name)
        if pair is None:
            raise EngineRefused(UNKNOWN_PAIR)
        return pair

    def asset(self, name: str) -> Asset:
        """The asset of this name.

        Raises:
            EngineRefused: ``EQuery:Unknown asset``.
        """
        asset = self.instruments.asset(name)
        if asset is None:
            raise EngineRefused(UNKNOWN_ASSET)
        return asset

    # An account

    def balances(self, account: str) -> list[Balance]:
        """Every asset the account ever had, with what is held of it."""
        owner = self._account(account)
        return [owner.balance(asset) for asset in owner.balances]  # money gets into Earn by way of the main wallet

    def balance(self, account: str, asset: str) -> Balance:
        """One balance; zero for an asset the account never had."""
        return self._account(account).balance(self.asset(asset))

    def equity(self, account: str, asset: str = "USD") -> Decimal:
        """All balances of the account in one asset, at last prices; assets without a price count as nothing."""
        unit = self.asset(asset)
        worths = (self._floor.worth(held.balance, held.asset, unit) for held in self.balances(account))
        return sum((worth for worth in worths if worth is not None), Decimal(0))

    def volume(self, account: str) -> Decimal:
        """What the account traded in the last thirty days, in dollars at the last prices of each moment."""
        return self._account(account).volume.dollars(self.now)

    def fee_steps(self, account: str, pair: str) -> tuple[Ladder, int]:
        """The steps of the account's fees on a pair, and which of them it stands on."""
        owner = self._account(account)
        ladder = owner.ladder(self.pair(pair))
        return ladder, place_on(ladder, owner.volume.counted(self.now))

    def worth(self, amount: Decimal, asset: str, unit: str) -> Decimal | None:
        """An amount in another asset at last prices; None when no traded pair leads there."""
        return self._floor.worth(amount, self.asset(asset), self.asset(unit))

    def open_orders(self, account: str, *, userref: int | None = None, cl_ord_id: str | None = None) -> list[OrderView]:
        """Open orders, all of them or those of one reference."""
        orders = reversed(self._account(account).open.values())
        return [order.view() for order in orders if _is_meant(order, userref, cl_ord_id)]

    def closed_orders(
        self, account: str, *, userref: int | None = None, cl_ord_id: str | None = None
    ) -> list[OrderView]:
        """Closed orders, the one closed last first."""
        orders = reversed(self._account(account).closed.values())
        return [order.view() for order in orders if _is_meant(order, userref, cl_ord_id)]

    def order(self, account: str, order_id: str) -> OrderView:
        """One order, open or closed.

        Raises:
            EngineRefused: ``EOrder:Unknown order``.
        """
        return self._order(account, order_id).view()

    def open_type(self, account: str, order_id: str | None, cl_ord_id: str | None) -> str | None:
        """The type of an open order; None when there is none of these ids."""
        order = self._open(account, order_id, cl_ord_id)
        return None if order is None else order.order_type

    def open_pair(self, account: str, order_id: str | None, cl_ord_id: str | None) -> Pair | None:
        """The pair of an open order; None when there is none of these ids."""
        order = self._open(account, order_id, cl_ord_id)
        return None if order is None else order.pair

    def amends(self, account: str, order_id: str) -> list[AmendRecord]:
        """The history of one order's terms, the order as entered first.

        Raises:
            EngineRefused: ``EOrder:Unknown order``.
        """
        order = self._order(account, order_id)
        return list(order.amends) or [order.as_entered()]

    def trades(self, account: str) -> list[AccountTrade]:
        """The account's trades."""
        return list(reversed(self._account(account).trades.values()))

    def trade(self, account: str, trade_id: str) -> AccountTrade | None:
        """One of the account's trades."""
        return self._account(account).trades.get(trade_id)

    def ledger(self, account: str) -> list[LedgerEntry]:
        """The account's ledger."""
        return list(reversed(self._account(account).ledger.values()))

    def ledger_entry(self, account: str, ledger_id: str) -> LedgerEntry | None:
        """One entry of the account's ledger."""
        return self._account(account).ledger.get(ledger_id)

    def margin(self, account: str, asset: str = "USD") -> MarginSummary:
        """What the account is worth as margin and what its positions bind, in one asset at last prices."""
        unit = self.asset(asset)
        return Appraiser(self._floor, unit).means(self._account(account)).summary(unit)

    def positions(self, account: str) -> list[OpenPosition]:
        """The account's open positions, with what they are worth."""
        return [
            appraised(self._floor, position) for position in reversed(self._account(account).positions.open.values())
        ]

    def position(self, account: str, position_id: str) -> PositionView | None:
        """One of the account's positions, open or closed."""
        positions = self._account(account).positions
        found = positions.open.get(position_id) or positions.closed.get(position_id)
        return None if found is None else found.view()

    def total(self, asset: str) -> Decimal:
        """All there is of an asset: balances of all accounts, fees, the pool for margin and the insurance.

        Only deposits and withdrawals change it.
        """
        return self._floor.treasury.total(self.asset(asset))

    # A pair

    def levels(self, pair: str, side: str, depth: int | None = None) -> list[BookLevel]:
        """Bids (side ``buy``) or asks (``sell``) by price, best first."""
        return book_levels(self.pair(pair), self._side(pair, side), depth)

    def queue(self, pair: str, side: str, depth: int | None = None) -> list[QueuedOrder]:
        """Bids or asks order by order, in the order they will trade; ``depth`` counts price levels."""
        return book_queue(self.pair(pair), self._side(pair, side), depth)

    def depth_feed(self, pair: str, depth: int) -> DepthFeed:
        """A new feed of the level 2 book."""
        return DepthFeed(self.pair(pair), self._book(pair), depth)

    def queue_feed(self, pair: str, depth: int) -> QueueFeed:
        """A new feed of the level 3 book."""
        return QueueFeed(self.pair(pair), self._book(pair), depth)

    def ticker(self, pair: str) -> Ticker:
        """The numbers of the moment."""
        desk = self._desk(pair)
        return desk.tape.ticker(desk.book, self.now)

    def candles(self, pair: str, interval: int, *, count: int = KEPT) -> list[Candle]:
        """The newest candles of an interval in minutes, oldest first, the one still forming last.

        Raises:
            EngineRefused: for an interval Kraken does not offer.
        """
        if interval not in INTERVALS:
            raise invalid("interval")
        return self._desk(pair).tape.candles.rows(interval, self.now, count=count)

    def public_trades(self, pair: str) -> list[PublicTrade]:
        """The newest trades of a pair, oldest first."""
        return list(self._desk(pair).tape.trades)

    def spreads(self, pair: str) -> list[Spread]:
        """The newest best prices of a pair, oldest first."""
        return list(self._desk(pair).tape.spreads)

    def _account(self, name: str) -> Account:
        return self._floor.treasury.account(name)

    def _open(self, account: str, order_id: str | None, cl_ord_id: str | None) -> Order | None:
        owner = self._account(account)
        return owner.open.get(order_id) if order_id is not None else owner.client_ids.get(cl_ord_id or "")

    def _order(self, account: str, order_id: str) -> Order:
        owner = self._account(account)
        order = owner.open.get(order_id) or owner.closed.get(order_id)
        if order is None:
            raise EngineRefused(UNKNOWN_ORDER)
        return order

    def _desk(self, pair: str) -> Desk:
        return self._floor.desks[self.pair(pair).name]

    def _book(self, pair: str) -> Book:
        return self._desk(pair).book

    def _side(self, pair: str, side: str) -> BookSide:
        book = self._book(pair)
        return book.bids if side == "buy" else book.asks


def _is_meant(order: Order, userref: int | None, cl_ord_id: str | None) -> bool:
    return (userref is None or order.userref == userref) and (cl_ord_id is None or order.cl_ord_id == cl_ord_id)
