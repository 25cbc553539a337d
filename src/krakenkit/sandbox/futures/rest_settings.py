"""What the owner of a Futures account sets: leverage, the currency of profits, self-trades, and the cap beside the book."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.engine.derivatives import Declined, collateral_asset, shown_unit
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.futures.inbound import FuturesDenied, maybe_number, read_number, wrong
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import settings
from krakenkit.wire.futures.base import Reply

INSUFFICIENT_MARGIN: Final = (92, "INSUFFICIENT_MARGIN")
"""How preferences refuse what there is not enough margin for: by a list of numbered errors, with status 500."""


def leverage(caller: FuturesCaller, request: settings.GetLeverageSettings) -> settings.LeverageSettings:
    only = None if request.symbol is None else caller.contract(request.symbol)
    rows = [
        settings.LeveragePreference(symbol=contract.symbol, max_leverage=most)
        for contract, most in caller.exchange.leverage_settings(caller.account).items()
        if only in (None, contract)
    ]
    return settings.LeverageSettings(leverage_preferences=rows)


def set_leverage(caller: FuturesCaller, request: settings.SetLeverageSettings) -> Reply:
    contract, most = caller.contract(request.symbol), maybe_number(request.max_leverage, "maxLeverage")
    try:
        caller.exchange.set_leverage(caller.account, contract, most)
    except Declined:
        raise FuturesDenied(INSUFFICIENT_MARGIN[1], status=500, number=INSUFFICIENT_MARGIN[0]) from None
    except EngineRefused as refused:
        raise wrong(refused.code) from None
    return Reply()


def profits(caller: FuturesCaller, request: settings.GetPnlPreferences) -> settings.PnlPreferences:
    chosen = caller.exchange.profit_currencies(caller.account)
    rows = [
        settings.PnlPreference(symbol=contract.symbol, pnl_currency=shown_unit(unit))
        for contract, unit in chosen.items()
    ]
    return settings.PnlPreferences(preferences=rows)


def set_profits(caller: FuturesCaller, request: settings.SetPnlPreference) -> Reply:
    contract, asset = caller.contract(request.symbol), collateral_asset(request.pnl_preference)
    if asset is None:
        raise wrong("pnlPreference")
    try:
        caller.exchange.set_profit_currency(caller.account, contract, asset.altname)
    except EngineRefused as refused:
        raise wrong(refused.code) from None
    return Reply()


def self_trade(caller: FuturesCaller, request: settings.GetSelfTradeStrategy) -> settings.SelfTrade:
    return settings.SelfTrade(strategy=caller.exchange.self_trade(caller.account))


def set_self_trade(caller: FuturesCaller, request: settings.UpdateSelfTradeStrategy) -> settings.SelfTrade:
    try:
        caller.exchange.set_self_trade(caller.account, request.strategy)
    except EngineRefused as refused:
        raise wrong(refused.code) from None
    return settings.SelfTrade(strategy=caller.exchange.self_trade(caller.account))


def off_book(caller: FuturesCaller, request: settings.GetRfqAssignmentMaxLeverage) -> settings.OffBookLeverage:
    return settings.OffBookLeverage(max_leverage=caller.exchange.off_book_leverage(caller.account))


def set_off_book(caller: FuturesCaller, request: settings.SetRfqAssignmentMaxLeverage) -> settings.OffBookLeverage:
    most = read_number(request.max_leverage, "maxLeverage")
    caller.exchange.set_off_book_leverage(caller.account, most)
    return settings.OffBookLeverage(max_leverage=most)


def clear_off_book(caller: FuturesCaller, request: settings.DeleteRfqAssignmentMaxLeverage) -> Reply:
    caller.exchange.set_off_book_leverage(caller.account, None)
    return Reply()


ENDPOINTS: Final = (
    endpoint(settings.GetLeverageSettings, leverage),
    endpoint(settings.SetLeverageSettings, set_leverage),
    endpoint(settings.GetPnlPreferences, profits),
    endpoint(settings.SetPnlPreference, set_profits),
    endpoint(settings.GetSelfTradeStrategy, self_trade),
    endpoint(settings.UpdateSelfTradeStrategy, set_self_trade),
    endpoint(settings.GetRfqAssignmentMaxLeverage, off_book),
    endpoint(settings.SetRfqAssignmentMaxLeverage, set_off_book),
    endpoint(settings.DeleteRfqAssignmentMaxLeverage, clear_off_book),
)
