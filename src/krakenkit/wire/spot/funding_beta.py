"""Funding (Beta): methods, assets, networks, fees and limits, and the words all of its calls share.

The successor of the older funding calls, with ids in place of display names. The nonce travels in the ``API-Nonce``
header, a one-time code in ``API-OTP``; the query string is signed with the path; answers are bare JSON.
Source: docs.kraken.com, Spot REST, Funding (Beta).
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec
from msgspec import Struct, field

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, only_one
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import AssetClass, RebaseMultiplier

QUERY = "Funds permissions - Query"


class FundingAsset(Params, frozen=True):
    """An asset with its class. As a filter the class alone will do; as the asset to express amounts in, the name."""

    class_: AssetClass | None = field(default=None, name="class")
    """``currency`` or ``tokenized_asset``."""
    name: str | None = None
    """For example ``BTC`` or ``AAPLx``."""


class FundingScope(Params, frozen=True):
    """What a call or a saved address holds for: one method, one network or one group of networks."""

    method_id: str | None = None
    network_id: str | None = None
    network_group_id: str | None = None


class AssetAmount(Struct, frozen=True):
    """An amount and its asset."""

    asset: FundingAsset
    amount: Decimal


def check_scope(request: Params, scope: FundingScope | None, *, groups: bool) -> None:
    """Refuse a scope that names nothing, two things, or a network group where the call knows none.

    Raises:
        SettingsError: when the scope cannot be sent.
    """
    if scope is None:
        return
    at_least_one(scope, "method_id", "network_id", "network_group_id")
    only_one(scope, "method_id", "network_id", "network_group_id")
    if scope.network_group_id is not None and not groups:
        raise SettingsError(f"{type(request).__name__} takes a method_id or network_id, not a network_group_id.")


def check_page(request: Params, *filters: str, most: int) -> None:
    """Refuse filters beside a cursor, which carries those of the first page, and a limit out of range.

    Raises:
        SettingsError: when the exchange is documented to refuse the page.
    """
    name = type(request).__name__
    if getattr(request, "cursor", None) is not None:
        beside = [filter for filter in filters if getattr(request, filter) is not None]
        if beside:
            raise SettingsError(
                f"{name} takes a cursor without {', '.join(beside)}: it remembers them; leave them out."
            )
    limit: int | None = getattr(request, "limit", None)
    if limit is not None and not 1 <= limit <= most:
        raise SettingsError(f"{name}.limit is {limit}; give 1 to {most}.")


class MethodFees(Struct, frozen=True):
    """What each transaction of a method costs."""

    base: AssetAmount | None = None
    """The fixed part."""
    percentage: Decimal | None = None
    included: bool | None = None
    """Whether it is taken out of the amount."""
    min: AssetAmount | None = None
    max: AssetAmount | None = None


class MethodNetwork(Struct, frozen=True):
    """The network that a method uses."""

    network_id: str | None = None
    network_name: str | None = None
    contract_address: str | None = None
    """The token's contract; None for the network's own asset."""
    on_chain_asset_symbol: str | None = None


class AddressGeneration(Struct, frozen=True):
    """Whether deposit addresses can be made: ``unsupported``, ``unlimited``, or ``limited`` to ``limit`` of them."""

    status: str | None = None
    limit: int | None = None


class MethodDeposit(Struct, frozen=True):
    """What holds for the deposits of a method."""

    shares_addresses_with_method_id: str | None = None
    """The method whose addresses this one uses too."""
    address_setup_fee: AssetAmount | None = None
    address_generation: AddressGeneration | None = None
    allow_credit_cards: bool | None = None
    exempted_withdrawal_hold: bool | None = None


class FundingMethod(Struct, frozen=True):
    """One way to move one asset."""

    method_id: str
    asset: FundingAsset
    method_name: str | None = None
    minimum_amount: Decimal | None = None
    maximum_amount: Decimal | None = None
    fees: MethodFees | None = None
    network: MethodNetwork | None = None
    deposit: MethodDeposit | None = None
    """For deposit methods."""
    withdrawal: dict[str, msgspec.Raw] | None = None
    """For withdrawal methods; no page describes its members (JSON)."""


class FundingMethods(Struct, frozen=True):
    """One page of methods."""

    methods: list[FundingMethod]
    next_cursor: str | None = None


class ListFundingMethods(Request[FundingMethods], Paged[FundingMethod], frozen=True):
    """The ways to deposit or to withdraw, with their ids, networks and fees."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_methods",
        "/funding/v1/methods/{direction}",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    direction: str
    """``deposit`` or ``withdraw``."""
    asset: FundingAsset | None = None
    rebase_multiplier: RebaseMultiplier | None = None
    """For xStocks: ``rebased`` counts underlying shares, ``base`` tokens."""
    cursor: str | None = None
    """``next_cursor`` of the page before, without other filters."""
    limit: int | None = None
    """1 to 10000."""
    account_id: str | None = None
    """A wallet, as the list of wallet accounts names it."""

    def check(self) -> None:
        at_least_one(self, "direction")
        check_page(self, "asset", "rebase_multiplier", most=10_000)


class AssetName(Struct, frozen=True):
    """One asset."""

    name: str


class FundingAssets(Struct, frozen=True):
    """Assets by class."""

    currency: list[AssetName] = []
    tokenized_asset: list[AssetName] = []


class ListFundingAssets(Request[FundingAssets], frozen=True):
    """The assets that can be deposited or withdrawn."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_assets",
        "/funding/v1/assets/{direction}",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    direction: str
    """``deposit`` or ``withdraw``."""
    asset_class: AssetClass | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "direction")


class FundingNetwork(Struct, frozen=True):
    """One network."""

    network_id: str
    name: str | None = None


class FundingNetworkGroup(Struct, frozen=True):
    """Networks that share addresses, for example all that speak EVM."""

    network_group_id: str
    name: str | None = None
    network_ids: list[str] = []


class FundingNetworks(Struct, frozen=True):
    """Networks and groups of them."""

    network_groups: list[FundingNetworkGroup] = []
    networks: list[FundingNetwork] = []


class ListFundingNetworks(Request[FundingNetworks], frozen=True):
    """The networks that funds can travel on; an address can be saved for one of them or for a group."""

    route: ClassVar = Route.read(
        "spot.funding_beta.list_networks",
        "/funding/v1/networks",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    account_id: str | None = None


class FeeParts(Struct, frozen=True):
    """What a fee is made of."""

    base_fee: AssetAmount | None = None
    fee_percentage: Decimal | None = None


class FundingFees(Struct, frozen=True):
    """What a transaction would cost; ``gross_amount`` is ``net_amount`` and the fee."""

    fee: AssetAmount | None = None
    gross_amount: AssetAmount | None = None
    net_amount: AssetAmount | None = None
    fee_details: FeeParts | None = None
    withdrawal_fee_token: str | None = None
    """Pins this fee rate for withdrawals of the next five minutes, as many as you like; None for deposits."""


class GetFundingFees(Request[FundingFees], frozen=True):
    """What an amount would cost with one method, and for withdrawals a token that pins that fee."""

    route: ClassVar = Route.read(
        "spot.funding_beta.get_fees",
        "/funding/v1/fees/{method_id}",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    method_id: str
    amount: Number | None = None
    fee_included: bool | None = None
    """Whether ``amount`` contains the fee."""
    withdrawal_fee_token: str | None = None
    """The token of an earlier answer."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "method_id")


class LimitAmounts(Struct, frozen=True):
    """One amount, in the limit's own asset, in US dollars, and in the asset asked for."""

    policy_asset_amount: AssetAmount | None = None
    usd_amount: AssetAmount | None = None
    requested_asset_amount: AssetAmount | None = None


class FundingLimit(Struct, frozen=True):
    """One limit: counts of transactions for ``attempt`` and ``success``, amounts for the other types."""

    limit_type: str
    """``attempt``, ``success``, ``amount`` or ``equiv_amount_usd`` (``_eur``, ``_gbp``, ``_cad``)."""
    remaining: int | LimitAmounts | None = None
    maximum: int | LimitAmounts | None = None
    used: int | LimitAmounts | None = None


class TimeWindowLimit(Struct, frozen=True):
    """A limit over the last ``time_window`` seconds."""

    time_window: int
    limit: FundingLimit


class MethodLimits(Struct, frozen=True):
    """The limits of one method."""

    method_id: str
    maximum_amount: AssetAmount | None = None
    """The most that amounts allow now; counts of transactions are not in it."""
    maximum_reason: str | None = None
    """Withdrawals: whether ``balance`` or ``limits`` set the maximum."""
    limits: list[TimeWindowLimit] = []


class FundingDepositLimits(Struct, frozen=True):
    """Limits by deposit method."""

    deposit_limits: list[MethodLimits]


class GetFundingDepositLimits(Request[FundingDepositLimits], frozen=True):
    """How much of an asset can be deposited, by method."""

    route: ClassVar = Route.read(
        "spot.funding_beta.get_deposit_limits",
        "/funding/v1/limits/deposit/{asset_class}/{asset}",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    asset_class: AssetClass
    asset: str
    preferred_asset: FundingAsset | None = None
    """The asset to express amounts in; the method's own when left out."""
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "asset_class")
        at_least_one(self, "asset")


class FundingWithdrawalLimits(Struct, frozen=True):
    """Limits by withdrawal method, and what is there to withdraw."""

    withdrawal_limits: list[MethodLimits]
    available_balance: AssetAmount | None = None
    """What holds, positions and margin leave free."""


class GetFundingWithdrawalLimits(Request[FundingWithdrawalLimits], frozen=True):
    """How much of an asset can be withdrawn, by method."""

    route: ClassVar = Route.read(
        "spot.funding_beta.get_withdrawal_limits",
        "/funding/v1/limits/withdrawal/{asset_class}/{asset}",
        method="GET",
        encoding="query",
        envelope="bare",
        permission=QUERY,
    )

    asset_class: AssetClass
    asset: str
    preferred_asset: FundingAsset | None = None
    """The asset to express amounts in; the method's own when left out."""
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "asset_class")
        at_least_one(self, "asset")
