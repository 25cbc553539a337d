from __future__ import annotations

from benchmarks.sandbox import derivatives, engine
from benchmarks.sandbox.rows import rate_row


def test_both_engines_take_the_orders_of_the_benchmark() -> None:
    # The traders sweep their orders after six hundred: both ways through the loop are run.
    assert engine.rate(700) > 500
    assert derivatives.rate(700) > 500


def test_the_best_round_counts_and_is_judged() -> None:
    rates = iter([900.0, 1_200.0, 1_100.0, 900.0, 1_200.0, 1_100.0])

    enough = rate_row("orders", lambda: next(rates), wanted=1_200)
    too_few = rate_row("orders", lambda: next(rates), wanted=1_201)

    assert (enough.figure, enough.wanted, enough.good) == ("1,200 orders/s", "1,200 orders/s", True)
    assert not too_few.good
