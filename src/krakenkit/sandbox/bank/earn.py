"""Earn: money put into strategies and taken out again, and what it earns meanwhile.

Asking is answered at once and carried out a moment later, one change for each account and strategy at a time. What earns,
earns by the nanosecond, is paid out at the end of each period, and nothing is lost to rounding: what a payout cuts off
counts for the next one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.bank.refusals import (
    EARN_ABOVE,
    EARN_BELOW,
    EARN_BUSY,
    EARN_DENIED,
    EARN_NO_FUNDS,
    UNKNOWN_STRATEGY,
)
from krakenkit.sandbox.bank.strategies import LEAST_DOLLARS, MILLION, NANO, YEAR, Strategy, strategies
from krakenkit.sandbox.bank.timetable import Timetable
from krakenkit.sandbox.engine import EngineRefused, Exchange, WalletId
from krakenkit.sandbox.engine.ids import IdMint

TAKES: Final = 2 * NANO
"""How long a change is under way."""
Change: TypeAlias = Literal["allocate", "deallocate"]
Stage: TypeAlias = Literal["bonding", "exit_queue", "unbonding"]


@dataclass(slots=True)
class Slice:
    """Money that travels together, from one state to the next."""

    units: int
    stage: Stage
    created_at: int
    expires_at: int


@dataclass(slots=True, eq=False)
class Position:
    """What one account has in one strategy, in units."""

    account: str
    strategy: Strategy
    earning: int = 0
    slices: list[Slice] = field(default_factory=list[Slice])
    pending: int = 0
    """The change under way; negative when money is taken out."""
    pending_until: int = 0
    failed: dict[Change, str] = field(default_factory=dict[Change, str])
    """Why the last change of a kind came to nothing."""
    rewarded: int = 0
    earned: int = 0
    """Unit-nanoseconds since the last payout, and what it cut off."""
    since: int = 0
    """Until when ``earned`` is reckoned."""
    period_start: int = 0
    payout_at: int | None = None

    @property
    def total(self) -> int:
        """Everything that lies in the strategy's wallet for this account."""
        return self.earning + sum(one.units for one in self.slices)

    def in_stage(self, stage: Stage) -> list[Slice]:
        """The money in one state on its way in or out."""
        return [one for one in self.slices if one.stage == stage]

    def reckon(self, now: int) -> None:
        """Count what was earned until now; called before anything that earns is changed."""
        self.earned += self.earning * (now - self.since)
        self.since = now

    def reward(self) -> int:
        """What a payout would bring now; ``reckon`` first."""
        return self.strategy.reward(self.earned // NANO)


class Earn:
    """The strategies of an exchange and everybody's money in them."""

    def __init__(self, exchange: Exchange, timetable: Timetable, rng: random.Random) -> None:
        self.strategies = strategies(exchange.instruments.assets)
        self._by_id = {one.strategy_id: one for one in self.strategies}
        self._exchange = exchange
        self._timetable = timetable
        self._mint = IdMint(rng)
        self._positions: dict[str, dict[str, Position]] = {}

    def strategy(self, strategy_id: str) -> Strategy:
        """The strategy with this id.

        Raises:
            EngineRefused: when there is none.
        """
        found = self._by_id.get(strategy_id)
        if found is None:
            raise EngineRefused(UNKNOWN_STRATEGY)
        return found

    def positions(self, account: str) -> list[Position]:
        """Everything an account has or had in strategies, oldest first."""
        return list(self._positions.get(account, {}).values())

    def change(self, account: str, strategy_id: str, kind: Change, units: int, now: int) -> None:
        """Ask for money to be put in, or taken out.

        Raises:
            EngineRefused: and nothing has changed.
        """
        strategy = self.strategy(strategy_id)
        there = self._positions.get(account, {}).get(strategy_id) or Position(account, strategy, since=now)
        self._check(there, kind, units)
        there.pending = units if kind == "allocate" else -units
        there.pending_until = now + TAKES
        there.failed.pop(kind, None)
        self._positions.setdefault(account, {})[strategy_id] = there
        self._plan(there, there.pending_until)

    def pending(self, account: str, strategy_id: str, kind: Change) -> bool:
        """Whether a change of this kind is under way.

        Raises:
            EngineRefused: when the last one failed, with the reason.
        """
        self.strategy(strategy_id)
        position = self._positions.get(account, {}).get(strategy_id)
        if position is None:
            return False
        if kind in position.failed:
            raise EngineRefused(position.failed[kind])
        return position.pending > 0 if kind == "allocate" else position.pending < 0

    def advance(self, key: str, at: int) -> None:
        """Do everything with one position that is due by a moment."""
        account, _, strategy_id = key.rpartition("\n")
        position = self._positions[account][strategy_id]
        position.reckon(at)
        if position.pending and position.pending_until <= at:
            self._carry_out(position, at)
        self._move_slices(position, at)
        if position.payout_at is not None and position.payout_at <= at:
            self._pay_out(position, at)

    def _check(self, position: Position, kind: Change, units: int) -> None:
        strategy = position.strategy
        if strategy.automatic:
            raise EngineRefused(EARN_DENIED)
        if position.pending:
            raise EngineRefused(EARN_BUSY)
        asset = strategy.asset
        dollars = self._exchange.worth(asset.amount(units), asset.name, "USD")
        # Without a price nobody can tell; then anything above zero will do.
        if dollars is not None and dollars < LEAST_DOLLARS:
            raise EngineRefused(EARN_BELOW)
        if kind == "allocate" and strategy.cap is not None and position.total + units > strategy.cap:
            raise EngineRefused(EARN_ABOVE)
        if units > self._spendable(position, kind):
            raise EngineRefused(EARN_NO_FUNDS)

    def _spendable(self, position: Position, kind: Change) -> int:
        if kind == "deallocate":
            return position.earning + sum(one.units for one in position.in_stage("bonding"))
        return self._exchange.withdrawable(position.account, position.strategy.asset.name)

    def _carry_out(self, position: Position, at: int) -> None:
        units, position.pending = position.pending, 0
        kind: Change = "allocate" if units > 0 else "deallocate"
        if abs(units) > self._spendable(position, kind):
            position.failed[kind] = EARN_NO_FUNDS
        elif units > 0:
            self._take_in(position, units, at)
        else:
            self._let_out(position, -units, at)

    def _take_in(self, position: Position, units: int, at: int) -> None:
        strategy = position.strategy
        self._move(position, units, at, to_earn=True)
        if strategy.bonding:
            position.slices.append(Slice(units, "bonding", at, at + strategy.bonding * NANO))
            self._plan(position, at + strategy.bonding * NANO)
        else:
            position.earning += units
        if position.payout_at is None:
            position.period_start, position.payout_at = at, at + strategy.payout_every * NANO
            self._plan(position, position.payout_at)

    def _let_out(self, position: Position, units: int, at: int) -> None:
        """Take money out: what earns first, then what is still bonding, the newest first."""
        from_earning = min(units, position.earning)
        position.earning -= from_earning
        rest = units - from_earning
        for one in reversed(position.in_stage("bonding")):
            part = min(rest, one.units)
            one.units -= part
            rest -= part
        position.slices = [one for one in position.slices if one.units]
        self._leave(position, units, "exit_queue", at)

    def _leave(self, position: Position, units: int, stage: Stage, at: int) -> None:
        """Let money wait in this stage of leaving, or in the next one, or be gone when there is nothing to wait for."""
        strategy = position.strategy
        if stage == "exit_queue" and not strategy.exit_queue:
            stage = "unbonding"
        waits = strategy.exit_queue if stage == "exit_queue" else strategy.unbonding
        if not waits:
            self._move(position, units, at, to_earn=False)
            return
        position.slices.append(Slice(units, stage, at, at + waits * NANO))
        self._plan(position, at + waits * NANO)

    def _move_slices(self, position: Position, at: int) -> None:
        ripe = [one for one in position.slices if one.expires_at <= at]
        position.slices = [one for one in position.slices if one.expires_at > at]
        for one in ripe:
            if one.stage == "bonding":
                position.earning += one.units
            elif one.stage == "exit_queue" and position.strategy.unbonding:
                self._leave(position, one.units, "unbonding", at)
            else:
                self._move(position, one.units, at, to_earn=False)

    def _pay_out(self, position: Position, at: int) -> None:
        strategy, reward = position.strategy, position.reward()
        if reward:
            position.earned -= -(-reward * MILLION * YEAR // strategy.rate) * NANO
            position.rewarded += reward
            wallet: WalletId = strategy.wallet if strategy.compounds else "main"
            self._exchange.post(
                position.account, strategy.asset.name, reward, at, kind="staking", ref_id=self._ref(), wallet=wallet
            )
            if strategy.compounds:
                position.earning += reward
        if position.total or position.pending:
            position.period_start, position.payout_at = at, at + strategy.payout_every * NANO
            self._plan(position, position.payout_at)
        else:
            position.payout_at = None

    def _move(self, position: Position, units: int, at: int, *, to_earn: bool) -> None:
        """Move money between the main wallet and the strategy's: one entry on each side."""
        strategy, ref_id = position.strategy, self._ref()
        ways: tuple[tuple[WalletId, str], tuple[WalletId, str]] = (
            (("main", "spottostaking"), (strategy.wallet, "stakingfromspot"))
            if to_earn
            else ((strategy.wallet, "stakingtospot"), ("main", "spotfromstaking"))
        )
        for (wallet, subtype), sign in zip(ways, (-1, 1), strict=True):
            self._exchange.post(
                position.account,
                strategy.asset.name,
                sign * units,
                at,
                kind="transfer",
                subtype=subtype,
                ref_id=ref_id,
                wallet=wallet,
            )

    def _ref(self) -> str:
        return self._mint.reference()

    def _plan(self, position: Position, at: int) -> None:
        self._timetable.enter(at, "earn", f"{position.account}\n{position.strategy.strategy_id}")
