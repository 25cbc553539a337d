"""The market that trades contracts by itself."""

from __future__ import annotations

import random
from decimal import Decimal

from krakenkit.sandbox.engine.catalogue import ADA, BTC, DOGE, ETH, LTC, SOL, USD, XRP
from krakenkit.sandbox.engine.derivatives import Contract, ContractMarket, DerivativesExchange, Event
from krakenkit.sandbox.engine.walks import Walks
from sandbox.engine.derivatives_helpers import CONTRACTS, NOW, SECOND, XBT, order


class Town:
    """An exchange whose market follows index prices that wander."""

    def __init__(self, seed: int = 3) -> None:
        self.walks = Walks([BTC, ETH, SOL, XRP, DOGE, LTC, ADA, USD], random.Random(seed))
        self.index: dict[Contract, int] = {}
        self.look()
        self.made = DerivativesExchange(CONTRACTS, random.Random(seed), NOW, self.index.__getitem__)
        self.market = ContractMarket(self.made, self.walks, random.Random(seed), CONTRACTS.all)
        self.market.history(self.index.__getitem__, NOW)
        self.now = NOW

    def look(self) -> None:
        self.index.update({one: self.walks.price(one.scale) for one in CONTRACTS.all})

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            self.now += SECOND // 20
            self.walks.step(self.now)
            self.look()
            self.made.tick(self.now)
            self.market.step(self.index.__getitem__)


def test_books_stand_around_the_index_and_never_run_dry() -> None:
    town = Town()
    for _ in range(60):
        town.step(5)
        for one in CONTRACTS.all:
            now = town.made.ticker(one)
            assert now.bid is not None
            assert now.ask is not None
            assert abs(now.mark - now.index) <= now.index / 1000 + one.scale.tick_size
            assert min(len(town.made.levels(one, side)) for side in ("buy", "sell")) >= 15


def test_contracts_have_a_past_of_more_than_a_day() -> None:
    town = Town()
    now = town.made.ticker(XBT)
    assert now.day.trades > 100
    assert now.day.low < now.index < now.day.high
    assert len(town.made.candles(XBT, 60)) >= 24


def test_guests_near_the_best_price_are_traded_with() -> None:
    town = Town()
    town.made.deposit("ann", "flex", Decimal(100_000), NOW)
    best = town.made.ticker(XBT).bid
    town.made.place("ann", order("buy", "0.5", str(best)), NOW)
    town.made.place("ann", order("buy", "0.5", str((best or Decimal(0)) - 3)), NOW)

    town.step(100)

    assert sum(fill.qty for fill in town.made.fills("ann")) == 1


def test_any_market_order_finds_somebody() -> None:
    town = Town()
    town.made.deposit("ann", "flex", Decimal(100_000_000), NOW)
    wanted = Decimal(3)
    done = town.made.place("ann", order("buy", str(wanted)), NOW)
    assert done.order.filled > 0


def test_nobody_trades_far_from_the_index_by_himself_however_far_it_jumps() -> None:
    town = Town()
    begun = town.now
    for jump in (1, 40, -80, 60, -30, 5, 90) * 6:
        town.walks.move(XBT.scale.base, 1000 + jump // 5, 1000)
        town.step(3)
    trades = [one for contract in CONTRACTS.all for one in town.made.trades(contract) if one.at > begun]
    assert len(trades) > 100
    assert max(abs(one.price / one.mark_price - 1) for one in trades) < Decimal("0.025")


def test_one_seed_gives_one_market() -> None:
    def story(seed: int) -> list[Event]:
        town = Town(seed)
        town.made.events()
        town.step(20)
        return town.made.events()

    assert story(5) == story(5)
    assert story(5) != story(6)
