from __future__ import annotations

import math

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox.clock import FASTEST, SECOND, SandboxClock
from krakenkit.sandbox.levers import steps_for
from krakenkit.sandbox.stage import nap_for

START = 1_760_000_000 * SECOND


class Source:
    """Real time, turned by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.mark.parametrize(
    ("speed", "passed"), [(1, 10), (0, 0), (60, 600), (0.5, 5), (0.1, 1), (FASTEST, 10 * FASTEST), ("max", 0)]
)
def test_exchange_time_passes_at_its_speed(speed: float, passed: int) -> None:
    source = Source()
    clock = SandboxClock(source, speed=speed)
    source.now += 10 * SECOND
    assert abs(clock() - START - passed * SECOND) < 2


def test_changing_the_speed_makes_no_jump_and_moving_does() -> None:
    source = Source()
    clock = SandboxClock(source, speed=10)
    source.now += SECOND
    clock.speed = 0
    assert clock() == START + 10 * SECOND
    source.now += SECOND
    clock.move(3 * SECOND)
    clock.speed = 1
    source.now += SECOND
    assert (clock.speed, clock()) == (1, START + 14 * SECOND)


def test_a_clock_may_start_at_another_time_than_its_source() -> None:
    source = Source()
    clock = SandboxClock(source, start=5)
    source.now += 7
    assert clock() == 12


def test_what_lasts_in_real_time_lasts_longer_on_a_faster_clock() -> None:
    for speed, seconds in ((0, 900), (0.5, 900), (1, 900), (60, 54_000)):
        assert SandboxClock(Source(), speed=speed).after(900) == START + seconds * SECOND
    assert SandboxClock(Source(), speed="max").after(900) > START + 10**6 * SECOND


@pytest.mark.parametrize("speed", [-1, math.nan, math.inf, 2 * FASTEST, "fast"])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(SettingsError, match="is no speed"):
        SandboxClock(Source(), speed=speed)


def test_the_longer_the_way_the_longer_the_steps() -> None:
    steps = {seconds: steps_for(int(seconds * SECOND)) for seconds in (0, 0.05, 1, 60, 3600, 86_400)}
    assert steps == {0: 1, 0.05: 1, 1: 20, 60: 154, 3600: 1200, 86_400: 5878}


def test_the_pump_sleeps_until_the_market_is_due_but_not_too_long_nor_too_short() -> None:
    pace = SECOND // 20
    assert nap_for(pace, 1) == 0.05
    assert nap_for(pace, 5) == 0.01
    assert nap_for(pace, 1000) == 0.004
    assert nap_for(pace * 10**6, 1) == nap_for(pace, 0) == 0.25
