"""The limit of the trading engine, by the figures of the manual."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import AmendOrder, EditOrder, EngineRefused, Exchange, PlaceOrder, spot_instruments
from krakenkit.sandbox.engine.trading_rates import TradingRates
from krakenkit.wire.trading_limits import TIERS
from sandbox.engine.engine_helpers import NOW, SECOND, limit, place

STARTER = TIERS["starter"]


def counted(scale: float = 1.0) -> tuple[Exchange, TradingRates]:
    rates = TradingRates(STARTER, scale)
    made = Exchange(spot_instruments(), random.Random(1), NOW, rates=rates)
    made.deposit("ann", "USD", Decimal(10_000_000), NOW)
    return made, rates


def order() -> PlaceOrder:
    return limit("buy", "0.01", "20000")


def level(made: Exchange, rates: TradingRates, now: int, pair: str = "BTC/USD") -> float:
    return rates.level("ann", made.pair(pair), now)


def test_the_worked_example_of_the_manual_counts_eight() -> None:
    made, rates = counted()
    spent = 0.0
    placed = place(made, "ann", order(), now=NOW)
    spent += level(made, rates, NOW)
    at, before = NOW + 7 * SECOND, level(made, rates, NOW + 7 * SECOND)
    made.amend("ann", AmendOrder(order_id=placed, qty=Decimal("0.02")), at)
    spent += level(made, rates, at) - before
    at, before = at + 36 * SECOND, level(made, rates, at + 36 * SECOND)
    made.cancel("ann", at, order_id=placed)
    assert spent + level(made, rates, at) - before == 8


def test_an_edit_costs_by_age_and_an_old_order_is_cancelled_free() -> None:
    made, rates = counted()
    placed = place(made, "ann", order(), now=NOW)
    at = NOW + 50 * SECOND
    assert level(made, rates, at) == 0
    edited = made.edit("ann", EditOrder(order_id=placed, qty=Decimal("0.02")), at)
    assert edited.order is not None
    assert level(made, rates, at) == 1 + 1
    at += 300 * SECOND
    made.cancel("ann", at, order_id=edited.order.order_id)
    assert level(made, rates, at) == 0


def test_orders_above_the_threshold_are_refused_and_cancels_are_not() -> None:
    made, rates = counted()
    placed = [place(made, "ann", order(), now=NOW) for _ in range(60)]
    with pytest.raises(EngineRefused, match=r"^EOrder:Rate limit exceeded$"):
        made.place("ann", order(), NOW)
    assert level(made, rates, NOW) == 60
    made.cancel("ann", NOW, order_id=placed[0])
    assert level(made, rates, NOW) == 68
    with pytest.raises(EngineRefused, match="Rate limit"):
        made.amend("ann", AmendOrder(order_id=placed[1], qty=Decimal("0.02")), NOW)
    with pytest.raises(EngineRefused, match="Rate limit"):
        made.place("ann", order(), NOW + 8 * SECOND)
    made.place("ann", order(), NOW + 9 * SECOND)  # one falls off each second


def test_pairs_and_accounts_have_counters_of_their_own_and_a_domain_has_five_times_one() -> None:
    made, rates = counted()
    made.deposit("sub", "USD", Decimal(10_000_000), NOW)
    rates.join("sub", "ann")
    for pair in ("BTC/USD", "ETH/USD"):
        for _ in range(60):
            made.place("ann", limit("buy", "0.05", "100", pair=pair), NOW)
    assert [level(made, rates, NOW, pair) for pair in ("BTC/USD", "ETH/USD", "SOL/USD")] == [60, 60, 0]
    for pair in ("BTC/USD", "ETH/USD", "SOL/USD"):
        for _ in range(60):
            made.place("sub", limit("buy", "0.05", "100", pair=pair), NOW)
    with pytest.raises(EngineRefused, match=r"^EOrder:Domain rate limit exceeded$"):
        made.place("ann", limit("buy", "20", "1", pair="XRP/USD"), NOW)


def test_what_is_refused_for_other_reasons_is_counted_and_a_share_counts_in_part() -> None:
    made, rates = counted()
    with pytest.raises(EngineRefused, match="Insufficient funds"):
        made.place("ann", limit("buy", "100000", "20000"), NOW)
    made.place("ann", order(), NOW, share=0.5)
    assert level(made, rates, NOW) == 1.5


def test_a_scale_makes_the_limit_as_generous_as_asked() -> None:
    made, _ = counted(scale=0.05)
    for _ in range(3):
        made.place("ann", order(), NOW)
    with pytest.raises(EngineRefused, match="Rate limit"):
        made.place("ann", order(), NOW)


def test_everything_can_be_cancelled_at_once_only_so_often() -> None:
    made, _ = counted()
    place(made, "ann", order(), now=NOW)
    for _ in range(10):
        made.cancel_all("ann", NOW)
    place(made, "ann", order(), now=NOW)
    with pytest.raises(EngineRefused, match="EBM:limit exceeded:CAL"):
        made.cancel_all("ann", NOW)
    assert len(made.open_orders("ann")) == 1
    made.cancel_all("bob", NOW)
    assert len(made.cancel_all("ann", NOW + SECOND)) == 1
