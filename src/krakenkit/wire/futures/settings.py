"""Futures settings: leverage, currency of profits, self-trades.

Source: docs.kraken.com, Futures REST, Multi-Collateral and Trading Settings.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import not_empty, positive
from krakenkit.wire.futures.base import FULL, Reply, change, look_up
from krakenkit.wire.futures.words import SelfTradeStrategy
from krakenkit.wire.request import Request

_LEVERAGE = "/derivatives/api/v3/leveragepreferences"
_PNL = "/derivatives/api/v3/pnlpreferences"
_SELF_TRADE = "/derivatives/api/v3/self-trade-strategy"
_OFF_BOOK = "/derivatives/api/v3/rfq-assignment/max-leverage"


class LeveragePreference(Struct, frozen=True, rename="camel"):
    """A market with isolated margin."""

    symbol: str
    max_leverage: Decimal


class LeverageSettings(Reply, frozen=True):
    """The markets with isolated margin; every other one uses cross margin."""

    leverage_preferences: list[LeveragePreference]


class GetLeverageSettings(Request[LeverageSettings], frozen=True):
    """The markets with isolated margin, and their leverage."""

    route: ClassVar = look_up("futures.preferences.get_leverage", _LEVERAGE, siebly="getLeverageSettings", cost=2)

    symbol: str | None = None
    """Only this market. Clients send it; the manual does not list it."""


class SetLeverageSettings(Request[Reply], frozen=True, rename="camel"):
    """Give a multi-collateral market isolated margin with this leverage, or cross margin when ``max_leverage`` is left out."""

    route: ClassVar = change(
        "futures.preferences.set_leverage", _LEVERAGE, siebly="setLeverageSettings", method="PUT", cost=10
    )

    symbol: str
    max_leverage: Number | None = None

    def check(self) -> None:
        not_empty(self, "symbol")
        positive(self, "max_leverage")


class PnlPreference(Struct, frozen=True, rename="camel"):
    """The currency that a market's profits are paid in."""

    symbol: str
    pnl_currency: str


class PnlPreferences(Reply, frozen=True):
    """Markets whose currency was chosen."""

    preferences: list[PnlPreference]


class GetPnlPreferences(Request[PnlPreferences], frozen=True):
    """The currencies that profits are paid in, by market."""

    route: ClassVar = look_up("futures.preferences.get_pnl", _PNL, siebly="getPnlPreferences", cost=2)


class SetPnlPreference(Request[Reply], frozen=True, rename="camel"):
    """Choose the currency that a multi-collateral market pays profits in."""

    route: ClassVar = change("futures.preferences.set_pnl", _PNL, siebly="setPnlPreference", method="PUT", cost=10)

    symbol: str
    pnl_preference: str
    """For example ``USD``, ``EUR``, ``GBP``, ``USDC``, ``USDT``, ``BTC`` or ``ETH``."""

    def check(self) -> None:
        not_empty(self, "symbol", "pnl_preference")


class SelfTrade(Reply, frozen=True):
    """What happens when two of your orders would trade with each other; None where an answer does not say."""

    strategy: SelfTradeStrategy | None = None


class GetSelfTradeStrategy(Request[SelfTrade], frozen=True):
    """What happens when two of your orders would trade with each other."""

    route: ClassVar = look_up(
        "futures.settings.get_self_trade_strategy", _SELF_TRADE, siebly="getSelfTradeStrategy", cost=2
    )


class UpdateSelfTradeStrategy(Request[SelfTrade], frozen=True):
    """Choose, for the whole account, what happens when two of your orders would trade with each other."""

    route: ClassVar = change(
        "futures.settings.set_self_trade_strategy",
        _SELF_TRADE,
        siebly="updateSelfTradeStrategy",
        method="PUT",
        cost=2,
    )

    strategy: SelfTradeStrategy
    """``REJECT_TAKER`` (the default) refuses the taker against any maker of yours or your subaccounts;
    ``CANCEL_MAKER_SELF`` cancels makers of the same account, ``CANCEL_MAKER_CHILD`` also those of its subaccounts;
    ``CANCEL_MAKER_ANY`` is the widest."""

    def check(self) -> None:
        not_empty(self, "strategy")


class OffBookLeverage(Reply, frozen=True):
    """The cap; None when there is none. The member's name is taken from the parameter, the answer was not seen."""

    max_leverage: Decimal | None = None


class GetRfqAssignmentMaxLeverage(Request[OffBookLeverage], frozen=True):
    """The leverage that assignments and RFQ fills may reach; orders in the book are not capped. Master accounts only."""

    route: ClassVar = look_up(
        "futures.settings.get_off_book_max_leverage", _OFF_BOOK, siebly="getRfqAssignmentMaxLeverage"
    )


class SetRfqAssignmentMaxLeverage(Request[OffBookLeverage], frozen=True, rename="camel"):
    """Cap the leverage that assignments and RFQ fills may reach. Master accounts only."""

    route: ClassVar = change(
        "futures.settings.set_off_book_max_leverage", _OFF_BOOK, siebly="setRfqAssignmentMaxLeverage", method="PUT"
    )

    max_leverage: Number
    """Above 0, up to 100, at most two decimals."""

    def check(self) -> None:
        value = exact(self.max_leverage, name="max_leverage")
        if not 0 < value <= 100 or value != round(value, 2):
            raise SettingsError(
                f"max_leverage is {value}; give a number above 0, up to 100, with at most two decimals."
            )


class DeleteRfqAssignmentMaxLeverage(Request[Reply], frozen=True):
    """Take the cap of assignments and RFQ fills away. Master accounts only."""

    route: ClassVar = change(
        "futures.settings.clear_off_book_max_leverage",
        _OFF_BOOK,
        siebly="deleteRfqAssignmentMaxLeverage",
        method="DELETE",
        encoding="query",
        permission=FULL,
    )
