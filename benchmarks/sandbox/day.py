"""A day of market time: how long the whole exchange takes for it when it is told to hurry."""

from __future__ import annotations

import time
from typing import Final

from benchmarks.sandbox.rows import ROUNDS, Row
from krakenkit.sandbox import Sandbox

PAIRS: Final = (
    "BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "DOGE/USD", "ADA/USD", "LTC/USD", "BTC/EUR", "ETH/EUR", "ETH/BTC",
)  # fmt: skip
DAY: Final = 86_400
WANTED_SECONDS: Final = 60


def measure() -> list[Row]:
    """The seconds for a day on ten pairs, and for an hour of everything the sandbox has."""
    return [
        _row(f"a day on {len(PAIRS)} pairs", list(PAIRS), DAY, wanted=WANTED_SECONDS),
        _row("an hour on all pairs and contracts", True, 3600),
    ]


def _row(what: str, market: list[str] | bool, seconds: int, *, wanted: int | None = None) -> Row:
    spent, trades = min(run(market, seconds) for _ in range(ROUNDS))
    return Row(
        what,
        f"{spent:.1f} s, {trades:,} trades",
        "" if wanted is None else f"under {wanted} s",
        wanted is None or spent < wanted,
    )


def run(market: list[str] | bool, seconds: int) -> tuple[float, int]:
    """Seconds of processor time that ``advance`` takes for so much exchange time, and how many trades there were in it."""
    with Sandbox(seed=7, market=market, speed=0) as box:
        before, began = _trades(box), time.process_time()
        box.advance(seconds)
        return time.process_time() - began, _trades(box) - before


def _trades(box: Sandbox) -> int:
    exchange = box._venue.exchange
    return sum(exchange.desk(pair.name).tape.number for pair in exchange.instruments.pairs)
