"""Public channels of the Unified WebSocket. Source: docs.kraken.com, Unified WebSocket.

No message was seen when this was written. Fields are those that Kraken's pages name, and those of the Spot v2 channel of the
same name, whose format the overview promises; every one of them may stay empty.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct, field

from krakenkit.wire.channel import Channel
from krakenkit.wire.checks import one_of
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import Open, OpenRow, kept_json
from krakenkit.wire.spot_v2.level3 import DEPTHS as LEVEL3_DEPTHS
from krakenkit.wire.spot_v2.level3 import Level3Order
from krakenkit.wire.spot_v2.market import BookLevel
from krakenkit.wire.unified.asset_class import MarketChannel, MarketClass
from krakenkit.wire.vocab import Side, SystemState


class TickerUpdate(OpenRow, frozen=True, kw_only=True):
    """Best prices and statistics over 24 hours. Mark price, funding and open interest are in ``extra`` where sent."""

    symbol: str = ""
    bid: Decimal | None = None
    bid_qty: Decimal | None = None
    ask: Decimal | None = None
    ask_qty: Decimal | None = None
    last: Decimal | None = None
    volume: Decimal | None = None
    vwap: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    change: Decimal | None = None
    change_pct: Decimal | None = None
    timestamp: str | None = None
    trades: int | None = None


class Ticker(MarketChannel[TickerUpdate], frozen=True):
    """Best prices and day statistics of each symbol, on every trade."""

    topic: ClassVar = "ticker"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC

    symbol: list[str] | str
    """For example ``["PF_XBTUSD", "PF_ETHUSD"]``."""
    asset_class: MarketClass = "derivatives"
    snapshot: bool = True


class BookUpdate(OpenRow, frozen=True, kw_only=True):
    """Changed levels of one book, in the order they are to be applied; as a snapshot, the whole book."""

    symbol: str = ""
    bids: list[BookLevel] = []
    asks: list[BookLevel] = []
    checksum: int | None = None
    """CRC-32 over the ten best levels of each side after this message."""
    timestamp: str | None = None


class Book(MarketChannel[BookUpdate], frozen=True):
    """Price levels of each symbol. Each message is checked before it is delivered; see ``ws.book`` for a live book."""

    topic: ClassVar = "book"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC
    keyed_by: ClassVar = ("asset_class", "depth")

    symbol: list[str] | str
    depth: int = 10
    """Levels per side: 10, 25, 100, 500 or 1000."""
    asset_class: MarketClass = "derivatives"
    snapshot: bool = True


class Level3Update(OpenRow, frozen=True, kw_only=True):
    """Orders that came, changed or went, in the order to apply them; as a snapshot, all of them in queue order."""

    symbol: str = ""
    bids: list[Level3Order] = []
    asks: list[Level3Order] = []
    checksum: int | None = None
    """CRC-32 over every order on the ten best levels of each side after this message."""
    timestamp: str | None = None


class Level3(MarketChannel[Level3Update], frozen=True):
    """Every resting order of each symbol. It stands on the public path and still takes a token, so that it has a
    connection of its own there.
    """

    topic: ClassVar = "level3"
    ws_key: ClassVar = WsKey.UNIFIED_L3
    keyed_by: ClassVar = ("asset_class", "depth")

    symbol: list[str] | str
    depth: int = 10
    """Price levels per side: 10, 100 or 1000."""
    asset_class: MarketClass = "derivatives"
    snapshot: bool = True

    def check(self) -> None:
        super().check()
        one_of(self, "depth", LEVEL3_DEPTHS)


class OhlcUpdate(OpenRow, frozen=True, kw_only=True):
    """One candle, sent anew with each change."""

    symbol: str = ""
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    close: Decimal | None = None
    vwap: Decimal | None = None
    trades: int | None = None
    volume: Decimal | None = None
    interval_begin: str | None = None
    interval: int | None = None
    """Minutes."""
    timestamp: str | None = None


class Ohlc(MarketChannel[OhlcUpdate], frozen=True):
    """Candles of each symbol, of trades, of the mark price or of the spot index."""

    topic: ClassVar = "ohlc"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC
    keyed_by: ClassVar = ("asset_class", "interval", "tick_type")

    symbol: list[str] | str
    interval: int = 1
    """Minutes: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600."""
    tick_type: str | None = None
    """``trade`` (when left out), ``mark`` or ``spot``; one of them for a symbol and interval on a connection."""
    asset_class: MarketClass = "derivatives"
    snapshot: bool = True


class TradeUpdate(OpenRow, frozen=True, kw_only=True):
    """One trade of the market."""

    symbol: str = ""
    side: Side | None = None
    """The taker's side."""
    price: Decimal | None = None
    qty: Decimal | None = None
    ord_type: str | None = None
    trade_id: int | None = None
    timestamp: str | None = None


class Trade(MarketChannel[TradeUpdate], frozen=True):
    """Trades of each symbol; the snapshot holds the latest 50. Derivatives only for now."""

    topic: ClassVar = "trade"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC

    symbol: list[str] | str
    asset_class: MarketClass = "derivatives"
    snapshot: bool = False


class InstrumentAsset(Struct, Open, frozen=True, kw_only=True):
    """One asset."""

    id: str = ""
    status: str | None = None
    precision: int | None = None
    """Decimals of balances and ledgers."""
    precision_display: int | None = None
    asset_class: str | None = field(default=None, name="class")
    raw: Raw = kept_json()


class InstrumentPair(Struct, Open, frozen=True, kw_only=True):
    """One instrument: precisions, steps and minimums. Contract size, margins and maturity are in ``extra`` where sent."""

    symbol: str = ""
    base: str | None = None
    quote: str | None = None
    status: str | None = None
    price_precision: int | None = None
    qty_precision: int | None = None
    price_increment: Decimal | None = None
    """The smallest price step, which may be coarser than the precision: use this one for prices."""
    qty_increment: Decimal | None = None
    qty_min: Decimal | None = None
    raw: Raw = kept_json()


class InstrumentUpdate(OpenRow, frozen=True, kw_only=True):
    """Assets and instruments: all of them in the snapshot, changed ones later."""

    assets: list[InstrumentAsset] = []
    pairs: list[InstrumentPair] = []


class Instrument(MarketChannel[InstrumentUpdate], frozen=True):
    """Reference data of all assets and instruments."""

    topic: ClassVar = "instrument"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC

    asset_class: MarketClass = "derivatives"
    snapshot: bool = True


class StatusUpdate(OpenRow, frozen=True, kw_only=True):
    """The state of the trading engine."""

    system: SystemState = ""
    api_version: str | None = None
    connection_id: int | None = None
    version: str | None = None


class Status(Channel[StatusUpdate], frozen=True):
    """The engine's state. It comes by itself on connecting and on each change; no request is sent for it."""

    topic: ClassVar = "status"
    ws_key: ClassVar = WsKey.UNIFIED_PUBLIC
