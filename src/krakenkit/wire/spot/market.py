"""Spot market data: public look-ups. Source: docs.kraken.com, Spot REST, Market Data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import one_of, within
from krakenkit.wire.codec import ABSENT, PairRows
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.maintenance import MaintenanceEvent
from krakenkit.wire.vocab import AssetClass, Side, SystemState

_INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)


class ServerTime(Struct, frozen=True):
    """The exchange's clock."""

    unixtime: int
    """Whole seconds since 1970."""
    rfc1123: str


class GetServerTime(Request[ServerTime], frozen=True):
    """The exchange's clock; a cheap way to see that it answers."""

    route: ClassVar = Route.get("spot.market.get_time", "/0/public/Time", siebly="getServerTime")


class NextStep(Struct, frozen=True):
    """What is expected next in an emergency."""

    applies_to: str | None = None
    type: str | None = None
    expected_at_utc: str | None = None


class Emergency(Struct, frozen=True):
    """An incident that the exchange announces."""

    event_id: int | str | None = None
    title: str | None = None
    incident_status: str | None = None
    impact: str | None = None
    affected_services: list[str] = []
    started_at_utc: str | None = None
    next_steps: list[NextStep] = []
    source_url: str | None = None


class SystemStatus(Struct, frozen=True):
    """Whether trading is possible."""

    status: SystemState
    timestamp: str
    """RFC 3339."""
    upcoming_maintenance: list[MaintenanceEvent] | None = None
    """Events that start within about three days."""
    emergency: list[Emergency] | None = None


class GetSystemStatus(Request[SystemStatus], frozen=True):
    """Whether the exchange is online, in cancel-only or post-only mode, or in maintenance."""

    route: ClassVar = Route.get("spot.market.get_system_status", "/0/public/SystemStatus", siebly="getSystemStatus")


class Asset(Struct, frozen=True):
    """One asset: its other name and how many decimals it is kept with."""

    aclass: AssetClass
    altname: str
    decimals: int
    """Decimals of bookkeeping: balances and ledgers."""
    display_decimals: int
    collateral_value: Decimal | None = None
    margin_rate: Decimal | None = None
    status: str | None = None
    """``enabled``, ``deposit_only``, ``withdrawal_only`` or ``funding_temporarily_disabled``."""


class GetAssetInfo(Request[dict[str, Asset]], frozen=True):
    """Assets by name, for example ``XXBT`` and ``ZUSD`` (``BTC`` and ``USD`` with ``asset_version=1``)."""

    route: ClassVar = Route.get("spot.market.get_assets", "/0/public/Assets", siebly="getAssetInfo")

    asset: str | list[str] | None = None
    """One asset or several; all when left out."""
    aclass: AssetClass | None = None
    """``currency`` (when left out) or ``tokenized_asset``."""
    asset_version: int | None = field(default=None, name="assetVersion")
    """1 for display names such as ``BTC``."""


class FeeStep(Struct, frozen=True, array_like=True):
    """One step of a fee schedule."""

    volume: Decimal
    """Traded volume over 30 days from which this fee holds, in ``fee_volume_currency``."""
    percent: Decimal


class AssetPair(Struct, frozen=True):
    """One pair: names, precisions, limits.

    Asked with ``info`` other than ``info`` only some members come, so all may be None.
    """

    altname: str | None = None
    wsname: str | None = None
    """The name on WebSocket v1, for example ``XBT/USD``."""
    aclass_base: str | None = None
    base: str | None = None
    aclass_quote: str | None = None
    quote: str | None = None
    execution_venue: str | None = None
    lot: str | None = None
    pair_decimals: int | None = None
    """Most decimals of a price."""
    cost_decimals: int | None = None
    lot_decimals: int | None = None
    """Most decimals of a volume."""
    lot_multiplier: int | None = None
    leverage_buy: list[int] | None = None
    leverage_sell: list[int] | None = None
    fees: list[FeeStep] | None = None
    """Taker fees; newer answers leave them empty, see the trade volume call for yours."""
    fees_maker: list[FeeStep] | None = None
    fee_volume_currency: str | None = None
    margin_call: int | None = None
    margin_stop: int | None = None
    margin_level: int | None = None
    ordermin: Decimal | None = None
    """Smallest volume of an order, in base."""
    costmin: Decimal | None = None
    """Smallest cost of an order, in quote."""
    tick_size: Decimal | None = None
    """Prices must be multiples of it."""
    status: str | None = None
    long_position_limit: int | None = None
    short_position_limit: int | None = None


class GetAssetPairs(Request[dict[str, AssetPair]], frozen=True):
    """Tradable pairs by internal name, for example ``XXBTZUSD`` (``BTC/USD`` with ``asset_version=1``)."""

    route: ClassVar = Route.get("spot.market.get_asset_pairs", "/0/public/AssetPairs", siebly="getAssetPairs")

    pair: str | list[str] | None = None
    """One pair or several; all when left out."""
    info: str | None = None
    """``info`` (when left out), ``leverage``, ``fees`` or ``margin``: which members to return."""
    aclass_base: AssetClass | None = None
    country_code: str | None = None
    """Two letters (ISO 3166-1): only pairs open to that country."""
    execution_venue: str | None = None
    asset_version: int | None = field(default=None, name="assetVersion")
    """1 for display names such as ``BTC/USD``."""


class BestPrice(Struct, frozen=True, array_like=True):
    """The best price of one side."""

    price: Decimal
    whole_lot_volume: Decimal = ABSENT
    lot_volume: Decimal = ABSENT


class LastTrade(Struct, frozen=True, array_like=True):
    """The last trade."""

    price: Decimal
    lot_volume: Decimal


class DayAmounts(Struct, frozen=True, array_like=True):
    """An amount over two spans."""

    today: Decimal
    """Since 00:00 UTC."""
    last_24_hours: Decimal


class DayCounts(Struct, frozen=True, array_like=True):
    """A count over two spans."""

    today: int
    """Since 00:00 UTC."""
    last_24_hours: int


class Ticker(Struct, frozen=True):
    """Best prices and day statistics of one pair."""

    ask: BestPrice = field(name="a", default=ABSENT)
    bid: BestPrice = field(name="b", default=ABSENT)
    last: LastTrade = field(name="c", default=ABSENT)
    volume: DayAmounts = field(name="v", default=ABSENT)
    """In base."""
    vwap: DayAmounts = field(name="p", default=ABSENT)
    """Volume-weighted average price."""
    trades: DayCounts = field(name="t", default=ABSENT)
    low: DayAmounts = field(name="l", default=ABSENT)
    high: DayAmounts = field(name="h", default=ABSENT)
    open: Decimal = field(name="o", default=ABSENT)
    """The first price of today."""


class GetTicker(Request[dict[str, Ticker]], frozen=True):
    """Best prices and day statistics, keyed by the exchange's name of the pair (``XXBTZUSD`` for ``XBTUSD``)."""

    route: ClassVar = Route.get("spot.market.get_ticker", "/0/public/Ticker", siebly="getTicker")

    pair: str | list[str] | None = None
    """One pair or several, for example ``XBTUSD``; all tradable pairs when left out."""
    asset_class: str | None = None
    """``tokenized_asset`` for xStocks."""
    asset_version: int | None = field(default=None, name="assetVersion")


class Candle(Struct, frozen=True, array_like=True):
    """One candle; the last one of an answer is still forming."""

    time: int
    """Start of the interval, seconds since 1970."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    volume: Decimal
    count: int
    """Number of trades."""


class GetCandles(Request[PairRows[Candle]], Paged[Candle], frozen=True):
    """The newest candles of a pair, at most 720, oldest first; pass ``last`` as ``since`` for the next."""

    route: ClassVar = Route.get("spot.market.get_ohlc", "/0/public/OHLC", siebly="getCandles")

    pair: str
    interval: int | None = None
    """Minutes: 1 (when left out), 5, 15, 30, 60, 240, 1440, 10080 or 21600."""
    since: int | str | None = None
    """Seconds since 1970: only newer candles."""
    asset_class: str | None = None
    asset_version: int | None = field(default=None, name="assetVersion")

    def check(self) -> None:
        one_of(self, "interval", _INTERVALS)


class DepthLevel(Struct, frozen=True, array_like=True):
    """One price level."""

    price: Decimal
    volume: Decimal
    timestamp: int
    """Seconds since 1970."""


class Depth(Struct, frozen=True):
    """Both sides of a book, best level first."""

    asks: list[DepthLevel]
    bids: list[DepthLevel]


class GetOrderBook(Request[dict[str, Depth]], frozen=True):
    """The book of one pair, best level first on each side, keyed by the exchange's name of the pair."""

    route: ClassVar = Route.get("spot.market.get_order_book", "/0/public/Depth", siebly="getOrderBook")

    pair: str
    """Pair in any spelling Kraken accepts, for example ``XBTUSD``."""
    count: int | None = None
    """Levels per side, 1 to 500; the exchange sends 100 when left out."""
    asset_class: str | None = None
    asset_version: int | None = field(default=None, name="assetVersion")

    def check(self) -> None:
        within(self, "count", 1, 500)


class PublicTrade(Struct, frozen=True, array_like=True):
    """One trade of the market."""

    price: Decimal
    volume: Decimal
    time: Decimal
    """Seconds since 1970, with fractions."""
    side: Side
    """``b`` when the taker bought, ``s`` when the taker sold."""
    order_type: str
    """``m`` for market, ``l`` for limit."""
    misc: str
    trade_id: int | None = None


class GetRecentTrades(Request[PairRows[PublicTrade]], Paged[PublicTrade], frozen=True):
    """Trades of a pair, oldest first, at most 1000; pass ``last`` of the answer as ``since`` for the next page."""

    route: ClassVar = Route.get("spot.market.get_recent_trades", "/0/public/Trades", siebly="getRecentTrades")

    pair: str
    since: int | str | None = None
    """Seconds or nanoseconds since 1970, exclusive; 0 for the first trade of the market."""
    count: int | None = None
    """1 to 1000; 1000 when left out."""
    asset_class: str | None = None
    asset_version: int | None = field(default=None, name="assetVersion")

    def check(self) -> None:
        within(self, "count", 1, 1000)


class Spread(Struct, frozen=True, array_like=True):
    """The best prices at one moment."""

    time: int
    """Seconds since 1970."""
    bid: Decimal
    ask: Decimal


class GetRecentSpreads(Request[PairRows[Spread]], Paged[Spread], frozen=True):
    """About the newest 200 changes of the best prices; pass ``last`` of the answer as ``since`` for the next."""

    route: ClassVar = Route.get("spot.market.get_recent_spreads", "/0/public/Spread", siebly="getRecentSpreads")

    pair: str
    since: int | None = None
    """Seconds since 1970."""
    asset_class: str | None = None
    asset_version: int | None = field(default=None, name="assetVersion")
