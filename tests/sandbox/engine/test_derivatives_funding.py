"""Funding: rates from premiums, what is paid for which time, and who pays."""

from __future__ import annotations

from decimal import Decimal

from krakenkit.sandbox.engine.derivatives import FundingRate, LogEntry
from sandbox.engine.derivatives_helpers import INVERSE, NOW, SECOND, XBT, Floor

HOUR = 3600
FIRST = (HOUR * SECOND - NOW % (HOUR * SECOND)) // SECOND
"""Seconds until the first full hour."""


def premium(floor: Floor, bid: str, ask: str) -> None:
    """Let the book stand so."""
    floor.place("cat", "buy", "0.01", bid)
    floor.place("cat", "sell", "0.01", ask)


def paid(floor: Floor, name: str) -> list[LogEntry]:
    return [row for row in reversed(floor.made.log(name)) if row.info == "funding rate change"]


def test_the_rate_of_an_hour_is_the_premium_of_the_one_before_by_the_coefficient() -> None:
    floor = Floor()
    premium(floor, "50119", "50121")  # 120 of 50000: 0.24 percent
    floor.wait(FIRST - 1)
    now = floor.made.ticker(XBT)
    assert (now.relative_funding_rate, now.relative_funding_prediction) == (Decimal(0), Decimal("0.0001"))

    floor.wait(1)
    (rate,) = floor.made.funding_rates(XBT)
    assert rate == FundingRate(floor.now, Decimal("0.0001"), Decimal(5))
    now = floor.made.ticker(XBT)
    assert (now.funding_rate, now.next_funding_at) == (Decimal(5), floor.now + HOUR * SECOND)


def test_the_rate_is_capped() -> None:
    floor = Floor()
    premium(floor, "54998", "55002")
    floor.wait(FIRST)
    assert floor.made.funding_rates(XBT)[-1].relative == Decimal("0.0025")


def test_longs_pay_shorts_after_an_hour_when_the_rate_is_positive() -> None:
    floor = Floor()
    premium(floor, "50119", "50121")
    floor.wait(FIRST)
    floor.trade("ann", "bob", "2", "50120")
    before = floor.made.total("USD")
    floor.wait(HOUR / 2)
    (held,) = floor.made.holdings("ann")
    assert (held.funding, paid(floor, "ann")) == (Decimal(-5), [])
    assert floor.made.wallet("ann", "flex").funding == Decimal(-5)

    floor.wait(HOUR / 2)
    (longs,), (shorts,) = paid(floor, "ann"), paid(floor, "bob")
    assert (longs.funding, longs.funding_rate, longs.position) == (Decimal(-10), Decimal(5), Decimal(2))
    assert (shorts.funding, shorts.new_balance - shorts.old_balance) == (Decimal(10), Decimal(10))
    assert floor.made.total("USD") == before


def test_a_position_that_changes_is_paid_for_the_time_that_it_was_held() -> None:
    floor = Floor()
    premium(floor, "50119", "50121")
    floor.wait(FIRST)
    floor.trade("ann", "bob", "2", "50120")
    floor.wait(HOUR / 4)
    floor.trade("bob", "ann", "1", "50120")
    floor.wait(HOUR / 2)
    floor.trade("bob", "ann", "1", "50120")
    floor.wait(HOUR)

    assert [row.funding for row in paid(floor, "ann")] == [Decimal("-2.5"), Decimal("-2.5")]
    assert [row.funding for row in paid(floor, "bob")] == [Decimal("2.5"), Decimal("2.5")]


def test_funding_of_an_inverse_contract_is_paid_in_its_coin() -> None:
    floor = Floor()
    floor.place("cat", "buy", "100", "49899.5", contract=INVERSE)
    floor.place("cat", "sell", "100", "49900.5", contract=INVERSE)  # 0.2 percent below
    floor.wait(FIRST)
    (rate,) = floor.made.funding_rates(INVERSE)
    assert (rate.relative, rate.absolute) == (Decimal("-0.00025"), Decimal("-0.000000005"))
    floor.trade("ann", "bob", "50000", "49900", on=INVERSE)
    floor.wait(HOUR)
    assert [row.funding for row in paid(floor, "ann")] == [Decimal("0.00025")]


def test_several_hours_at_once_are_paid_one_by_one() -> None:
    floor = Floor()
    premium(floor, "50119", "50121")
    floor.wait(FIRST)
    floor.trade("ann", "bob", "1", "50120")
    floor.now += 3 * HOUR * SECOND
    floor.made.tick(floor.now)
    assert [row.funding for row in paid(floor, "ann")] == [Decimal(-5)] * 3
    assert [rate.begin % (HOUR * SECOND) for rate in floor.made.funding_rates(XBT)] == [0] * 4
