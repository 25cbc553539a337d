"""Funding (Beta): methods, networks, fees and limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.bank.addresses import MOST_UNUSED
from krakenkit.sandbox.bank.funding import DAY, Limit, units_of
from krakenkit.sandbox.bank.methods import GROUPS, Direction, Method
from krakenkit.sandbox.bank.refusals import INVALID_AMOUNT, NO_METHOD, UNKNOWN_ASSET
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.instruments import CURRENCY, TOKENIZED
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.funding_pages import asked, page
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.spot import funding_beta as beta

_MOST_METHODS: Final = 10_000
_DIRECTIONS: Final[dict[str, Direction]] = {"deposit": "deposit", "withdraw": "withdraw"}


# --- what all calls share ---------------------------------------------------------------------------------------------


def amount_of(asset: Asset, units: int) -> beta.AssetAmount:
    """Units with their asset."""
    return beta.AssetAmount(asset=shown(asset), amount=asset.amount(units))


def shown(asset: Asset) -> beta.FundingAsset:
    """An asset as Beta names it."""
    return beta.FundingAsset(class_=asset.aclass, name=asset.display)


def asset_named(caller: Caller, name: str, asset_class: str | None) -> Asset:
    """The asset of this name, which must be of this class where one is given.

    Raises:
        EngineRefused: ``EFunding:Unknown asset``.
    """
    found = caller.venue.bank.funding.asset(name)
    if asset_class not in (None, found.aclass):
        raise Denied(UNKNOWN_ASSET)
    return found


def is_meant(caller: Caller, asset: Asset, wanted: beta.FundingAsset | None) -> bool:
    """Whether an asset passes a filter by class, name or both.

    Raises:
        EngineRefused: for a name nobody knows.
    """
    if wanted is None:
        return True
    if wanted.name is None:
        return wanted.class_ in (None, asset.aclass)
    return asset_named(caller, wanted.name, wanted.class_) is asset


def method_by_id(caller: Caller, direction: Direction, method_id: str) -> Method:
    """The method of this id.

    Raises:
        EngineRefused: ``EFunding:No funding method``.
    """
    found = caller.venue.bank.funding.methods.by_id(direction, method_id)
    if found is None:
        raise EngineRefused(NO_METHOD)
    return found


def _direction(text: str) -> Direction:
    if text not in _DIRECTIONS:
        raise invalid("direction")
    return _DIRECTIONS[text]


# --- methods and networks ---------------------------------------------------------------------------------------------


def methods(caller: Caller, request: beta.ListFundingMethods) -> beta.FundingMethods:
    direction, wanted = _direction(request.direction), asked(request).asset
    found = [one for one in caller.venue.bank.funding.methods.all if is_meant(caller, one.asset, wanted)]
    rows, following = page(request, found, id_of=lambda one: one.method_id(direction), most=_MOST_METHODS)
    return beta.FundingMethods(methods=[_method(caller, one, direction) for one in rows], next_cursor=following)


def _method(caller: Caller, method: Method, direction: Direction) -> beta.FundingMethod:
    asset, out = method.asset, direction == "withdraw"
    fee = caller.venue.bank.funding.fee(method) if out else 0
    return beta.FundingMethod(
        method_id=method.method_id(direction),
        method_name=method.name,
        asset=shown(asset),
        minimum_amount=asset.amount(method.withdrawal_minimum if out else method.deposit_minimum),
        fees=beta.MethodFees(base=amount_of(asset, fee), included=False),
        network=beta.MethodNetwork(
            network_id=method.network.network_id,
            network_name=method.network.name,
            on_chain_asset_symbol=asset.display,
        ),
        deposit=None if out else beta.MethodDeposit(address_generation=_generation(method)),
    )


def _generation(method: Method) -> beta.AddressGeneration:
    if method.fiat:
        return beta.AddressGeneration(status="unsupported")
    return beta.AddressGeneration(status="limited", limit=MOST_UNUSED)


def assets(caller: Caller, request: beta.ListFundingAssets) -> beta.FundingAssets:
    """Everything that is traded can be moved both ways."""
    _direction(request.direction)
    wanted = {CURRENCY, TOKENIZED} if request.asset_class is None else {request.asset_class}
    by_class: dict[str, list[beta.AssetName]] = {CURRENCY: [], TOKENIZED: []}
    for asset in caller.venue.exchange.instruments.assets:
        if asset.aclass in wanted:
            by_class[asset.aclass].append(beta.AssetName(asset.display))
    return beta.FundingAssets(currency=by_class[CURRENCY], tokenized_asset=by_class[TOKENIZED])


def networks(caller: Caller, request: beta.ListFundingNetworks) -> beta.FundingNetworks:
    known = caller.venue.bank.funding.methods.networks
    return beta.FundingNetworks(
        network_groups=[
            beta.FundingNetworkGroup(
                network_group_id=group.group_id,
                name=group.name,
                network_ids=[one.network_id for one in group.networks if one in known],
            )
            for group in GROUPS
        ],
        networks=[beta.FundingNetwork(network_id=one.network_id, name=one.name) for one in known],
    )


# --- fees -------------------------------------------------------------------------------------------------------------


def fees(caller: Caller, request: beta.GetFundingFees) -> beta.FundingFees:
    """Deposits cost nothing here. Without an amount only the fee is told."""
    funds = caller.venue.bank.funding
    method = funds.methods.by_id("withdraw", request.method_id)
    if method is None:
        return _costs(method_by_id(caller, "deposit", request.method_id), request, fee=0, token=None)
    token = request.withdrawal_fee_token or funds.quote(method, caller.now)
    fee = funds.quoted_fee(token, method, caller.now)
    if fee is None:
        raise invalid("withdrawal_fee_token")
    return _costs(method, request, fee=fee, token=token)


def _costs(method: Method, request: beta.GetFundingFees, *, fee: int, token: str | None) -> beta.FundingFees:
    told, gross, net = amount_of(method.asset, fee), None, None
    if request.amount is not None:
        amount = read_amount(request.amount, "amount")
        units = net_of(method.asset, amount, fee, included=bool(request.fee_included))
        gross, net = amount_of(method.asset, units + fee), amount_of(method.asset, units)
    return beta.FundingFees(
        fee=told,
        gross_amount=gross,
        net_amount=net,
        fee_details=beta.FeeParts(base_fee=told),
        withdrawal_fee_token=token,
    )


def net_of(asset: Asset, amount: Decimal, fee: int, *, included: bool) -> int:
    """What arrives of an amount that contains the fee, or does not.

    Raises:
        EngineRefused: when nothing would.
    """
    net = units_of(asset, amount) - (fee if included else 0)
    if net <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return net


# --- limits -----------------------------------------------------------------------------------------------------------


def deposit_limits(caller: Caller, request: beta.GetFundingDepositLimits) -> beta.FundingDepositLimits:
    """Nothing limits deposits here."""
    asset = asset_named(caller, request.asset, request.asset_class)
    _preferred(caller, asset, request.preferred_asset)
    return beta.FundingDepositLimits(
        deposit_limits=[
            beta.MethodLimits(method_id=one.method_id("deposit")) for one in caller.venue.bank.funding.methods.of(asset)
        ]
    )


def withdrawal_limits(caller: Caller, request: beta.GetFundingWithdrawalLimits) -> beta.FundingWithdrawalLimits:
    funds, asset = caller.venue.bank.funding, asset_named(caller, request.asset, request.asset_class)
    preferred = _preferred(caller, asset, request.preferred_asset)
    return beta.FundingWithdrawalLimits(
        available_balance=amount_of(asset, funds.available(caller.account, asset)),
        withdrawal_limits=[_limits(caller, method, preferred) for method in funds.methods.of(asset)],
    )


def _preferred(caller: Caller, asset: Asset, wanted: beta.FundingAsset | None) -> Asset:
    if wanted is None or wanted.name is None:
        return asset
    return asset_named(caller, wanted.name, wanted.class_)


def _limits(caller: Caller, method: Method, preferred: Asset) -> beta.MethodLimits:
    funds, asset = caller.venue.bank.funding, method.asset
    limit = funds.limit(caller.account, method, caller.now)
    left = max(0, funds.available(caller.account, asset) - funds.fee(method))
    return beta.MethodLimits(
        method_id=method.method_id("withdraw"),
        maximum_amount=amount_of(asset, min(left, limit.remaining)),
        maximum_reason="balance" if left <= limit.remaining else "limits",
        limits=[beta.TimeWindowLimit(time_window=DAY // 10**9, limit=_amount_limit(caller, asset, limit, preferred))],
    )


def _amount_limit(caller: Caller, asset: Asset, limit: Limit, preferred: Asset) -> beta.FundingLimit:
    def told(units: int) -> beta.LimitAmounts:
        return beta.LimitAmounts(
            policy_asset_amount=amount_of(asset, units),
            usd_amount=_converted(caller, asset, units, caller.venue.exchange.asset("USD")),
            requested_asset_amount=_converted(caller, asset, units, preferred),
        )

    return beta.FundingLimit(
        limit_type="amount", remaining=told(limit.remaining), maximum=told(limit.maximum), used=told(limit.used)
    )


def _converted(caller: Caller, asset: Asset, units: int, unit: Asset) -> beta.AssetAmount | None:
    """None where no price leads there."""
    worth = caller.venue.exchange.worth(asset.amount(units), asset.name, unit.name)
    return None if worth is None else beta.AssetAmount(asset=shown(unit), amount=worth)


ENDPOINTS: Final = (
    endpoint(beta.ListFundingMethods, methods),
    endpoint(beta.ListFundingAssets, assets),
    endpoint(beta.ListFundingNetworks, networks),
    endpoint(beta.GetFundingFees, fees),
    endpoint(beta.GetFundingDepositLimits, deposit_limits),
    endpoint(beta.GetFundingWithdrawalLimits, withdrawal_limits),
)
