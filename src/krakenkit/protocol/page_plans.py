"""Which endpoint pages how, by the catalogue's id. Source: docs.kraken.com, the page of each endpoint."""

from __future__ import annotations

from typing import Any, TypeVar

from krakenkit.errors import SettingsError
from krakenkit.protocol.page_kinds import (
    ByCursor,
    ByCursorOrOffset,
    ByLast,
    ByOffset,
    ByPageNumber,
    ByPagination,
    ByRange,
    ByRowId,
    ByTime,
    Columns,
)
from krakenkit.protocol.paging import PagePlan, Walk
from krakenkit.wire.request import Request

A = TypeVar("A")


def _account(rows: str) -> PagePlan:
    by_offset = ByOffset(rows=rows, key="id", total="count", off=("with_cursor",))
    return ByCursorOrOffset(rows=rows, key="id", total="count", offset=by_offset)


def _funding(rows: str, key: str | None = None) -> PagePlan:
    return ByCursor(rows=rows, key=key, alone=True)


_SHOWN_WHOLE = PagePlan()
"""The newest candles or spreads that exist: however early ``since`` is, older ones are not kept."""
_LEGACY_FUNDING = ByCursor(key="refid", turned_on={"cursor": True})
_CUSTODY = ByPagination(key="id")
_HISTORY = ByCursor(rows="elements", cursor="continuation_token", next_cursor="continuation_token")
_ANALYTICS = Columns(low="since", high="to", more="result.more")

PLANS: dict[str, PagePlan] = {
    "spot.market.get_ohlc": _SHOWN_WHOLE,
    "spot.market.get_recent_spreads": _SHOWN_WHOLE,
    "spot.market.get_recent_trades": ByLast(key="trade_id"),
    "spot.transparency.get_post_trade": ByLast(rows="trades", key="trade_id", since="from_ts", last="last_ts"),
    "spot.account.get_open_orders": ByCursorOrOffset(rows="open", key="id"),
    "spot.account.get_closed_orders": _account("closed"),
    "spot.account.get_trades_history": _account("trades"),
    "spot.account.get_ledgers_info": _account("ledger"),
    "spot.earn.get_strategies": ByCursor(rows="items", key="id"),
    "spot.funding.get_deposit_status": _LEGACY_FUNDING,
    "spot.funding.get_withdrawal_status": _LEGACY_FUNDING,
    "spot.funding_beta.list_methods": _funding("methods"),
    "spot.funding_beta.list_deposits": _funding("deposits", "deposit_id"),
    "spot.funding_beta.list_withdrawals": _funding("withdrawals", "withdrawal_id"),
    "spot.funding_beta.list_deposit_addresses": _funding("addresses"),
    "spot.funding_beta.list_addresses": _funding("addresses", "address_id"),
    "custody.list_vaults": _CUSTODY,
    "custody.list_tasks": _CUSTODY,
    "custody.list_activities": _CUSTODY,
    "custody.list_transactions": ByCursor(rows="result.transactions", key="id", next_cursor="result.next_cursor"),
    "prime.list_settlement_batches": ByOffset(
        rows="data", key="id", offset="offset", more="pagination.has_more", size=0
    ),
    "embed.list_assets": ByPageNumber(rows="assets"),
    "embed.list_settlement_reports": ByPageNumber(rows="reports", key="id"),
    "embed.list_custom_orders": ByCursor(rows="orders", key="id"),
    "embed.get_portfolio_history": ByCursor(rows="history", key="date"),
    "embed.list_portfolio_transactions": ByCursor(rows="transactions", key="id"),
    "embed.list_funding_transactions": ByCursor(rows="transactions", key="ref_id"),
    "futures.market.trade_history": ByTime(
        rows="history", key="uid", apart_from="trade_id", before="last_time", time="time"
    ),
    "futures.historical.fills": ByTime(rows="fills", key="fill_id", before="last_fill_time", time="fill_time"),
    "futures.account_history.executions": _HISTORY,
    "futures.account_history.orders": _HISTORY,
    "futures.account_history.triggers": _HISTORY,
    "futures.account_history.positions": _HISTORY,
    "futures.account_history.account_log": ByRowId(rows="logs", key="id"),
    "futures.market_history.executions": _HISTORY,
    "futures.market_history.orders": _HISTORY,
    "futures.market_history.mark_price": _HISTORY,
    "futures.charts.candles": ByRange(
        rows="candles", key="time", low="from_", high="to", unit=1000, more="more_candles"
    ),
    "futures.analytics.market": _ANALYTICS,
    "futures.analytics.liquidity_pool": _ANALYTICS,
}
"""How to read all of a listing. What is not here answers with everything at once."""


def walk(request: Request[A], *, limit: int | None = None) -> Walk[A]:
    """A reading of this listing from its first page on, of at most ``limit`` rows.

    Raises:
        SettingsError: when the endpoint does not page.
    """
    plan = PLANS.get(request.route.id)
    if plan is None:
        name = type(request).__name__
        raise SettingsError(f"{name} answers with everything at once, not in pages; send it: client.send({name}(...)).")
    return Walk(request, plan, limit)


def pages_of(kind: type[Request[Any]]) -> PagePlan | None:
    """How requests of this class are paged; None when they are not."""
    return PLANS.get(kind.route.id)
