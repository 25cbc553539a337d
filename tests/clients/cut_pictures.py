"""What a program knows from its streams alone, and whether that is how things stand at the exchange.

The readers believe every row and forget at every marker what it speaks of, as a careful program does. A row that does not
follow from the one before it, without a marker between them, is a silent gap and fails.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from krakenkit import AsyncSpotClient, Gap, streams
from krakenkit.clients.live_book import LiveBook
from krakenkit.sandbox import Sandbox

Terms = tuple[Decimal, Decimal, Decimal | None]
"""Quantity, filled quantity, limit price."""
_OVER = ("filled", "canceled", "expired")


class Broken(AssertionError):
    """Something that must always hold did not."""


async def eventually(done: Callable[[], bool], wanted: str, seconds: float = 40.0) -> None:
    """Wait until it is done, however slow the machine is.

    Raises:
        Broken: when it takes longer than any machine should need.
    """
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise Broken(f"not in {seconds:g} s: {wanted}")
        await asyncio.sleep(0.02)


def forget_book_faults(box: Sandbox) -> None:
    """Take back faults of books that found no occasion.

    Those set while a book was withheld would wait for its next snapshot, and a book that failed again and again is only
    subscribed anew after half a minute: each would cost another one.
    """
    box.faults.clear("corrupt_next_checksum")
    box.faults.clear("lose_next_book_update")


class TradeReader:
    """Follows the numbers of public trades, which rise by one for each symbol."""

    def __init__(self) -> None:
        self.rows = 0
        self._last: dict[str, streams.spot.TradeUpdate] = {}

    def take(self, item: Any) -> None:
        """Take one item of the stream in."""
        if isinstance(item, Gap):
            for name in item.topics:
                self._last.pop(name.removeprefix("trade "), None)
            return
        self.rows += 1
        last = self._last.get(item.symbol)
        self._last[item.symbol] = item
        if last is None:
            return
        # A request that was repeated for want of an answer brings its snapshot twice, with nothing missing between them.
        again = item.snapshot and item.trade_id <= last.trade_id
        if not again and item.trade_id != last.trade_id + 1:
            raise Broken(f"trade {item.trade_id} of {item.symbol} followed {last.trade_id} without a marker")


class TickerReader:
    """The best prices of each symbol."""

    def __init__(self) -> None:
        self.best: dict[str, tuple[Decimal, Decimal]] = {}

    def take(self, item: Any) -> None:
        """Take one item of the stream in."""
        if not isinstance(item, Gap):
            self.best[item.symbol] = (item.bid, item.ask)


class AccountReader:
    """Open orders and balances, from executions and balances."""

    def __init__(self) -> None:
        self.orders: dict[str, Terms] = {}
        self.balances: dict[str, Decimal] = {}
        self.rows = 0

    def take_report(self, item: Any) -> None:
        """Take one item of the executions in."""
        if isinstance(item, Gap):
            self.orders.clear()
            return
        self.rows += 1
        if item.order_status in _OVER:
            self.orders.pop(item.order_id, None)
            return
        qty, filled, limit = self.orders.get(item.order_id, (Decimal(0), Decimal(0), None))
        self.orders[item.order_id] = (item.order_qty or qty, item.cum_qty or filled, item.limit_price or limit)

    def take_balance(self, item: Any) -> None:
        """Take one item of the balances in."""
        if isinstance(item, Gap):
            self.balances.clear()
        else:
            self.rows += 1
            self.balances[item.asset] = item.balance


def engine(box: Sandbox) -> Any:
    """The exchange behind the wire. Only its own thread may look, so the sandbox has to live on this loop."""
    return box._venue.exchange


def books_differ(box: Sandbox, books: Iterator[tuple[LiveBook, int]] | list[tuple[LiveBook, int]]) -> Iterator[str]:
    """How the proven books differ from the exchange's levels."""
    for book, depth in books:
        for symbol in book.symbols:
            if not book.is_synced(symbol):
                yield f"the book of {symbol} is withheld: {book.why(symbol)}"
                continue
            view = book.view(symbol)
            for side, mine in (("buy", view.bids), ("sell", view.asks)):
                theirs = [(level.price, level.qty) for level in engine(box).levels(symbol, side, depth)]
                if [(level.price, level.qty) for level in mine] != theirs:
                    yield f"the {side} side of {symbol} differs"


def tickers_differ(box: Sandbox, reader: TickerReader, symbols: list[str]) -> Iterator[str]:
    """How the best prices differ from the exchange's."""
    for symbol in symbols:
        now = engine(box).ticker(symbol)
        if reader.best.get(symbol) != (now.bid, now.ask):
            yield f"the ticker of {symbol} shows {reader.best.get(symbol)}, and {now.bid}, {now.ask} is right"


def account_differs(box: Sandbox, reader: AccountReader, account: str) -> Iterator[str]:
    """How orders and balances differ from the exchange's."""
    held = {one.asset.display: one.balance for one in engine(box).balances(account)}
    if reader.balances != held:
        wrong = {asset for asset in held | reader.balances if held.get(asset) != reader.balances.get(asset)}
        yield f"the balances of {sorted(wrong)} differ"
    orders = {
        order.order_id: (order.qty, order.cum_qty, order.limit_price) for order in engine(box).open_orders(account)
    }
    if reader.orders != orders:
        wrong = {name for name in orders | reader.orders if orders.get(name) != reader.orders.get(name)}
        yield f"{len(wrong)} open orders differ: {sorted((reader.orders.get(one), orders.get(one)) for one in wrong)[:3]}"


async def rest_differs(spot: AsyncSpotClient, reader: AccountReader) -> list[str]:
    """How orders and balances differ from what REST says."""
    found: list[str] = []
    told = {
        name: (order.vol, order.vol_exec, Decimal(order.descr.price))
        for name, order in (await spot.get_open_orders()).open.items()
    }
    if told != reader.orders:
        found.append(f"REST tells of {len(told)} open orders, the stream of {len(reader.orders)}")
    balances = await spot.get_account_balance()
    if sorted(balances.values()) != sorted(reader.balances.values()):
        found.append("REST tells of other balances than the stream")
    return found
