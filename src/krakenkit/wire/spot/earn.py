"""Spot Earn: strategies, and funds put into them. Source: docs.kraken.com, Spot REST, Earn."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import a_list
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route

_EARN = "Funds permissions - Earn"
_FUNDS = "Funds permissions - Query"


class EarnPending(Struct, frozen=True):
    """Whether a change of a strategy is still under way."""

    pending: bool | None = None


class AllocateEarnFunds(Request[bool | EarnPending | None], frozen=True, kw_only=True):
    """Put funds into a strategy. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    The exchange works on it in its own time and takes one change per strategy at a time: look with
    ``get_earn_allocation_status``. The answer only says that it was taken: True or None, in one sample an object.
    """

    route: ClassVar = Route.place(
        "spot.earn.allocate", "/0/private/Earn/Allocate", siebly="allocateEarnFunds", permission=_EARN, cost=1
    )

    strategy_id: str
    amount: Number
    """In the strategy's asset."""


class DeallocateEarnFunds(Request[bool | EarnPending | None], frozen=True, kw_only=True):
    """Take funds out of a strategy. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    Works in its own time as allocating does: look with ``get_earn_deallocation_status``.
    """

    route: ClassVar = Route.place(
        "spot.earn.deallocate", "/0/private/Earn/Deallocate", siebly="deallocateEarnFunds", permission=_EARN, cost=1
    )

    strategy_id: str
    amount: Number
    """In the strategy's asset."""


class GetEarnAllocationStatus(Request[EarnPending | None], frozen=True):
    """Whether the last allocation is still under way. If it failed, this call is refused with the reason."""

    route: ClassVar = Route.read(
        "spot.earn.get_allocate_status",
        "/0/private/Earn/AllocateStatus",
        siebly="getEarnAllocationStatus",
        permission=f"{_EARN} or {_FUNDS}",
    )

    strategy_id: str


class GetEarnDeallocationStatus(Request[EarnPending | None], frozen=True):
    """Whether the last deallocation is still under way. If it failed, this call is refused with the reason."""

    route: ClassVar = Route.read(
        "spot.earn.get_deallocate_status",
        "/0/private/Earn/DeallocateStatus",
        siebly="getEarnDeallocationStatus",
        permission=f"{_EARN} or {_FUNDS}",
    )

    strategy_id: str


class LockType(Struct, frozen=True):
    """How funds are bound. Which members come depends on ``type``; periods are in seconds."""

    type: str
    """``flex``, ``instant``, ``bonded`` or ``timed``."""
    payout_frequency: int | None = None
    bonding_period: int | None = None
    bonding_period_variable: bool | None = None
    bonding_rewards: bool | None = None
    """Whether rewards are earned while bonding."""
    unbonding_period: int | None = None
    unbonding_period_variable: bool | None = None
    unbonding_rewards: bool | None = None
    exit_queue_period: int | None = None


class AprEstimate(Struct, frozen=True):
    """Expected yearly rate, in percent."""

    low: Decimal
    high: Decimal


class AutoCompound(Struct, frozen=True):
    """Whether rewards are put back in."""

    type: str
    """``disabled``, ``enabled`` or ``optional``."""
    default: bool | None = None
    """With ``optional``: what holds unless chosen."""


class YieldSource(Struct, frozen=True):
    """Where the yield comes from."""

    type: str
    """``staking``, ``off_chain`` or ``opt_in_rewards``."""


class EarnStrategy(Struct, frozen=True):
    """One strategy open to the user's region."""

    id: str
    asset: str
    lock_type: LockType
    asset_class: str | None = None
    apr_estimate: AprEstimate | None = None
    auto_compound: AutoCompound | None = None
    yield_source: YieldSource | None = None
    can_allocate: bool | None = None
    can_deallocate: bool | None = None
    allocation_fee: Decimal | None = None
    deallocation_fee: Decimal | None = None
    allocation_restriction_info: list[str] = []
    """Why allocating is not possible, in the exchange's words."""
    user_cap: Decimal | None = None
    """The most that the user may allocate."""
    user_min_allocation: Decimal | None = None
    """The least that can be allocated, in USD."""


class EarnStrategies(Struct, frozen=True):
    """A page of strategies."""

    items: list[EarnStrategy] = []
    next_cursor: str | None = None
    """What to pass as ``cursor``; None on the last page."""


class GetEarnStrategies(Request[EarnStrategies], Paged[EarnStrategy], frozen=True):
    """The strategies open to the user's region; any valid key will do. Travels as JSON for its list."""

    route: ClassVar = Route.read(
        "spot.earn.get_strategies", "/0/private/Earn/Strategies", siebly="getEarnStrategies", encoding="json"
    )

    asset: str | None = None
    lock_type: list[str] | None = None
    """``flex``, ``bonded``, ``timed``, ``instant``."""
    ascending: bool | None = None
    cursor: str | None = None
    """``next_cursor`` of the page before; the manual calls paging not yet working."""
    limit: int | None = None
    """Page size."""

    def check(self) -> None:
        a_list(self, "lock_type")


class EarnAmount(Struct, frozen=True):
    """An amount in the strategy's asset and in the asset of conversion."""

    native: Decimal
    converted: Decimal


class EarnSlice(Struct, frozen=True):
    """Funds that went in or out together. Times are RFC 3339."""

    native: Decimal
    converted: Decimal
    created_at: str | None = None
    expires: str | None = None


class EarnQueue(Struct, frozen=True):
    """Funds on their way in or out."""

    native: Decimal
    converted: Decimal
    allocation_count: int | None = None
    allocations: list[EarnSlice] = []


class AllocatedAmount(Struct, frozen=True):
    """Funds in one strategy; what is empty is absent."""

    total: EarnAmount
    bonding: EarnQueue | None = None
    exit_queue: EarnQueue | None = None
    unbonding: EarnQueue | None = None
    pending: EarnAmount | None = None
    """Not yet done; negative for funds on their way out."""


class EarnPayout(Struct, frozen=True):
    """The running reward period. Times are RFC 3339."""

    period_start: str | None = None
    period_end: str | None = None
    accumulated_reward: EarnAmount | None = None
    estimated_reward: EarnAmount | None = None


class EarnAllocation(Struct, frozen=True):
    """Your funds in one strategy and what they earned."""

    strategy_id: str
    native_asset: str
    amount_allocated: AllocatedAmount
    total_rewarded: EarnAmount
    asset_class: str | None = None
    is_utilized: bool | None = None
    payout: EarnPayout | None = None


class EarnAllocations(Struct, frozen=True):
    """Your funds in all strategies; the totals are in ``converted_asset``."""

    converted_asset: str
    total_allocated: Decimal
    total_rewarded: Decimal
    items: list[EarnAllocation] = []
    converted_asset_class: str | None = None
    next_cursor: str | None = None


class GetEarnAllocations(Request[EarnAllocations], frozen=True):
    """Your funds in all strategies, past ones included unless hidden."""

    route: ClassVar = Route.read(
        "spot.earn.get_allocations", "/0/private/Earn/Allocations", siebly="getEarnAllocations", permission=_FUNDS
    )

    ascending: bool | None = None
    converted_asset: str | None = None
    """Asset to express amounts in; ``USD`` when left out."""
    hide_zero_allocations: bool | None = None
