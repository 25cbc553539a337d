"""A subscription that goes quiet on a living line is noticed by its own rhythm."""

from __future__ import annotations

from itertools import pairwise

import pytest

from krakenkit.protocol.liveness import Patience, Pulses
from krakenkit.wire.channel import Topic

FAST, SLOW = Topic("ticker", "BTC/USD"), Topic("ticker", "DOT/USD")


def pulses() -> Pulses:
    watched = Pulses(Patience(least=30, most=600, pauses=25))
    watched.follow(FAST, now=0)
    watched.follow(SLOW, now=0)
    return watched


def test_only_the_topic_that_is_quiet_beyond_its_rhythm_is_checked() -> None:
    watched = pulses()
    for second in range(1, 101):
        watched.beat(FAST, now=second)
    for second in range(20, 101, 20):
        watched.beat(SLOW, now=second)
    assert watched.quiet(now=129) == []
    assert watched.quiet(now=131) == [(FAST, 31)]
    assert watched.quiet(now=599) == [(FAST, 468)]
    assert (SLOW, 500) in watched.quiet(now=600)


def test_a_market_that_stays_quiet_is_checked_less_and_less() -> None:
    watched = pulses()
    moments = [now for now in range(1, 4000) if watched.quiet(now=now)]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert moments[0] == 30
    assert pauses[:4] == [60, 120, 240, 480]
    assert set(pauses[4:]) == {600}


def test_a_market_that_is_dead_for_a_month_is_checked_as_often_as_ever() -> None:
    watched = pulses()
    month = 30 * 24 * 3600
    checks = sum(len(watched.quiet(now=float(now))) for now in range(0, month, 600))
    assert checks > 2 * (month // 600 - 10)


def test_a_message_restores_the_patience() -> None:
    watched = pulses()
    for now in (30, 90, 210):
        watched.quiet(now=now)
    watched.beat(FAST, now=211)
    watched.beat(FAST, now=212)
    assert [topic for topic, _ in watched.quiet(now=240)] == []
    assert watched.limit(watched.pulses[FAST.identity]) == pytest.approx(30, abs=600)
    assert watched.pulses[FAST.identity].checks == 0


def test_a_snapshot_is_no_sign_of_life_of_the_market() -> None:
    watched = pulses()
    watched.quiet(now=30)
    watched.beat(FAST, now=31, snapshot=True)
    assert watched.pulses[FAST.identity].checks == 1
    assert watched.pulses[FAST.identity].pause is None


def test_what_ended_is_not_watched() -> None:
    watched = pulses()
    watched.forget(FAST)
    watched.beat(FAST, now=5)
    assert [topic for topic, _ in watched.quiet(now=1000)] == [SLOW]
