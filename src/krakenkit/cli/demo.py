"""The demo: the whole idea in half a minute, against a sandbox on this machine. It ends with facts that must all hold."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from krakenkit.books.view import BookView
from krakenkit.clients.events import AnyEvent, Gap
from krakenkit.clients.live_book import LiveBook
from krakenkit.clients.order_ids import new_order_id
from krakenkit.clients.spot import AsyncSpotClient, SpotClient
from krakenkit.clients.subscription import Subscription
from krakenkit.clients.trading_socket import AsyncWebsocketAPIClient
from krakenkit.clients.websocket import AsyncWebsocketClient
from krakenkit.sandbox import Sandbox
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.spot_v2.account import Balance, Balances, Execution, Executions
from krakenkit.wire.spot_v2.market import Trade, TradeUpdate

SYMBOLS = ("BTC/USD", "ETH/USD", "SOL/USD")
_MODERN = {"XBT": "BTC", "XDG": "DOGE"}
_PATIENCE = 10.0


@dataclass(slots=True)
class Facts:
    """What the demo promises to show; ``ok`` only when all of it held."""

    ok: bool = False
    calls_made: int = 0
    messages: int = 0
    books_verified: int = 0
    checksum_failures: int = 0
    gaps_seen: int = 0
    lines_restored: int = 0
    orders_placed: int = 0
    fills: int = 0
    balances_by_rest: dict[str, str] = field(default_factory=dict[str, str])
    balances_by_stream: dict[str, str] = field(default_factory=dict[str, str])
    balances_equal: bool = False
    problems: list[str] = field(default_factory=list[str])

    def judge(self) -> None:
        """Set ``ok``, and say in ``problems`` what did not hold."""
        claims = {
            "calls were answered on both faces": self.calls_made >= 4,
            "messages arrived": self.messages > 0,
            "books were verified": self.books_verified > 0,
            "no checksum failed": self.checksum_failures == 0,
            "the one cut was marked as one gap": self.gaps_seen == 1,
            "both lines came back": self.lines_restored == 2,
            "orders were placed": self.orders_placed >= 3,
            "the orders filled": self.fills >= 2,
            "balances by REST equal balances by stream": self.balances_equal,
        }
        self.problems += [claim for claim, held in claims.items() if not held]
        self.ok = not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(slots=True)
class Scene:
    """What the live view shows at any moment."""

    facts: Facts = field(default_factory=Facts)
    views: dict[str, BookView] = field(default_factory=dict[str, BookView])
    trades: deque[TradeUpdate] = field(default_factory=lambda: deque[TradeUpdate](maxlen=10))
    log: deque[str] = field(default_factory=lambda: deque[str](maxlen=14))
    balances: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    started_at: float = field(default_factory=time.monotonic)
    told: Callable[[str], None] | None = None

    def say(self, text: str) -> None:
        """Add a line to the story."""
        line = f"{time.monotonic() - self.started_at:5.1f} s  {text}"
        self.log.append(line)
        if self.told is not None:
            self.told(line)


async def run(scene: Scene, *, seconds: float, seed: int) -> Facts:
    """Play the story for about this long and judge it."""
    async with Sandbox(seed=seed) as box:
        credentials = box.key("demo")
        scene.say(f"a local exchange listens at {box.environment.spot_rest}")
        await _call_both_faces(scene, box, credentials)
        async with AsyncWebsocketClient(credentials, environment=box.environment) as ws:
            await _stream(scene, box, ws, credentials, seconds)
    scene.facts.judge()
    return scene.facts


async def _call_both_faces(scene: Scene, box: Sandbox, credentials: Credentials) -> None:
    def blocking() -> str:
        with SpotClient(environment=box.environment) as spot:
            ticker = spot.get_ticker("XBTUSD")["XXBTZUSD"]
            pairs = spot.get_asset_pairs()
            scene.facts.calls_made += 2
            return f"blocking: {len(pairs)} pairs, BTC/USD last traded at {ticker.last.price}"

    scene.say(await asyncio.to_thread(blocking))
    async with AsyncSpotClient(credentials, environment=box.environment) as spot:
        status, balances = await asyncio.gather(spot.get_system_status(), spot.get_account_balance())
        scene.facts.calls_made += 2
        scene.say(f"async: the exchange is {status.status}, the account holds {len(balances)} assets")


async def _stream(
    scene: Scene, box: Sandbox, ws: AsyncWebsocketClient, credentials: Credentials, seconds: float
) -> None:
    restored = asyncio.Event()
    _listen(scene, ws, restored)
    async with (
        ws.book(list(SYMBOLS), depth=10) as books,
        ws.subscribe(Trade(symbol=list(SYMBOLS))) as trades,
        ws.subscribe(Executions()) as executions,
        ws.subscribe(Balances()) as balances,
        AsyncWebsocketAPIClient(credentials, environment=box.environment) as trading,
        asyncio.TaskGroup() as tasks,
    ):
        scene.say(f"verified books of {', '.join(SYMBOLS)}, trades, executions and balances are streaming")
        fills = _Fills(scene)
        readers = [
            tasks.create_task(_read_books(scene, books)),
            tasks.create_task(_read_trades(scene, trades)),
            tasks.create_task(fills.read(executions)),
            tasks.create_task(_read_balances(scene, balances)),
        ]
        await _act(scene, box, ws, trading, fills, restored, seconds)
        await _compare_balances(scene, box, credentials)
        _count_books(scene, books)
        for reader in readers:
            reader.cancel()


def _listen(scene: Scene, ws: AsyncWebsocketClient, restored: asyncio.Event) -> None:
    def tell(text: Callable[[Any], str]) -> Callable[[AnyEvent], None]:
        return lambda event: scene.say(f"{event.ws_key.name}: {text(event)}")

    def back(event: AnyEvent) -> None:
        scene.facts.lines_restored += 1
        scene.say(f"{event.ws_key.name}: reconnected, everything is confirmed again")
        if scene.facts.lines_restored == 2:
            restored.set()

    def count(_: AnyEvent) -> None:
        scene.facts.messages += 1

    ws.on("open", tell(lambda event: "open"))
    ws.on("authenticated", tell(lambda event: "the token was accepted"))
    ws.on("reconnecting", tell(lambda event: f"the line dropped, dialling again in {event.delay:.2f} s"))
    ws.on("exception", tell(lambda event: f"{event.error}"))
    ws.on("reconnected", back)
    ws.on("message", count)


async def _act(
    scene: Scene,
    box: Sandbox,
    ws: AsyncWebsocketClient,
    trading: AsyncWebsocketAPIClient,
    fills: _Fills,
    restored: asyncio.Event,
    seconds: float,
) -> None:
    """The plot: an order that fills, an order that rests, the cut, the way back, another order."""
    pause = max(seconds - 1.0, 0.5) / 5
    await asyncio.sleep(pause)
    await _buy(scene, trading, fills, "0.05000000")
    await asyncio.sleep(pause)
    resting = await trading.submit_spot_order(
        order_type="limit", side="buy", symbol="BTC/USD", order_qty="0.01000000", limit_price="100.0"
    )
    scene.facts.orders_placed += 1
    scene.say(f"a limit order rests far below the market: {resting.order_id}")
    await asyncio.sleep(pause)
    scene.say("… now every line is cut …")
    box.faults.drop_lines()
    async with asyncio.timeout(_PATIENCE):
        await restored.wait()
    await asyncio.sleep(pause)
    await _buy(scene, trading, fills, "0.02000000")
    cancelled = await trading.cancel_all_spot_orders()
    scene.say(f"cancelled what was open: {cancelled.count} order")
    await asyncio.sleep(pause)


async def _buy(scene: Scene, trading: AsyncWebsocketAPIClient, fills: _Fills, qty: str) -> None:
    order_id = new_order_id()
    scene.say(f"buying {qty} BTC at the market over the socket")
    placed = await trading.submit_spot_order(
        order_type="market", side="buy", symbol="BTC/USD", order_qty=qty, cl_ord_id=order_id
    )
    scene.facts.orders_placed += 1
    report = await fills.of(placed.order_id)
    scene.say(f"filled: {report.cum_qty} BTC at {report.avg_price} on average")


class _Fills:
    """Reads the executions and knows which orders are filled."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._filled: dict[str, Execution] = {}
        self._changed = asyncio.Event()

    async def read(self, executions: Subscription[Execution]) -> None:
        async for report in executions:
            if isinstance(report, Gap) or report.snapshot:
                continue
            if report.exec_type == "trade":
                self._scene.facts.fills += 1
            if report.exec_type == "filled":
                self._filled[report.order_id] = report
                self._changed.set()

    async def of(self, order_id: str) -> Execution:
        async with asyncio.timeout(_PATIENCE):
            while order_id not in self._filled:
                self._changed.clear()
                await self._changed.wait()
        return self._filled[order_id]


async def _read_books(scene: Scene, books: LiveBook) -> None:
    async for item in books:
        if isinstance(item, Gap):
            scene.facts.gaps_seen += 1
            scene.say(f"gap marker in the book stream: {item.reason}")
            scene.views.clear()
        else:
            scene.views[item.symbol] = item


async def _read_trades(scene: Scene, trades: Subscription[TradeUpdate]) -> None:
    async for item in trades:
        if not isinstance(item, Gap):
            scene.trades.append(item)


async def _read_balances(scene: Scene, balances: Subscription[Balance]) -> None:
    async for item in balances:
        if not isinstance(item, Gap):
            scene.balances[item.asset] = item.balance


async def _compare_balances(scene: Scene, box: Sandbox, credentials: Credentials) -> None:
    """Ask REST until it says what the stream says; the last entries may still be on their way for a moment."""
    facts = scene.facts
    deadline = time.monotonic() + _PATIENCE
    async with AsyncSpotClient(credentials, environment=box.environment) as spot:
        assets = await spot.get_asset_info()
        modern = {name: _MODERN.get(asset.altname, asset.altname) for name, asset in assets.items()}
        while not facts.balances_equal and time.monotonic() < deadline:
            by_rest = {modern.get(name, name): amount for name, amount in (await spot.get_account_balance()).items()}
            facts.calls_made += 1
            by_stream = {asset: amount for asset, amount in scene.balances.items() if asset in by_rest or amount}
            facts.balances_equal = by_rest == by_stream
            facts.balances_by_rest = {name: str(amount) for name, amount in sorted(by_rest.items())}
            facts.balances_by_stream = {name: str(amount) for name, amount in sorted(by_stream.items())}
            await asyncio.sleep(0.1)
    scene.say("balances by REST and by stream are " + ("equal" if facts.balances_equal else "NOT equal"))


def _count_books(scene: Scene, books: LiveBook) -> None:
    counts = [books.checks(symbol) for symbol in books.symbols]
    scene.facts.books_verified = sum(verified for verified, _ in counts)
    scene.facts.checksum_failures = sum(failed for _, failed in counts)
