"""The truth about an exchange at one moment, as plain values: what a client's picture can be compared with.

Amounts are exact decimal text, moments RFC 3339 with nine digits, pairs and contracts as sockets spell them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, cast

import msgspec

from krakenkit._core.numbers import plain
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset, Exchange, Pair
from krakenkit.sandbox.engine.derivatives import Contract, DerivativesExchange
from krakenkit.sandbox.futures.venue import FuturesVenue
from krakenkit.sandbox.venue import Venue

Picture: TypeAlias = dict[str, Any]


def state_of(venue: Venue, *, depth: int = 10, account: str | None = None, trades: int = 100) -> Picture:
    """Clock, mode, accounts and books of Spot and Futures.

    Args:
        depth: levels of each side of a book; without a market some books are empty, and those are left out.
        account: only this one; all that have a key when left out.
        trades: the newest trades and closed orders of each account, so many.
    """
    now = venue.clock()
    return {
        "now": stamp(now, 9),
        "status": venue.exchange.status,
        "spot": _spot(venue, depth, _chosen(venue.accounts, account), trades),
        "futures": _futures(venue.futures, depth, _chosen(venue.futures.accounts, account), trades),
    }


def _chosen(names: Iterable[str], wanted: str | None) -> list[str]:
    return sorted(name for name in names if wanted in (None, name))


# --- Spot -------------------------------------------------------------------------------------------------------------


def _spot(venue: Venue, depth: int, names: Iterable[str], trades: int) -> Picture:
    exchange = venue.exchange
    pairs = exchange.instruments.pairs
    return {
        "accounts": {name: _account(exchange, name, trades) for name in names},
        "books": _books(
            pairs, lambda pair, side: [(one.price, one.qty) for one in exchange.levels(pair.name, side, depth)]
        ),
    }


def _account(exchange: Exchange, name: str, trades: int) -> Picture:
    return {
        "balances": {held.asset.display: _without(held, "asset") for held in exchange.balances(name)},
        "positions": told(exchange.positions(name)),
        "open_orders": told(exchange.open_orders(name)),
        "closed_orders": told(exchange.closed_orders(name)[:trades]),
        "trades": told(exchange.trades(name)[:trades]),
    }


# --- Futures ----------------------------------------------------------------------------------------------------------


def _futures(venue: FuturesVenue, depth: int, names: Iterable[str], trades: int) -> Picture:
    exchange = venue.exchange
    return {
        "accounts": {name: _futures_account(venue, name, trades) for name in names},
        "books": _books(
            venue.contracts.all,
            lambda contract, side: exchange.levels(contract, "buy" if side == "buy" else "sell")[:depth],
        ),
    }


def _futures_account(venue: FuturesVenue, name: str, trades: int) -> Picture:
    exchange: DerivativesExchange = venue.exchange
    return {
        "wallets": {wallet: told(exchange.wallet(name, wallet)) for wallet in venue.contracts.wallets},
        "positions": {one.contract.symbol: _without(one, "contract") for one in exchange.holdings(name)},
        "open_orders": told(exchange.open_orders(name)),
        "fills": told(exchange.fills(name)[:trades]),
    }


# --- writing ----------------------------------------------------------------------------------------------------------


def _books(traded: Iterable[Any], side: Callable[[Any, str], Sequence[tuple[Decimal, Decimal]]]) -> Picture:
    """The books by symbol, best level first, each level its price and quantity; those that are empty are left out."""
    books = {one.symbol: {"bids": told(side(one, "buy")), "asks": told(side(one, "sell"))} for one in traded}
    return {symbol: book for symbol, book in books.items() if book["bids"] or book["asks"]}


def told(value: object, name: str = "") -> Any:
    """A value of the engine as JSON can hold it; ``name`` is its field's."""
    match value:
        case Decimal():
            return plain(value)
        case Pair() | Contract():
            return value.symbol
        case Asset():
            return value.display
        case msgspec.Struct() if name == "order":
            return getattr(value, "order_id", None)
        case msgspec.Struct():
            return {field: told(getattr(value, field), field) for field in value.__struct_fields__}
        case list() | tuple():
            return [told(item) for item in cast("Sequence[object]", value)]
        case dict():
            return {str(key): told(item) for key, item in cast("Mapping[object, object]", value).items()}
        case bool() | None | str():
            return value
        case int():
            return stamp(value, 9) if name in ("at", "since") or name.endswith("_at") else value
        case _:
            return str(value)


def _without(row: msgspec.Struct, name: str) -> Picture:
    return {field: value for field, value in told(row).items() if field != name}
