"""Futures subaccounts. Source: docs.kraken.com, Futures REST, Subaccounts."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.account import FlexSums
from krakenkit.wire.futures.base import FULL, Reply, change, look_up
from krakenkit.wire.request import Request

_TRADING = "/derivatives/api/v3/subaccount/{subaccountUid}/trading-enabled"


class Holding(Struct, frozen=True):
    """Money of one currency in the cash wallet."""

    currency: str
    amount: Decimal


class SubaccountMargin(Struct, frozen=True, rename="camel"):
    """A single-collateral wallet of a subaccount."""

    name: str
    """For example ``f-xbt:usd``."""
    available_margin: Decimal | None = None
    """May be negative."""


class SubaccountFlexCurrency(Struct, frozen=True):
    """One currency of a subaccount's multi-collateral wallet; ``value`` and ``collateral`` in USD."""

    currency: str
    quantity: Decimal
    value: Decimal | None = None
    collateral: Decimal | None = None
    available: Decimal | None = None


class SubaccountFlex(FlexSums, frozen=True, kw_only=True):
    """The multi-collateral wallet of a subaccount; unlike ``get_accounts`` its currencies are a list."""

    currencies: list[SubaccountFlexCurrency] = []


class Subaccount(Struct, frozen=True, rename="camel"):
    """One subaccount with its balances."""

    account_uid: str
    email: str | None = None
    full_name: str | None = None
    holding_accounts: list[Holding] = []
    futures_accounts: list[SubaccountMargin] = []
    flex_account: SubaccountFlex | None = None


class Subaccounts(Reply, frozen=True):
    """The subaccounts of a master account."""

    subaccounts: list[Subaccount]
    master_account_uid: str | None = None


class GetSubaccounts(Request[Subaccounts], frozen=True):
    """The subaccounts of the calling account, with their balances."""

    route: ClassVar = look_up("futures.subaccounts.list", "/derivatives/api/v3/subaccounts", siebly="getSubaccounts")


class TradingStatus(Struct, frozen=True, rename="camel"):
    """Whether a subaccount may trade."""

    trading_enabled: bool


class GetSubaccountTradingStatus(Request[TradingStatus], frozen=True):
    """Whether a subaccount may trade. Other clients' documentation asks for a key with full access."""

    route: ClassVar = look_up(
        "futures.subaccounts.get_trading_enabled",
        _TRADING,
        siebly="getSubaccountTradingStatus",
        permission=FULL,
        cost=2,
    )

    subaccount_uid: str = field(name="subaccountUid")

    def check(self) -> None:
        not_empty(self, "subaccount_uid")


class UpdateSubaccountTradingStatus(Request[TradingStatus], frozen=True, rename="camel"):
    """Allow or forbid a subaccount to trade."""

    route: ClassVar = change(
        "futures.subaccounts.set_trading_enabled",
        _TRADING,
        siebly="updateSubaccountTradingStatus",
        method="PUT",
        cost=2,
    )

    subaccount_uid: str
    trading_enabled: bool

    def check(self) -> None:
        not_empty(self, "subaccount_uid")
