"""The loop thread as blocking callers meet it: results, exceptions, Ctrl-C, many callers, and every way to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from krakenkit.errors import SettingsError
from krakenkit.transport.portal import LoopThread


@pytest.fixture
def streams() -> Iterator[LoopThread]:
    thread = LoopThread(grace=2.0)
    yield thread
    thread.close()
    gc.collect()  # a loop or socket left open complains here


def stream_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "krakenkit-streams"]


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_a_call_gives_what_the_coroutine_returns(streams: LoopThread) -> None:
    async def joined(*parts: str, by: str) -> str:
        return by.join(parts)

    assert streams.call(double, 21) == 42
    assert streams.call(joined, "a", "b", by="-") == "a-b"


def test_any_awaitable_will_do(streams: LoopThread) -> None:
    def later(value: str) -> asyncio.Future[str]:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        future.get_loop().call_soon(future.set_result, value)
        return future

    assert streams.call(later, "done") == "done"


def test_nothing_runs_before_the_first_call_and_one_daemon_thread_after_it(streams: LoopThread) -> None:
    async def where() -> tuple[str, bool]:
        return threading.current_thread().name, threading.current_thread().daemon

    before = (streams.running, stream_threads())
    first, second = streams.call(where), streams.call(where)

    assert before == (False, [])
    assert first == second == ("krakenkit-streams", True)
    assert streams.running
    assert len(stream_threads()) == 1


@pytest.mark.parametrize("error", [KeyError("x"), SettingsError("y"), SystemExit(3), asyncio.CancelledError()])
def test_an_exception_comes_out_unchanged_and_the_loop_lives_on(streams: LoopThread, error: BaseException) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        streams.call(fail)

    assert raised.value is error
    assert streams.call(double, 2) == 4


def test_a_function_that_fails_before_it_gives_an_awaitable_raises_in_the_caller(streams: LoopThread) -> None:
    def broken() -> asyncio.Future[None]:
        raise TypeError("no awaitable")

    with pytest.raises(TypeError, match="no awaitable"):
        streams.call(broken)


def test_tasks_go_on_between_calls(streams: LoopThread) -> None:
    ticks: list[int] = []
    tasks: list[asyncio.Task[None]] = []

    async def tick() -> None:
        for number in range(3):
            ticks.append(number)
            await asyncio.sleep(0.001)

    async def start() -> None:
        tasks.append(asyncio.create_task(tick()))

    async def finish() -> None:
        await tasks[0]

    streams.call(start)
    streams.call(finish)

    assert ticks == [0, 1, 2]


def test_many_threads_may_call_at_once(streams: LoopThread) -> None:
    async def slowly(number: int) -> int:
        await asyncio.sleep(0.05)
        return number

    began = time.monotonic()
    with ThreadPoolExecutor(16) as callers:
        results = list(callers.map(lambda number: streams.call(slowly, number), range(16)))

    assert results == list(range(16))
    assert time.monotonic() - began < 0.4
    assert len(stream_threads()) == 1


def test_a_call_from_the_loops_own_thread_is_refused_instead_of_waiting_for_itself(streams: LoopThread) -> None:
    async def nested() -> int:
        return streams.call(double, 1)

    async def closing() -> None:
        streams.close()

    with pytest.raises(SettingsError, match="own thread"):
        streams.call(nested)
    with pytest.raises(SettingsError, match="own thread"):
        streams.call(closing)
    assert streams.call(double, 1) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that reaches one thread")
def test_ctrl_c_cancels_the_coroutine_waits_for_its_end_and_interrupts_the_caller(streams: LoopThread) -> None:
    assert threading.current_thread() is threading.main_thread()
    story: list[str] = []

    async def wait() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            story.append("cancelled")
            raise

    with pytest.raises(KeyboardInterrupt):
        streams.call(wait)
    story.append("interrupted")

    assert story == ["cancelled", "interrupted"]
    assert streams.call(double, 3) == 6


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that reaches one thread")
def test_ctrl_c_does_not_wait_for_ever_for_a_coroutine_that_will_not_end(caplog: pytest.LogCaptureFixture) -> None:
    streams = LoopThread(grace=0.1)
    release = threading.Event()

    async def stubborn() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)

    with pytest.raises(KeyboardInterrupt):
        streams.call(stubborn)
    release.set()
    streams.close()

    assert [record.levelno for record in caplog.records if "did not end" in record.message] == [logging.WARNING]
    assert stream_threads() == []


def test_close_cancels_what_runs_and_ends_the_thread() -> None:
    streams = LoopThread()
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(forever())

    task = streams.call(start)
    streams.call(asyncio.sleep, 0)
    streams.close()

    assert task.cancelled()
    assert ended == ["cleaned up"]
    assert not streams.running
    assert stream_threads() == []


def test_close_may_be_called_again_and_before_any_call() -> None:
    unused, used = LoopThread(), LoopThread()
    used.call(double, 1)

    for thread in (unused, used):
        thread.close()
        thread.close()

    assert stream_threads() == []


@pytest.mark.parametrize("used", [True, False])
def test_a_call_after_close_is_refused(used: bool) -> None:
    streams = LoopThread()
    if used:
        streams.call(double, 1)
    streams.close()

    with pytest.raises(SettingsError, match="closed"):
        streams.call(double, 1)
    assert stream_threads() == []


def test_a_call_that_waits_when_another_thread_closes_is_told_so() -> None:
    streams = LoopThread()
    waiting = threading.Event()

    async def wait() -> None:
        waiting.set()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(1) as caller:
        call = caller.submit(streams.call, wait)
        assert waiting.wait(2.0)
        streams.close()

        with pytest.raises(SettingsError, match="closed while this call waited"):
            call.result(2.0)


def test_calls_that_race_with_close_either_work_or_are_refused() -> None:
    for _ in range(30):
        streams = LoopThread()
        outcomes: list[object] = []

        def caller(streams: LoopThread = streams, outcomes: list[object] = outcomes) -> None:
            try:
                while True:
                    streams.call(double, 1)
            except SettingsError as refused:
                outcomes.append(refused)

        callers = [threading.Thread(target=caller) for _ in range(3)]
        for thread in callers:
            thread.start()
        time.sleep(0.002)
        streams.close()
        for thread in callers:
            thread.join(2.0)

        assert len(outcomes) == 3, "a caller hangs, or met another error"


def test_close_gives_up_on_a_coroutine_that_ignores_its_cancellation(caplog: pytest.LogCaptureFixture) -> None:
    streams = LoopThread(grace=0.1)
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(stubborn())

    streams.call(start)
    streams.call(asyncio.sleep, 0)
    streams.close()
    left = stream_threads()
    release.set()
    left[0].join(2.0)

    assert "its thread stays" in caplog.text
    assert stream_threads() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_is_told_instead_of_waiting_for_a_thread_it_does_not_have() -> None:
    program = """
import asyncio, os, warnings
warnings.simplefilter("ignore")
from krakenkit.errors import SettingsError
from krakenkit.transport.portal import LoopThread
streams = LoopThread()
streams.call(asyncio.sleep, 0)
child = os.fork()
if child == 0:
    try:
        streams.call(asyncio.sleep, 0)
    except SettingsError as refused:
        os._exit(7 if "fork" in str(refused) and not streams.running else 8)
    os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
streams.call(asyncio.sleep, 0)
streams.close()
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=10)

    assert done.stdout == "7\n"


def test_an_exception_that_came_out_does_not_keep_its_call_alive(streams: LoopThread) -> None:
    class Argument:
        alive = 0

        def __init__(self) -> None:
            Argument.alive += 1

        def __del__(self) -> None:
            Argument.alive -= 1

    async def fail(argument: Argument) -> None:
        raise ValueError(str(argument))

    gc.disable()
    try:
        with pytest.raises(ValueError):
            streams.call(fail, Argument())
        streams.call(asyncio.sleep, 0)
        assert Argument.alive == 0
    finally:
        gc.enable()


def test_a_program_that_forgets_to_close_still_ends() -> None:
    program = "import asyncio; from krakenkit.transport.portal import LoopThread; LoopThread().call(asyncio.sleep, 0)"

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=10)

    assert done.stderr == ""
