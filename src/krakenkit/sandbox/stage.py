"""One running exchange on one loop: venue, desks and server put together, and the pump that keeps time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from krakenkit.sandbox.clock import SECOND
from krakenkit.sandbox.futures.endpoints import FUTURES_ENDPOINTS
from krakenkit.sandbox.futures.rest import Desks, FuturesDesk
from krakenkit.sandbox.futures.session import FuturesHall
from krakenkit.sandbox.partners.endpoints import PARTNER_ENDPOINTS
from krakenkit.sandbox.rest.desk import RestDesk
from krakenkit.sandbox.rest.endpoints import SPOT_ENDPOINTS
from krakenkit.sandbox.server import Server, SocketPath
from krakenkit.sandbox.spot_v1.session import SpotV1Hall
from krakenkit.sandbox.spot_v2.level3 import Level3Hall
from krakenkit.sandbox.spot_v2.session import SpotV2Hall
from krakenkit.sandbox.unified.session import PRIVATE_PATH, PUBLIC_PATH, UnifiedHall
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.environment import Environment, WsKey

log = logging.getLogger("krakenkit.sandbox")
T = TypeVar("T")

# As Kraken tells its families apart by host name, so paths do here: ws.kraken.com/v2 is /ws/v2. Spot v1 is at the root,
# and its private half at the root of a second port.
_KEYS: Final = {
    WsKey.SPOT_PUBLIC_V1: "",
    WsKey.SPOT_PUBLIC_V2: "/ws/v2",
    WsKey.SPOT_PRIVATE_V2: "/ws-auth/v2",
    WsKey.SPOT_L3_V2: "/ws-l3/v2",
    WsKey.SPOT_BETA_PUBLIC_V2: "/ws/v2",
    WsKey.SPOT_BETA_PRIVATE_V2: "/ws-auth/v2",
    WsKey.DERIVATIVES_PUBLIC_V1: "/ws/v1",
    WsKey.DERIVATIVES_PRIVATE_V1: "/ws/v1",
    WsKey.UNIFIED_PUBLIC: PUBLIC_PATH,
    WsKey.UNIFIED_L3: PUBLIC_PATH,
    WsKey.UNIFIED_PRIVATE: PRIVATE_PATH,
}
_ACTION_SECONDS = 30.0
_GLANCE_SECONDS = 0.25
"""How long it takes at most until something that is due is noticed, however slow the market steps."""
_SHORTEST_NAP = 0.004
"""Steps that would come faster than this are made longer."""
_RUSH_SECONDS = 0.002
_PATIENCE_SECONDS = 1.0


class Stage:
    """Everything of a sandbox that lives on its loop.

    Args:
        pace: seconds of exchange time between two steps of the market.
        longest_queue: frames that may wait for a slow client.
    """

    def __init__(self, venue: Venue, *, pace: float, longest_queue: int) -> None:
        self.venue = venue
        v1, v2, level3 = SpotV1Hall(venue), SpotV2Hall(venue), Level3Hall(venue)
        futures, unified = FuturesHall(venue.futures), UnifiedHall(venue)
        self._halls = (v1, v2, level3, futures, unified)
        self.server = Server(
            venue,
            Desks(
                RestDesk(venue, (*SPOT_ENDPOINTS, *PARTNER_ENDPOINTS)),
                FuturesDesk(venue.futures, FUTURES_ENDPOINTS),
            ),
            {
                "/": SocketPath(False, v1.session),
                "/ws/v2": SocketPath(False, v2.session),
                "/ws-auth/v2": SocketPath(True, v2.session),
                "/ws-l3/v2": SocketPath(True, level3.session),
                # Public and private alike; a line becomes private with its first private feed.
                "/ws/v1": SocketPath(False, futures.session, futures=True),
                PUBLIC_PATH: SocketPath(False, unified.session),
                PRIVATE_PATH: SocketPath(True, unified.session),
            },
            second_root=SocketPath(True, v1.session),
            longest_queue=longest_queue,
        )
        self.pace = pace
        self.longest_queue = longest_queue
        self._pace = int(pace * SECOND)
        self._pump: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> Environment:
        """Listen and let time run; gives the addresses."""
        first, second = await self.server.start(host, port)
        self._pump = asyncio.create_task(self._run(), name="krakenkit-sandbox-market")
        return _environment(f"[{host}]" if ":" in host else host, first, second)

    async def close(self) -> None:
        """Stop everything. An error of the market comes out here."""
        if self._pump is not None:
            self._pump.cancel()
        await self.server.stop()
        if self._pump is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    async def _run(self) -> None:
        try:
            while True:
                if self.venue.time.speed == "max":
                    await self._rush()
                else:
                    await asyncio.sleep(nap_for(self._pace, self.venue.time.speed))
                    self.venue.pass_time(step=self.venue.time() >= self.venue.stepped_at + self._pace)
                for hall in self._halls:
                    hall.beat()
                self.server.close_idle()
        except Exception:
            log.exception("The market of the sandbox stopped")
            raise

    async def _rush(self) -> None:
        """Make steps for a moment, as many as will go, then let the sockets have their turn."""
        loop = asyncio.get_running_loop()
        # Who is slow to read is waited for, but not for ever: his queue fills up, and he is cut off.
        patience = loop.time() + _PATIENCE_SECONDS
        while self.server.crowded and loop.time() < patience:  # noqa: ASYNC110  - nothing tells when a queue got shorter
            await asyncio.sleep(_SHORTEST_NAP)
        until = loop.time() + _RUSH_SECONDS
        while self.venue.time.speed == "max" and loop.time() < until:
            self.venue.time.move(self._pace)
            self.venue.pass_time(step=True)
        await asyncio.sleep(0)


def nap_for(pace: int, speed: int | float) -> float:
    """Seconds of real time to sleep until the market may be due, with steps so many nanoseconds apart."""
    if not speed:
        return _GLANCE_SECONDS
    return min(max(pace / SECOND / speed, _SHORTEST_NAP), _GLANCE_SECONDS)


def _environment(host: str, first: int, second: int) -> Environment:
    origin = f"http://{host}:{first}"
    sockets = {key: f"ws://{host}:{first}{path}" for key, path in _KEYS.items()}
    sockets[WsKey.SPOT_PRIVATE_V1] = f"ws://{host}:{second}"
    return Environment("sandbox", spot_rest=origin, futures_rest=origin, nexus_rest=origin, ws=sockets)


class Home:
    """Where a stage lives: the caller's loop, or one of its own in a thread of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner = 0
        self._thread: threading.Thread | None = None
        self._leave: asyncio.Event | None = None

    async def move_in(self, host: str, port: int) -> Environment:
        """Live on the running loop."""
        self._loop, self._owner = asyncio.get_running_loop(), threading.get_ident()
        return await self._stage.open(host, port)

    async def move_out(self) -> None:
        """Leave the running loop."""
        self._loop = None
        await self._stage.close()

    def start_thread(self, host: str, port: int) -> Environment:
        """Live on a loop in a new thread."""
        ready: Future[Environment] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(host, port, ready)), name="krakenkit-sandbox", daemon=True
        )
        self._thread.start()
        try:
            return ready.result()
        except BaseException:
            ready.cancel()  # after Ctrl-C the thread may still be on its way
            self.stop_thread()
            raise

    def stop_thread(self) -> None:
        """End the thread; it is gone when this returns."""
        loop, self._loop = self._loop, None
        if loop is not None and self._leave is not None:
            loop.call_soon_threadsafe(self._leave.set)
        if self._thread is not None:
            self._thread.join()

    async def _live(self, host: str, port: int, ready: Future[Environment]) -> None:
        self._leave = asyncio.Event()
        try:
            environment = await self.move_in(host, port)
        except BaseException as error:
            self._loop = None
            ready.set_exception(error)
            return
        try:
            if not ready.cancelled():
                ready.set_result(environment)
                await self._leave.wait()
        finally:
            await self._stage.close()

    def do(self, action: Callable[[], T], /) -> T:
        """What the action gives; it runs on the stage's own thread, whatever thread asks."""
        loop = self._loop
        if loop is None or self._owner == threading.get_ident():
            return action()
        done: Future[T] = Future()
        loop.call_soon_threadsafe(_settle, done, action)
        return done.result(_ACTION_SECONDS)


def _settle(done: Future[T], action: Callable[[], T]) -> None:
    try:
        done.set_result(action())
    except BaseException as error:
        done.set_exception(error)
