"""Spot funding, the older set: deposits, and the way to the Futures wallet; withdrawals have their own module.

The manual calls these calls legacy: they stay, frozen, and new code is pointed to Funding (Beta), which lives in
:mod:`krakenkit.wire.spot.funding_beta`. A key with two-factor login sends its ``otp`` in the body of each call.
Source: docs.kraken.com, Spot REST, Funding.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from msgspec import Struct, field

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import positive
from krakenkit.wire.codec import reader_for
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import AssetClass, RebaseMultiplier

Row = TypeVar("Row")

_QUERY = "Funds permissions - Query"
_QUERY_AND_DEPOSIT = f"{_QUERY} and Funds permissions - Deposit"


class Recent(Struct, Generic[Row], frozen=True):
    """Deposits or withdrawals, newest first, whichever of its shapes the exchange sent."""

    rows: list[Row]
    next_cursor: str | None = None
    """Pass it as ``cursor`` for the next page; None on the last page, and when no pages were asked for."""
    member: str | None = None
    """The exchange's word for the rows; None when it sent them bare, which it does without ``cursor``."""

    @classmethod
    def from_wire(cls, raw: bytes | msgspec.Raw, row: Any) -> Recent[Any]:
        """Read ``[rows]``, or ``{"<word>": [rows], "next_cursor": …}``.

        The manual has said ``deposit`` where the exchange sends ``deposits``, so any word will do.
        """
        if bytes(raw).lstrip().startswith(b"["):
            return Recent(rows=reader_for(list[row])(raw))
        members: dict[str, msgspec.Raw] = reader_for(dict[str, msgspec.Raw])(raw)
        lists = [name for name, member in members.items() if bytes(member).startswith(b"[")]
        if len(lists) != 1:
            raise msgspec.ValidationError(
                f"Expected one list of rows and `next_cursor`, got {sorted(members)} - at `$`"
            )
        cursor = members.get("next_cursor")
        return Recent(
            rows=reader_for(list[row])(members[lists[0]]),
            next_cursor=None if cursor is None else reader_for(str | None)(cursor),
            member=lists[0],
        )

    @classmethod
    def to_wire(cls, answer: Recent[Any]) -> object:
        """The shape that :meth:`from_wire` read."""
        if answer.member is None:
            return answer.rows
        return {answer.member: answer.rows, "next_cursor": answer.next_cursor}


class FundingReference(Struct, frozen=True):
    """The exchange's reference of a withdrawal or transfer."""

    refid: str


class DepositMethod(Struct, frozen=True):
    """One way to deposit an asset."""

    method: str | None = None
    """The name to pass as ``method``, for example ``Bitcoin Lightning``."""
    limit: Decimal | bool | None = None
    """Most that can be deposited now; ``False`` (older answers: 0) for no limit."""
    fee: Decimal | None = None
    fee_percentage: Decimal | None = field(default=None, name="fee-percentage")
    address_setup_fee: Decimal | None = field(default=None, name="address-setup-fee")
    """Charged once, for the first address."""
    gen_address: bool | None = field(default=None, name="gen-address")
    """Whether new addresses can be made."""
    minimum: Decimal | None = None
    """Least that is credited."""


class GetDepositMethods(Request[list[DepositMethod]], frozen=True):
    """The ways to deposit an asset, with limits and fees."""

    route: ClassVar = Route.read(
        "spot.funding.get_deposit_methods",
        "/0/private/DepositMethods",
        siebly="getDepositMethods",
        permission=_QUERY_AND_DEPOSIT,
    )

    asset: str
    """For example ``XBT``."""
    aclass: AssetClass | None = None
    rebase_multiplier: RebaseMultiplier | None = None
    """For xStocks: ``rebased`` counts underlying shares, ``base`` tokens."""


class DepositAddress(Struct, frozen=True):
    """Where to send a deposit. Some networks need ``tag`` or ``memo`` as well: without it the funds may be lost."""

    address: str
    expiretm: int | None = None
    """Seconds since 1970; 0 for never."""
    new: bool | None = None
    """True while nothing was sent to it."""
    tag: str | None = None
    memo: str | None = None


class GetDepositAddresses(Request[list[DepositAddress]], frozen=True):
    """Deposit addresses of an asset, or a new one.

    The number of unused addresses is capped: ``EFunding:Too many addresses``. As a look-up it may be sent again when
    its answer is lost; with ``new=True`` that can leave one unused address more.
    """

    route: ClassVar = Route.read(
        "spot.funding.get_deposit_addresses",
        "/0/private/DepositAddresses",
        siebly="getDepositAddresses",
        permission=_QUERY,
    )

    asset: str
    method: str
    """The name of a deposit method."""
    aclass: AssetClass | None = None
    new: bool | None = None
    """Make a new address."""
    amount: Number | None = None
    """For Bitcoin Lightning only, which makes an invoice of it."""


class Deposit(Struct, frozen=True):
    """One deposit."""

    method: str
    aclass: AssetClass
    asset: str
    refid: str
    amount: Decimal
    time: int
    """Seconds since 1970."""
    status: str
    """``Initial``, ``Pending``, ``EarlyConfirmed``, ``Settled``, ``Success`` or ``Failure``."""
    txid: str | None = None
    """The network's transaction, where there is one."""
    info: str | None = None
    """Where it arrived, mostly an address."""
    fee: Decimal | None = None
    status_prop: str | None = field(default=None, name="status-prop")
    """``return`` (sent back by Kraken) or ``onhold`` (under review)."""
    originators: list[str] | None = None
    """Sending transactions, when several were swept into one."""


class GetDepositsStatus(Request[Recent[Deposit]], Paged[Deposit], frozen=True):
    """Recent deposits, newest first. Without ``cursor`` the exchange sends one list and no way to go on."""

    route: ClassVar = Route.read(
        "spot.funding.get_deposit_status", "/0/private/DepositStatus", siebly="getDepositsStatus", permission=_QUERY
    )

    asset: str | None = None
    aclass: AssetClass | None = None
    method: str | None = None
    """Only this deposit method."""
    start: int | str | None = None
    """Seconds since 1970: nothing older."""
    end: int | str | None = None
    """Seconds since 1970: nothing newer."""
    cursor: bool | str | None = None
    """True for the first page, then ``next_cursor`` of the page before."""
    limit: int | None = None
    """Rows per page."""
    rebase_multiplier: RebaseMultiplier | None = None


class SubmitTransferToFutures(Request[FundingReference], frozen=True, kw_only=True):
    """Move funds from the Spot wallet to the Futures wallet; the way back is a call of the Futures API.

    It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.
    """

    route: ClassVar = Route.place(
        "spot.funding.transfer_to_futures",
        "/0/private/WalletTransfer",
        siebly="submitTransferToFutures",
        permission=_QUERY,
        cost=1,
    )

    asset: str
    from_: str = field(default="Spot Wallet", name="from")
    to: str = "Futures Wallet"
    amount: Number

    def check(self) -> None:
        positive(self, "amount")
