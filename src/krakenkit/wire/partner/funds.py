"""Embed: the partner's own deposits and withdrawals, and settlement reports. Source: docs.kraken.com, Embed REST."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit._core.numbers import Number
from krakenkit._core.redaction import HIDDEN
from krakenkit.wire.checks import within
from krakenkit.wire.paged import Paged
from krakenkit.wire.partner.nexus import USER_IN_QUERY, PageLinks, PageMeta, embed_look_up, embed_place
from krakenkit.wire.request import Request


class EmbedWithdrawal(Struct, frozen=True):
    """A withdrawal that was taken, or previewed. Sources disagree about its id's name; use :attr:`reference`."""

    reference_id: str | None = None
    ref_id: str | None = None
    amount: Decimal | None = None
    fee: Decimal | None = None
    total: Decimal | None = None
    fee_token: str | None = None

    @property
    def reference(self) -> str | None:
        """What names the withdrawal in the list of funding transactions; None for a preview."""
        return self.reference_id or self.ref_id


class WithdrawEmbedFunds(Request[EmbedWithdrawal], frozen=True, kw_only=True):
    """Withdraw to a saved address. It moves money and is sent once."""

    route: ClassVar = embed_place(
        "embed.withdraw_funds", "/b2b/funds/withdrawals", siebly="withdrawEmbedFunds", in_query=USER_IN_QUERY
    )

    asset: str
    key: str
    """Name of the saved address."""
    amount: Number
    idempotency_token: str | None = None
    """A UUID of yours: the exchange answers a repeated one with the first withdrawal. The newest page asks for it."""
    fee_token: str | None = None
    """From the list of withdrawal methods; holds the quoted fee for ten minutes."""
    preview: bool | None = None
    """Only tell amount, fee and total; nothing is withdrawn."""
    user: str | None = None
    """IIBAN: withdraw from this user's account instead of the partner's."""


class EmbedFundingTransaction(Struct, frozen=True):
    """One deposit or withdrawal."""

    type: str
    """``deposit`` or ``withdrawal``."""
    date: str
    """RFC 3339."""
    asset: str
    amount: Decimal
    status: str
    """``initial``, ``pending``, ``settled``, ``success``, ``partial`` or ``failure``."""
    ref_id: str


class EmbedFundingTransactions(Struct, frozen=True):
    """One page; ``next_cursor`` is None on the last one."""

    transactions: list[EmbedFundingTransaction]
    next_cursor: str | None = None


class ListEmbedFundingTransactions(Request[EmbedFundingTransactions], Paged[EmbedFundingTransaction], frozen=True):
    """The partner's deposits or withdrawals, page by page."""

    route: ClassVar = embed_look_up(
        "embed.list_funding_transactions", "/b2b/funds/transactions", siebly="listEmbedFundingTransactions"
    )

    type: str
    """``deposit`` or ``withdrawal``."""
    cursor: str | None = None
    """``next_cursor`` of the page before."""
    page_size: int | None = None
    """1 to 500; 25 when left out."""

    def check(self) -> None:
        within(self, "page_size", 1, 500)


class SettlementReport(Struct, frozen=True):
    """One report."""

    id: str
    date: str
    """``YYYY-MM-DD``."""
    type: str
    """``trades``, ``transfers`` or ``earn_rewards``."""
    size: int
    """Bytes."""
    name: str


class SettlementReports(Struct, frozen=True):
    """One page of reports; ask for ``meta.page_number + 1`` until ``meta.total_pages`` is reached."""

    reports: list[SettlementReport]
    links: PageLinks | None = None
    meta: PageMeta | None = None


class ListEmbedSettlementReports(Request[SettlementReports], Paged[SettlementReport], frozen=True):
    """Settlement reports, page by page."""

    route: ClassVar = embed_look_up(
        "embed.list_settlement_reports", "/b2b/reports/settlement", siebly="listEmbedSettlementReports"
    )

    filter_start_date: datetime | str | None = field(default=None, name="filter[start_date]")
    """RFC 3339, inclusive."""
    filter_end_date: datetime | str | None = field(default=None, name="filter[end_date]")
    """RFC 3339, inclusive."""
    filter_report_type: list[str] | None = field(default=None, name="filter[report_type][]")
    """``trades``, ``transfers``, ``earn_rewards``; all when left out."""
    page_size: int | None = field(default=None, name="page[size]")
    """1 to 100; 20 when left out."""
    page_number: int | None = field(default=None, name="page[number]")
    """From 1."""

    def check(self) -> None:
        within(self, "page_size", 1, 100)
        within(self, "page_number", 1)


class SettlementDownload(Struct, frozen=True):
    """One report and where to fetch it. Its repr hides the address, which opens the file without a key."""

    id: str
    date: str
    """``YYYY-MM-DD``."""
    type: str
    size: int
    """Bytes."""
    name: str
    download_url: str
    expires_at: str
    """RFC 3339."""

    def __repr__(self) -> str:
        return (
            f"SettlementDownload(id={self.id!r}, date={self.date!r}, type={self.type!r}, size={self.size}, "
            f"name={self.name!r}, download_url={HIDDEN}, expires_at={self.expires_at!r})"
        )


class GetEmbedSettlementReport(Request[SettlementDownload], frozen=True):
    """One report with an address to fetch it from, for a short time."""

    route: ClassVar = embed_look_up(
        "embed.get_settlement_report", "/b2b/reports/settlement/{id}", siebly="getEmbedSettlementReport"
    )

    id: str
