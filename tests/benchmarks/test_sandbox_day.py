from __future__ import annotations

from benchmarks.sandbox.day import run
from benchmarks.sandbox.rows import Row, table


def test_a_stretch_of_market_time_is_measured_with_its_trades() -> None:
    spent, trades = run(["BTC/USD"], 60)
    # A day on ten pairs has ten minutes' worth of this, and may take a minute on a slow machine.
    assert 0 < spent < 5
    assert trades > 50


def test_the_table_has_its_columns_in_line() -> None:
    assert table([Row("a day", "7.2 s", "under 60 s"), Row("an hour of it", "1 s", "")]).splitlines() == [
        "measurement    figure  wanted",
        "a day          7.2 s   under 60 s",
        "an hour of it  1 s",
    ]
