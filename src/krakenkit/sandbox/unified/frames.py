"""What the public side of the Unified WebSocket says, as plain members.

Kraken's readable pages show hardly any message of it, and promise the format of Spot v2. So these are the rows of Spot v2
with the numbers of contracts, and no member beyond those that the library's own classes name: where mark prices, funding
and open interest stand is not documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset, Candle, QueueChange, QueuedOrder
from krakenkit.sandbox.engine.derivatives import Contract, Contracts, Ticker, Trade
from krakenkit.sandbox.spot_v2.frames import Members, candle_row

Levels: TypeAlias = Sequence[tuple[Decimal, Decimal]]
"""Price and size of each level, best first."""
_HUNDREDTH = Decimal("0.01")


def ticker_row(now: Ticker) -> Members:
    """Best prices and the numbers of a day; without any trade only the best prices."""
    contract, day = now.contract, now.day
    row: Members = {
        "symbol": contract.symbol,
        "bid": now.bid or contract.price(0),
        "bid_qty": now.bid_qty or contract.qty(0),
        "ask": now.ask or contract.price(0),
        "ask_qty": now.ask_qty or contract.qty(0),
    }
    if now.last is not None:
        last = now.last.price
        row |= {
            "last": last,
            "volume": day.volume,
            "vwap": day.vwap,
            "low": day.low,
            "high": day.high,
            "change": last - day.open if day.trades else contract.price(0),
            "change_pct": now.change.quantize(_HUNDREDTH),
            "trades": day.trades,
        }
    return row | {"timestamp": stamp(now.at)}


def book_row(contract: Contract, bids: Levels, asks: Levels, *, checksum: int, at: int) -> Members:
    """Levels of one book with the checksum of the whole book after them."""
    return {
        "symbol": contract.symbol,
        "bids": _levels(bids),
        "asks": _levels(asks),
        "checksum": checksum,
        "timestamp": stamp(at),
    }


def _levels(levels: Levels) -> list[Members]:
    return [{"price": price, "qty": qty} for price, qty in levels]


def queue_row(
    contract: Contract,
    bids: Sequence[QueuedOrder | QueueChange],
    asks: Sequence[QueuedOrder | QueueChange],
    *,
    checksum: int,
    at: int,
) -> Members:
    """Orders of one book, or what happened to them, with the checksum of the whole book after that."""
    return {
        "symbol": contract.symbol,
        "checksum": checksum,
        "bids": [_queued(one) for one in bids],
        "asks": [_queued(one) for one in asks],
        "timestamp": stamp(at, 9),
    }


def _queued(one: QueuedOrder | QueueChange) -> Members:
    if isinstance(one, QueueChange):
        return {"event": one.event} | _queued(one.order)
    return {
        "order_id": one.order_id,
        "limit_price": one.price,
        "order_qty": one.qty,
        "timestamp": stamp(one.at, 9),
    }


def trade_row(trade: Trade) -> Members:
    """One trade of the market; of those from before the exchange opened nobody knows the order type."""
    market = trade.taker is not None and trade.taker.kind == "mkt"
    return {
        "symbol": trade.contract.symbol,
        "side": trade.side,
        "price": trade.price,
        "qty": trade.qty,
        "ord_type": "market" if market else "limit",
        "trade_id": trade.seq,
        "timestamp": stamp(trade.at),
    }


def candle_rows(contract: Contract, candles: Iterable[Candle]) -> list[Members]:
    """Candles of one contract."""
    return [candle_row(contract.scale, candle) | {"symbol": contract.symbol} for candle in candles]


def instrument_data(contracts: Contracts) -> Members:
    """The contracts, in the list that is called pairs in Spot v2, and the assets they are made of."""
    scales = [contract.scale for contract in contracts.all]
    assets = dict.fromkeys(
        [asset for scale in scales for asset in (scale.base, scale.quote)] + list(contracts.wallets.values())
    )
    return {
        "assets": [_asset_row(asset) for asset in assets],
        "pairs": [contract_row(contract) for contract in contracts.all],
    }


def _asset_row(asset: Asset) -> Members:
    return {
        "id": asset.display,
        "status": asset.status,
        "precision": asset.decimals,
        "precision_display": asset.display_decimals,
        "class": "currency",
    }


def contract_row(contract: Contract, status: str = "online") -> Members:
    """One contract. Prices are multiples of ``price_increment``, which may be coarser than the precision."""
    scale = contract.scale
    return {
        "symbol": contract.symbol,
        "base": scale.base.display,
        "quote": scale.quote.display,
        "status": status,
        "price_precision": scale.pair_decimals,
        "price_increment": scale.tick_size,
        "qty_precision": scale.lot_decimals,
        "qty_increment": contract.qty(contract.step),
        "qty_min": scale.ordermin,
    }
