"""The event loop behind the blocking streams: one loop on one daemon thread, and a door to it for blocking callers.

Written on asyncio alone. anyio's blocking portal crosses between the threads twice per call, which measured 47 µs
against 16 here, and after Ctrl-C it leaves without waiting for the cancelled coroutine to end.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, TypeVar, cast

from krakenkit.errors import SettingsError

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

THREAD_NAME = "krakenkit-streams"

# A thread of Windows that waits for a lock does not notice Ctrl-C, so there it looks up from time to time.
_GLANCE_SECONDS = 0.2 if sys.platform == "win32" else -1.0


class LoopThread:
    """Runs coroutines for blocking callers, which may be many threads at once. The loop starts with the first call.

    ``grace`` is how many seconds a cancelled coroutine gets to end before whoever waits for that goes on without it.
    """

    def __init__(self, *, grace: float = 5.0) -> None:
        self._grace = grace
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether the loop has started and takes calls."""
        return not self._closed and self._thread is not None and self._thread.is_alive()

    def call(self, fn: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``await fn(*args)`` gives on the loop; its exceptions come out unchanged.

        Ctrl-C while waiting cancels the coroutine, waits for its end and then interrupts the caller.
        """
        self._refuse_own_thread()
        job = _Job(lambda: fn(*args, **kwargs))
        try:
            self._submit(job)
            job.wait()
        except BaseException:
            self._withdraw(job)
            raise
        if job.cancelled and self._closed:
            raise SettingsError("The streams were closed while this call waited; open a new client to go on.")
        return job.result()

    def close(self) -> None:
        """Cancel what still runs, then end the loop and its thread. It may be called again."""
        self._refuse_own_thread()
        with self._lock:
            running, self._closed = self.running, True
            if running and self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(self._grace)
            if self._thread.is_alive():
                log.warning("A coroutine did not end within %g s of its cancellation; its thread stays", self._grace)

    def _refuse_own_thread(self) -> None:
        if self._thread is threading.current_thread():
            raise SettingsError(
                "A blocking call was made on the streams' own thread, where it would wait for itself for ever; "
                "hand the work to another thread, or use the async client."
            )

    def _submit(self, job: _Job[T]) -> None:
        # Under the lock, so that no job can reach the loop behind the stop that close() sends.
        with self._lock:
            self._ready_loop().call_soon_threadsafe(job.start)

    def _withdraw(self, job: _Job[T]) -> None:
        with self._lock:
            if not self.running or self._loop is None:
                return
            self._loop.call_soon_threadsafe(job.cancel)
        if not job.ended_within(self._grace):
            log.warning("A coroutine did not end within %g s of its cancellation", self._grace)

    def _ready_loop(self) -> asyncio.AbstractEventLoop:
        if self._closed:
            raise SettingsError("The streams are closed; open a new client.")
        if self._loop is None or self._thread is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_serve, args=(self._loop,), name=THREAD_NAME, daemon=True)
            self._thread.start()
        elif not self._thread.is_alive():
            # A fork copies this object but not its thread: without the check the child would wait for ever.
            raise SettingsError("The streams' thread is gone, as after a fork; open a new client in this process.")
        return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    # The runner's exit cancels what is left, waits for it, and closes generators, executor and loop.
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.get_loop().run_forever()


class _Job(Generic[T]):
    """One call on its way through the loop and back."""

    __slots__ = ("_ended", "_error", "_running", "_task", "_value", "_work")

    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._value: T | None = None
        self._error: BaseException | None = None
        self._ended = False
        self._running = threading.Lock()  # held until the coroutine has ended; cheaper to wait for than an Event
        self._running.acquire()

    @property
    def cancelled(self) -> bool:
        return isinstance(self._error, asyncio.CancelledError)

    def wait(self) -> None:
        while not self._running.acquire(timeout=_GLANCE_SECONDS):
            pass

    def ended_within(self, seconds: float) -> bool:
        # The flag is for an interrupt that struck after wait() had taken the lock.
        return self._ended or self._running.acquire(timeout=seconds)

    def result(self) -> T:
        error, self._error = self._error, None
        if error is None:
            return cast("T", self._value)
        try:
            raise error
        finally:
            del error  # else the traceback, this frame and the error keep each other alive

    # On the loop's thread:

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        # A callback rather than a ``finally`` in the coroutine: a task cancelled before its first step runs no line.
        self._task.add_done_callback(self._end)

    def cancel(self) -> None:
        if self._task is None:  # interrupted before it was handed over
            self._release()
        else:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            self._value = await self._work()
        except BaseException as error:  # also SystemExit: it is the caller's, and would end the loop here
            self._error = error

    def _end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._error = asyncio.CancelledError()
        self._release()

    def _release(self) -> None:
        self._ended = True
        self._running.release()
