"""Spot account: ledger entries, in pages and by id. Source: docs.kraken.com, Spot REST, Account Data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, at_most, listed, only_one, within
from krakenkit.wire.paged import Entry, Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.account import Cursor
from krakenkit.wire.vocab import RebaseMultiplier

_LEDGER = "Data - Query ledger entries"


class ClassedAsset(Params, frozen=True):
    """An asset or pair with its class, where the name alone does not tell: ``("TSLAx", "tokenized_asset")``.

    It travels in a JSON body only.
    """

    asset: str
    aclass: str
    """``currency``, ``tokenized_asset``; for pairs also ``equity_pair``."""


def all_or_none_classed(request: Params, name: str) -> None:
    """Refuse a list of plain names and of names with a class: the exchange knows one or the other.

    Raises:
        SettingsError: when the list holds both.
    """
    kinds = {isinstance(item, ClassedAsset) for item in listed(getattr(request, name))}
    if len(kinds) > 1:
        raise SettingsError(
            f"{type(request).__name__}.{name} mixes plain names and ClassedAsset; give every item its class, or none."
        )


class LedgerEntry(Struct, frozen=True):
    """One change of one balance."""

    refid: str
    """The trade, deposit or other event behind it; shared by both legs of a trade."""
    time: Decimal
    """Seconds since 1970, with fractions."""
    type: str
    """``trade``, ``deposit``, ``withdrawal``, ``transfer``, ``margin``, ``adjustment``, ``rollover``, ``spend``,
    ``receive``, ``settled``, ``credit``, ``staking``, ``reward``, ``dividend``, ``sale``, ``conversion``, ``nfttrade``,
    ``nftcreatorfee``, ``nftrebate``, ``custodytransfer`` or ``none``."""
    asset: str
    amount: Decimal
    """What was added (positive) or taken (negative), before the fee."""
    fee: Decimal
    balance: Decimal
    """After it."""
    subtype: str = ""
    aclass: str | None = None
    wallet: str | None = None
    amount_token: Decimal | None = None
    """The amount in tokens, for tokenized assets."""


class LedgersInfo(Struct, frozen=True):
    """Ledger entries by id; ``count`` is the grand total, not the page's."""

    ledger: dict[str, LedgerEntry]
    count: int | None = None
    cursor: Cursor | None = None


class GetLedgersInfo(Request[LedgersInfo], Paged[Entry[LedgerEntry]], frozen=True):
    """Ledger entries, newest first, 50 a page."""

    route: ClassVar = Route.read(
        "spot.account.get_ledgers_info", "/0/private/Ledgers", siebly="getLedgersInfo", permission=_LEDGER, cost=2
    )

    asset: str | Sequence[str | ClassedAsset] | None = None
    """One asset or several; all when left out. With classes they go as a JSON body."""
    aclass: str | None = None
    """Asset class; being retired in favour of :class:`ClassedAsset`."""
    type: str | None = None
    """``all`` (when left out), ``trade``, ``deposit``, ``withdrawal``, ``transfer``, ``margin``, ``adjustment``,
    ``rollover``, ``credit``, ``settled``, ``staking``, ``dividend``, ``sale`` or ``nft_rebate``."""
    start: int | str | None = None
    """Seconds since 1970 or a ledger id, exclusive."""
    end: int | str | None = None
    """Seconds since 1970 or a ledger id, inclusive."""
    ofs: int | None = None
    """Rows to skip; not together with a cursor, and being retired."""
    without_count: bool | None = None
    """Leave the total out, which is faster."""
    with_cursor: bool | None = None
    cursor: str | None = None
    """``cursor.next`` of the page before."""
    limit: int | None = None
    """Page size, 1 to 100; 50 when left out."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        only_one(self, "ofs", "cursor")
        within(self, "limit", 1, 100)
        all_or_none_classed(self, "asset")


class GetLedgers(Request[dict[str, LedgerEntry]], frozen=True):
    """Ledger entries by id; at most 20 in one call."""

    route: ClassVar = Route.read(
        "spot.account.get_ledgers", "/0/private/QueryLedgers", siebly="getLedgers", permission=_LEDGER, cost=2
    )

    id: str | list[str]
    """One ledger id or several."""
    trades: bool | None = None
    """Being retired."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "id")
        at_most(self, 20, "id")
