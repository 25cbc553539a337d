"""An account's trades as Kraken consolidates them: one for all that an order took at one moment.

How such a trade is named is in no source: here it has the id of the first fill, and the average price. Fills on margin stay
apart, because each is the name of the position that it opened.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

import msgspec

from krakenkit.sandbox.engine import AccountTrade, Pair
from krakenkit.sandbox.engine.scale import to_units


def consolidated(trades: Iterable[AccountTrade]) -> list[AccountTrade]:
    """The trades, oldest first as they were given, with what one order took at one moment put together."""
    return [together(fills) for fills in by_taker(trades)]


def by_taker(trades: Iterable[AccountTrade]) -> list[list[AccountTrade]]:
    """The fills of each consolidated trade."""
    groups: dict[Hashable, list[AccountTrade]] = {}
    for trade in trades:
        alone = trade.maker or trade.leverage is not None
        groups.setdefault(trade.trade_id if alone else (trade.order_id, trade.at), []).append(trade)
    return list(groups.values())


def together(fills: Sequence[AccountTrade]) -> AccountTrade:
    """One trade that stands for these."""
    first = fills[0]
    if len(fills) == 1:
        return first
    return msgspec.structs.replace(
        first,
        price=_average(first.pair, fills),
        qty=_sum(fill.qty for fill in fills),
        cost=_sum(fill.cost for fill in fills),
        fee=_sum(fill.fee for fill in fills),
        fee_usd=_sum(fill.fee_usd for fill in fills),
        ledger_ids=tuple(entry for fill in fills for entry in fill.ledger_ids),
    )


def _average(pair: Pair, fills: Sequence[AccountTrade]) -> Decimal:
    sizes = [(_units(fill.price, pair.pair_decimals), _units(fill.qty, pair.lot_decimals)) for fill in fills]
    return pair.average(sum(price * lots for price, lots in sizes), sum(lots for _, lots in sizes))


def _units(amount: Decimal, decimals: int) -> int:
    return to_units(amount, decimals) or 0


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
