"""Spot funding, the older set: withdrawals.

A withdrawal is sent once, whatever happens. A key with two-factor login sends its ``otp`` in the body of each call.
Source: docs.kraken.com, Spot REST, Funding.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit._core.numbers import Number, exact
from krakenkit.wire.checks import positive
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.funding import FundingReference, Recent
from krakenkit.wire.vocab import AssetClass, RebaseMultiplier

_QUERY = "Funds permissions - Query"
_WITHDRAW = "Funds permissions - Withdraw"
_QUERY_AND_WITHDRAW = f"{_QUERY} and {_WITHDRAW}"


class WithdrawalFee(Struct, frozen=True):
    """What a withdrawal costs."""

    fee: Decimal | None = None
    """The fixed part, in ``asset``."""
    fee_percentage: Decimal | None = None
    asset: str | None = None
    aclass: str | None = None


class LimitWindow(Struct, frozen=True):
    """The state of one limit over one span of time."""

    maximum: Decimal | None = None
    remaining: Decimal | None = None
    used: Decimal | None = None


class WithdrawalLimit(Struct, frozen=True):
    """One limit of a withdrawal method; ``limits`` is keyed by the length of the span in seconds."""

    limit_type: str | None = None
    description: str | None = None
    limits: dict[str, LimitWindow] = {}


class WithdrawalMethod(Struct, frozen=True):
    """One way to withdraw an asset."""

    asset: str | None = None
    method: str | None = None
    method_id: str | None = None
    network: str | None = None
    network_id: str | None = None
    minimum: Decimal | None = None
    fee: WithdrawalFee | None = None
    limits: list[WithdrawalLimit] | None = None


class GetWithdrawalMethods(Request[list[WithdrawalMethod]], frozen=True):
    """The ways to withdraw, with fees and limits."""

    route: ClassVar = Route.read(
        "spot.funding.get_withdrawal_methods",
        "/0/private/WithdrawMethods",
        siebly="getWithdrawalMethods",
        permission=_QUERY_AND_WITHDRAW,
    )

    asset: str | None = None
    aclass: AssetClass | None = None
    network: str | None = None
    rebase_multiplier: RebaseMultiplier | None = None


class WithdrawalAddress(Struct, frozen=True):
    """A saved address to withdraw to."""

    address: str | None = None
    asset: str | None = None
    method: str | None = None
    key: str | None = None
    """The name it was saved under, which withdrawals take."""
    verified: bool | None = None
    tag: str | None = None
    memo: str | None = None
    networks: list[str] | None = None
    """Custody answers only."""


class GetWithdrawalAddresses(Request[list[WithdrawalAddress]], frozen=True):
    """Saved addresses to withdraw to."""

    route: ClassVar = Route.read(
        "spot.funding.get_withdrawal_addresses",
        "/0/private/WithdrawAddresses",
        siebly="getWithdrawalAddresses",
        permission=_QUERY_AND_WITHDRAW,
    )

    asset: str | None = None
    aclass: AssetClass | None = None
    method: str | None = None
    key: str | None = None
    verified: bool | None = None


class WithdrawalInfo(Struct, frozen=True):
    """What a withdrawal would cost and bring."""

    method: str | None = None
    limit: Decimal | None = None
    """Most that can be withdrawn now, net."""
    amount: Decimal | None = None
    """What would arrive, net of the fee."""
    fee: Decimal | None = None


class GetWithdrawalInfo(Request[WithdrawalInfo], frozen=True):
    """The fee of a withdrawal, before asking for it; nothing is moved."""

    route: ClassVar = Route.read(
        "spot.funding.get_withdrawal_info",
        "/0/private/WithdrawInfo",
        siebly="getWithdrawalInfo",
        permission=_QUERY_AND_WITHDRAW,
    )

    asset: str
    key: str
    """The name of a saved address."""
    amount: Number

    def check(self) -> None:
        positive(self, "amount")


class SubmitWithdrawal(Request[FundingReference], frozen=True, kw_only=True):
    """Withdraw to a saved address. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    Then look at the newest withdrawals before asking again.
    """

    route: ClassVar = Route.place(
        "spot.funding.withdraw", "/0/private/Withdraw", siebly="submitWithdrawal", permission=_WITHDRAW, cost=1
    )

    asset: str
    aclass: AssetClass | None = None
    key: str
    """The name of a saved address."""
    amount: Number
    """Fee included."""
    address: str | None = None
    """Checked against the saved address; another one is refused."""
    max_fee: Number | None = None
    """Refuse when the fee is above it: ``EFunding:Max fee exceeded``."""
    rebase_multiplier: RebaseMultiplier | None = None

    def check(self) -> None:
        positive(self, "amount")
        if self.max_fee is not None:
            exact(self.max_fee, name="max_fee")


class Withdrawal(Struct, frozen=True):
    """One withdrawal."""

    method: str
    aclass: AssetClass
    asset: str
    refid: str
    amount: Decimal
    time: int
    """Seconds since 1970."""
    status: str
    """``Initial``, ``Pending``, ``Settled``, ``Success`` or ``Failure``."""
    txid: str | None = None
    """The network's transaction, once there is one."""
    info: str | None = None
    """Where it goes, mostly an address."""
    fee: Decimal | None = None
    network: str | None = None
    key: str | None = None
    """The name of the saved address."""
    status_prop: str | None = field(default=None, name="status-prop")
    """``cancel-pending``, ``canceled``, ``cancel-denied``, ``return`` or ``onhold``."""


class GetWithdrawalsStatus(Request[Recent[Withdrawal]], Paged[Withdrawal], frozen=True):
    """Recent withdrawals, newest first. Without ``cursor`` the exchange sends one list and no way to go on."""

    route: ClassVar = Route.read(
        "spot.funding.get_withdrawal_status",
        "/0/private/WithdrawStatus",
        siebly="getWithdrawalsStatus",
        permission=f"{_WITHDRAW} or Data - Query ledger entries",
    )

    asset: str | None = None
    aclass: AssetClass | None = None
    method: str | None = None
    """Only this withdrawal method."""
    start: int | str | None = None
    """Seconds since 1970: nothing older."""
    end: int | str | None = None
    """Seconds since 1970: nothing newer."""
    cursor: bool | str | None = None
    """True for the first page, then ``next_cursor`` of the page before."""
    limit: int | None = None
    """Rows per page."""
    rebase_multiplier: RebaseMultiplier | None = None


class CancelWithdrawal(Request[bool], frozen=True):
    """Take a withdrawal back, or a wallet transfer; True when the exchange accepted that, which is not yet the end.

    A transfer can be cancelled without the withdraw permission.
    """

    route: ClassVar = Route.cancel(
        "spot.funding.cancel_withdrawal",
        "/0/private/WithdrawCancel",
        siebly="cancelWithdrawal",
        permission=f"{_WITHDRAW} (none for a WalletTransfer)",
        cost=1,
    )

    asset: str
    refid: str
