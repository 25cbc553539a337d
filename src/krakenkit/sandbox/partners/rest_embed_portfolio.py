"""REST of Embed: what users own, did and earned, and the partner's own money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from krakenkit.sandbox.cursors import by_cursor, by_number, read_rfc3339
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import invalid_arguments
from krakenkit.sandbox.partners.days import days_between, read_day
from krakenkit.sandbox.partners.earn import PERIOD_WORD, RATES
from krakenkit.sandbox.partners.funds import REPORT_TYPES, Report
from krakenkit.sandbox.partners.portfolio import Day, Position, history, last_day, positions, profit_today
from krakenkit.sandbox.partners.quotes import Leg, Transaction
from krakenkit.sandbox.partners.rest_embed import embed_of, user_of, worth_of
from krakenkit.sandbox.partners.users import User
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.partner import earn, funds, portfolio
from krakenkit.wire.partner.nexus import AssetAmount

_ZERO: Final = Decimal(0)
_YEAR_DAYS: Final = 365
_POINTS: Final = 365
_TRANSACTIONS: Final = 25
_MOST_TRANSACTIONS: Final = 500
_FUNDING: Final = 25
_REPORTS: Final = 20
_DOWNLOAD_LIFE: Final = 15 * 60 * 10**9
_STATES: Final = frozenset({"no_status", "unspecified", "in_progress", "successful", "failed"})
_HUNDREDTH: Final = Decimal("0.01")


def _unit(exchange: Exchange, name: str | None) -> str:
    return exchange.asset(name or "USD").display


# --- what they own ----------------------------------------------------------------------------------------------------


def summary(caller: Caller, request: portfolio.GetEmbedPortfolioSummary) -> portfolio.PortfolioSummary:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    unit, trades = _unit(exchange, request.quote), embed_of(caller).journal.of(user.iiban)
    rows = positions(exchange, user.iiban, trades, unit)
    whole, bound = sum((row.value for row in rows), _ZERO), sum((_bound(caller, row, unit) for row in rows), _ZERO)
    pnl = None
    if request.include_current_day_pnl:
        since, gained = profit_today(exchange, user.iiban, trades, unit, caller.now)
        pnl = portfolio.CurrentDayPnl(since=stamp(since, 0), pnl=gained)
    return portfolio.PortfolioSummary(
        timestamp=stamp(caller.now),
        currency=unit,
        portfolio_value=whole,
        withheld_value=_ZERO,
        open_orders=bound,
        available_balance=whole - bound,
        lots_upnl=sum((row.profit for row in rows), _ZERO),
        cost_basis=sum((row.cost for row in rows), _ZERO),
        current_day_pnl=pnl,
    )


def _bound(caller: Caller, row: Position, unit: str) -> Decimal:
    return worth_of(caller, row.held, row.asset, unit) or _ZERO


def details(caller: Caller, request: portfolio.ListEmbedPortfolioDetails) -> portfolio.PortfolioDetails:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    unit = _unit(exchange, request.quote)
    rows = positions(exchange, user.iiban, embed_of(caller).journal.of(user.iiban), unit)
    return portfolio.PortfolioDetails(
        timestamp=stamp(caller.now), currency=unit, assets=[_holding(caller, row, unit) for row in rows]
    )


def _holding(caller: Caller, row: Position, unit: str) -> portfolio.PortfolioAsset:
    return portfolio.PortfolioAsset(
        asset=row.asset,
        cash_balance=row.balance,
        index_price=row.price,
        cash_value=row.value,
        held_orders_spot=row.held,
        asset_class="currency",
        avail_trade=row.balance - row.held,
        avail_trade_value=row.value - _bound(caller, row, unit),
        lots_upnl=row.profit,
        avg_entry_price=row.average,
        cost_basis=row.cost,
    )


def past(caller: Caller, request: portfolio.GetEmbedPortfolioHistory) -> portfolio.PortfolioHistory:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    unit, step = _unit(exchange, request.quote), request.resolution or 1
    newest = last_day(caller.now)
    end = min(read_day(request.end_date, "end_date") or newest, newest)
    start = read_day(request.start_date, "start_date") or end - timedelta(days=_YEAR_DAYS)
    if step < 1:
        raise invalid("resolution")
    if (end - start).days > 20 * _YEAR_DAYS:
        raise invalid("start_date")
    days, following = by_cursor(
        days_between(start, end, step), cursor=request.cursor, size=_POINTS, id_of=lambda day: day.isoformat()
    )
    assets = [exchange.asset(name).display for name in request.include_assets or []]
    rows = history(exchange, user.iiban, embed_of(caller).journal.of(user.iiban), days, unit, assets)
    told = [_point(row, request) for row in rows]
    gained = rows[-1].profit if rows else None
    return portfolio.PortfolioHistory(
        start_date=start.isoformat(),
        end_date=end.isoformat(),
        history=told,
        next_cursor=following,
        currency=unit,
        total_pnl=gained,
        total_pnl_pct=_percent(rows[-1]) if rows else None,
    )


def _point(row: Day, request: portfolio.GetEmbedPortfolioHistory) -> portfolio.PortfolioDay:
    """A total is shown unless the request says not to; profit when it asks for it. No page tells what is left out."""
    assets = {name: msgspec.Raw(msgspec.json.encode({"balance": f"{value:f}"})) for name, value in row.assets.items()}
    return portfolio.PortfolioDay(
        date=row.day.isoformat(),
        total_balance=None if request.include_total_balance is False else row.balance,
        total_pnl=row.profit if request.include_total_pnl else None,
        total_pnl_pct=_percent(row) if request.include_total_pnl else None,
        assets=assets or None,
    )


def _percent(row: Day) -> Decimal | None:
    if row.profit is None or row.invested <= 0:
        return None
    return (row.profit * 100 / row.invested).quantize(_HUNDREDTH)


# --- what they did ----------------------------------------------------------------------------------------------------


def transactions(caller: Caller, request: portfolio.ListEmbedPortfolioTransactions) -> portfolio.PortfolioTransactions:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    if request.sorting not in (None, "ascending", "descending"):
        raise invalid("sorting")
    if not _STATES.issuperset(request.statuses or ()):
        raise invalid("statuses")
    unit = None if request.quote is None else exchange.asset(request.quote).display
    rows = [row for row in embed_of(caller).journal.of(user.iiban) if _is_meant(exchange, row, request)]
    if request.sorting != "ascending":
        rows.reverse()
    size = min(_TRANSACTIONS if request.page_size is None else request.page_size, _MOST_TRANSACTIONS)
    page, following = by_cursor(rows, cursor=request.cursor, size=size, id_of=lambda one: one.id)
    return portfolio.PortfolioTransactions(
        transactions=[_transaction(caller, row, unit) for row in page],
        stats=portfolio.TransactionStats(len(page)),
        next_cursor=following,
    )


def _is_meant(exchange: Exchange, row: Transaction, request: portfolio.ListEmbedPortfolioTransactions) -> bool:
    since, until = read_rfc3339(request.from_time, "from_time"), read_rfc3339(request.until_time, "until_time")
    assets = {exchange.asset(name).display for name in request.assets or []}
    refs = {(one.type, one.ref_id) for one in request.ref_ids or []}
    return (
        (not request.types or row.type in request.types)
        and (not request.statuses or _state(row) in request.statuses)
        and (not request.ids or row.id in request.ids)
        and (not assets or not assets.isdisjoint(row.assets))
        and (not refs or (row.ref_type, row.ref_id) in refs)
        and (since is None or row.at >= since)
        and (until is None or row.at <= until)
    )


def _state(row: Transaction) -> str:
    return "successful" if row.successful else "failed"


def _transaction(caller: Caller, row: Transaction, unit: str | None) -> portfolio.PortfolioTransaction:
    return portfolio.PortfolioTransaction(
        id=row.id,
        time=stamp(row.at),
        type=row.type,
        status=_state(row),
        ref_id=row.ref_id,
        spend=_leg(caller, row, row.spend, unit),
        receive=_leg(caller, row, row.receive, unit),
    )


def _leg(caller: Caller, row: Transaction, leg: Leg | None, unit: str | None) -> portfolio.TransactionLeg | None:
    if leg is None:
        return None

    def told(amount: Decimal | None) -> AssetAmount | None:
        return None if amount is None else AssetAmount(leg.asset, amount, "currency")

    def quoted(amount: Decimal) -> AssetAmount | None:
        worth = None if unit is None else worth_of(caller, amount, leg.asset, unit)
        return None if unit is None or worth is None else AssetAmount(unit, worth, "currency")

    return portfolio.TransactionLeg(
        amount=told(leg.amount),
        total=told(leg.amount + leg.fee),
        fee=told(leg.fee),
        balance=told(leg.balance),
        quoted_amount=quoted(leg.amount),
        quoted_fee=quoted(leg.fee),
        quoted_total=quoted(leg.amount + leg.fee),
        ledger_id=leg.ledger_id,
        time=stamp(row.at),
    )


# --- what they earned -------------------------------------------------------------------------------------------------


def earn_summary(caller: Caller, request: earn.GetEmbedEarnSummary) -> earn.EmbedEarnSummary:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    unit, rewards = _unit(exchange, request.currency), embed_of(caller).earn
    pending = rewards.pending(exchange, user, caller.now)
    paid = sum((_worth(caller, amount, name, unit) for name, amount in rewards.rewarded(user).items()), _ZERO)
    return earn.EmbedEarnSummary(
        auto_earn_eligible=True,
        auto_earn_enabled=user.auto_earn,
        payout_period=PERIOD_WORD,
        total_allocated_converted=sum((_allocated(caller, user, row.asset, unit).converted for row in pending), _ZERO),
        total_rewarded_converted_true_rates=paid,
        total_rewarded_converted_current_rate=paid,
        num_earning_assets=len(pending),
        upcoming_rewards=[
            earn.UpcomingReward(
                asset=row.asset,
                date=stamp(row.pays_at, 0),
                accumulated_amount=earn.EarnAmount(row.amount, _worth(caller, row.amount, row.asset, unit)),
                estimated_pending_amount=earn.EarnAmount(row.amount, _worth(caller, row.amount, row.asset, unit)),
            )
            for row in pending
        ],
        auto_earn_last_changed=None if user.auto_earn_changed is None else stamp(user.auto_earn_changed),
    )


def _worth(caller: Caller, amount: Decimal, asset: str, unit: str) -> Decimal:
    return worth_of(caller, amount, asset, unit) or _ZERO


def _allocated(caller: Caller, user: User, asset: str, unit: str) -> earn.EarnAmount:
    """All that a user has of an asset earns while rewards are on."""
    balance = caller.venue.exchange.balance(user.iiban, asset).balance if user.auto_earn else _ZERO
    return earn.EarnAmount(balance, _worth(caller, balance, asset, unit))


def earn_assets(caller: Caller, request: earn.ListEmbedEarnAssets) -> earn.EmbedEarnAssets:
    exchange = caller.venue.exchange
    known = [exchange.instruments.asset(name) for name in RATES]
    wanted = [exchange.asset(name) for name in request.assets or ()] or known
    names = [one.display for one in wanted if one is not None and one.display in RATES]
    user = None if request.user is None else user_of(caller, request.user)
    unit = _unit(exchange, request.currency)
    return earn.EmbedEarnAssets(
        {
            name: earn.EmbedEarnAsset(
                apr_estimate=earn.AprEstimate(*RATES[name]),
                user_allocation=None if user is None else _allocation(caller, user, name, unit),
            )
            for name in names
        }
    )


def _allocation(caller: Caller, user: User, asset: str, unit: str) -> earn.EarnAllocation:
    rewards = embed_of(caller).earn
    paid = rewards.rewarded(user).get(asset, _ZERO)
    pending = [row for row in rewards.pending(caller.venue.exchange, user, caller.now) if row.asset == asset]
    return earn.EarnAllocation(
        total_allocated=_allocated(caller, user, asset, unit),
        total_rewarded=earn.EarnAmount(paid, _worth(caller, paid, asset, unit)),
        upcoming_reward_date=stamp(pending[0].pays_at, 0) if pending else None,
    )


def toggle_auto_earn(caller: Caller, request: earn.ToggleEmbedAutoEarn) -> None:
    embed_of(caller).earn.switch(user_of(caller, request.user), request.want_enabled, caller.now)


# --- the partner's own money ------------------------------------------------------------------------------------------


def withdraw(caller: Caller, request: funds.WithdrawEmbedFunds) -> funds.EmbedWithdrawal:
    made = embed_of(caller).funds.withdraw(caller.venue.exchange, caller.account, request, caller.now)
    return funds.EmbedWithdrawal(
        reference_id=made.reference, amount=made.amount, fee=made.fee, total=made.total, fee_token=request.fee_token
    )


def funding_transactions(caller: Caller, request: funds.ListEmbedFundingTransactions) -> funds.EmbedFundingTransactions:
    if request.type not in ("deposit", "withdrawal"):
        raise invalid("type")
    rows = embed_of(caller).funds.moved(caller.venue.exchange, caller.account, request.type)
    size = _FUNDING if request.page_size is None else request.page_size
    page, following = by_cursor(rows, cursor=request.cursor, size=size, id_of=lambda one: one.ref_id)
    told = [
        funds.EmbedFundingTransaction(
            type=one.kind,
            date=stamp(one.at),
            asset=one.asset,
            amount=one.amount,
            status=one.status,
            ref_id=one.ref_id,
        )
        for one in page
    ]
    return funds.EmbedFundingTransactions(transactions=told, next_cursor=following)


def reports(caller: Caller, request: funds.ListEmbedSettlementReports) -> funds.SettlementReports:
    wanted = request.filter_report_type or list(REPORT_TYPES)
    if not set(REPORT_TYPES).issuperset(wanted):
        raise invalid("filter[report_type][]")
    start = read_rfc3339(request.filter_start_date, "filter[start_date]")
    end = read_rfc3339(request.filter_end_date, "filter[end_date]")
    if start is not None and end is not None and start > end:
        raise invalid_arguments()
    rows = [
        one
        for one in embed_of(caller).funds.reports(caller.venue.exchange, caller.account, caller.now)
        if one.type in wanted and (start is None or one.begins_at >= start) and (end is None or one.begins_at <= end)
    ]
    size = _REPORTS if request.page_size is None else request.page_size
    page, links, meta = by_number(rows, number=request.page_number or 1, size=size, path=request.route.path)
    return funds.SettlementReports(reports=[_report(one) for one in page], links=links, meta=meta)


def _report(report: Report) -> funds.SettlementReport:
    return funds.SettlementReport(
        id=report.id, date=report.day.isoformat(), type=report.type, size=report.size, name=report.name
    )


def report(caller: Caller, request: funds.GetEmbedSettlementReport) -> funds.SettlementDownload:
    found = embed_of(caller).funds.report(caller.venue.exchange, caller.account, request.id, caller.now)
    return funds.SettlementDownload(
        id=found.id,
        date=found.day.isoformat(),
        type=found.type,
        size=found.size,
        name=found.name,
        download_url=found.address,
        expires_at=stamp(caller.now + _DOWNLOAD_LIFE),
    )


ENDPOINTS: Final = (
    endpoint(portfolio.GetEmbedPortfolioSummary, summary),
    endpoint(portfolio.GetEmbedPortfolioHistory, past),
    endpoint(portfolio.ListEmbedPortfolioDetails, details),
    endpoint(portfolio.ListEmbedPortfolioTransactions, transactions),
    endpoint(earn.GetEmbedEarnSummary, earn_summary),
    endpoint(earn.ListEmbedEarnAssets, earn_assets),
    endpoint(earn.ToggleEmbedAutoEarn, toggle_auto_earn),
    endpoint(funds.WithdrawEmbedFunds, withdraw),
    endpoint(funds.ListEmbedFundingTransactions, funding_transactions),
    endpoint(funds.ListEmbedSettlementReports, reports),
    endpoint(funds.GetEmbedSettlementReport, report),
)
