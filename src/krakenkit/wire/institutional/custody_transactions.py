"""Custody: what happened in a vault. Source: docs.kraken.com, Custody REST, Transfers."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec
from msgspec import Struct, field

from krakenkit.wire.institutional.custody import CUSTODY, CustodyReply, Moment
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route


class TransactionAmount(Struct, frozen=True):
    """An amount of one asset."""

    amount: Decimal
    asset: str
    class_: str | None = field(default=None, name="class")


class TransactionSide(Struct, frozen=True):
    """What a transaction took or gave. The ``quoted_`` amounts are in the asset asked for as ``quote``."""

    ledger_id: str | None = None
    time: Moment | None = None
    subtype: str | None = None
    amount: TransactionAmount | None = None
    quoted_amount: TransactionAmount | None = None
    fee: TransactionAmount | None = None
    quoted_fee: TransactionAmount | None = None
    total: TransactionAmount | None = None
    quoted_total: TransactionAmount | None = None
    balance: TransactionAmount | None = None
    wallet: dict[str, msgspec.Raw] | None = None
    """No page describes its members (JSON)."""


class CustodyTransaction(Struct, frozen=True):
    """One transaction of a vault."""

    id: str
    time: Moment | None = None
    type: str | None = None
    """About 90 kinds, for example ``deposit``, ``withdrawal``, ``custody_transfer`` or ``custody_staking_reward``."""
    category: str | None = None
    area: str | None = None
    status: str | None = None
    """``in_progress``, ``successful``, ``failed`` or ``unspecified``."""
    ref_id: str | None = None
    ref_id2: str | None = None
    spend: TransactionSide | None = None
    receive: TransactionSide | None = None
    details: dict[str, msgspec.Raw] | None = None
    """By kind; no page describes its members (JSON)."""


class TransactionStats(Struct, frozen=True):
    """How many transactions were looked at."""

    transactions_seen: int | None = None


class CustodyTransactions(Struct, frozen=True):
    """One page of transactions."""

    transactions: list[CustodyTransaction] = []
    stats: TransactionStats | None = None
    next_cursor: str | None = None


class TransactionAsset(Params, frozen=True):
    """An asset with its class."""

    asset: str
    class_: str = field(default="currency", name="class")


class TransactionReference(Params, frozen=True):
    """A reference id with its kind, for example ``funding``, ``trade`` or ``custody_transfer``."""

    type: str
    ref_id: str


class TransactionSorting(Params, frozen=True):
    """Newest first or oldest first."""

    order: str
    """``descending`` or ``ascending``."""


class ListCustodyTransactions(Request[CustodyReply[CustodyTransactions]], Paged[CustodyTransaction], frozen=True):
    """The transactions of a vault, a page at a time."""

    route: ClassVar = Route.read(
        "custody.list_transactions",
        "/0/private/ListCustodyTransactions",
        siebly="listCustodyTransactions",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("id",),
    )

    id: str
    """The vault."""
    page_size: int | None = None
    cursor: str | None = None
    """``next_cursor`` of the page before."""
    sorting: TransactionSorting | None = None
    types: list[str] | None = None
    ids: list[str] | None = None
    assets: list[TransactionAsset] | None = None
    ref_ids: list[TransactionReference] | None = None
    quote: TransactionAsset | None = None
    """The asset to express amounts in as well."""
    preferred_asset_name: str | None = None
    """How the answer names assets."""


class TransactionFound(Struct, frozen=True):
    """One transaction, and whether that is all of it."""

    transaction: CustodyTransaction
    result_type: str | None = None
    """``complete``, ``incomplete``, or ``incomplete_requires_long_timeout``: ask again with ``with_long_timeout``."""


class GetCustodyTransactionbyId(Request[CustodyReply[TransactionFound]], frozen=True):
    """One transaction of a vault."""

    route: ClassVar = Route.read(
        "custody.get_transaction",
        "/0/private/GetCustodyTransaction",
        siebly="getCustodyTransactionbyId",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("id",),
    )

    id: str
    vault_id: str
    with_long_timeout: bool | None = None
    """Wait longer for a complete record."""
    quote: TransactionAsset | None = None
