"""Budgets of attempts and the pace of requests: arithmetic on moments."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit._core.limits import AttemptBudget, Pace


def test_a_budget_grants_its_limit_and_then_says_how_long_to_wait() -> None:
    budget = AttemptBudget(limit=2, window=64.0)

    assert [budget.claim(0.0), budget.claim(8.0), budget.claim(16.0)] == [0.0, 0.0, 48.0]


def test_a_refused_attempt_does_not_count() -> None:
    budget = AttemptBudget(limit=1, window=64.0)
    budget.claim(0.0)
    budget.claim(32.0)

    assert budget.claim(64.0) == 0.0


def test_attempts_are_freed_one_by_one_as_they_leave_the_window() -> None:
    budget = AttemptBudget(limit=2, window=64.0)
    for moment in (0.0, 32.0):
        budget.claim(moment)

    assert [budget.claim(64.0), budget.claim(64.0), budget.claim(96.0)] == [0.0, 32.0, 0.0]


def test_threads_that_share_a_budget_get_no_more_than_its_limit() -> None:
    budget = AttemptBudget(limit=50, window=600.0)
    granted: list[float] = []

    def claim() -> None:
        granted.extend(wait for wait in (budget.claim(1.0) for _ in range(50)) if wait == 0.0)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(granted) == 50


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_limit(steps: list[float], limit: int) -> None:
    budget = AttemptBudget(limit=limit, window=64.0)
    now, granted = 0.0, list[float]()
    for step in steps:
        now += step
        if budget.claim(now) <= 0.0:
            granted.append(now)

    assert all(late - early >= 64.0 - 1e-9 for early, late in zip(granted, granted[limit:], strict=False))


def test_at_the_end_of_a_wait_one_attempt_is_free_and_not_one_for_each_who_asks() -> None:
    budget = AttemptBudget(limit=1, window=600.0)
    budget.claim(0.3)
    asked = 95.3
    free_at = asked + budget.claim(asked)

    granted = [budget.claim(free_at) <= 0.0 for _ in range(10)]

    assert granted.count(True) <= 1


def test_a_pace_spreads_requests_evenly_after_a_burst() -> None:
    pace = Pace(rate=4.0, burst=2)
    while pace.claim(0.0) == 0.0:
        pass

    waits = [pace.claim(0.0), pace.claim(0.25), pace.claim(0.25), pace.claim(0.5)]

    assert waits == [0.25, 0.0, 0.25, 0.0]


def test_a_pace_that_rested_grants_a_burst_again_and_no_more() -> None:
    pace = Pace(rate=4.0, burst=2)
    first = sum(pace.claim(0.0) == 0.0 for _ in range(20))

    assert first == sum(pace.claim(1000.0) == 0.0 for _ in range(20))


@pytest.mark.parametrize("burst", [1, 2, 10])
def test_a_burst_is_as_large_as_it_says(burst: int) -> None:
    pace = Pace(rate=4.0, burst=burst)

    assert sum(pace.claim(0.0) == 0.0 for _ in range(50)) == burst


def test_a_refused_request_does_not_count() -> None:
    pace = Pace(rate=4.0, burst=1)
    while pace.claim(0.0) == 0.0:
        pass
    for _ in range(10):
        pace.claim(0.1)

    assert pace.claim(0.25) == 0.0


def test_holding_lets_nothing_go_before_its_end_and_no_burst_after() -> None:
    pace = Pace(rate=4.0, burst=3)

    pace.hold(2.0)

    assert [pace.claim(0.0), pace.claim(1.5), pace.claim(2.0), pace.claim(2.0)] == [2.0, 0.5, 0.0, 0.25]


@given(st.floats(0, 1e6), st.integers(1, 50), st.integers(1, 10), st.lists(st.floats(0, 1), min_size=30, max_size=60))
def test_waiting_as_long_as_told_is_enough(start: float, rate: int, burst: int, steps: list[float]) -> None:
    pace = Pace(rate=float(rate), burst=burst)
    now = start
    for step in steps:
        wait = pace.claim(now)
        if wait > 0:
            now += wait
            assert pace.claim(now) == 0.0
        now += step / rate
