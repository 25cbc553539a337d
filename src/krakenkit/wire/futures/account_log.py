"""The Futures account log, as JSON and as CSV. Source: docs.kraken.com, Futures History v3, Account Log.

A trade writes two rows: a cash leg, whose ``asset`` is a currency, and a position leg, whose ``asset`` is the contract.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct, field

from krakenkit.errors import DecodeError
from krakenkit.wire.checks import not_empty, within
from krakenkit.wire.futures.base import look_up
from krakenkit.wire.futures.blanks import read_past_blanks
from krakenkit.wire.futures.words import Sort
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request

_COSTS = ((25, 1), (50, 2), (1000, 3), (5000, 6))
_DEFAULT_COUNT = 500


class AccountLogEntry(Struct, frozen=True):
    """One row. ``asset`` and ``contract`` are in lower case, unlike the symbols of markets."""

    id: int
    """Counts up from 1; ``from_`` and ``to`` refer to it."""
    date: str
    """RFC 3339."""
    asset: str
    info: str
    """For example ``futures trade``, ``funding rate change``, ``conversion``, ``futures liquidation``, ``transfer``."""
    old_balance: Decimal | None = None
    new_balance: Decimal | None = None
    """Of the wallet on a cash leg; the signed position on a position leg."""
    booking_uid: str | None = None
    margin_account: str | None = None
    """The wallet."""
    contract: str | None = None
    collateral: str | None = None
    execution: str | None = None
    """Id of the fill, shared by both legs of a trade; or a transfer's reference."""
    old_average_entry_price: Decimal | None = None
    new_average_entry_price: Decimal | None = None
    trade_price: Decimal | None = None
    mark_price: Decimal | None = None
    realized_pnl: Decimal | None = None
    """Before the fee."""
    fee: Decimal | None = None
    liquidation_fee: Decimal | None = None
    funding_rate: Decimal | None = None
    """Absolute."""
    realized_funding: Decimal | None = None
    conversion_spread_percentage: Decimal | None = None
    position_uid: str | None = None
    exchange_rate: Decimal | None = None
    """With ``conversion_details``, as are the two below."""
    exchange_rate_from: str | None = None
    conversion_fee: Decimal | None = None

    @property
    def is_position_leg(self) -> bool:
        """Whether the row books a position rather than money."""
        return self.contract is not None and self.asset == self.contract


class AccountLog(Struct, frozen=True, rename="camel"):
    """Rows of the account log."""

    logs: list[AccountLogEntry]
    account_uid: str | None = None

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> AccountLog:
        """Read the rows, with ``""`` in the place of a number as None."""
        log: AccountLog = read_past_blanks(raw, AccountLog)
        return log


class GetAccountLog(Request[AccountLog], Paged[AccountLogEntry], frozen=True, kw_only=True):
    """Rows of the account log, the newest first. There is no page token: continue by ``to`` below the lowest id."""

    route: ClassVar = look_up(
        "futures.account_history.account_log",
        "/api/history/v3/account-log",
        siebly="getAccountLog",
        cost=3,
        repeat=("info",),
    )

    since: int | None = None
    """Milliseconds since 1970."""
    before: int | None = None
    """Milliseconds since 1970."""
    from_: int | None = field(default=None, name="from")
    """First row id, inclusive."""
    to: int | None = None
    """Last row id, inclusive."""
    sort: Sort | None = None
    """``asc`` or ``desc`` (when left out)."""
    info: str | list[str] | None = None
    """Only rows of this kind, or of several."""
    count: int | None = None
    """Rows; 500 when left out. More rows cost more."""
    conversion_details: bool | None = None
    """Also tell exchange rate and fee of conversions."""

    def check(self) -> None:
        within(self, "count", 1)
        within(self, "from_", 1)
        not_empty(self, "info")

    @property
    def budget_cost(self) -> int:
        """What it takes from the history budget: 1, 2, 3, 6 or 10, by ``count``."""
        rows = _DEFAULT_COUNT if self.count is None else self.count
        return next((cost for most, cost in _COSTS if rows <= most), 10)


class GetAccountLogCsv(Request[bytes], frozen=True):
    """The newest rows of the account log, up to 500 000, as CSV bytes; read them with :func:`csv_rows`.

    The answer is large and may take long; give the call a time-out of its own.
    """

    route: ClassVar = look_up(
        "futures.account_history.account_log_csv",
        "/api/history/v3/accountlogcsv",
        siebly="getAccountLogCsv",
        cost=6,
        envelope="bytes",
    )

    conversion_details: bool | None = None
    """Also tell exchange rate and fee of conversions."""


def csv_rows(body: bytes) -> Iterator[dict[str, str]]:
    """The rows of the CSV, one at a time, each by column name; every value is the text that was sent.

    Amounts are exact as ``Decimal(row["change"])``. ``dateTime`` is UTC without saying so (``2026-06-06 12:07:02``).

    Raises:
        DecodeError: when a row has more or fewer cells than the first line names.
    """
    lines = csv.reader(io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline=""))
    columns = next(lines, None) or []
    for row in lines:
        if len(row) != len(columns):
            raise DecodeError(
                f"Line {lines.line_num} of the account log has {len(row)} cells where the first line names {len(columns)}; "
                "the answer may be cut off.",
                raw=body,
                field=f"line {lines.line_num}",
            )
        yield dict(zip(columns, row, strict=True))
