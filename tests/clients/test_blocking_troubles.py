"""What goes wrong around the blocking streams: Ctrl-C, several threads, closing in the middle. Against the sandbox."""

from __future__ import annotations

import _thread
import base64
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from krakenkit import Credentials, SettingsError, WebsocketAPIClient, WebsocketClient, streams
from krakenkit.sandbox import Sandbox

TRADES = streams.spot.Trade(symbol=["BTC/USD"])


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(seed=3, pace=0.005, market=["BTC/USD"]) as sandbox:
        yield sandbox


def in_threads(count: int, work: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def ends(threads: list[threading.Thread]) -> bool:
    """Whether all of them end within two seconds."""
    deadline = time.monotonic() + 2
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def test_ctrl_c_between_rows_loses_none_of_them(box: Sandbox) -> None:
    seen: list[Any] = []

    def read(trades: Any) -> None:
        threading.Timer(0.05, _thread.interrupt_main).start()
        while True:
            seen.append(next(trades))

    with WebsocketClient(environment=box.environment) as ws, ws.subscribe(TRADES) as trades:
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                read(trades)
        seen += [next(trades) for _ in range(20)]
    numbers = [row.trade_id for row in seen]
    missing = set(range(numbers[0], numbers[-1])) - set(numbers)
    assert len(missing) <= 5  # at most the row in hand, each time


def test_an_interrupted_fetch_keeps_its_rows_for_the_next_one(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with WebsocketClient(environment=box.environment) as ws, ws.subscribe(TRADES) as trades:
        real = trades._thread.call
        interrupted: list[int] = []

        def call(work: Any, *arguments: Any) -> Any:
            answer = real(work, *arguments)
            if not interrupted:
                interrupted.append(trades.lag)
                raise KeyboardInterrupt
            return answer

        monkeypatch.setattr(trades._thread, "call", call)
        with pytest.raises(KeyboardInterrupt):
            next(trades)
        rows: list[Any] = [next(trades) for _ in range(interrupted[0])]
    assert interrupted[0] > 0
    assert [row.trade_id for row in rows] == list(range(rows[0].trade_id, rows[0].trade_id + len(rows)))
    assert rows[0].snapshot


def test_ctrl_c_in_a_with_block_leaves_no_thread_behind(box: Sandbox) -> None:
    before = set(threading.enumerate())
    timer = threading.Timer(0.1, _thread.interrupt_main)

    def read() -> None:
        with WebsocketClient(environment=box.environment) as ws, ws.subscribe(TRADES) as trades:
            timer.start()
            for _ in trades:
                pass

    with pytest.raises(KeyboardInterrupt):
        read()
    timer.join()
    assert set(threading.enumerate()) <= before


def test_several_threads_read_one_stream_and_each_row_goes_to_one_of_them(box: Sandbox) -> None:
    seen: list[int] = []
    with WebsocketClient(environment=box.environment) as ws:
        trades = ws.subscribe(TRADES)

        def read() -> None:
            note = seen.append
            for row in trades.rows():
                note(row.trade_id)

        readers = in_threads(4, read)
        while len(seen) < 200:
            time.sleep(0.01)
        trades.close()
        assert ends(readers)
    assert len(set(seen)) == len(seen)
    assert set(seen) == set(range(min(seen), max(seen) + 1))


def test_closing_the_client_ends_what_other_threads_wait_for(box: Sandbox) -> None:
    ws = WebsocketClient(environment=box.environment)
    quiet = ws.subscribe(streams.spot.Ticker(symbol=["ETH/USD"])).ready()
    next(quiet)
    seen: list[Any] = []
    readers = in_threads(3, lambda: seen.extend(quiet))
    time.sleep(0.1)

    ws.close()

    assert ends(readers)
    assert seen == []


def test_closing_from_several_threads_at_once_raises_in_none(box: Sandbox) -> None:
    for _ in range(10):
        ws = WebsocketClient(environment=box.environment)
        trades = ws.subscribe(TRADES)
        next(trades)
        troubles: list[BaseException] = []

        def close(closing: Callable[[], None], told: list[BaseException]) -> None:
            try:
                closing()
            except BaseException as error:
                told.append(error)

        threads = [
            *in_threads(2, lambda ws=ws, told=troubles: close(ws.close, told)),  # type: ignore[misc]
            *in_threads(2, lambda trades=trades, told=troubles: close(trades.close, told)),  # type: ignore[misc]
        ]
        assert ends(threads)
        assert troubles == []


def test_a_callback_that_closes_the_blocking_client_is_told_why_it_cannot(box: Sandbox) -> None:
    with WebsocketClient(environment=box.environment) as ws:
        told: list[Any] = []
        ws.on("message", lambda _: ws.close())
        ws.on("exception", told.append)
        with ws.subscribe(TRADES) as trades:
            rows = [next(trades) for _ in range(3)]
    assert len(rows) == 3
    assert isinstance(told[0].error, SettingsError)
    assert "own thread" in str(told[0].error)


def test_threads_share_one_trading_client(box: Sandbox) -> None:
    placed: list[str] = []
    with WebsocketAPIClient(box.key("many"), environment=box.environment) as trading:

        def place() -> None:
            for _ in range(5):
                answer = trading.submit_spot_order(
                    order_type="limit", side="buy", symbol="BTC/USD", order_qty="0.001", limit_price="1000"
                )
                placed.append(answer.order_id)

        assert ends(in_threads(4, place))
        assert trading.cancel_all_spot_orders().count == 20
    assert len(set(placed)) == 20


def test_a_key_that_is_refused_is_told_to_every_thread_that_waits(box: Sandbox) -> None:
    key = box.key("good")
    wrong = Credentials("wrong-key-of-a-test", base64.b64encode(key.secret_bytes()).decode())
    errors: list[BaseException] = []
    with WebsocketClient(wrong, environment=box.environment) as ws:

        def wait() -> None:
            try:
                ws.subscribe(streams.spot.Balances()).ready()
            except BaseException as error:
                errors.append(error)

        assert ends(in_threads(3, wait))
    assert [("EAPI:Invalid key" in str(error)) for error in errors] == [True] * 3
