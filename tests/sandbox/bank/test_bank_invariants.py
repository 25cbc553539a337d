"""Whatever is asked of the bank, in whatever order: entries sum to balances, and no money appears or is lost."""

from __future__ import annotations

import pickle
import random
from collections import defaultdict
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.sandbox.bank.earn import Change
from krakenkit.sandbox.bank.transfers import Fate
from krakenkit.sandbox.engine import EngineRefused, PlaceOrder
from sandbox.bank.bank_helpers import World

ACCOUNTS = ("ann", "bob")
ASSETS = ("BTC", "ETH", "DOT", "USD")
FATES: tuple[Fate, ...] = ("success", "success", "hold", "failure")


def act(here: World, rng: random.Random) -> None:
    """One random thing that a user, an operator or time does. What is refused changes nothing, which is checked."""
    before = snapshot(here)
    try:
        choose(here, rng)
    except EngineRefused:
        assert snapshot(here) == before


def choose(here: World, rng: random.Random) -> None:
    account, asset = rng.choice(ACCOUNTS), here.funding.asset(rng.choice(ASSETS))
    units = rng.randrange(1, 10 ** rng.randrange(1, 4) * 10**asset.decimals // 100)
    method = rng.choice(here.funding.methods.of(asset))
    match rng.randrange(10):
        case 0 | 1:
            here.funding.announce(account, method, units, here.now, fate=rng.choice(FATES))
        case 2 | 3:
            here.funding.withdraw(account, method, here.address, units, here.now, fee=units // 100, max_fee=None)
        case 4:
            moving = here.funding.withdrawals(account)
            if moving:
                one = rng.choice(moving)
                here.funding.cancel(account, one.method.asset, one.ref_id, here.now)
        case 5 | 6:
            strategy = rng.choice(here.earn.strategies)
            kind: Change = rng.choice(("allocate", "deallocate"))
            here.earn.change(account, strategy.strategy_id, kind, units, here.now)
        case 7:
            here.bank.transfer(account, rng.choice(ACCOUNTS), asset.name, units, here.now)
        case 8:
            side = rng.choice(("buy", "sell"))
            here.exchange.place(
                account,
                PlaceOrder(
                    pair="BTC/USD",
                    side=side,
                    order_type="limit",
                    qty=Decimal(rng.randrange(1, 5)),
                    limit_price=Decimal(rng.choice((39_000, 40_000, 41_000))),
                ),
                here.now,
            )
        case _:
            here.wait(rng.choice((0.5, 3, 60, 86_400, 10 * 86_400)))


def snapshot(here: World) -> object:
    return [
        (here.exchange.balances(name), len(here.exchange.ledger(name)), len(here.funding.withdrawals(name)))
        for name in ACCOUNTS
    ]


def check(here: World) -> None:
    outside: dict[str, Decimal] = defaultdict(Decimal)
    for name in ACCOUNTS:
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for entry in here.exchange.ledger(name):
            sums[entry.asset.display, entry.wallet] += entry.amount - entry.fee
            if entry.type in ("deposit", "withdrawal", "staking"):
                outside[entry.asset.display] += entry.amount
        for held in here.exchange.balances(name):
            asset = held.asset.display
            assert sums.pop((asset, "main")) == held.balance >= held.hold_trade >= 0
            for wallet, amount in held.earning:
                assert sums.pop((asset, wallet)) == amount > 0
        assert not any(sums.values())
        for position in here.earn.positions(name):
            earning = dict(here.exchange.balance(name, position.strategy.asset.name).earning)
            expected = position.strategy.asset.amount(position.total)
            assert earning.get(position.strategy.wallet, Decimal(0)) == expected
            assert position.earning >= 0
            assert all(one.units > 0 for one in position.slices)
    for asset in ASSETS:
        assert here.exchange.total(asset) == outside[asset]


def rich() -> World:
    """Everybody has something of everything."""
    here = World()
    for name in ACCOUNTS:
        for asset in ASSETS:
            here.exchange.deposit(name, asset, Decimal(100_000 if asset == "USD" else 100), here.now)
    return here


def play(seed: int, steps: int) -> World:
    here, rng = rich(), random.Random(seed)
    for _ in range(steps):
        act(here, rng)
    return here


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_entries_sum_to_balances_after_everything(seed: int) -> None:
    here, rng = rich(), random.Random(seed)
    for _ in range(40):
        act(here, rng)
        check(here)
    here.wait(60 * 86_400)
    check(here)


def told(here: World) -> object:
    return [
        (entry.ledger_id, entry.ref_id, entry.amount, entry.at)
        for name in ACCOUNTS
        for entry in here.exchange.ledger(name)
    ]


def test_one_seed_and_one_script_give_one_story() -> None:
    first, second = play(5, 200), play(5, 200)
    assert told(first) == told(second)
    assert len(first.exchange.ledger("ann")) > 50


def test_a_bank_that_was_put_away_goes_on_where_it_was() -> None:
    here = play(11, 150)
    again: World = pickle.loads(pickle.dumps(here))
    for one in (here, again):
        rng = random.Random(3)
        for _ in range(100):
            act(one, rng)
        check(one)
    assert told(here) == told(again)
