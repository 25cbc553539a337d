"""Liquidation: in steps while there is margin left, taken over when there is not, covered when something is owed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine.derivatives import Declined
from sandbox.engine.derivatives_helpers import INVERSE, NOW, XBT, Floor, contract


def small(floor: Floor, dollars: str = "1100") -> None:
    """Give ``dan`` so many dollars and a long position of one bitcoin at 50000."""
    floor.made.deposit("dan", "flex", Decimal(dollars), NOW)
    floor.trade("dan", "bob", "1", "50000")


def fall(floor: Floor, price: str) -> None:
    """Let the price fall, with somebody to buy a little below."""
    floor.place("cat", "buy", "5", price)
    floor.set_index(price)


def forced(floor: Floor, name: str = "dan") -> list[tuple[str, Decimal]]:
    return [(fill.fill_type, fill.qty) for fill in reversed(floor.made.fills(name)) if fill.forced]


def test_enough_margin_is_left_alone() -> None:
    floor = Floor()
    small(floor)
    fall(floor, "49430")  # 505 left, 494.3 needed
    assert forced(floor) == []


def test_a_position_is_brought_into_the_book_a_quarter_at_a_time_until_the_margin_is_enough() -> None:
    floor = Floor()
    small(floor)
    floor.place("dan", "sell", "0.2", "52000")
    before = floor.made.total("USD")
    fall(floor, "49400")  # 475 left, 494 needed

    assert forced(floor) == [("partialLiquidation", Decimal("0.25"))]
    assert floor.steps("dan")[2] == ("removed", "not_enough_margin")
    fill = floor.made.fills("dan")[0]
    assert fill.liquidation_fee == Decimal("24.7")  # 0.2 percent beside the taker's fee
    assert fill.fee == Decimal("30.875")
    rows = [row for row in floor.made.log("dan") if row.info == "futures liquidation"]
    assert [row.liquidation_fee for row in rows if not row.position_leg] == [Decimal("24.7")]
    assert floor.made.trades(XBT)[-1].kind == "liquidation"
    floor.wait(60)
    assert forced(floor) == [("partialLiquidation", Decimal("0.25"))]
    wallet = floor.made.wallet("dan", "flex")
    assert wallet.margin_equity >= wallet.maintenance
    assert floor.made.total("USD") == before


def test_a_liquidation_waits_for_somebody_to_trade_with() -> None:
    floor = Floor()
    small(floor)
    floor.set_index("49400")
    floor.wait(60)
    assert [step for step, _ in floor.steps("dan")] == ["filled"]
    fall(floor, "49399")
    assert forced(floor) == [("partialLiquidation", Decimal("0.25"))]


def test_below_half_of_the_maintenance_margin_the_exchange_takes_the_position_over() -> None:
    floor = Floor()
    small(floor)
    before = floor.made.total("USD")
    fall(floor, "49150")  # 225 left, 491.5 needed

    assert forced(floor) == [("assignor", Decimal(1))]
    assert floor.made.fills("dan")[0].fee == 0
    assert floor.made.trades(XBT)[-1].kind == "termination"
    assert floor.size("dan") == 0
    assert floor.made.wallet("dan", "flex").balance == Decimal(225)
    assert floor.made.total("USD") == before


def test_what_is_owed_then_is_covered() -> None:
    floor = Floor()
    small(floor)
    before = floor.made.total("USD")
    floor.set_index("45000")

    assert floor.made.wallet("dan", "flex").balance == 0
    covered = floor.made.log("dan")[0]
    assert (covered.info, covered.new_balance - covered.old_balance) == ("covered liquidation", Decimal(3925))
    assert floor.made.total("USD") == before


def test_an_inverse_position_is_liquidated_in_its_own_wallet() -> None:
    floor = Floor()
    floor.made.deposit("dan", "fi_xbtusd", Decimal("0.05"), NOW)
    floor.made.deposit("dan", "flex", Decimal(1000), NOW)
    floor.trade("dan", "bob", "100000", "50000", on=INVERSE)
    floor.set_index("48000", on=INVERSE)

    assert floor.size("dan", on=INVERSE) == 0
    assert floor.made.wallet("dan", "fi_xbtusd").balance == 0
    assert floor.made.wallet("dan", "flex").balance == 1000


def test_an_isolated_position_loses_its_own_money_and_no_more() -> None:
    floor, eth = Floor(), contract("PF_ETHUSD")
    floor.made.deposit("dan", "flex", Decimal(20_000), NOW)
    floor.made.set_leverage("dan", XBT, Decimal(10))
    floor.trade("dan", "bob", "1", "50000")
    floor.trade("dan", "bob", "10", "2000", on=eth)
    wallet = floor.made.wallet("dan", "flex")
    assert wallet.initial == Decimal(5400)  # a tenth of the bitcoin, a fiftieth of the ether
    balance = wallet.balance
    floor.set_index("40000")

    assert (floor.size("dan"), floor.size("dan", on=eth)) == (Decimal(0), Decimal(10))
    assert floor.made.wallet("dan", "flex").balance == balance - 5000


def test_a_shared_position_is_not_saved_by_what_an_isolated_one_has_won() -> None:
    floor, eth = Floor(), contract("PF_ETHUSD")
    floor.made.deposit("dan", "flex", Decimal(3000), NOW)
    floor.made.set_leverage("dan", XBT, Decimal(50))
    floor.trade("dan", "bob", "1", "50000")
    floor.trade("dan", "bob", "20", "2000", on=eth)
    floor.set_index("55000")
    floor.set_index("1900", on=eth)

    assert floor.size("dan") == 1
    assert floor.size("dan", on=eth) < 20


def test_a_leverage_that_the_size_does_not_allow_is_refused() -> None:
    floor = Floor()
    floor.made.deposit("ann", "flex", Decimal(100_000_000), NOW)
    floor.made.set_leverage("ann", contract("PF_SOLUSD"), Decimal(50))
    sol = contract("PF_SOLUSD")
    floor.place("ann", "buy", "19000", "100", contract=sol)
    assert floor.declined("ann", "buy", "20000", "100", contract=sol) == "fixedLeverageTooHigh"


def test_leverage_that_would_need_more_money_than_there_is_stays_as_it_was() -> None:
    floor = Floor()
    small(floor)
    with pytest.raises(Declined):
        floor.made.set_leverage("dan", XBT, Decimal(2))
    assert floor.made.leverage_settings("dan") == {}


def test_margin_rises_with_the_size_of_the_position() -> None:
    floor, sol = Floor(), contract("PF_SOLUSD")
    for name in ("ann", "bob"):
        floor.made.deposit(name, "flex", Decimal(10_000_000), NOW)
    floor.trade("ann", "bob", "19000", "100", on=sol)
    assert floor.made.wallet("ann", "flex").initial == Decimal(38_000)
    floor.trade("ann", "bob", "6000", "100", on=sol)
    assert floor.made.wallet("ann", "flex").initial == Decimal(100_000)  # 4 percent of all of it
