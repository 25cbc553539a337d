"""Margin that is asked about: the place in the queue of unwinding, and portfolios that nobody has to have.

The parameters of portfolio margin shape options, which the sandbox does not trade: they are numbers of our own, and
limits per base currency are left out. A simulated portfolio has the margin of multi-collateral contracts.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

from krakenkit.sandbox.engine.derivatives import Contract, collateral_asset, money, price_units
from krakenkit.sandbox.engine.derivatives.contracts import FLEX, MONEY_PLACES
from krakenkit.sandbox.engine.derivatives.requests import Declined, read_qty
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.futures.inbound import JSON_ERROR, FuturesDenied, read_number, wrong
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.inbound import parse_json
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import account, margining


def unwind_queue(caller: FuturesCaller, request: account.GetPositionPercentile) -> account.UnwindQueue:
    held = [holding.contract for holding in caller.exchange.holdings(caller.account)]
    rows = [
        account.QueuePlace(
            symbol=contract.symbol, percentile=caller.exchange.unwind_percentile(caller.account, contract)
        )
        for contract in held
    ]
    return account.UnwindQueue(queue=rows)


def parameters(
    caller: FuturesCaller, request: margining.GetPortfolioMarginParameters
) -> margining.PortfolioMarginParameters:
    return margining.PortfolioMarginParameters(
        cross_asset_netting_factor=Decimal("0.5"),
        extreme_price_shock_multiplier=Decimal(2),
        vol_shock_multiplication_factor=Decimal("0.4"),
        vol_shock_exponent_factor=Decimal("0.5"),
        option_expiry_time_shock_hours=24,
        options_initial_margin_factor=Decimal("1.25"),
        total_option_orders_considered_in_initial_margin_calc=10,
        price_shock_levels=[Decimal(percent) / 100 for percent in (-15, -10, -5, 0, 5, 10, 15)],
        options_user_limits=margining.OptionsUserLimits(max_net_position_delta=Decimal(0)),
    )


def simulate(caller: FuturesCaller, request: margining.SimulateMarginRequirements) -> margining.PortfolioSimulation:
    try:
        asked: Any = parse_json(str(request.json))
        positions = [_position(caller, row) for row in asked.get("positions", [])]
        balances = dict(_balance(row) for row in asked.get("balances", {}).items())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FuturesDenied(JSON_ERROR) from None
    initial, maintenance, profit = caller.exchange.simulate(balances, positions)
    return margining.PortfolioSimulation(
        initial_margin=money(initial), maintenance_margin=money(maintenance), pnl=money(profit)
    )


def _position(caller: FuturesCaller, row: object) -> tuple[Contract, int, int]:
    """Signed lots and their entry price; at the mark price where none is given."""
    members = cast("Mapping[str, Any]", row)
    contract = caller.contract(str(members["instrument"]), field="instrument")
    if contract.wallet != FLEX:
        raise wrong("instrument")
    size = read_number(members["size"], "size")
    try:
        lots = read_qty(contract, abs(size))
    except Declined:
        raise wrong("size") from None
    given = members.get("entryPrice")
    price = caller.exchange.ticker(contract).mark if given is None else read_number(given, "entryPrice")
    if price <= 0 or price.adjusted() > MONEY_PLACES:
        raise wrong("entryPrice")
    return contract, lots if size > 0 else -lots, price_units(contract, price)


def _balance(row: tuple[str, Any]) -> tuple[str, int]:
    asset = collateral_asset(row[0])
    units = None if asset is None else to_units(read_number(row[1], row[0]), MONEY_PLACES)
    if asset is None or units is None:
        raise wrong("balances")
    return asset.altname, units


ENDPOINTS: Final = (
    endpoint(account.GetPositionPercentile, unwind_queue),
    endpoint(margining.GetPortfolioMarginParameters, parameters),
    endpoint(margining.SimulateMarginRequirements, simulate),
)
