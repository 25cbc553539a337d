"""Positions, profits, fees and margin, by numbers that were reckoned by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.derivatives.accounts import Position
from sandbox.engine.derivatives_helpers import INVERSE, NOW, XBT, Floor


def taken(position: Position, lots: int, price: int) -> int:
    return position.take(lots, position.contract.value(price, abs(lots)), NOW)


def test_a_linear_position_wins_the_difference_in_dollars() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "0.4", "50000")
    floor.trade("ann", "bob", "0.4", "51000")
    floor.trade("bob", "ann", "0.2", "53000")

    (held,) = floor.made.holdings("ann")
    assert (held.size, held.entry_price) == (Decimal("0.6"), Decimal(50500))
    assert floor.made.fills("ann")[0].realized == Decimal(500)  # 0.2 times 2500
    assert floor.made.fills("bob")[0].realized == Decimal(-500)


def test_fees_are_taken_from_both_sides_in_the_currency_of_the_contract() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")

    taker, maker = floor.made.fills("ann")[0], floor.made.fills("bob")[0]
    assert (taker.fee, maker.fee) == (Decimal(25), Decimal(10))
    assert floor.made.wallet("ann", "flex").balance == Decimal(99_975)
    assert floor.made.wallet("bob", "flex").balance == Decimal(99_990)


def test_an_inverse_position_wins_bitcoin() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "100000", "50000", on=INVERSE)
    floor.set_index("62500", on=INVERSE)
    floor.trade("bob", "ann", "100000", "62500", on=INVERSE)

    assert floor.made.fills("ann")[0].realized == Decimal("0.4")  # 2 bitcoin were bought for, 1.6 are given back
    assert floor.made.fills("bob")[0].realized == Decimal("-0.4")
    assert floor.made.wallet("ann", "flex").balance == Decimal(100_000)
    assert floor.made.holdings("ann") == []


def test_the_entry_price_of_an_inverse_position_is_the_harmonic_mean() -> None:
    position = Position(INVERSE)
    for price in (40_000, 60_000):
        taken(position, 1000, price * 10**4)

    assert round(position.entry_price, 6) == Decimal(48_000)


def test_an_order_beyond_the_position_turns_it_round() -> None:
    position = Position(XBT)
    taken(position, 50_000, 500_000)

    profit = taken(position, -80_000, 520_000)

    assert (position.size, position.entry_price) == (Decimal(-3), Decimal(52_000))
    assert profit == 10_000 * 10**12  # five bitcoin won two thousand dollars each


def test_a_short_position_loses_when_the_price_rises() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")
    floor.set_index("50400")

    assert floor.made.wallet("ann", "flex").profit == Decimal(400)
    assert floor.made.wallet("bob", "flex").profit == Decimal(-400)


def test_nothing_is_lost_by_closing_in_odd_parts() -> None:
    position = Position(INVERSE)
    opened = INVERSE.value(70_000 * 10**4, 1_000)
    position.take(1_000, opened, NOW)

    profit = sum(taken(position, -lots, 70_000 * 10**4) for lots in (333, 1, 7, 659))

    assert (position.lots, position.cost) == (0, 0)
    assert abs(profit) <= 4  # each part was valued for itself, to the nearest unit


def test_margin_is_bound_by_the_larger_side_of_all_orders() -> None:
    floor = Floor()
    floor.place("ann", "buy", "1", "49000")
    floor.place("ann", "sell", "1", "51000")
    floor.place("ann", "sell", "0.5", "52000")

    wallet = floor.made.wallet("ann", "flex")
    assert (wallet.initial, wallet.with_orders) == (Decimal(0), Decimal(1500))  # 2 % of 1.5 at the mark price
    assert wallet.available == Decimal(98_500)


def test_a_position_binds_margin_and_its_reduction_does_not() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "2", "50000")
    floor.place("ann", "sell", "2", "55000")
    floor.place("ann", "sell", "1", "56000", reduce_only=True)

    wallet = floor.made.wallet("ann", "flex")
    assert (wallet.initial, wallet.with_orders, wallet.maintenance) == (Decimal(2000), Decimal(2000), Decimal(1000))


def test_an_order_needs_as_much_margin_as_it_binds() -> None:
    floor = Floor()
    floor.place("ann", "buy", "100", "50000")

    assert floor.made.wallet("ann", "flex").available == 0
    assert floor.declined("ann", "buy", "0.0001", "50000") == "insufficientAvailableFunds"
    assert floor.declined("ann", "sell", "200", "51000") == "insufficientAvailableFunds"
    floor.place("ann", "sell", "100", "51000")  # the larger side stays as it is


def test_losses_of_open_positions_count_against_new_orders() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "50", "50000")
    floor.set_index("49000")

    assert floor.made.wallet("ann", "flex").equity == Decimal(48_750)  # 50,000 down, and a fee of 1250
    assert floor.declined("ann", "buy", "20", "49000") == "insufficientAvailableFunds"
    floor.place("ann", "sell", "50", "49500")


def test_a_position_has_a_largest_size() -> None:
    floor = Floor()
    floor.made.deposit("ann", "flex", Decimal(10**9), NOW)

    assert floor.declined("ann", "buy", "500.0001", "50000") == "maxPositionViolation"
    floor.place("ann", "buy", "500", "50000")


def test_each_kind_of_contract_draws_on_its_own_wallet() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "100000", "50000", on=INVERSE)

    assert floor.made.wallet("ann", "flex").with_orders == 0
    assert floor.made.wallet("ann", "fi_xbtusd").initial == Decimal("0.04")
    assert floor.made.fills("ann")[0].fee == Decimal("0.001")


@pytest.mark.parametrize("amount", ["0", "-1", "1E-13"])
def test_money_that_cannot_be_is_not_paid_in(amount: str) -> None:
    with pytest.raises(EngineRefused, match="Invalid amount"):
        Floor().made.deposit("ann", "flex", Decimal(amount), NOW)


def test_what_positions_bind_cannot_be_withdrawn() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")

    with pytest.raises(EngineRefused, match="Insufficient funds"):
        floor.made.withdraw("ann", "flex", Decimal("98975.01"), NOW)
    floor.made.withdraw("ann", "flex", Decimal(98_975), NOW)
    assert floor.made.wallet("ann", "flex").available == 0


def test_the_log_has_a_row_for_the_money_and_one_for_the_position() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")

    position, cash, *_ = floor.made.log("ann")
    assert (cash.asset, cash.old_balance, cash.new_balance) == ("usd", Decimal(100_000), Decimal(99_975))
    assert (position.asset, position.old_balance, position.new_balance) == ("pf_xbtusd", Decimal(0), Decimal(1))
    assert [entry.id for entry in floor.made.log("ann")] == [4, 3, 2, 1]
