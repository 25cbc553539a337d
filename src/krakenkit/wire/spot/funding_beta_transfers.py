"""Funding (Beta): deposits, withdrawals, and asking for a withdrawal.

Source: docs.kraken.com, Spot REST, Funding (Beta).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

from msgspec import Struct

from krakenkit._core.numbers import Number, exact
from krakenkit.wire.checks import at_least_one, only_one, positive
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.funding_beta import QUERY, AssetAmount, FundingAsset, FundingScope, check_page, check_scope
from krakenkit.wire.spot.funding_beta_addresses import AddressToSave
from krakenkit.wire.vocab import AssetClass, RebaseMultiplier

_FILTERS = ("asset", "scope", "status", "start_time", "end_time", "rebase_multiplier")


class Numbered(Params, frozen=True):
    """Texts that a query spells one by one: ``[0]=…&[1]=…``."""

    items: list[str]

    def given(self) -> dict[str, Any]:
        return {str(index): item for index, item in enumerate(self.items)}


class AnyStatus(Params, frozen=True):
    """Several statuses to filter by, any of which will do; sent as ``status[list][0]=…&status[list][1]=…``."""

    statuses: list[str]

    def check(self) -> None:
        at_least_one(self, "statuses")

    def given(self) -> dict[str, Any]:
        return {"list": Numbered(self.statuses)}

    @classmethod
    def taken(cls, members: dict[str, Any]) -> dict[str, Any]:
        items: Any = members.get("list")
        return {"statuses": list(cast("dict[str, Any]", items).values()) if isinstance(items, dict) else items}


class FundingDeposit(Struct, frozen=True):
    """One deposit."""

    deposit_id: str
    method_id: str | None = None
    network_id: str | None = None
    status: str | None = None
    """``initial``, ``pending``, ``settled``, ``success`` or ``failure``."""
    amount: AssetAmount | None = None
    """None while it is not known."""
    fee: AssetAmount | None = None
    """None until the deposit is complete."""
    create_time: str | None = None
    """RFC 3339."""


class FundingDeposits(Struct, frozen=True):
    """One page of deposits, newest first."""

    deposits: list[FundingDeposit]
    next_cursor: str | None = None


class ListFundingDeposits(Request[FundingDeposits], Paged[FundingDeposit], frozen=True):
    """Deposits, newest first."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_deposits",
        "/funding/v1/deposits",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    asset: FundingAsset | None = None
    scope: FundingScope | None = None
    status: str | AnyStatus | None = None
    start_time: datetime | str | None = None
    """RFC 3339 when given as text."""
    end_time: datetime | str | None = None
    """RFC 3339 when given as text."""
    rebase_multiplier: RebaseMultiplier | None = None
    """For xStocks: ``rebased`` counts underlying shares, ``base`` tokens."""
    cursor: str | None = None
    """``next_cursor`` of the page before, without other filters."""
    limit: int | None = None
    """1 to 500."""
    account_id: str | None = None
    """A wallet, as the list of wallet accounts names it."""

    def check(self) -> None:
        check_scope(self, self.scope, groups=True)
        check_page(self, *_FILTERS, most=500)


class FundingWithdrawal(Struct, frozen=True):
    """One withdrawal."""

    withdrawal_id: str
    method_id: str | None = None
    address_id: str | None = None
    """The saved address; None when it was made without one."""
    amount: AssetAmount | None = None
    fee: AssetAmount | None = None
    status: str | None = None
    """``pending``, ``success`` or ``failed``."""
    create_time: str | None = None
    """RFC 3339."""
    onchain_transaction: str | None = None
    """The network's transaction, once there is one."""
    utxo_vout: int | None = None
    """Bitcoin: the output of that transaction."""


class FundingWithdrawals(Struct, frozen=True):
    """One page of withdrawals, newest first."""

    withdrawals: list[FundingWithdrawal]
    next_cursor: str | None = None


class ListFundingWithdrawals(Request[FundingWithdrawals], Paged[FundingWithdrawal], frozen=True):
    """Withdrawals, newest first."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_withdrawals",
        "/funding/v1/withdrawals",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    asset: FundingAsset | None = None
    scope: FundingScope | None = None
    status: str | AnyStatus | None = None
    start_time: datetime | str | None = None
    """RFC 3339 when given as text."""
    end_time: datetime | str | None = None
    """RFC 3339 when given as text."""
    rebase_multiplier: RebaseMultiplier | None = None
    """For xStocks: ``rebased`` counts underlying shares, ``base`` tokens."""
    cursor: str | None = None
    """``next_cursor`` of the page before, without other filters."""
    limit: int | None = None
    """1 to 500."""
    account_id: str | None = None
    """A wallet, as the list of wallet accounts names it."""

    def check(self) -> None:
        check_scope(self, self.scope, groups=True)
        check_page(self, *_FILTERS, most=500)


class AmountToSend(Params, frozen=True):
    """An amount and its asset, on the way out."""

    asset: FundingAsset
    amount: Number

    def check(self) -> None:
        exact(self.amount, name="amount")


class FundingAmount(Params, frozen=True):
    """How much of what; tokens of xStocks are counted as ``rebase_multiplier`` says."""

    asset_amount: AmountToSend
    rebase_multiplier: RebaseMultiplier | None = None

    @classmethod
    def of(
        cls,
        amount: Number,
        asset: str,
        *,
        asset_class: AssetClass = "currency",
        rebase_multiplier: RebaseMultiplier | None = None,
    ) -> FundingAmount:
        """The amount, wrapped as the exchange wants it: ``FundingAmount.of("0.25", "BTC")``."""
        wrapped = AmountToSend(asset=FundingAsset(class_=asset_class, name=asset), amount=amount)
        return cls(asset_amount=wrapped, rebase_multiplier=rebase_multiplier)


class QuotedFee(Params, frozen=True):
    """The fee of a quote not older than five minutes."""

    token: str
    """The ``withdrawal_fee_token`` of the quote."""
    rebase_multiplier: RebaseMultiplier | None = None


class CurrentFee(Params, frozen=True):
    """The fee of the moment, with a ceiling where one is given."""

    max_fee: FundingAmount | None = None


class FeeChoice(Params, frozen=True, kw_only=True):
    """Which fee a withdrawal pays; made by :meth:`quoted` or :meth:`current`."""

    quoted_fee: QuotedFee | None = None
    current_fee: CurrentFee | None = None
    fee_included: bool
    """Whether the amount contains the fee; for a quoted fee as it was in the quote."""

    def check(self) -> None:
        at_least_one(self, "quoted_fee", "current_fee")
        only_one(self, "quoted_fee", "current_fee")

    @classmethod
    def quoted(cls, token: str, *, fee_included: bool) -> FeeChoice:
        """The fee that ``get_funding_fees`` pinned with this token."""
        return cls(quoted_fee=QuotedFee(token=token), fee_included=fee_included)

    @classmethod
    def current(cls, *, fee_included: bool, max_fee: FundingAmount | None = None) -> FeeChoice:
        """Whatever the fee is now; above ``max_fee`` the withdrawal is refused."""
        return cls(current_fee=CurrentFee(max_fee=max_fee), fee_included=fee_included)


class RebasedAmount(Struct, frozen=True):
    """An amount, and how tokens of xStocks were counted."""

    asset_amount: AssetAmount
    rebase_multiplier: str | None = None


class SubmittedWithdrawal(Struct, frozen=True):
    """A withdrawal that was accepted."""

    withdrawal_id: str
    net_amount: RebasedAmount | None = None
    """What is sent."""
    gross_amount: RebasedAmount | None = None
    """What is taken from the balance."""
    fee: RebasedAmount | None = None
    approval_request_id: str | None = None
    """Given when somebody must approve it first; without approval it is cancelled."""


class SubmitFundingWithdrawal(Request[SubmittedWithdrawal], frozen=True, kw_only=True):
    """Withdraw to a saved address. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    Then list the newest withdrawals before asking again. A network as scope is refused where the asset has several
    withdrawal methods on it.
    """

    route: ClassVar = Route.place(
        "spot.funding_beta.create_withdrawal",
        "/funding/v1/withdrawals",
        encoding="json",
        envelope="bare",
        permission="Funds permissions - Withdraw",
        cost=1,
    )

    scope: FundingScope
    address_id: str
    amount: FundingAmount
    fee: FeeChoice
    expected_address: str | AddressToSave | None = None
    """Refuse when the saved address is another one. The sources disagree on its shape; both can be sent."""
    account_id: str | None = None

    def check(self) -> None:
        check_scope(self, self.scope, groups=False)
        positive(self.amount.asset_amount, "amount")
