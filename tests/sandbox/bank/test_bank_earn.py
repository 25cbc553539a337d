from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.bank.earn import Position
from krakenkit.sandbox.bank.strategies import DAY, HOUR, Strategy
from krakenkit.sandbox.engine import EngineRefused
from sandbox.bank.bank_helpers import BTC, SECOND, World
from sandbox.engine.engine_helpers import NOW, place
from sandbox.engine.margin_helpers import lender, lever

DOT = 10**10
YEAR = 365 * DAY


def strategy(here: World, asset: str, lock: str) -> Strategy:
    return next(one for one in here.earn.strategies if (one.asset.display, one.lock) == (asset, lock))


def position(here: World, of: Strategy) -> Position:
    return next(one for one in here.earn.positions("ann") if one.strategy is of)


def put_in(here: World, of: Strategy, units: int) -> None:
    here.earn.change("ann", of.strategy_id, "allocate", units, here.now)


def take_out(here: World, of: Strategy, units: int) -> None:
    here.earn.change("ann", of.strategy_id, "deallocate", units, here.now)


def test_putting_money_in_takes_a_moment() -> None:
    here = World()
    liquid = strategy(here, "BTC", "instant")
    put_in(here, liquid, 3 * BTC)
    assert here.earn.pending("ann", liquid.strategy_id, "allocate") is True
    assert here.earn.pending("ann", liquid.strategy_id, "deallocate") is False
    assert (here.balance(), position(here, liquid).pending) == (Decimal(10), 3 * BTC)

    here.wait(2)

    assert here.earn.pending("ann", liquid.strategy_id, "allocate") is False
    held = here.exchange.balance("ann", "BTC")
    assert (held.balance, held.earning) == (Decimal(7), (("liquid", Decimal(3)),))
    out, into = here.exchange.ledger("ann")[1], here.exchange.ledger("ann")[0]
    assert (out.subtype, out.asset_name, out.wallet_name) == ("spottostaking", "XXBT", "spot / main")
    assert (into.subtype, into.asset_name, into.wallet_name) == ("stakingfromspot", "XBT.B", "earn / liquid")
    assert out.ref_id == into.ref_id


def test_what_is_instant_comes_back_as_quickly() -> None:
    here = World()
    liquid = strategy(here, "BTC", "instant")
    put_in(here, liquid, 3 * BTC)
    here.wait(2)
    take_out(here, liquid, BTC)
    assert here.earn.pending("ann", liquid.strategy_id, "deallocate") is True
    here.wait(2)
    assert (here.balance(), position(here, liquid).total) == (Decimal(8), 2 * BTC)


def test_bonded_money_bonds_earns_and_takes_weeks_to_come_back() -> None:
    here = World()
    here.exchange.deposit("ann", "DOT", Decimal(100), here.now)
    bonded = strategy(here, "DOT", "bonded")
    put_in(here, bonded, 100 * DOT)
    here.wait(2)
    there = position(here, bonded)
    assert (there.earning, [one.units for one in there.in_stage("bonding")]) == (0, [100 * DOT])
    here.wait(HOUR)
    assert (there.earning, len(there.slices)) == (100 * DOT, 0)

    take_out(here, bonded, 40 * DOT)
    here.wait(2)
    (leaving,) = there.in_stage("unbonding")
    assert (there.earning, leaving.units, leaving.expires_at) == (60 * DOT, 40 * DOT, here.now + 28 * DAY * 10**9)
    assert here.balance("DOT") == 0
    here.wait(28 * DAY)
    assert (here.balance("DOT"), len(there.slices)) == (Decimal(40), 0)


def test_leaving_may_begin_in_a_queue() -> None:
    here = World()
    here.exchange.deposit("ann", "ETH", Decimal(10), here.now)
    bonded = strategy(here, "ETH", "bonded")
    put_in(here, bonded, DOT)
    here.wait(2 * HOUR)
    take_out(here, bonded, DOT)
    here.wait(2)
    there = position(here, bonded)
    assert [one.stage for one in there.slices] == ["exit_queue"]
    here.wait(59)
    assert [one.stage for one in there.slices] == ["unbonding"]
    here.wait(5 * DAY)
    assert (there.total, here.balance("ETH")) == (0, Decimal(10))


def test_money_that_still_bonds_can_be_taken_out_too() -> None:
    here = World()
    here.exchange.deposit("ann", "DOT", Decimal(100), here.now)
    bonded = strategy(here, "DOT", "bonded")
    put_in(here, bonded, 100 * DOT)
    here.wait(10)
    take_out(here, bonded, 30 * DOT)
    here.wait(2)
    there = position(here, bonded)
    assert {one.stage: one.units for one in there.slices} == {"bonding": 70 * DOT, "unbonding": 30 * DOT}


def test_a_year_in_a_strategy_earns_its_rate() -> None:
    here = World()
    dollars = strategy(here, "USD", "instant")
    here.exchange.deposit("ann", "USD", Decimal(1_000_000), here.now)
    put_in(here, dollars, 10**10)
    here.wait(2)
    for _ in range(8):
        here.wait(YEAR / 8 + 1)
    there = position(here, dollars)
    # 5.25 % in 104 payouts, each of which earns from then on
    assert Decimal("0.0537") < Decimal(there.rewarded) / 10**10 < Decimal("0.0538")
    assert there.total == 10**10 + there.rewarded
    assert here.exchange.balance("ann", "USD").earning == (("liquid", dollars.asset.amount(there.total)),)


def test_rewards_that_are_not_put_back_in_go_to_the_main_wallet() -> None:
    here = World()
    here.exchange.deposit("ann", "ETH", Decimal(10), here.now)
    bonded = strategy(here, "ETH", "bonded")
    put_in(here, bonded, 10 * DOT)
    here.wait(YEAR + 2 * DAY)
    there = position(here, bonded)
    assert (there.earning, here.balance("ETH")) == (10 * DOT, bonded.asset.amount(there.rewarded))
    assert Decimal("0.0445") < here.balance("ETH") / 10 < Decimal("0.0451")
    assert here.exchange.ledger("ann")[0].type == "staking"


def test_rewards_do_not_depend_on_how_time_is_cut() -> None:
    worlds = [World(), World()]
    for here, steps in zip(worlds, (1, 997), strict=True):
        put_in(here, strategy(here, "BTC", "instant"), 3 * BTC)
        for _ in range(steps):
            here.wait(997 * HOUR / steps)
    first, second = (position(here, strategy(here, "BTC", "instant")) for here in worlds)
    assert first.rewarded == second.rewarded > 0


def test_small_rewards_are_not_lost_to_rounding() -> None:
    here = World()
    dollars = strategy(here, "USD", "instant")
    here.exchange.deposit("ann", "USD", Decimal(100), here.now)
    put_in(here, dollars, 1_000)  # ten cents, which earn half a cent in a year: less than a unit in most periods
    here.wait(20 * YEAR)
    assert 1_050 < position(here, dollars).rewarded < 1_900


def test_a_payout_ends_when_nothing_is_left() -> None:
    here = World()
    liquid = strategy(here, "BTC", "instant")
    put_in(here, liquid, BTC)
    here.wait(2)
    take_out(here, liquid, BTC)
    here.wait(10 * DAY)
    assert position(here, liquid).payout_at is None
    put_in(here, liquid, BTC)
    here.wait(10 * DAY)
    assert position(here, liquid).payout_at is not None


def test_what_cannot_be_is_refused() -> None:
    here = World()
    liquid, automatic = strategy(here, "BTC", "instant"), strategy(here, "BTC", "flex")
    with pytest.raises(EngineRefused, match="EGeneral:Invalid arguments:Invalid strategy ID"):
        here.earn.change("ann", "ESNONE", "allocate", BTC, here.now)
    with pytest.raises(EngineRefused, match="EEarnings:Permission denied"):
        put_in(here, automatic, BTC)
    with pytest.raises(EngineRefused, match="EEarnings:Insufficient funds"):
        put_in(here, liquid, 10 * BTC + 1)
    with pytest.raises(EngineRefused, match="EEarnings:Insufficient funds"):
        take_out(here, liquid, 1)
    with pytest.raises(EngineRefused, match="EEarnings:Above max"):
        put_in(here, strategy(here, "DOT", "bonded"), 1_000_001 * DOT)
    with pytest.raises(EngineRefused, match="EEarnings:Below min"):
        put_in(here, strategy(here, "USD", "instant"), 99)
    assert here.earn.positions("ann") == []


def test_one_change_at_a_time() -> None:
    here = World()
    liquid = strategy(here, "BTC", "instant")
    put_in(here, liquid, BTC)
    with pytest.raises(EngineRefused, match="EEarnings:Busy"):
        put_in(here, liquid, BTC)
    here.wait(2)
    put_in(here, liquid, BTC)


def test_an_allocation_that_fails_is_told_by_its_status() -> None:
    here = World()
    liquid = strategy(here, "BTC", "instant")
    put_in(here, liquid, 10 * BTC)
    here.exchange.withdraw("ann", "BTC", Decimal(1), here.now)
    here.wait(2)
    with pytest.raises(EngineRefused, match="EEarnings:Insufficient funds"):
        here.earn.pending("ann", liquid.strategy_id, "allocate")
    assert here.balance() == 9
    put_in(here, liquid, BTC)
    here.wait(2)
    assert here.earn.pending("ann", liquid.strategy_id, "allocate") is False


def test_money_that_a_position_needs_meanwhile_is_not_put_in() -> None:
    made = lender()
    bank = Bank(made, 1)
    dollars = next(one for one in bank.earn.strategies if (one.asset.display, one.lock) == ("USD", "instant"))
    bank.earn.change("ann", dollars.strategy_id, "allocate", 9_000 * 10**4, NOW)
    place(made, "ann", lever("buy", "1"))

    bank.tick(NOW + 2 * SECOND)

    with pytest.raises(EngineRefused, match="EEarnings:Insufficient funds"):
        bank.earn.pending("ann", dollars.strategy_id, "allocate")
    assert made.balance("ann", "USD").earning == ()
