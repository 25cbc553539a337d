"""After cuts at random moments the client's picture is the server's: books, balances, orders, and each command's end."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from clients.cut_campaign import ACCOUNT, POLICY, TIMING, run
from clients.cut_pictures import AccountReader, account_differs, engine
from krakenkit import (
    OutcomeUnknown,
    TransportError,
    WebsocketAPIClient,
    WebsocketClient,
    new_order_id,
    streams,
)
from krakenkit._core.limits import AttemptBudget
from krakenkit.sandbox import Sandbox


def test_after_forty_cuts_in_a_row_every_picture_equals_the_exchanges_and_no_order_is_there_twice() -> None:
    report = asyncio.run(run(40, seed=11), debug=True)

    assert report.cuts.total() == 40
    assert report.reconnects > 5
    assert report.gaps > 10
    assert report.ended["settled"] > 10
    assert report.ended["unknown"] > 0


def read(subscription: Any, take: Callable[[Any], None]) -> threading.Thread:
    """Reads a subscription to its end, in a thread of its own."""

    def run() -> None:
        for item in subscription:
            take(item)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def place(trading: WebsocketAPIClient, number: int, name: str) -> str:
    """Place an order under this name; how that ended."""
    order: dict[str, Any] = {"side": "buy", "symbol": "BTC/USD", "order_qty": "0.001", "cl_ord_id": name}
    kind: dict[str, Any] = {"order_type": "market"} if number % 3 else {"order_type": "limit", "limit_price": "1000"}
    try:
        trading.submit_spot_order(**order, **kind)
    except OutcomeUnknown:
        return "unknown"
    except TransportError as error:
        return "lost" if error.sent else "unsent"
    return "settled"


def test_the_blocking_face_finds_the_same_picture_after_its_cuts() -> None:
    before = set(threading.enumerate())
    rng = random.Random(5)
    options: dict[str, Any] = {"reconnect": POLICY, "timing": TIMING, "attempts": AttemptBudget(10_000)}
    account = AccountReader()
    names = [new_order_id() for _ in range(30)]
    with Sandbox(seed=5, pace=1e6, market=["BTC/USD"]) as box:
        key = box.key(ACCOUNT)
        options["environment"] = box.environment
        with WebsocketClient(key, **options) as ws, WebsocketAPIClient(key, **options) as trading:
            readers = [
                read(ws.subscribe(streams.spot.Executions()).ready(), account.take_report),
                read(ws.subscribe(streams.spot.Balances()).ready(), account.take_balance),
            ]
            book = ws.book("BTC/USD")
            book.synced()
            ended: list[str] = []
            for number, name in enumerate(names):
                box.advance(0.05)
                rng.choice((box.faults.drop_lines, box.faults.drop_after_command, lambda: None))()
                ended.append(place(trading, number, name))

            def differences() -> list[str]:
                found = box._do(lambda: list(account_differs(box, account, ACCOUNT)))
                best = box._do(lambda: engine(box).levels("BTC/USD", "buy", 10))
                mine = book.synced().bids
                right = [(level.price, level.qty) for level in mine] == [(level.price, level.qty) for level in best]
                return found if right else [*found, "the book differs"]

            deadline = time.monotonic() + 10
            while found := differences():
                assert time.monotonic() < deadline, found
                time.sleep(0.02)
            there = box._do(lambda: [*engine(box).open_orders(ACCOUNT), *engine(box).closed_orders(ACCOUNT)])
        for reader in readers:
            reader.join(5)
    known = [order.cl_ord_id for order in there]
    settled = {name for name, how in zip(names, ended, strict=True) if how == "settled"}
    unknown = {name for name, how in zip(names, ended, strict=True) if how == "unknown"}
    assert len(set(known)) == len(known)
    assert settled <= set(known) <= settled | unknown
    assert unknown
    assert "lost" not in ended
    assert set(threading.enumerate()) <= before
