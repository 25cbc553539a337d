"""REST of Futures for the assignment program, subaccounts, and the account's part of the markets."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import FLEX, Contract, Fill
from krakenkit.sandbox.futures.assignment import Preference
from krakenkit.sandbox.futures.inbound import FuturesDenied
from krakenkit.sandbox.futures.rest import NOT_FOUND, FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import assignment, general, subaccounts

_ZERO: Final = Decimal(0)
_SPAN: Final = 30 * 86_400 * 10**9
_DAYS: Final = 30
_DAILY: Final = 1440


# --- the assignment program -------------------------------------------------------------------------------------------


def current(caller: FuturesCaller, request: assignment.GetAssignmentPrograms) -> assignment.AssignmentPrograms:
    kept = caller.venue.assignments.book(caller.account).current.values()
    return assignment.AssignmentPrograms(
        participants=[assignment.AssignmentProgram(one.id, _told(one)) for one in kept]
    )


def add(caller: FuturesCaller, request: assignment.AddAssignmentPreference) -> assignment.AssignmentChange:
    made = caller.venue.assignments.add(caller.venue.contracts, caller.account, request, caller.now)
    return assignment.AssignmentChange(id=made.id, participant=_told(made))


def delete(caller: FuturesCaller, request: assignment.DeleteAssignmentPreference) -> assignment.AssignmentChange:
    gone = caller.venue.assignments.delete(caller.account, request.id, caller.now)
    return assignment.AssignmentChange(id=gone.id, participant=_told(gone))


def past(caller: FuturesCaller, request: assignment.GetAssignmentPreferencesHistory) -> assignment.AssignmentHistory:
    changes = caller.venue.assignments.book(caller.account).changes
    return assignment.AssignmentHistory(
        participants=[
            assignment.AssignmentHistoryRow(_told(one.preference), deleted=one.deleted, timestamp=stamp(one.at, 3))
            for one in reversed(changes)
        ]
    )


def _told(preference: Preference) -> assignment.AssignmentPreference:
    return assignment.AssignmentPreference(
        contract_type=preference.wallet,
        accept_long=preference.accept_long,
        accept_short=preference.accept_short,
        time_frame=preference.time_frame,
        enabled=preference.enabled,
        contract=preference.contract,
        max_size=preference.max_size,
        max_position=preference.max_position,
    )


# --- subaccounts ------------------------------------------------------------------------------------------------------


def list_subaccounts(caller: FuturesCaller, request: subaccounts.GetSubaccounts) -> subaccounts.Subaccounts:
    children = caller.exchange.subaccounts(caller.account)
    return subaccounts.Subaccounts(
        subaccounts=[_subaccount(caller, name) for name in children],
        master_account_uid=caller.exchange.account_uid(caller.account),
    )


def _subaccount(caller: FuturesCaller, name: str) -> subaccounts.Subaccount:
    exchange = caller.exchange
    margins = [wallet for wallet in caller.venue.contracts.wallets if wallet != FLEX]
    return subaccounts.Subaccount(
        account_uid=exchange.account_uid(name),
        email=f"{name}@sandbox.invalid",
        full_name=name,
        holding_accounts=[subaccounts.Holding(unit.lower(), held) for unit, held in exchange.cash(name).items()],
        futures_accounts=[
            subaccounts.SubaccountMargin(name=wallet, available_margin=exchange.wallet(name, wallet).available)
            for wallet in margins
        ],
        flex_account=_flex(caller, name),
    )


def _flex(caller: FuturesCaller, name: str) -> subaccounts.SubaccountFlex:
    wallet = caller.exchange.wallet(name, FLEX)
    return subaccounts.SubaccountFlex(
        currencies=[
            subaccounts.SubaccountFlexCurrency(
                currency=one.unit, quantity=one.qty, value=one.value, collateral=one.collateral, available=one.available
            )
            for one in wallet.currencies
        ],
        initial_margin=wallet.initial,
        initial_margin_with_orders=wallet.with_orders,
        maintenance_margin=wallet.maintenance,
        balance_value=wallet.balance,
        portfolio_value=wallet.equity,
        collateral_value=wallet.collateral,
        pnl=wallet.profit,
        available_margin=wallet.available,
        margin_equity=wallet.margin_equity,
        unrealized_funding=wallet.funding,
    )


def trading_status(caller: FuturesCaller, request: subaccounts.GetSubaccountTradingStatus) -> subaccounts.TradingStatus:
    return subaccounts.TradingStatus(caller.exchange.may_trade(_child(caller, request.subaccount_uid)))


def set_trading_status(
    caller: FuturesCaller, request: subaccounts.UpdateSubaccountTradingStatus
) -> subaccounts.TradingStatus:
    caller.exchange.let_trade(_child(caller, request.subaccount_uid), request.trading_enabled)
    return subaccounts.TradingStatus(request.trading_enabled)


def _child(caller: FuturesCaller, uid: str) -> str:
    """The subaccount of this id; its master alone may ask about it."""
    for name in caller.exchange.subaccounts(caller.account):
        if caller.exchange.account_uid(name) == uid:
            return name
    raise FuturesDenied(NOT_FOUND, status=404)


# --- the part of the markets ------------------------------------------------------------------------------------------


def market_share(caller: FuturesCaller, request: general.GetAccountMarketShare) -> general.MarketShare:
    """The last thirty days, summed up at once; the sandbox gives no rebates."""
    mine: dict[Contract, list[Fill]] = {}
    for fill in caller.exchange.fills(caller.account):
        if fill.at > caller.now - _SPAN:
            mine.setdefault(fill.contract, []).append(fill)
    return general.MarketShare(
        contracts={contract.symbol: _share(caller, contract, fills) for contract, fills in mine.items()}
    )


def _share(caller: FuturesCaller, contract: Contract, fills: list[Fill]) -> general.ContractShare:
    own = sum((fill.qty for fill in fills), _ZERO)
    days = caller.exchange.candles(contract, _DAILY, count=_DAYS + 1)
    # Every trade has two sides, so a market's volume counts twice.
    whole = 2 * sum((candle.volume for candle in days), _ZERO)
    share = (own / whole).quantize(Decimal("1E-8"), ROUND_HALF_EVEN) if whole else _ZERO
    return general.ContractShare(market_share=share, volume=own, usd_rebate_credited=_ZERO)


ENDPOINTS: Final = (
    endpoint(assignment.GetAssignmentPrograms, current),
    endpoint(assignment.AddAssignmentPreference, add),
    endpoint(assignment.DeleteAssignmentPreference, delete),
    endpoint(assignment.GetAssignmentPreferencesHistory, past),
    endpoint(subaccounts.GetSubaccounts, list_subaccounts),
    endpoint(subaccounts.GetSubaccountTradingStatus, trading_status),
    endpoint(subaccounts.UpdateSubaccountTradingStatus, set_trading_status),
    endpoint(general.GetAccountMarketShare, market_share),
)
