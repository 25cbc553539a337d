"""Private REST of Futures that looks: wallets and positions, fees, notices, and the calling key."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import FLEX, Holding, WalletView, shown_unit
from krakenkit.sandbox.engine.derivatives.liquidation import TERMINATION
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.futures.rest_market import SCHEDULE
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import account, fees, general
from krakenkit.wire.futures.base import FULL, READ, TRANSFER

# --- money ------------------------------------------------------------------------------------------------------------


def accounts(caller: FuturesCaller, request: account.GetAccounts) -> account.Accounts:
    others = {
        wallet: _margin_wallet(caller, wallet, asset.altname)
        for wallet, asset in caller.venue.contracts.wallets.items()
        if wallet != FLEX
    }
    cash = {unit.lower(): amount for unit, amount in caller.exchange.cash(caller.account).items()}
    return account.Accounts(
        cash=account.CashWallet(balances=cash),
        flex=_flex(caller.exchange.wallet(caller.account, FLEX)),
        margin=others,
    )


def _flex(wallet: WalletView) -> account.FlexWallet:
    currencies = {
        held.unit: account.FlexCurrency(
            quantity=held.qty, value=held.value, collateral=held.collateral, available=held.available
        )
        for held in wallet.currencies
    }
    unrealized = wallet.profit + wallet.funding
    return account.FlexWallet(
        currencies=currencies,
        initial_margin=wallet.initial,
        initial_margin_with_orders=wallet.with_orders,
        maintenance_margin=wallet.maintenance,
        balance_value=wallet.balance,
        portfolio_value=wallet.equity,
        collateral_value=wallet.collateral,
        pnl=wallet.profit,
        unrealized_funding=wallet.funding,
        total_unrealized=unrealized,
        # Unrealised dollars count in full.
        total_unrealized_as_margin=unrealized,
        available_margin=wallet.available,
        margin_equity=wallet.margin_equity,
    )


def _margin_wallet(caller: FuturesCaller, wallet: str, currency: str) -> account.MarginWallet:
    now = caller.exchange.wallet(caller.account, wallet)
    holdings = [one for one in caller.exchange.holdings(caller.account) if one.contract.wallet == wallet]
    held = {one.contract.symbol: one.size for one in holdings}
    required = account.MarginFigures(
        initial=now.with_orders,
        maintenance=now.maintenance,
        # Liquidation begins where the maintenance margin ends.
        liquidation=now.maintenance,
        termination=now.maintenance / TERMINATION,
    )
    return account.MarginWallet(
        currency=currency.lower(),
        balances={currency.lower(): now.balance} | held,
        auxiliary=account.MarginAuxiliary(
            available_funds=now.available, portfolio_value=now.equity, pnl=now.profit, funding=now.funding
        ),
        margin_requirements=required,
        trigger_estimates=_estimates(required, now.equity, holdings),
    )


def _estimates(required: account.MarginFigures, equity: Decimal, holdings: list[Holding]) -> account.MarginFigures:
    """The prices at which the wallet's money would be down to each of its requirements; 0 where no price does that."""
    size = sum((one.size for one in holdings), Decimal(0))
    mark = holdings[0].mark if holdings else Decimal(1)
    # Coins that contracts of so many dollars are worth shrink as the price grows: this much is left at any price.
    lasting = equity + size / mark

    def price(requirement: Decimal | None) -> Decimal:
        dollars = size + (requirement or Decimal(0)) * mark
        estimate = dollars / lasting if size and lasting else Decimal(0)
        return max(estimate, Decimal(0)).quantize(Decimal("0.01"))

    return account.MarginFigures(
        initial=price(required.initial),
        maintenance=price(required.maintenance),
        liquidation=price(required.liquidation),
        termination=price(required.termination),
    )


def open_positions(caller: FuturesCaller, request: account.GetOpenPositions) -> account.OpenPositions:
    chosen = caller.exchange.profit_currencies(caller.account)
    rows = [_position(one, chosen.get(one.contract, "USD")) for one in caller.exchange.holdings(caller.account)]
    return account.OpenPositions(open_positions=rows)


def _position(holding: Holding, unit: str) -> account.OpenPosition:
    return account.OpenPosition(
        symbol=holding.contract.symbol,
        side="long" if holding.size > 0 else "short",
        size=abs(holding.size),
        price=holding.entry_price,
        fill_time=stamp(holding.since, 3),
        unrealized_pnl=holding.profit,
        unrealized_funding=holding.funding,
        pnl_currency=None if holding.contract.inverse else shown_unit(unit),
        max_fixed_leverage=holding.leverage,
    )


def volumes(caller: FuturesCaller, request: fees.GetFeeScheduleVolumes) -> fees.FeeScheduleVolumes:
    traded = Decimal(caller.exchange.traded(caller.account).total)
    return fees.FeeScheduleVolumes(volumes_by_fee_schedule={SCHEDULE: traded})


# --- the rest ---------------------------------------------------------------------------------------------------------


def notifications(caller: FuturesCaller, request: general.GetNotifications) -> general.Notifications:
    rows = [
        general.Notification(type=one.type, priority=one.priority, note=one.note, effective_time=stamp(one.at, 3))
        for one in caller.exchange.notices()
    ]
    return general.Notifications(notifications=rows)


def check_key(caller: FuturesCaller, request: general.CheckApiKeyV3) -> general.ApiKeyCheck:
    key = caller.owner
    level = "FULL_ACCESS" if key.may(FULL) else "READ_ONLY" if key.may(READ) else "NO_ACCESS"
    return general.ApiKeyCheck(
        api_key=key.key,
        account_uid=caller.exchange.account_uid(key.account),
        created_at=stamp(key.created_at, 3),
        permissions=general.KeyPermissions(general=level, transfer="FULL_ACCESS" if key.may(TRANSFER) else "NO_ACCESS"),
    )


ENDPOINTS: Final = (
    endpoint(account.GetAccounts, accounts),
    endpoint(account.GetOpenPositions, open_positions),
    endpoint(fees.GetFeeScheduleVolumes, volumes),
    endpoint(general.GetNotifications, notifications),
    endpoint(general.CheckApiKeyV3, check_key),
)
