"""Cuts on the Unified WebSocket while orders go over it; then books, orders, fills, positions and money are compared.

``scripts/cut-campaign --unified`` runs as many as wanted, the suite a few.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from clients.cut_pictures import Broken, eventually, forget_book_faults
from krakenkit import (
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    Gap,
    OutcomeUnknown,
    ReconnectPolicy,
    Refused,
    Timing,
    TransportError,
    WsKey,
    new_order_id,
    streams,
)
from krakenkit._core.limits import AttemptBudget
from krakenkit.sandbox import Sandbox

ACCOUNT = "trader"
POLICY = ReconnectPolicy(first=0.005, base=0.01, ceiling=0.05, busy=0.02)
TIMING = Timing(ping_interval=0.5, pong_timeout=0.3, silence=0.3, ack_timeout=0.5)
AT_REST_SECONDS = 40.0
"""A book that failed again and again within a minute is subscribed anew after half a minute."""
_OVER = ("filled", "canceled", "expired")


class UnifiedWorld:
    """A program with books, orders, fills, positions and money; and an exchange whose lines are cut."""

    def __init__(self, box: Sandbox, ws: AsyncWebsocketClient, trading: AsyncWebsocketAPIClient, seed: int) -> None:
        self.box = box
        self.rng = random.Random(seed)
        self.cuts: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.attempts: dict[str, str] = {}
        """How placing each order ended, by its ``cl_ord_id``."""
        self.gaps = 0
        self.orders: dict[str, Decimal | None] = {}
        """Limit prices of open orders."""
        self.fills: set[str] = set()
        self.positions: dict[str, Decimal | None] = {}
        self.money: Decimal | None = None
        self.trading = True
        self.seconds = 0.0
        self._trade = trading
        unified = streams.unified
        self.books = [
            (ws.book("PF_XBTUSD", ws_key=WsKey.UNIFIED_PUBLIC), 10),
            (ws.book("PF_ETHUSD", depth=25, ws_key=WsKey.UNIFIED_PUBLIC), 25),
            (ws.book("PF_XBTUSD", level=3, ws_key=WsKey.UNIFIED_L3), 10),
        ]
        self.readings: list[tuple[Any, Callable[[Any], None]]] = [
            *((book, lambda view: None) for book, _ in self.books),
            (ws.subscribe(unified.Ticker(symbol=["PF_XBTUSD", "PF_ETHUSD"])), lambda row: None),
            (ws.subscribe(unified.Executions(snap_trades=True)), self._report),
            (ws.subscribe(unified.Positions()), self._position),
            (ws.subscribe(unified.Balances()), self._balance),
        ]

    def __str__(self) -> str:
        ways = ", ".join(f"{way} {count}" for way, count in sorted(self.cuts.items()))
        ends = ", ".join(f"{end} {count}" for end, count in sorted(self.ended.items()))
        return (
            f"{self.cuts.total()} cuts ({ways}) in {self.seconds:.1f} s: {self.gaps} gaps told, {len(self.attempts)} orders, "
            f"{len(self.fills)} fills, {len(self.orders)} open in the end; commands {ends}; all as on the exchange"
        )

    # --- what is read ---------------------------------------------------------------------------------------------------

    async def read(self, subscription: Any, take: Callable[[Any], None]) -> None:
        async for item in subscription:
            if not isinstance(item, Gap):
                take(item)
                continue
            self.gaps += 1
            if take == self._report:  # a snapshot follows, which may have no rows
                self.orders.clear()

    def _report(self, row: Any) -> None:
        if row.exec_type == "trade":
            self.fills.add(row.exec_id)
        elif row.order_status in _OVER:
            self.orders.pop(row.order_id, None)
        else:
            self.orders[row.order_id] = row.limit_price or self.orders.get(row.order_id)

    def _position(self, update: Any) -> None:
        if update.snapshot:
            self.positions.clear()
        for held in update.futures:
            self.positions[held.symbol] = held.size
            if not held.size:
                del self.positions[held.symbol]

    def _balance(self, row: Any) -> None:
        if row.wallet_id == "flex":
            self.money = row.balance
        for wallet in row.wallets or ():
            if wallet.id == "flex":
                self.money = wallet.balance

    # --- what is done ---------------------------------------------------------------------------------------------------

    async def trade(self) -> None:
        """Orders that rest, some of them amended or cancelled again, and orders that are filled at once."""
        while self.trading:
            await self._place()
            if self.orders and self.rng.random() < 0.5:
                await self._change(self.rng.choice(list(self.orders)))
            if len(self.orders) > 20:
                await self._ends(self._trade.cancel_all_unified_orders())
            await asyncio.sleep(self.rng.choice((0, 0, 0.003)))

    async def _place(self, *, at_once: bool = False) -> None:
        name = new_order_id()
        order: dict[str, Any] = {"symbol": "PF_XBTUSD", "order_qty": "0.01", "side": self.rng.choice(("buy", "sell"))}
        if at_once or self.rng.random() < 0.4:
            order["order_type"] = "market"
        else:
            order |= {"order_type": "limit", "limit_price": 91_000 if order["side"] == "buy" else 99_000}
        self.attempts[name] = await self._ends(self._trade.submit_unified_order(cl_ord_id=name, **order))

    async def _change(self, order_id: str) -> None:
        if self.rng.random() < 0.5:
            price = self.rng.randint(500, 900) * 100
            await self._ends(self._trade.amend_unified_order(order_id=order_id, limit_price=price, post_only=True))
        else:
            await self._ends(self._trade.cancel_unified_order(order_id=[order_id, order_id]))

    async def _ends(self, call: Any) -> str:
        """How a command ended."""
        end = "settled"
        try:
            await call
        except OutcomeUnknown:
            end = "unknown"
        except TransportError as error:
            if error.sent:
                raise
            end = "unsent"
        except Refused:  # what is changed may be gone, and a price may cross
            end = "refused"
        self.ended[end] += 1
        return end

    @property
    def traded_enough(self) -> bool:
        """Whether there is enough to compare; a slow machine trades on after the last cut."""
        return len(self.attempts) > 20 and len(self.fills) > 5

    # --- cuts -----------------------------------------------------------------------------------------------------------

    async def cut(self) -> None:
        """One cut, somewhere and somehow."""
        rng = self.rng
        await asyncio.sleep(rng.choice((0.0, 0.02, 0.1, 0.2)) * rng.random())
        way = rng.choice(("public", "private", "all", "ack", "command", "token", "upgrade", "silence", "hole"))
        self.cuts[way] += 1
        match way:
            case "public" | "private" | "all":
                await self._drop(way)
            case "ack":  # a second cut while the first answers are under way
                self.box.faults.delay_acks(0.04)
                await self._drop("all")
                await asyncio.sleep(0.06 * rng.random())
                self.box.faults.drop_lines("all")
                self.box.faults.delay_acks(0)
            case "command":
                self.box.faults.drop_after_command(rng.choice(("add_order", "amend_order", "cancel_order", None)))
                await asyncio.sleep(0.02)
            case "token":
                self.box.faults.stale_tokens()
                await self._drop("private")
            case "upgrade":
                self.box.faults.refuse_upgrades(503, count=2)
                await self._drop("all")
            case "silence":
                self.box.faults.silence(0.8)
                await asyncio.sleep(0.1)
            case _:
                self._leave_holes()
                await asyncio.sleep(0.02)
                await self._drop("public")

    def _leave_holes(self) -> None:
        self.box.faults.lose_next_book_update("PF_XBTUSD")
        self.box.faults.corrupt_next_checksum("PF_ETHUSD")
        for channel in ("executions", "balances"):
            self.box.faults.lose_next_report(channel)

    async def show_holes(self) -> None:
        """Let reports follow on each that was to get lost: until then nobody can tell that it did."""
        for _ in range(self.cuts["hole"] + 1):
            await self._place(at_once=True)

    async def _drop(self, kind: Any) -> None:
        """Cut what is up; when nothing is, the cut before is still being mended."""
        async with asyncio.timeout(10):
            while not self.box.faults.drop_lines(kind):
                await asyncio.sleep(0.001)

    # --- afterwards -----------------------------------------------------------------------------------------------------

    def differences(self) -> Iterator[str]:
        """What the program shows otherwise than the exchange."""
        exchange = self.box._venue.futures.exchange
        for book, depth in self.books:
            contract = exchange.contracts.find(next(iter(book.symbols)))
            if contract is None or not book.is_synced():
                yield f"the book of {depth} levels is withheld: {book.why()}"
                continue
            view = book.view()
            mine = [[(level.price, level.qty) for level in side] for side in (view.bids, view.asks)]
            if mine != [exchange.levels(contract, side, depth) for side in ("buy", "sell")]:
                yield f"the book of {contract.symbol}"
        there = {order.order_id: order.limit_price for order in exchange.open_orders(ACCOUNT)}
        if self.orders != there:
            yield f"open orders: {len(self.orders)} shown, {len(there)} there"
        missing = {fill.fill_id for fill in exchange.fills(ACCOUNT)} - self.fills
        if missing:
            yield f"{len(missing)} fills never shown"
        held = {one.contract.symbol: one.size for one in exchange.holdings(ACCOUNT)}
        if self.positions != held:
            yield f"positions: {self.positions} shown, {held} there"
        money = exchange.wallet(ACCOUNT, "flex").balance
        if self.money != money:
            yield f"money: {self.money} shown, {money} there"

    def find_orders(self) -> None:
        """Look every order up by its own name: there when it was settled, never when it was refused or did not leave."""
        exchange = self.box._venue.futures.exchange
        for name, end in self.attempts.items():
            there = len(exchange.orders(ACCOUNT, [name], since=0))
            if there not in {"settled": (1,), "unknown": (0, 1)}.get(end, (0,)):
                raise Broken(f"an order that ended {end} is there {there} times")


async def run(cuts: int, seed: int) -> UnifiedWorld:
    """So many cuts, and then the comparison.

    Raises:
        Broken: when what is shown differs in the end.
    """
    started = time.monotonic()
    async with Sandbox(seed=seed, market=["PF_XBTUSD", "PF_ETHUSD"], pace=0.01) as box:
        key = box.key(ACCOUNT)
        options: dict[str, Any] = {
            "environment": box.environment,
            "reconnect": POLICY,
            "timing": TIMING,
            "attempts": AttemptBudget(100_000),
        }
        async with (
            AsyncWebsocketClient(key, **options) as ws,
            AsyncWebsocketAPIClient(key, ws_key=WsKey.UNIFIED_PRIVATE, **options) as trading,
        ):
            world = UnifiedWorld(box, ws, trading, seed)
            reading = [asyncio.create_task(world.read(*one)) for one in world.readings]
            working = asyncio.create_task(world.trade())
            for _ in range(cuts):
                await world.cut()
            await eventually(lambda: working.done() or world.traded_enough, "orders and fills")
            world.trading = False
            await working
            await world.show_holes()
            forget_book_faults(box)
            box.set_status("cancel_only")  # the market stands still
            await _equal(world)
            world.find_orders()
            if any(task.done() for task in reading):
                raise Broken("a stream ended")
        await asyncio.wait(reading, timeout=2)
        if not all(task.done() for task in reading):
            raise Broken("a stream outlived its client")
    world.seconds = time.monotonic() - started
    return world


async def _equal(world: UnifiedWorld) -> None:
    end = time.monotonic() + AT_REST_SECONDS
    while found := list(world.differences()):
        if time.monotonic() > end:
            raise Broken("; ".join(found))
        await asyncio.sleep(0.05)
