from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import pytest

from krakenkit.sandbox.engine import Exchange, Ladder, Terms, ladder_of
from krakenkit.sandbox.engine.fees import HOUR, LADDER, SPAN, STABLE_LADDER, Volume, place_on
from sandbox.engine.engine_helpers import NOW, PAIR, exchange, limit, market, place

NEXT_HOUR = NOW - NOW % HOUR + HOUR


def trade(made: Exchange, qty: str, *, now: int, pair: str = PAIR, price: str = "30000") -> tuple[Decimal, Decimal]:
    """Let ann make and bob take; what each pays, in percent."""
    place(made, "ann", limit("sell", qty, price, pair=pair), now=now)
    place(made, "bob", market("buy", qty, pair=pair), now=now)
    paid = [made.trades(name)[0] for name in ("ann", "bob")]
    maker, taker = (row.fee * 100 / row.cost for row in paid)
    return maker, taker


@pytest.mark.parametrize("steps", [LADDER, STABLE_LADDER])
def test_every_step_begins_at_its_volume_and_none_is_dearer_than_the_one_before(steps: Ladder) -> None:
    for number, step in enumerate(steps):
        assert place_on(steps, step.dollars * 10_000) == number
        assert number == 0 or place_on(steps, step.dollars * 10_000 - 1) == number - 1
        assert step.maker <= step.taker
    for before, after in pairwise(steps):
        assert before.dollars < after.dollars
        assert before.maker >= after.maker
        assert before.taker > after.taker


def test_fees_fall_with_the_volume_from_the_next_hour_on() -> None:
    made = exchange()

    assert trade(made, "1", now=NOW) == (Decimal("0.25"), Decimal("0.4"))
    assert trade(made, "1", now=NEXT_HOUR - 1) == (Decimal("0.25"), Decimal("0.4"))
    assert made.volume("ann") == made.volume("bob") == 60_000
    assert trade(made, "2", now=NEXT_HOUR) == (Decimal("0.14"), Decimal("0.24"))
    assert trade(made, "2", now=NEXT_HOUR + HOUR) == (Decimal("0.12"), Decimal("0.22"))


def test_what_is_thirty_days_old_counts_no_more() -> None:
    made = exchange()
    trade(made, "2", now=NOW)
    made.tick(NEXT_HOUR + SPAN - 1)
    assert made.volume("ann") == 60_000

    made.tick(NEXT_HOUR + SPAN)

    assert made.volume("ann") == 0
    assert trade(made, "1", now=NEXT_HOUR + SPAN) == (Decimal("0.25"), Decimal("0.4"))


def test_pairs_of_stablecoins_have_a_ladder_of_their_own_and_other_quotes_count_in_dollars() -> None:
    made = exchange()
    for name in ("ann", "bob"):
        made.deposit(name, "USDC", Decimal(100_000), NOW)
    assert ladder_of(made.pair("USDC/USD")) == STABLE_LADDER

    assert trade(made, "60000", now=NOW, pair="USDC/USD", price="1") == (Decimal("0.2"), Decimal("0.2"))
    assert trade(made, "10", now=NEXT_HOUR, pair="USDC/USD", price="1") == (Decimal("0.16"), Decimal("0.16"))
    trade(made, "1", now=NEXT_HOUR)
    before = made.volume("ann")
    trade(made, "2", now=NEXT_HOUR, pair="ETH/BTC", price="0.05")
    assert made.volume("ann") - before == 3_000


def test_an_account_with_rates_of_its_own_keeps_them() -> None:
    made = exchange(terms=Terms(maker_rate=100, taker_rate=200))
    trade(made, "50", now=NOW)

    assert trade(made, "1", now=NEXT_HOUR) == (Decimal("0.01"), Decimal("0.02"))
    assert {(step.maker, step.taker) for step in made.fee_steps("ann", PAIR)[0]} == {(100, 200)}


def test_a_hold_made_on_a_low_step_is_enough_when_the_volume_is_gone() -> None:
    made = exchange()
    trade(made, "50", now=NOW)
    made.deposit("dan", "USD", Decimal(100_400), NEXT_HOUR)
    made.account("dan").volume.add(10_000_000 * 10_000, NOW)
    place(made, "dan", limit("buy", "1", "100000"), now=NEXT_HOUR)

    assert made.balance("dan", "USD").available == 0
    made.tick(NEXT_HOUR + SPAN)
    place(made, "ann", limit("sell", "1", "100000"), now=NEXT_HOUR + SPAN)

    assert made.balance("dan", "USD").balance == 150


def test_a_volume_is_the_sum_of_its_hours() -> None:
    rng, volume, trades, now = random.Random(3), Volume(), list[tuple[int, int]](), NOW
    for _ in range(500):
        now += rng.randrange(5 * HOUR)
        units = rng.randrange(10**9)
        volume.add(units, now)
        trades.append((now, units))
        since = now - SPAN
        kept = [(at, units) for at, units in trades if at - at % HOUR + HOUR > since]
        assert volume.dollars(now) == Decimal(sum(units for _, units in kept)).scaleb(-4)
        assert volume.counted(now) == sum(units for at, units in kept if at < now - now % HOUR)
