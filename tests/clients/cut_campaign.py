"""Cuts at random moments while books are read, orders are placed and tokens fetched; then everything is compared.

``scripts/cut-campaign`` runs as many as wanted, the suite a few.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from clients import futures_cuts, unified_cuts
from clients.cut_pictures import (
    AccountReader,
    Broken,
    TickerReader,
    TradeReader,
    account_differs,
    books_differ,
    engine,
    eventually,
    forget_book_faults,
    rest_differs,
    tickers_differ,
)
from krakenkit import (
    AsyncSpotClient,
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    Credentials,
    KrakenLifecycleWarning,
    OutcomeUnknown,
    ReconnectPolicy,
    Refused,
    Timing,
    TransportError,
    new_order_id,
    streams,
)
from krakenkit._core.limits import AttemptBudget
from krakenkit.clients.live_book import LiveBook
from krakenkit.sandbox import Sandbox

SYMBOLS = ["BTC/USD", "ETH/USD", "SOL/USD"]
ACCOUNT = "trader"
TOKEN = "/0/private/GetWebSocketsToken"
POLICY = ReconnectPolicy(first=0.005, base=0.01, ceiling=0.05, busy=0.02)
TIMING = Timing(ping_interval=0.5, pong_timeout=0.3, silence=0.3, ack_timeout=0.5)
WORKERS = 3
FEWEST = 10
"""A slow machine trades on after the last cut, until more commands than this were settled."""
AT_REST_SECONDS = 40.0
"""A book that failed again and again within a minute is subscribed anew after half a minute."""


@dataclass(slots=True)
class Attempt:
    """One order and what became of it."""

    cl_ord_id: str | None
    userref: int | None
    outcome: str = "waiting"
    order_id: str | None = None


@dataclass(slots=True)
class Report:
    """What happened in a campaign."""

    cuts: Counter[str] = field(default_factory=Counter[str])
    reconnects: int = 0
    gaps: int = 0
    commands: Counter[str] = field(default_factory=Counter[str])
    ended: Counter[str] = field(default_factory=Counter[str])
    refusals: Counter[str] = field(default_factory=Counter[str])
    orders: Counter[str] = field(default_factory=Counter[str])
    unknown_found: int = 0
    unknown_absent: int = 0
    rows: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.cuts.total()} cuts ({_listed(self.cuts)}) in {self.seconds:.1f} s: {self.reconnects} reconnections, "
            f"{self.gaps} gaps told, {self.rows} rows; {self.commands.total()} commands ({_listed(self.commands)}), "
            f"which ended ({_listed(self.ended)}; refused: {_listed(self.refusals)}); orders "
            f"{_listed(self.orders)}, unknown ones found {self.unknown_found}, proven absent {self.unknown_absent}"
        )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


class Trader:
    """Places, amends and cancels orders without a pause, and keeps book of what each call ended with."""

    def __init__(self, trading: AsyncWebsocketAPIClient, rng: random.Random, report: Report) -> None:
        self.attempts: list[Attempt] = []
        self.stopping = False
        self._trading = trading
        self._rng = rng
        self._report = report

    async def run(self) -> None:
        """Work until it is told to stop."""
        while not self.stopping:
            attempt = await self.place()
            if attempt.order_id is not None and self._rng.random() < 0.6:
                await self.change(attempt.order_id)
            elif attempt.outcome == "refused":  # the exchange takes only so many open orders
                await self.ends("cancel all", self._trading.cancel_all_spot_orders)
            await asyncio.sleep(self._rng.choice((0, 0, 0.002, 0.01)))

    async def place(self, *, resting: bool = False) -> Attempt:
        """Place one order under a name of its own, at the market or far away from it; ``resting`` ones are far away."""
        rng = self._rng
        named = rng.random() < 0.5
        attempt = Attempt(new_order_id() if named else None, None if named else rng.randint(1, 2**31 - 1))
        self.attempts.append(attempt)
        own = {"cl_ord_id": attempt.cl_ord_id} if named else {"order_userref": attempt.userref}
        order: dict[str, Any] = {"symbol": "BTC/USD", "side": rng.choice(("buy", "sell")), "order_qty": "0.001", **own}
        if not resting and rng.random() < 0.3:
            order["order_type"] = "market"
        else:
            order |= {"order_type": "limit", "limit_price": "1000" if order["side"] == "buy" else "900000"}
        answer = await self.ends("submit", lambda: self._trading.submit_spot_order(**order), attempt)
        if answer is not None:
            attempt.order_id = answer.order_id
        return attempt

    async def change(self, order_id: str) -> None:
        """Amend or cancel an order; filled ones refuse that."""
        if self._rng.random() < 0.5:
            await self.ends("amend", lambda: self._trading.amend_spot_order(order_id=order_id, order_qty="0.002"))
        else:
            await self.ends("cancel", lambda: self._trading.cancel_spot_order(order_id=[order_id, order_id]))

    async def ends(self, name: str, call: Callable[[], Any], attempt: Attempt | None = None) -> Any:
        """The answer of a call, None when there is none; counts how it ended."""
        self._report.commands[name] += 1
        answer, outcome = None, "settled"
        try:
            answer = await call()
        except OutcomeUnknown:
            outcome = "unknown"
        except TransportError as error:
            if error.sent:
                raise
            outcome = "unsent"
        except Refused as refused:
            outcome = "refused"
            self._report.refusals[refused.codes[0]] += 1
        self._report.ended[outcome] += 1
        if attempt is not None:
            attempt.outcome = outcome
        return answer


class Saboteur:
    """Cuts lines, each time in another way and at another moment."""

    def __init__(self, box: Sandbox, rng: random.Random, report: Report) -> None:
        self._box = box
        self._rng = rng
        self._report = report
        self._ways: list[tuple[str, int, Callable[[], Any]]] = [
            ("public", 6, lambda: self._drop("public")),
            ("private", 6, lambda: self._drop("private")),
            ("all", 3, lambda: self._drop("all")),
            ("before the ack", 4, self._before_the_ack),
            ("after a command", 5, self._after_a_command),
            ("during the token call", 4, self._during_the_token_call),
            ("with the token call", 2, self._with_the_token_call),
            ("stale tokens", 1, self._stale_tokens),
            ("refused upgrades", 1, self._refused_upgrades),
            ("refused subscriptions", 1, self._refused_subscriptions),
            ("silence", 1, self._silence),
            ("beside a hole", 2, self._beside_a_hole),
        ]

    async def cut(self) -> None:
        """One cut."""
        await asyncio.sleep(self._rng.choice((0.0, 0.005, 0.02, 0.05, 0.15)) * self._rng.random())
        names = [name for name, _, _ in self._ways]
        chosen = self._rng.choices(range(len(names)), [weight for _, weight, _ in self._ways])[0]
        await self._ways[chosen][2]()
        self._report.cuts[names[chosen]] += 1

    async def _drop(self, kind: Any) -> None:
        """Cut what is up; when nothing is, the cut before is still being mended, so wait for it."""
        async with asyncio.timeout(10):
            while not self._box.faults.drop_lines(kind):
                await asyncio.sleep(0.001)

    async def _before_the_ack(self) -> None:
        self._box.faults.delay_acks(0.05)
        await self._drop("all")
        await asyncio.sleep(0.06 * self._rng.random())
        await self._drop("all")
        self._box.faults.delay_acks(0)

    async def _after_a_command(self) -> None:
        self._box.faults.drop_after_command(self._rng.choice(("add_order", "amend_order", "cancel_order", None)))
        await asyncio.sleep(0.02)

    async def _during_the_token_call(self) -> None:
        self._box.faults.delay_rest(0.03, path=TOKEN)
        await self._drop("private")
        await asyncio.sleep(0.04 * self._rng.random())
        await self._drop("private")

    async def _with_the_token_call(self) -> None:
        self._rng.choice(
            (self._box.faults.close_before_request, self._box.faults.close_after_request, self._refuse_token)
        )(TOKEN)
        await self._drop("private")

    def _refuse_token(self, path: str) -> None:
        self._box.faults.refuse_rest("EService:Unavailable", path=path)

    async def _stale_tokens(self) -> None:
        self._box.faults.stale_tokens()
        await asyncio.sleep(0.05)
        await self._drop("private")

    async def _refused_upgrades(self) -> None:
        self._box.faults.refuse_upgrades(503, count=2)
        await self._drop("all")

    async def _refused_subscriptions(self) -> None:
        self._box.faults.refuse_subscriptions(count=2)
        await self._drop("public")

    async def _silence(self) -> None:
        self._box.faults.silence(0.8)
        await asyncio.sleep(0.9)
        await self._drop("all")

    async def _beside_a_hole(self) -> None:
        self._box.faults.lose_next_report(self._rng.choice(("executions", "balances")))
        self._box.faults.lose_next_book_update(self._rng.choice(SYMBOLS))
        self._box.faults.corrupt_next_checksum(self._rng.choice(SYMBOLS))
        await asyncio.sleep(0.02)
        await self._drop("all")

    async def leave_holes(self, trader: Trader) -> None:
        """Lose something everywhere without cutting a line: the holes have to be noticed and mended by themselves."""
        for symbol in SYMBOLS:
            self._box.faults.lose_next_book_update(symbol)
        self._box.faults.lose_next_report("balances")
        for asset in ("EUR", "ADA"):
            self._box.deposit(ACCOUNT, asset, 5)
        self._box.faults.lose_next_report("executions")
        await trader.place(resting=True)


class World:
    """One sandbox with a program that reads and trades."""

    def __init__(self, box: Sandbox, seed: int) -> None:
        self.box = box
        self.report = Report()
        self.rng = random.Random(seed)
        self.trades, self.ticker, self.account = TradeReader(), TickerReader(), AccountReader()
        self.books: list[tuple[LiveBook, int]] = []
        self.traders: list[Trader] = []
        self.subscriptions: list[Any] = []
        self.tasks: list[asyncio.Task[None]] = []

    def read(self, subscription: Any, take: Callable[[Any], None]) -> None:
        """Read a subscription to its end."""

        async def run() -> None:
            async for item in subscription:
                take(item)

        self.subscriptions.append(subscription)
        self.tasks.append(asyncio.create_task(run()))

    async def move_the_market(self) -> None:
        """Let the market act until this is cancelled."""
        while True:
            self.box.advance(0.05)
            await asyncio.sleep(self.rng.random() * 0.01)

    def traded_enough(self) -> bool:
        """Whether the traders did what the comparison is about."""
        self.check_tasks()
        return self.report.ended["settled"] > FEWEST

    def check_tasks(self) -> None:
        """Raise what a reader or a trader found."""
        for task in self.tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def differences(self) -> list[str]:
        """How the pictures differ from the exchange now."""
        return [
            *books_differ(self.box, self.books),
            *tickers_differ(self.box, self.ticker, SYMBOLS),
            *account_differs(self.box, self.account, ACCOUNT),
        ]

    async def come_to_rest(self, spot: AsyncSpotClient) -> None:
        """Wait until all pictures are right; they have to be, once nothing moves any more."""
        deadline = time.monotonic() + AT_REST_SECONDS
        while found := self.differences():
            self.check_tasks()
            if time.monotonic() > deadline:
                raise Broken("; ".join(found))
            await asyncio.sleep(0.02)
        if found := await rest_differs(spot, self.account):
            raise Broken("; ".join(found))


def find_orders(world: World) -> None:
    """Look every order up by its own name: there once when it was settled, never when it was refused or did not leave."""
    box, report = world.box, world.report
    orders = [*engine(box).open_orders(ACCOUNT), *engine(box).closed_orders(ACCOUNT)]
    names = Counter[Any](name for order in orders for name in (order.cl_ord_id, order.userref) if name)
    ids = {order.order_id for order in orders}
    attempts = [attempt for trader in world.traders for attempt in trader.attempts]
    for attempt in attempts:
        there = names[attempt.cl_ord_id or attempt.userref]
        report.orders[attempt.outcome] += 1
        report.unknown_found += attempt.outcome == "unknown" and there == 1
        report.unknown_absent += attempt.outcome == "unknown" and there == 0
        right = {"settled": (1,), "refused": (0,), "unsent": (0,), "unknown": (0, 1)}.get(attempt.outcome, ())
        if there not in right or (attempt.order_id is not None and attempt.order_id not in ids):
            raise Broken(f"an order that ended {attempt.outcome} is there {there} times")
    if len(orders) != report.orders["settled"] + report.unknown_found:
        raise Broken(f"{len(orders)} orders are there, and {report.orders['settled']} were settled")


async def find_by_rest(world: World, spot: AsyncSpotClient, most: int = 10) -> None:
    """What REST says of unknown orders by their ``cl_ord_id`` is what the engine knows."""
    unknown = [a for trader in world.traders for a in trader.attempts if a.outcome == "unknown" and a.cl_ord_id]
    known = {order.cl_ord_id for order in engine(world.box).open_orders(ACCOUNT)}
    known |= {order.cl_ord_id for order in engine(world.box).closed_orders(ACCOUNT)}
    for attempt in unknown[:most]:
        found = (await spot.get_open_orders(cl_ord_id=attempt.cl_ord_id)).open
        found |= (await spot.get_closed_orders(cl_ord_id=attempt.cl_ord_id)).closed
        if len(found) != (attempt.cl_ord_id in known):
            raise Broken(f"REST finds {len(found)} orders under a name that is known {attempt.cl_ord_id in known}")


@asynccontextmanager
async def clients(world: World, key: Credentials) -> AsyncIterator[AsyncSpotClient]:
    """A program's clients, subscribed and trading."""
    options: dict[str, Any] = {
        "environment": world.box.environment,
        "reconnect": POLICY,
        "timing": TIMING,
        "attempts": AttemptBudget(100_000),
    }
    async with AsyncExitStack() as stack:
        ws = await stack.enter_async_context(AsyncWebsocketClient(key, **options))
        trading = await stack.enter_async_context(AsyncWebsocketAPIClient(key, **options))
        spot = await stack.enter_async_context(AsyncSpotClient(key, environment=world.box.environment))
        for client in (ws, trading.get_ws_client()):
            client.on("reconnected", lambda _: _count(world.report, "reconnects"))
            client.on("gap", lambda _: _count(world.report, "gaps"))
        world.books = [(ws.book(SYMBOLS[:2], depth=10), 10), (ws.book(SYMBOLS[2], depth=25), 25)]
        for book, _ in world.books:
            world.read(book, lambda _: None)
        world.read(ws.subscribe(streams.spot.Trade(symbol=SYMBOLS)), world.trades.take)
        world.read(ws.subscribe(streams.spot.Ticker(symbol=SYMBOLS, event_trigger="bbo")), world.ticker.take)
        world.read(ws.subscribe(streams.spot.Executions()), world.account.take_report)
        world.read(ws.subscribe(streams.spot.Balances()), world.account.take_balance)
        for subscription in world.subscriptions:
            await subscription
        world.traders = [Trader(trading, world.rng, world.report) for _ in range(WORKERS)]
        world.tasks += [asyncio.create_task(trader.run()) for trader in world.traders]
        yield spot


def _count(report: Report, name: str) -> None:
    setattr(report, name, getattr(report, name) + 1)


async def run(cuts: int, seed: int) -> Report:
    """So many cuts, and then the comparison.

    Raises:
        Broken: when a picture differs, an order is there twice, or something is left behind.
    """
    started = time.monotonic()
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    async with Sandbox(seed=seed, pace=1e6, market=SYMBOLS) as box:
        world = World(box, seed)
        saboteur = Saboteur(box, world.rng, world.report)
        market = asyncio.create_task(world.move_the_market())
        try:
            async with clients(world, box.key(ACCOUNT, balances={"USD": 10**7, "BTC": 1000})) as spot:
                for _ in range(cuts):
                    await saboteur.cut()
                    world.check_tasks()
                await eventually(world.traded_enough, "orders that were settled")
                for trader in world.traders:
                    trader.stopping = True
                box.faults.delay_acks(0)
                await asyncio.wait(world.tasks[-WORKERS:], timeout=AT_REST_SECONDS)
                forget_book_faults(box)
                await saboteur.leave_holes(world.traders[0])
                await asyncio.sleep(0.1)
                market.cancel()
                await world.come_to_rest(spot)
                find_orders(world)
                await find_by_rest(world, spot)
        except BaseException:
            for task in world.tasks:
                task.cancel()
            raise
        finally:
            market.cancel()
            await asyncio.wait([*world.tasks, market])
        world.report.rows = world.trades.rows + world.account.rows
        world.check_tasks()
    _nothing_left(threads, tasks)
    world.report.seconds = time.monotonic() - started
    if world.report.ended.total() != world.report.commands.total():
        raise Broken("a command did not end")
    return world.report


def _nothing_left(threads: set[threading.Thread], tasks: set[asyncio.Task[Any]]) -> None:
    left: list[object] = [task for task in asyncio.all_tasks() - tasks if not task.done()]
    left += [thread for thread in threading.enumerate() if thread not in threads]
    if left:
        raise Broken(f"left behind: {left}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 0 when everything held, 1 when something did not."""
    parser = argparse.ArgumentParser(
        prog="scripts/cut-campaign", description="Cuts at random moments, then books, balances and orders are compared."
    )
    parser.add_argument("--cuts", type=int, default=200, help="how many in a row (200)")
    parser.add_argument("--seed", type=int, default=1, help="of the first campaign (1)")
    parser.add_argument("--campaigns", type=int, default=1, help="how many, each with the next seed (1)")
    sockets = parser.add_mutually_exclusive_group()
    sockets.add_argument("--futures", action="store_true", help="the sockets of Futures v1 instead of Spot v2")
    sockets.add_argument("--unified", action="store_true", help="the Unified WebSocket instead of Spot v2")
    wanted = parser.parse_args(arguments)
    warnings.simplefilter("ignore", KrakenLifecycleWarning)
    campaign: Callable[[int, int], Coroutine[Any, Any, object]] = run
    if wanted.futures or wanted.unified:
        campaign = futures_cuts.run if wanted.futures else unified_cuts.run
    for seed in range(wanted.seed, wanted.seed + wanted.campaigns):
        try:
            report = asyncio.run(campaign(wanted.cuts, seed), debug=True)
        except Broken as broken:
            print(f"seed {seed}: {broken}", file=sys.stderr)
            return 1
        print(f"seed {seed}: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
