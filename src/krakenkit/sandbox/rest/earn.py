"""Private REST of Spot: Earn."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.bank.earn import Change, Position, Slice, Stage
from krakenkit.sandbox.bank.strategies import LEAST_DOLLARS, NANO, Strategy
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.spot import earn

_LOCKS: Final = frozenset({"flex", "bonded", "timed", "instant"})
_LARGEST_PAGE: Final = 500
_NO_FEE: Final = Decimal("0.0000")


# --- strategies -------------------------------------------------------------------------------------------------------


def strategies(caller: Caller, request: earn.GetEarnStrategies) -> dict[str, object]:
    """By id, the last first unless asked otherwise. Captured: ``next_cursor`` is there on the last page too."""
    asset = None if request.asset is None else caller.venue.exchange.asset(request.asset)
    locks = set(request.lock_type or _LOCKS)
    if not locks <= _LOCKS:
        raise invalid("lock_type")
    found = [one for one in caller.venue.bank.earn.strategies if asset in (None, one.asset) and one.lock in locks]
    found.sort(key=lambda one: one.strategy_id, reverse=not request.ascending)
    return _strategy_page(found, request)


def _strategy_page(found: list[Strategy], request: earn.GetEarnStrategies) -> dict[str, object]:
    ids, limit = [one.strategy_id for one in found], _LARGEST_PAGE if request.limit is None else request.limit
    if not 1 <= limit <= _LARGEST_PAGE:
        raise invalid("limit")
    if request.cursor is not None and request.cursor not in ids:
        raise invalid("cursor")
    first = 0 if request.cursor is None else ids.index(request.cursor) + 1
    more = first + limit < len(ids)
    return {
        "next_cursor": ids[first + limit - 1] if more else None,
        "items": [_strategy(one) for one in found[first : first + limit]],
    }


def _strategy(strategy: Strategy) -> earn.EarnStrategy:
    return earn.EarnStrategy(
        id=strategy.strategy_id,
        asset=strategy.asset.altname,
        asset_class=strategy.asset.aclass,
        lock_type=_lock_type(strategy),
        apr_estimate=earn.AprEstimate(low=_percent(strategy.low), high=_percent(strategy.high)),
        auto_compound=earn.AutoCompound(type="enabled" if strategy.compounds else "disabled"),
        yield_source=earn.YieldSource(type=strategy.source),
        can_allocate=not strategy.automatic,
        can_deallocate=not strategy.automatic,
        allocation_fee=_NO_FEE,
        deallocation_fee=_NO_FEE,
        user_cap=None if strategy.cap is None else strategy.asset.amount(strategy.cap),
        user_min_allocation=LEAST_DOLLARS,
    )


def _lock_type(strategy: Strategy) -> earn.LockType:
    match strategy.lock:
        case "flex":
            return earn.LockType(type="flex")
        case "instant":
            return earn.LockType(type="instant", payout_frequency=strategy.payout_every)
        case _:
            return earn.LockType(
                type=strategy.lock,
                payout_frequency=strategy.payout_every,
                bonding_period=strategy.bonding,
                bonding_period_variable=False,
                bonding_rewards=False,
                unbonding_period=strategy.unbonding,
                unbonding_period_variable=False,
                unbonding_rewards=False,
                exit_queue_period=strategy.exit_queue,
            )


def _percent(rate: int) -> Decimal:
    return Decimal(f"{rate}E-4")


# --- money in and out -------------------------------------------------------------------------------------------------


def allocate(caller: Caller, request: earn.AllocateEarnFunds) -> bool:
    return _change(caller, request, "allocate")


def deallocate(caller: Caller, request: earn.DeallocateEarnFunds) -> bool:
    return _change(caller, request, "deallocate")


def _change(caller: Caller, request: earn.AllocateEarnFunds | earn.DeallocateEarnFunds, kind: Change) -> bool:
    room = caller.venue.bank.earn
    asset = room.strategy(request.strategy_id).asset
    units = to_units(read_amount(request.amount, "amount"), asset.decimals)
    if units is None or units <= 0:
        raise invalid("amount")
    room.change(caller.account, request.strategy_id, kind, units, caller.now)
    return True


def allocate_status(caller: Caller, request: earn.GetEarnAllocationStatus) -> earn.EarnPending:
    return earn.EarnPending(caller.venue.bank.earn.pending(caller.account, request.strategy_id, "allocate"))


def deallocate_status(caller: Caller, request: earn.GetEarnDeallocationStatus) -> earn.EarnPending:
    return earn.EarnPending(caller.venue.bank.earn.pending(caller.account, request.strategy_id, "deallocate"))


# --- what there is ----------------------------------------------------------------------------------------------------


class _Teller:
    """Tells units of any asset in the asset of conversion too; what has no price counts as nothing."""

    def __init__(self, caller: Caller, unit: Asset) -> None:
        self._exchange = caller.venue.exchange
        self.unit = unit

    def amount(self, asset: Asset, units: int) -> earn.EarnAmount:
        native = asset.amount(units)
        worth = self._exchange.worth(native, asset.name, self.unit.name)
        return earn.EarnAmount(native=native, converted=self.unit.amount(0) if worth is None else worth)


def allocations(caller: Caller, request: earn.GetEarnAllocations) -> earn.EarnAllocations:
    """By the age of the first allocation, the newest first unless asked otherwise."""
    teller = _Teller(caller, caller.venue.exchange.asset(request.converted_asset or "USD"))
    positions = caller.venue.bank.earn.positions(caller.account)
    ordered = positions if request.ascending else positions[::-1]
    shown = [one for one in ordered if one.total or one.pending or not request.hide_zero_allocations]
    items = [_allocation(one, teller, caller.now) for one in shown]
    nothing = teller.unit.amount(0)
    return earn.EarnAllocations(
        converted_asset=teller.unit.altname,
        converted_asset_class=teller.unit.aclass,
        total_allocated=sum((one.amount_allocated.total.converted for one in items), nothing),
        total_rewarded=sum((one.total_rewarded.converted for one in items), nothing),
        items=items,
    )


def _allocation(position: Position, teller: _Teller, now: int) -> earn.EarnAllocation:
    asset = position.strategy.asset
    return earn.EarnAllocation(
        strategy_id=position.strategy.strategy_id,
        native_asset=asset.altname,
        asset_class=asset.aclass,
        amount_allocated=earn.AllocatedAmount(
            total=teller.amount(asset, position.total),
            bonding=_queue(position, "bonding", teller),
            exit_queue=_queue(position, "exit_queue", teller),
            unbonding=_queue(position, "unbonding", teller),
            pending=teller.amount(asset, position.pending) if position.pending else None,
        ),
        total_rewarded=teller.amount(asset, position.rewarded),
        payout=_payout(position, teller, now),
    )


def _queue(position: Position, stage: Stage, teller: _Teller) -> earn.EarnQueue | None:
    found = position.in_stage(stage)
    if not found:
        return None
    total = teller.amount(position.strategy.asset, sum(one.units for one in found))
    return earn.EarnQueue(
        native=total.native,
        converted=total.converted,
        allocation_count=len(found),
        allocations=[_slice(position, one, teller) for one in found],
    )


def _slice(position: Position, part: Slice, teller: _Teller) -> earn.EarnSlice:
    amount = teller.amount(position.strategy.asset, part.units)
    return earn.EarnSlice(
        native=amount.native,
        converted=amount.converted,
        created_at=stamp(part.created_at, 0),
        expires=stamp(part.expires_at, 0),
    )


def _payout(position: Position, teller: _Teller, now: int) -> earn.EarnPayout | None:
    if position.payout_at is None:
        return None
    position.reckon(now)
    strategy = position.strategy
    coming = position.earned + position.earning * (position.payout_at - now)
    return earn.EarnPayout(
        period_start=stamp(position.period_start, 0),
        period_end=stamp(position.payout_at, 0),
        accumulated_reward=teller.amount(strategy.asset, position.reward()),
        estimated_reward=teller.amount(strategy.asset, strategy.reward(coming // NANO)),
    )


ENDPOINTS: Final = (
    endpoint(earn.GetEarnStrategies, strategies),
    endpoint(earn.AllocateEarnFunds, allocate),
    endpoint(earn.DeallocateEarnFunds, deallocate),
    endpoint(earn.GetEarnAllocationStatus, allocate_status),
    endpoint(earn.GetEarnDeallocationStatus, deallocate_status),
    endpoint(earn.GetEarnAllocations, allocations),
)
