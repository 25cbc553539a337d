"""Dated contracts: when they expire, at what price, and what comes after them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine.derivatives import Contract, Notice, contracts_at, listed
from krakenkit.sandbox.engine.derivatives.listing import next_expiry
from sandbox.engine.derivatives_helpers import SECOND, Floor

MINUTE = 60


def nanoseconds(year: int, month: int, day: int, hour: int) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * SECOND


def dated(floor: Floor, prefix: str) -> Contract:
    return next(one for one in floor.made.contracts.all if one.symbol.startswith(prefix))


def near(floor: Floor, one: Contract, *, minutes: int) -> None:
    """Go to a moment so many minutes before the contract expires."""
    assert one.expiry is not None
    floor.now = one.expiry - minutes * MINUTE * SECOND
    floor.made.reprice(floor.now)


@pytest.mark.parametrize(
    ("now", "expiry"),
    [
        ((2026, 11, 22, 0), (2026, 12, 25, 16)),
        ((2026, 12, 25, 15), (2026, 12, 25, 16)),
        ((2026, 12, 25, 16), (2027, 3, 26, 16)),
        ((2027, 1, 1, 0), (2027, 3, 26, 16)),
        ((2028, 6, 30, 15), (2028, 6, 30, 16)),
    ],
)
def test_quarters_end_on_their_last_friday(now: tuple[int, int, int, int], expiry: tuple[int, int, int, int]) -> None:
    assert next_expiry(nanoseconds(*now)) == nanoseconds(*expiry)


def test_a_dated_contract_is_found_by_its_symbol_before_and_after_its_time() -> None:
    (inverse,) = [one for one in contracts_at(nanoseconds(2026, 11, 22, 0)).all if one.symbol.startswith("FI_")]
    assert inverse.symbol == "FI_XBTUSD_261225"
    assert listed("fi_xbtusd_261225") is inverse
    assert [listed(name) for name in ("FI_XBTUSD_261224", "FI_XBTUSD_269999", "FI_ETHUSD_261225")] == [None] * 3


def test_positions_are_closed_at_the_average_index_of_the_last_hour() -> None:
    floor = Floor(dated=True)
    linear = dated(floor, "FF_")
    floor.trade("ann", "bob", "1", "50000", on=linear)
    near(floor, linear, minutes=60)
    floor.set_index("51000", on=linear)
    floor.wait(30 * MINUTE)
    floor.set_index("53000", on=linear)
    before = floor.made.total("USD")
    floor.wait(30 * MINUTE)

    position, cash, *_ = floor.made.log("ann")
    # Each ten seconds count with the price at their end: the step falls into the half hour that it begins.
    assert abs(cash.new_balance - cash.old_balance - 2000) < 10
    assert (cash.info, position.info) == ("settlement", "settlement")
    assert (position.asset, position.old_balance, position.new_balance) == (
        linear.symbol.lower(),
        Decimal(1),
        Decimal(0),
    )
    assert cash.realized == cash.new_balance - cash.old_balance
    assert position.price is not None
    assert abs(position.price - 52_000) < 10
    assert floor.made.holdings("ann") == floor.made.holdings("bob") == []
    assert floor.made.total("USD") == before


def test_open_orders_are_cancelled_and_no_more_are_taken() -> None:
    floor = Floor(dated=True)
    inverse = dated(floor, "FI_")
    floor.place("ann", "buy", "100", "49000", contract=inverse)
    floor.place("ann", "buy", "100", contract=inverse, kind="stp", stop_price=Decimal(60_000))
    near(floor, inverse, minutes=0)

    assert floor.made.open_orders("ann") == []
    assert floor.steps("ann")[-2:] == [("removed", "contract_expired")] * 2
    assert floor.declined("ann", "buy", "100", "49000", contract=inverse) == "marketInactive"


def test_the_next_quarter_is_listed_and_everybody_is_told() -> None:
    floor = Floor(dated=True)
    old = dated(floor, "FI_")
    floor.made.events()
    near(floor, old, minutes=0)

    assert old.expiry is not None
    new = dated(floor, "FI_")
    assert new.expiry == next_expiry(old.expiry)
    assert old in floor.made.contracts.expired
    notes = [event.note for event in floor.made.events() if isinstance(event, Notice)]
    assert f"{old.symbol} was settled at 50000." in notes
    floor.trade("ann", "bob", "100", "50000", on=new)
    assert floor.size("ann", on=new) == 100


def test_the_coins_of_an_inverse_settlement_add_up() -> None:
    floor = Floor(dated=True)
    inverse = dated(floor, "FI_")
    for price, size in (("49000", "777"), ("51000", "1111")):
        floor.set_index(price, on=inverse)
        floor.trade("ann", "bob", size, price, on=inverse)
        floor.trade("cat", "bob", "333", price, on=inverse)
    before = floor.made.total("XBT")
    floor.set_index("50333.3333", on=inverse)
    near(floor, inverse, minutes=0)
    assert floor.made.total("XBT") == before
    assert floor.made.holdings("bob") == []
