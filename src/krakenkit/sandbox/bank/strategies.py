"""The strategies of Earn: which assets may earn what, and how long they are bound."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine import Asset, WalletId

LockKind: TypeAlias = Literal["flex", "instant", "bonded", "timed"]
YieldKind: TypeAlias = Literal["staking", "off_chain", "opt_in_rewards"]
NANO: Final = 10**9
HOUR: Final = 3_600
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
MILLION: Final = 10**6
LEAST_DOLLARS: Final = Decimal("0.01")
_WALLETS: Final[dict[LockKind, WalletId]] = {
    "flex": "flexible",
    "instant": "liquid",
    "bonded": "bonded",
    "timed": "locked",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strategy:
    """One strategy. Periods are seconds; rates are yearly, in parts per million."""

    strategy_id: str
    asset: Asset
    lock: LockKind
    source: YieldKind
    low: int
    high: int
    payout_every: int
    compounds: bool
    """Whether rewards are put back in; else they go to the main wallet."""
    bonding: int = 0
    exit_queue: int = 0
    unbonding: int = 0
    cap: int | None = None
    """The most that one account may put in, in units."""
    automatic: bool = False
    """Kraken puts money in and out by itself: nobody else can."""

    @property
    def wallet(self) -> WalletId:
        """Where its money lies."""
        return _WALLETS[self.lock]

    @property
    def rate(self) -> int:
        """What it really yields: the middle of the estimate."""
        return (self.low + self.high) // 2

    def reward(self, unit_seconds: int) -> int:
        """Units earned by units that lay there for seconds, both multiplied; cut off."""
        return unit_seconds * self.rate // (MILLION * YEAR)


def strategies(assets: Iterable[Asset]) -> tuple[Strategy, ...]:
    """The strategies for these assets: staking of coins, rewards on money, one that is locked, one that is automatic."""
    known = {asset.display: asset for asset in assets}
    made: list[Strategy] = []
    for display, low, high, unbonding, exit_queue, compounds in _STAKED:
        if (asset := known.get(display)) is not None:
            made.append(_bonded(asset, low, high, unbonding=unbonding, exit_queue=exit_queue, compounds=compounds))
    for display, rate in _INSTANT:
        if (asset := known.get(display)) is not None:
            made.append(_simple(asset, "instant", rate, rate))
    if (asset := known.get("USDT")) is not None:
        made.append(_locked(asset))
    if (asset := known.get("BTC")) is not None:
        made.append(_simple(asset, "flex", 1_000, 2_000, automatic=True))
    return tuple(made)


_STAKED: Final = (
    # asset, lowest and highest rate, days of unbonding, seconds in the queue before it, whether rewards are put back in
    ("ETH", 30_000, 60_000, 5, 59, False),
    ("SOL", 50_000, 80_000, 3, 0, True),
    ("DOT", 150_000, 210_000, 28, 0, True),
    ("ADA", 20_000, 50_000, 0, 0, True),
    ("ATOM", 110_000, 150_000, 21, 0, True),
)
_INSTANT: Final = (("USD", 52_500), ("EUR", 25_000), ("BTC", 1_500), ("USDT", 45_000), ("USDC", 45_000))


def _bonded(asset: Asset, low: int, high: int, *, unbonding: int, exit_queue: int, compounds: bool) -> Strategy:
    return Strategy(
        strategy_id=_id(asset, "bonded"),
        asset=asset,
        lock="bonded",
        source="staking",
        low=low,
        high=high,
        payout_every=7 * DAY,
        compounds=compounds,
        bonding=HOUR if unbonding else 0,
        exit_queue=exit_queue,
        unbonding=unbonding * DAY,
        cap=1_000_000 * 10**asset.decimals,
    )


def _simple(asset: Asset, lock: LockKind, low: int, high: int, *, automatic: bool = False) -> Strategy:
    return Strategy(
        strategy_id=_id(asset, lock),
        asset=asset,
        lock=lock,
        source="opt_in_rewards",
        low=low,
        high=high,
        payout_every=84 * HOUR,
        compounds=True,
        automatic=automatic,
    )


def _locked(asset: Asset) -> Strategy:
    return Strategy(
        strategy_id=_id(asset, "timed"),
        asset=asset,
        lock="timed",
        source="off_chain",
        low=60_000,
        high=60_000,
        payout_every=7 * DAY,
        compounds=False,
        unbonding=30 * DAY,
        cap=1_000_000 * 10**asset.decimals,
    )


def _id(asset: Asset, lock: str) -> str:
    """An id in Kraken's form, always the same for the same strategy."""
    digest = hashlib.sha256(f"{asset.name} {lock}".encode()).digest()
    text = "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in digest[:16])
    return f"ES{text[:5]}-{text[5:10]}-{text[10:]}"
