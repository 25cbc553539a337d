"""Waiting times: arithmetic on the number of tries and a roll of the dice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit._core.backoff import ReconnectPolicy, delay_after


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0), (4, 10.0), (500, 10.0)])
def test_waits_double_up_to_the_ceiling(attempt: int, seconds: float) -> None:
    assert delay_after(attempt, base=1.0, ceiling=10.0, roll=1.0) == seconds


def test_the_roll_spreads_the_wait_over_its_whole_span() -> None:
    assert delay_after(2, base=1.0, ceiling=10.0, roll=0.0) == 0.0
    assert delay_after(2, base=1.0, ceiling=10.0, roll=0.25) == 1.0


@given(st.integers(0, 10**6), st.floats(0.001, 10), st.floats(0.001, 1000), st.floats(0, 1))
def test_no_wait_is_negative_or_above_the_ceiling(attempt: int, base: float, ceiling: float, roll: float) -> None:
    assert 0.0 <= delay_after(attempt, base=base, ceiling=ceiling, roll=roll) <= ceiling


def test_the_first_drop_is_answered_almost_at_once_and_later_ones_slower() -> None:
    policy = ReconnectPolicy(first=0.05, base=0.5, ceiling=4.0)

    assert [policy.delay(drops, roll=1.0) for drops in range(1, 7)] == [0.05, 0.5, 1.0, 2.0, 4.0, 4.0]


def test_a_roll_of_zero_does_not_make_a_hammer_of_later_drops() -> None:
    policy = ReconnectPolicy(first=0.05, base=0.5, ceiling=4.0)

    assert [policy.delay(drops, roll=0.0) for drops in (2, 3, 5)] == [0.05, 0.1, 0.4]


@pytest.mark.parametrize("drops", [1, 2, 10])
@pytest.mark.parametrize("roll", [0.0, 1.0])
def test_a_busy_exchange_gets_at_least_its_rest(drops: int, roll: float) -> None:
    assert ReconnectPolicy(busy=5.0).delay(drops, roll=roll, busy=True) >= 5.0


def test_a_long_outage_of_a_busy_exchange_waits_longer_than_the_least() -> None:
    assert ReconnectPolicy(busy=5.0, base=0.5, ceiling=30.0).delay(10, roll=1.0, busy=True) == 30.0
