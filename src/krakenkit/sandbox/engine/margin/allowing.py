"""Whether an order may trade on margin: what its words ask for, and what account, pair and exchange allow."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from krakenkit.sandbox.engine.accounts import Account
from krakenkit.sandbox.engine.instruments import Asset, Pair
from krakenkit.sandbox.engine.margin.equity import Appraiser
from krakenkit.sandbox.engine.margin.terms import ASSETS, LARGEST_ASKED, MOST_POSITIONS, NO_MARGIN
from krakenkit.sandbox.engine.orders import Order
from krakenkit.sandbox.engine.refusals import (
    CANNOT_OPEN,
    INSUFFICIENT_FUNDS,
    MARGIN_ALLOWANCE,
    MARGIN_LEVEL,
    NO_POOL,
    NO_POSITION,
    POSITION_SIZE,
    POSITIONS_LIMIT,
    REDUCE_ONLY,
    UNKNOWN_POSITION,
    EngineRefused,
    invalid,
)
from krakenkit.sandbox.engine.requests import LARGEST_LEVERAGE, PlaceOrder

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.floor import Floor


def read_leverage(request: PlaceOrder, pair: Pair) -> int | None:
    """The leverage a request asks for; None when it does not ask for margin.

    Raises:
        EngineRefused: for a pair without margin, a leverage that it does not offer, and an amount in the quote asset.
    """
    wanted = request.leverage
    if wanted is None:
        if request.reduce_only:
            raise EngineRefused(REDUCE_ONLY)
        return None
    if pair.margin is None:
        raise EngineRefused(CANNOT_OPEN)
    if request.cash_qty is not None:
        raise invalid("viqc")
    if wanted == LARGEST_LEVERAGE:
        return max(leverage for leverage in pair.margin.leverage if leverage <= LARGEST_ASKED)
    if wanted not in pair.margin.leverage:
        raise invalid("leverage")
    return wanted


def fit_size(request: PlaceOrder, account: Account, pair: Pair, lots: int, *, buy: bool) -> int:
    """The lots of a margin order: all that it can close for a volume of zero, and no more than that for reduce-only.

    Kraken does not say what it does with a reduce-only order larger than the position; here it is cut.

    Raises:
        EngineRefused: when there is nothing to close.
    """
    closable = account.positions.closable(pair, buy=buy)
    if request.reduce_only and not closable:
        raise EngineRefused(REDUCE_ONLY if account.positions.size(pair) else NO_POSITION)
    if not lots and not closable:
        raise EngineRefused(UNKNOWN_POSITION)
    return closable if not lots or (request.reduce_only and lots > closable) else lots


def closes_all(order: Order) -> bool:
    """Whether a margin order closes all there is to close and opens nothing; it may be below the minimums then."""
    return 0 < order.qty == order.account.positions.closable(order.pair, buy=order.buy)


def check_margin(floor: Floor, order: Order, *, exact: int | None = None, replacing: Order | None = None) -> None:
    """Refuse a margin order that its account cannot carry. ``exact`` is what it will cost, where the book tells.

    What closes at once always passes, even when other orders wait to close the same position. Fees are not reckoned in:
    they are taken when they are due.

    Raises:
        EngineRefused: for a reduce-only order that would open, too large or too many positions, too much borrowed, and too
            little free margin.
    """
    account, pair = order.account, order.pair
    opening = max(order.remaining - account.positions.closable(pair, buy=order.buy), 0)
    if opening and order.reduce_only:
        raise EngineRefused(REDUCE_ONLY)
    if not opening and not order.may_stay:
        return
    others = [one for one in account.margin_orders.values() if one is not replacing and one is not order]
    appraiser = Appraiser(floor, floor.dollar, costs={} if exact is None else {order: exact})
    if opening:
        _check_limits(floor, order, others, opening, appraiser.exact_cost(order) * opening // order.remaining)
    before, after = (appraiser.reserved(account, orders) for orders in (others, [*others, order]))
    if after > before and after > appraiser.means(account).free:
        raise EngineRefused(MARGIN_LEVEL)


def check_withdrawal(floor: Floor, account: Account, asset: Asset, units: int) -> None:
    """Refuse to let go of collateral that positions and margin orders need.

    Raises:
        EngineRefused: when it is more than what is free.
    """
    if not account.positions.open and not account.margin_orders:
        return
    appraiser = Appraiser(floor, floor.dollar)
    means = appraiser.means(account)
    if appraiser.collateral(asset, units) > means.free - means.reserved:
        raise EngineRefused(INSUFFICIENT_FUNDS)


def withdrawable(floor: Floor, account: Account, asset: Asset) -> int:
    """The most units of an asset that may leave: what orders do not hold, and positions and margin orders do not need."""
    there = max(account.available(asset), 0)
    if not account.positions.open and not account.margin_orders:
        return there
    appraiser = Appraiser(floor, floor.dollar)
    means = appraiser.means(account)
    free, needed = max(means.free - means.reserved, Fraction(0)), appraiser.collateral(asset, there)
    return there if needed <= free else int(there * free / needed)


def _check_limits(floor: Floor, order: Order, others: Sequence[Order], opening: int, exact: int) -> None:
    account, pair = order.account, order.pair
    if pair.margin is None or len(account.positions.open) >= MOST_POSITIONS:
        raise EngineRefused(POSITIONS_LIMIT)
    most = pair.margin.long_limit if order.buy else pair.margin.short_limit
    same_side = account.positions.closable(pair, buy=not order.buy)
    # What waits in other orders may come on top of it.
    same_side += sum(
        one.remaining for one in others if one.pair is pair and one.buy == order.buy and not one.reduce_only
    )
    if same_side + opening > most * 10**pair.lot_decimals:
        raise EngineRefused(POSITION_SIZE)
    asset, units = (pair.quote, pair.money_needed(exact)) if order.buy else (pair.base, opening * pair.lot)
    terms = ASSETS.get(asset.display, NO_MARGIN)
    if account.positions.borrowed.get(asset, 0) + units > terms.allowance * 10**asset.decimals:
        raise EngineRefused(MARGIN_ALLOWANCE)
    if floor.lending.borrowed.get(asset, 0) + units > terms.pool * 10**asset.decimals:
        raise EngineRefused(NO_POOL)
