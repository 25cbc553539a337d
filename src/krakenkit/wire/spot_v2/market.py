"""Public channels of Spot v2. Source: docs.kraken.com, Spot WebSocket v2, Market Data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Raw, Struct, field

from krakenkit._core.numbers import plain
from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.vocab import Side, SystemState


class Row(Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """One delivered piece of data."""

    snapshot: bool = False
    """True when it describes the state at the beginning of a subscription, not a change."""


class TickerUpdate(Row, frozen=True, kw_only=True, gc=False):
    """Best prices and statistics over 24 hours; quantities in base, prices in quote."""

    symbol: str
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    last: Decimal | None = None
    """Absent, like the statistics below, when the pair did not trade within a day."""
    volume: Decimal | None = None
    vwap: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    change: Decimal | None = None
    change_pct: Decimal | None = None
    """Percentage points."""
    timestamp: str | None = None
    trades: int | None = None


class Ticker(Channel[TickerUpdate], frozen=True):
    """Best prices and day statistics of each symbol, on every trade (or on every change of the best prices)."""

    topic: ClassVar = "ticker"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2
    keyed_by: ClassVar = ("event_trigger",)

    symbol: list[str] | str
    """For example ``["BTC/USD", "ETH/USD"]``."""
    event_trigger: str | None = None
    """``trades`` (when left out) or ``bbo`` for every change of the best bid or ask."""
    snapshot: bool = True


class BookLevel(Struct, frozen=True, gc=False):
    """One price level, as the wire wrote it; a quantity of zero means that the level is gone."""

    price_text: Raw = field(name="price")
    qty_text: Raw = field(name="qty")

    @classmethod
    def of(cls, price: Decimal, qty: Decimal) -> BookLevel:
        """A level made here rather than received."""
        return cls(Raw(plain(price).encode()), Raw(plain(qty).encode()))

    @property
    def price(self) -> Decimal:
        """The price in quote."""
        return _decimal(self.price_text)

    @property
    def qty(self) -> Decimal:
        """The quantity in base."""
        return _decimal(self.qty_text)

    def to_named(self) -> dict[str, Any]:
        """Both numbers, exact."""
        return {"price": self.price, "qty": self.qty}

    def __repr__(self) -> str:
        return f"BookLevel(price={plain(self.price)}, qty={plain(self.qty)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BookLevel) and (self.price, self.qty) == (other.price, other.qty)

    def __hash__(self) -> int:
        return hash((self.price, self.qty))


def _decimal(text: Raw) -> Decimal:
    return Decimal(bytes(text).strip(b'"').decode())


class BookUpdate(Row, frozen=True, kw_only=True, gc=False):
    """Changed levels of one book, in the order they are to be applied; as a snapshot, the whole book."""

    symbol: str
    bids: list[BookLevel] = []
    asks: list[BookLevel] = []
    checksum: int | None = None
    """CRC-32 over the ten best levels of each side after this message; a thin snapshot of a quiet pair came without."""
    timestamp: str | None = None


class Book(Channel[BookUpdate], frozen=True):
    """Price levels of each symbol. Each message is checked before it is delivered; see ``ws.book`` for a live book."""

    topic: ClassVar = "book"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2
    keyed_by: ClassVar = ("depth",)

    symbol: list[str] | str
    depth: int = 10
    """Levels per side: 10, 25, 100, 500 or 1000."""
    snapshot: bool = True


class TradeUpdate(Row, frozen=True, kw_only=True, gc=False):
    """One trade of the market."""

    symbol: str
    side: Side
    """The taker's side."""
    price: Decimal
    qty: Decimal
    ord_type: str | None = None
    """The taker's order type: ``limit`` or ``market``."""
    trade_id: int
    """Rises by one with each trade of the symbol."""
    timestamp: str


class Trade(Channel[TradeUpdate], frozen=True):
    """Trades of each symbol; the snapshot holds the latest 50."""

    topic: ClassVar = "trade"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2

    symbol: list[str] | str
    snapshot: bool = True


class OhlcUpdate(Row, frozen=True, kw_only=True, gc=False):
    """One candle, sent anew with each trade that changes it."""

    symbol: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    trades: int
    volume: Decimal
    interval_begin: str
    interval: int
    """Minutes."""
    timestamp: str | None = None
    """End of the interval; deprecated by the exchange, use ``interval_begin``."""


class Ohlc(Channel[OhlcUpdate], frozen=True):
    """Candles of each symbol."""

    topic: ClassVar = "ohlc"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2
    keyed_by: ClassVar = ("interval",)

    symbol: list[str] | str
    interval: int = 1
    """Minutes: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600."""
    snapshot: bool = True


class InstrumentAsset(Struct, frozen=True, kw_only=True):
    """One asset."""

    id: str
    status: str
    precision: int
    """Decimals of balances and ledgers."""
    precision_display: int
    borrowable: bool = False
    collateral_value: Decimal | None = None
    margin_rate: Decimal | None = None
    multiplier: Decimal | None = None
    asset_class: str | None = field(default=None, name="class")


class InstrumentPair(Struct, frozen=True, kw_only=True):
    """One pair: precisions, steps and minimums."""

    symbol: str
    base: str
    quote: str
    status: str
    price_precision: int
    """Decimals of prices, also in the checksum."""
    qty_precision: int
    """Decimals of quantities, also in the checksum."""
    cost_precision: int | None = None
    price_increment: Decimal
    """Prices must be multiples of it."""
    qty_increment: Decimal
    qty_min: Decimal
    cost_min: Decimal | None = None
    has_index: bool = False
    marginable: bool = False
    margin_initial: Decimal | None = None
    position_limit_long: int | None = None
    position_limit_short: int | None = None
    tick_size: Decimal | None = None
    ws_display_price_precision: int | None = None


class InstrumentUpdate(Row, frozen=True, kw_only=True):
    """Assets and pairs: all of them in the snapshot, changed ones later."""

    assets: list[InstrumentAsset] = []
    pairs: list[InstrumentPair] = []


class Instrument(Channel[InstrumentUpdate], frozen=True):
    """Reference data of all assets and pairs."""

    topic: ClassVar = "instrument"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2

    execution_venue: str | None = None
    """``international`` (when left out) or ``bitnomial-exchange``."""
    include_tokenized_assets: bool | None = None
    """True adds xStocks."""
    snapshot: bool = True


class StatusUpdate(Row, frozen=True, kw_only=True):
    """The state of the trading engine."""

    system: SystemState
    api_version: str | None = None
    connection_id: int | None = None
    """Unsigned 64 bits."""
    version: str | None = None
    upcoming_maintenance: list[Raw] | None = None
    """Announced events, as the exchange wrote them (JSON)."""
    emergency: list[Raw] | None = None


class Status(Channel[StatusUpdate], frozen=True):
    """The engine's state. It comes by itself on connecting and on each change; no request is sent for it."""

    topic: ClassVar = "status"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V2
