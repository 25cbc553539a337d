"""Several currencies behind one wallet, money between wallets, fees by volume, and orders that meet one's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import EngineRefused
from sandbox.engine.derivatives_helpers import NOW, XBT, Floor, contract


def give(floor: Floor, name: str, unit: str, amount: str, wallet: str = "flex") -> None:
    floor.made.deposit(name, wallet, Decimal(amount), NOW, unit=unit)


# --- collateral -------------------------------------------------------------------------------------------------------


def test_other_currencies_back_positions_less_a_haircut() -> None:
    floor = Floor()
    give(floor, "dan", "XBT", "1")
    wallet = floor.made.wallet("dan", "flex")
    assert (wallet.balance, wallet.collateral, wallet.available) == (Decimal(50_000), Decimal(48_000), Decimal(48_000))

    floor.place("dan", "buy", "48", "50000")
    assert floor.declined("dan", "buy", "0.01", "50000") == "insufficientAvailableFunds"


def test_losses_are_paid_with_other_currencies_when_there_are_no_dollars() -> None:
    floor = Floor()
    give(floor, "dan", "XBT", "1")
    before = {unit: floor.made.total(unit) for unit in ("USD", "XBT")}
    floor.trade("dan", "bob", "1", "50000")  # a fee of 25 dollars, and 0.25 percent for changing them

    held = {one.unit: one.qty for one in floor.made.wallet("dan", "flex").currencies}
    assert Decimal("0.9994987") < held["XBT"] < Decimal("0.9994988")
    assert 0 <= held["USD"] < Decimal("0.000001")
    assert [row.info for row in floor.made.log("dan")][:2] == ["conversion", "conversion"]
    assert {unit: floor.made.total(unit) for unit in before} == before


def test_profits_are_changed_into_the_currency_that_was_chosen() -> None:
    floor = Floor()
    floor.made.set_profit_currency("ann", XBT, "ETH")
    floor.trade("ann", "bob", "1", "50000")
    floor.trade("bob", "ann", "1", "51000")

    held = {one.unit: one.qty for one in floor.made.wallet("ann", "flex").currencies}
    assert held["ETH"] == Decimal("0.5")


@pytest.mark.parametrize(("unit", "error"), [("GOLD", "pnlPreference"), ("", "pnlPreference")])
def test_profits_come_in_currencies_that_back_positions(unit: str, error: str) -> None:
    with pytest.raises(EngineRefused, match=error):
        Floor().made.set_profit_currency("ann", XBT, unit)


# --- transfers --------------------------------------------------------------------------------------------------------


def test_money_moves_between_wallets_and_the_log_tells_both_sides() -> None:
    floor = Floor()
    floor.made.transfer("ann", "fi_xbtusd", "flex", "XBT", Decimal(4), NOW)
    floor.made.transfer("ann", "flex", "cash", "XBT", Decimal("1.5"), NOW)

    assert floor.made.purses("ann")["fi_xbtusd", "XBT"] == 6
    assert floor.made.purses("ann")["flex", "XBT"] == Decimal("2.5")
    assert floor.made.cash("ann") == {"XBT": Decimal("1.5")}
    assert [(row.info, row.wallet) for row in floor.made.log("ann")][:2] == [("transfer", "cash"), ("transfer", "flex")]


def test_what_positions_bind_stays_where_it_is() -> None:
    floor = Floor()
    give(floor, "dan", "XBT", "1")
    give(floor, "dan", "USD", "1000")
    floor.trade("dan", "bob", "24.5", "50000")  # 24,500 bound; fees eat the dollars
    with pytest.raises(EngineRefused, match="Insufficient funds"):
        floor.made.transfer("dan", "flex", "cash", "XBT", Decimal("0.6"), NOW)
    floor.made.transfer("dan", "flex", "cash", "XBT", Decimal("0.4"), NOW)
    assert floor.made.wallet("dan", "flex").available >= 0


@pytest.mark.parametrize(
    ("source", "target", "unit", "amount"),
    [
        ("flex", "fi_xbtusd", "USD", "1"),
        ("flex", "fi_xbtusd", "ETH", "1"),
        ("flex", "nowhere", "USD", "1"),
        ("flex", "cash", "GOLD", "1"),
        ("flex", "cash", "USD", "0"),
        ("flex", "cash", "USD", "-5"),
        ("flex", "cash", "USD", "NaN"),
        ("flex", "cash", "USD", "1E-13"),
        ("flex", "cash", "USD", "100000.01"),
        ("cash", "flex", "USD", "1"),
    ],
)
def test_a_transfer_that_cannot_be_moves_nothing(source: str, target: str, unit: str, amount: str) -> None:
    floor = Floor()
    before = floor.made.purses("ann"), floor.made.log("ann")
    with pytest.raises(EngineRefused):
        floor.made.transfer("ann", source, target, unit, Decimal(amount), NOW)
    assert (floor.made.purses("ann"), floor.made.log("ann")) == before


# --- fees -------------------------------------------------------------------------------------------------------------


def test_fees_fall_with_the_dollars_of_thirty_days_and_rise_again() -> None:
    floor = Floor()
    for _ in range(3):
        floor.trade("ann", "bob", "1", "50000")
    assert [fill.fee for fill in floor.made.fills("ann")] == [Decimal(20), Decimal(25), Decimal(25)]
    assert [fill.fee for fill in floor.made.fills("bob")] == [Decimal("7.5"), Decimal(10), Decimal(10)]
    assert floor.made.traded("ann").total == 150_000

    floor.now += 31 * 86_400 * 10**9
    floor.trade("bob", "ann", "1", "50000")
    assert floor.made.traded("ann").total == 50_000
    assert floor.made.traded("ann").tier.taker == 500


# --- one's own orders -------------------------------------------------------------------------------------------------


def test_a_taker_is_refused_when_it_meets_its_own_order_unless_the_owner_says_otherwise() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    assert floor.declined("ann", "buy", "1", "50000") == "selfFill"
    floor.made.set_self_trade("ann", "CANCEL_MAKER_SELF")
    floor.place("bob", "sell", "0.4", "50001")
    done = floor.place("ann", "buy", "1", "50001")

    assert done.order.filled == Decimal("0.4")
    assert [reason for kind, reason in floor.steps("ann") if kind == "removed"] == ["would_execute_self"]


@pytest.mark.parametrize(
    ("strategy", "taker", "refused"),
    [
        ("REJECT_TAKER", "ann", True),
        ("CANCEL_MAKER_SELF", "ann", True),
        ("CANCEL_MAKER_CHILD", "ann", False),
        ("CANCEL_MAKER_CHILD", "bob", True),
        ("CANCEL_MAKER_ANY", "bob", False),
    ],
)
def test_a_master_may_cancel_what_its_subaccounts_make(strategy: str, taker: str, refused: bool) -> None:
    floor = Floor()
    floor.made.adopt("ann", "bob")
    floor.made.set_self_trade(taker, strategy)
    maker = "bob" if taker == "ann" else "ann"
    floor.place(maker, "sell", "1", "50000")
    if refused:
        assert floor.declined(taker, "buy", "1", "50000") == "selfFill"
        assert len(floor.made.open_orders(maker)) == 1
    else:
        floor.place(taker, "buy", "1", "50000")
        assert floor.made.open_orders(maker) == []
    assert floor.size(taker) == 0


def test_own_orders_in_the_way_do_not_count_for_all_or_nothing() -> None:
    floor = Floor()
    floor.made.set_self_trade("ann", "CANCEL_MAKER_SELF")
    floor.place("ann", "sell", "1", "50000")
    floor.place("bob", "sell", "1", "50001")
    assert floor.declined("ann", "buy", "2", "50001", kind="fok") == "iocWouldNotExecute"
    floor.place("ann", "buy", "1", "50001", kind="fok")
    assert floor.size("ann") == 1


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_price_far_beyond_the_market_is_outside_the_collar_only_where_it_would_trade() -> None:
    floor = Floor()
    assert floor.declined("ann", "sell", "0.01", "44000", kind="ioc") == "iocWouldNotExecute"  # nobody is there
    floor.place("bob", "sell", "1", "50000")
    assert floor.declined("ann", "buy", "0.01", "55001") == "outsidePriceCollar"
    floor.place("ann", "buy", "0.01", "55000")
    floor.place("ann", "buy", "0.01", "20000")


def test_only_so_many_small_orders_may_be_open() -> None:
    floor = Floor()
    for _ in range(100):
        floor.place("ann", "buy", "0.0001", "40000")
    assert floor.declined("ann", "buy", "0.0001", "40000") == "tooManySmallOrders"
    floor.place("ann", "buy", "0.01", "40000")
    floor.made.cancel_all("ann", floor.now)
    floor.place("ann", "buy", "0.0001", "40000")


def test_only_so_many_orders_may_be_open_in_a_contract() -> None:
    floor = Floor()
    floor.made.deposit("ann", "flex", Decimal(10**9), NOW)
    for _ in range(1000):
        floor.place("ann", "buy", "0.01", "40000")
    assert floor.declined("ann", "buy", "0.01", "40000") == "tooManyOrders"
    floor.place("ann", "buy", "1", "1000", contract=contract("PF_ETHUSD"))
