"""Cuts on the sockets of Futures v1 while orders come and go; then books, orders, fills and positions are compared.

``scripts/cut-campaign --futures`` runs as many as wanted, the suite a few.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from clients.cut_pictures import Broken, eventually, forget_book_faults
from krakenkit import (
    AsyncDerivativesClient,
    AsyncWebsocketClient,
    Gap,
    ReconnectPolicy,
    Refused,
    Timing,
    WsKey,
    streams,
)
from krakenkit._core.limits import AttemptBudget
from krakenkit.sandbox import Sandbox

PRODUCTS = ["PF_XBTUSD", "PF_ETHUSD"]
POLICY = ReconnectPolicy(first=0.005, base=0.01, ceiling=0.05, busy=0.02)
TIMING = Timing(ping_interval=0.5, pong_timeout=0.3, silence=0.3, ack_timeout=0.5)
AT_REST_SECONDS = 40.0
"""A book that failed again and again within a minute is subscribed anew after half a minute."""


class FuturesWorld:
    """A program with a book, its own orders, fills and positions; and an exchange whose lines are cut."""

    def __init__(self, box: Sandbox, rest: AsyncDerivativesClient, ws: AsyncWebsocketClient, seed: int) -> None:
        self.box = box
        self.rng = random.Random(seed)
        self.cuts: Counter[str] = Counter()
        self.gaps = 0
        self.placed = 0
        self.orders: dict[str, Decimal | None] = {}
        self.fills: set[str] = set()
        self.positions: dict[str, Decimal | None] = {}
        self.trading = True
        self.seconds = 0.0
        self._rest = rest
        self.books = {name: ws.book(name, ws_key=WsKey.DERIVATIVES_PUBLIC_V1) for name in PRODUCTS}
        self.readings: list[tuple[Any, Callable[[Any], None]]] = [
            *((book, lambda view: None) for book in self.books.values()),
            (ws.subscribe(streams.futures.Ticker(product_ids=PRODUCTS)), lambda row: None),
            (ws.subscribe(streams.futures.OpenOrders()), self._order),
            (ws.subscribe(streams.futures.Fills()), lambda fill: self.fills.add(fill.fill_id)),
            (ws.subscribe(streams.futures.OpenPositions()), self._position),
        ]

    def __str__(self) -> str:
        ways = ", ".join(f"{way} {count}" for way, count in sorted(self.cuts.items()))
        return (
            f"{self.cuts.total()} cuts ({ways}) in {self.seconds:.1f} s: {self.gaps} gaps told, {self.placed} orders, "
            f"{len(self.fills)} fills, {len(self.orders)} open in the end; all as on the exchange"
        )

    async def read(self, subscription: Any, take: Callable[[Any], None]) -> None:
        async for item in subscription:
            if not isinstance(item, Gap):
                take(item)
                continue
            self.gaps += 1
            if take == self._order:  # a snapshot follows, which may have no rows
                self.orders.clear()

    def _order(self, row: Any) -> None:
        if row.is_cancel:
            self.orders.pop(row.order_id, None)
        else:
            self.orders[row.order_id] = row.order.qty

    def _position(self, row: Any) -> None:
        self.positions = {held.instrument: held.balance for held in row.positions}

    async def trade(self) -> None:
        """Orders that rest, some of them cancelled again, and orders that are filled at once."""
        while self.trading:
            order: dict[str, Any] = {"symbol": "PF_XBTUSD", "size": "0.01", "side": self.rng.choice(("buy", "sell"))}
            try:
                if self.rng.random() < 0.5:
                    await self._rest.submit_order(order_type="mkt", **order)
                else:
                    price = 1000 if order["side"] == "buy" else 900_000
                    await self._rest.submit_order(order_type="lmt", limit_price=price, **order)
                self.placed += 1
                if len(self.orders) > 10 or (self.orders and self.rng.random() < 0.4):
                    await self._rest.cancel_order(order_id=self.rng.choice(list(self.orders)))
            except Refused:  # what is cancelled may be gone, and the market may be thin
                pass
            await asyncio.sleep(0.003)

    # --- cuts ---------------------------------------------------------------------------------------------------------

    @property
    def traded_enough(self) -> bool:
        """Whether there is enough to compare; a slow machine trades on after the last cut."""
        return self.placed > 50 and len(self.fills) > 10

    async def cut(self) -> None:
        """One cut, somewhere and somehow."""
        rng = self.rng
        await asyncio.sleep(rng.choice((0.0, 0.005, 0.02, 0.05)) * rng.random())
        way = rng.choice(("public", "private", "all", "challenge", "ack", "upgrade", "silence", "hole"))
        self.cuts[way] += 1
        match way:
            case "public" | "private" | "all":
                await self._drop(way)
            case "challenge" | "ack":  # a second cut while the first answers are under way
                self.box.faults.delay_acks(0.04)
                await self._drop("private" if way == "challenge" else "all")
                await asyncio.sleep(0.06 * rng.random())
                self.box.faults.drop_lines("all")
                self.box.faults.delay_acks(0)
            case "upgrade":
                self.box.faults.refuse_upgrades(503, count=2)
                await self._drop("all")
            case "silence":
                self.box.faults.silence(0.8)
                await asyncio.sleep(0.1)
            case _:
                self.box.faults.lose_next_book_update("PF_XBTUSD")
                self.box.faults.lose_next_report("fills")
                self.box.faults.lose_next_report("open_positions")
                await asyncio.sleep(0.02)
                await self._drop("public")

    async def _drop(self, kind: Any) -> None:
        """Cut what is up; when nothing is, the cut before is still being mended, or nothing private is followed yet."""
        async with asyncio.timeout(10):
            while not self.box.faults.drop_lines(kind):
                await asyncio.sleep(0.001)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    async def differs(self) -> str | None:
        """What the program shows otherwise than the exchange; None when all is the same."""
        for name, book in self.books.items():
            told = (await self._rest.get_orderbook(name)).order_book
            view = await book.synced()
            wanted = [[(row.price, row.size) for row in side] for side in (told.bids, told.asks)]
            if wanted != [[(level.price, level.qty) for level in side] for side in (view.bids, view.asks)]:
                return f"the book of {name}"
        there = {row.order_id: row.unfilled_size for row in (await self._rest.get_open_orders()).open_orders}
        if self.orders != there:
            return f"open orders: {len(self.orders)} shown, {len(there)} there"
        missing = {row.fill_id for row in (await self._rest.get_fills()).fills} - self.fills
        if missing:
            return f"{len(missing)} fills never shown"
        signs = {"long": 1, "short": -1}
        held = {
            row.symbol: row.size * signs[row.side] for row in (await self._rest.get_open_positions()).open_positions
        }
        return None if self.positions == held else f"positions: {self.positions} shown, {held} there"


async def run(cuts: int, seed: int) -> FuturesWorld:
    """So many cuts, and then the comparison.

    Raises:
        Broken: when what is shown differs in the end.
    """
    started = time.monotonic()
    async with Sandbox(seed=seed, market=PRODUCTS, pace=0.01) as box:
        key = box.futures_key("trader")
        options: dict[str, Any] = {"reconnect": POLICY, "timing": TIMING, "attempts": AttemptBudget(100_000)}
        async with (
            AsyncDerivativesClient(key, environment=box.environment, limits="off") as rest,
            AsyncWebsocketClient(key, environment=box.environment, **options) as ws,
        ):
            world = FuturesWorld(box, rest, ws, seed)
            reading = [asyncio.create_task(world.read(*one)) for one in world.readings]
            trading = asyncio.create_task(world.trade())
            for _ in range(cuts):
                await world.cut()
            await eventually(lambda: trading.done() or world.traded_enough, "orders and fills")
            world.trading = False
            await trading
            forget_book_faults(box)
            box.set_status("cancel_only")  # the market stands still
            await _equal(world)
            if any(task.done() for task in reading):
                raise Broken("a stream ended")
        await asyncio.wait(reading, timeout=2)
        if not all(task.done() for task in reading):
            raise Broken("a stream outlived its client")
    world.seconds = time.monotonic() - started
    return world


async def _equal(world: FuturesWorld) -> None:
    end = time.monotonic() + AT_REST_SECONDS
    difference: str | None = "never looked"
    while difference is not None:
        if time.monotonic() > end:
            raise Broken(difference)
        await asyncio.sleep(0.05)
        difference = await world.differs()
