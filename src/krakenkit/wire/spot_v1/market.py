"""Public channels of Spot v1. Prices and quantities are text on the wire, moments are seconds since 1970.

Source: docs.kraken.com, Spot WebSocket v1, Market Data.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Raw, Struct, field

from krakenkit._core.numbers import plain
from krakenkit.errors import SettingsError
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.market import Row
from krakenkit.wire.vocab import Side, SystemState

U = TypeVar("U")


class PairRow(Row, frozen=True, kw_only=True):
    """A row about one pair. The pair stands beside the row on the wire; the reader fills it in."""

    pair: str = ""
    """As Spot v1 names it, for example ``XBT/USD``."""

    @property
    def symbol(self) -> str:
        """The pair, under the name that the other surfaces give it."""
        return self.pair


class PairChannel(Channel[U], Generic[U], frozen=True):
    """A channel that is subscribed for pairs."""

    def topics(self) -> Iterator[Topic]:
        """The topics of this subscription, one for each pair.

        Raises:
            SettingsError: for an empty list of pairs.
        """
        given = self.given()
        pair: list[str] | str = given.pop("pair")
        names = [pair] if isinstance(pair, str) else list(pair)
        if not names:
            raise SettingsError(f"{type(self).__name__} was given no pair; name at least one, for example 'XBT/USD'.")
        for name in dict.fromkeys(str(name).upper() for name in names):
            yield Topic(self.topic, name, tuple(given.items()), self.keyed_by)


class Quote(Struct, frozen=True, array_like=True, gc=False):
    """The best price of a side."""

    price: Decimal
    whole_lot_volume: int
    lot_volume: Decimal


class LastTrade(Struct, frozen=True, array_like=True, gc=False):
    """The last trade."""

    price: Decimal
    lot_volume: Decimal


class Days(Struct, frozen=True, array_like=True, gc=False):
    """A figure for today and for the last 24 hours."""

    today: Decimal
    last_24_hours: Decimal


class DayCounts(Struct, frozen=True, array_like=True, gc=False):
    """A count for today and for the last 24 hours."""

    today: int
    last_24_hours: int


class TickerUpdate(PairRow, frozen=True, kw_only=True, gc=False):
    """Best prices and statistics over a day."""

    ask: Quote = field(name="a")
    bid: Quote = field(name="b")
    last: LastTrade = field(name="c")
    volume: Days = field(name="v")
    vwap: Days = field(name="p")
    trades: DayCounts = field(name="t")
    low: Days = field(name="l")
    high: Days = field(name="h")
    open: Days = field(name="o")
    """Of today, and of 24 hours ago."""


class Ticker(PairChannel[TickerUpdate], frozen=True):
    """Best prices and day statistics of each pair, on every trade."""

    topic: ClassVar = "ticker"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1

    pair: list[str] | str
    """For example ``["XBT/USD", "ETH/USD"]``."""


class OhlcUpdate(PairRow, frozen=True, kw_only=True, gc=False):
    """One candle, sent anew with each trade that changes it. The first one may be very old: look at ``etime``."""

    interval: int
    """Minutes."""
    time: Decimal
    """Last change of the candle."""
    etime: Decimal
    """End of the interval."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    volume: Decimal
    count: int
    """Trades."""


class Ohlc(PairChannel[OhlcUpdate], frozen=True):
    """Candles of each pair."""

    topic: ClassVar = "ohlc"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1
    keyed_by: ClassVar = ("interval",)

    pair: list[str] | str
    interval: int = 1
    """Minutes: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600."""


class TradeUpdate(PairRow, frozen=True, kw_only=True, gc=False):
    """One trade of the market. It has no id."""

    price: Decimal
    volume: Decimal
    time: Decimal
    side: Side
    """The taker's side."""
    order_type: str
    """The taker's order type: ``limit`` or ``market``."""
    misc: str = ""


class Trade(PairChannel[TradeUpdate], frozen=True):
    """Trades of each pair."""

    topic: ClassVar = "trade"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1

    pair: list[str] | str


class SpreadUpdate(PairRow, frozen=True, kw_only=True, gc=False):
    """The best bid and ask."""

    bid: Decimal
    ask: Decimal
    timestamp: Decimal
    bid_volume: Decimal | None = None
    ask_volume: Decimal | None = None


class Spread(PairChannel[SpreadUpdate], frozen=True):
    """Best prices of each pair, on every change. Spot v2 has it as ``ticker`` with ``event_trigger="bbo"``."""

    topic: ClassVar = "spread"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1

    pair: list[str] | str


class BookLevel(Struct, frozen=True, array_like=True, gc=False):
    """One price level, as the wire wrote it; a volume of zero means that the level is gone."""

    price_text: Raw
    qty_text: Raw
    timestamp: str = ""
    flag: str = ""
    """``r`` on a level that re-entered the depth and is sent again."""

    @classmethod
    def of(cls, price: Decimal, volume: Decimal) -> BookLevel:
        """A level made here rather than received."""
        return cls(Raw(f'"{plain(price)}"'.encode()), Raw(f'"{plain(volume)}"'.encode()))

    @property
    def price(self) -> Decimal:
        """The price in quote."""
        return _decimal(self.price_text)

    @property
    def volume(self) -> Decimal:
        """The quantity in base."""
        return _decimal(self.qty_text)

    @property
    def republished(self) -> bool:
        """Whether the level was known to the exchange before and only came back into the depth."""
        return self.flag == "r"

    def to_named(self) -> dict[str, Any]:
        """Every member, numbers exact."""
        timed = {"timestamp": self.timestamp} if self.timestamp else {}
        return {"price": self.price, "volume": self.volume, **timed, "republished": self.republished}

    def to_wire(self) -> list[str]:
        """The row of text that the exchange sends."""
        texts = [bytes(text).strip(b'"').decode() for text in (self.price_text, self.qty_text)]
        return [text for text in (*texts, self.timestamp, self.flag) if text]

    def __repr__(self) -> str:
        return f"BookLevel(price={plain(self.price)}, volume={plain(self.volume)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BookLevel) and (self.price, self.volume) == (other.price, other.volume)

    def __hash__(self) -> int:
        return hash((self.price, self.volume))


def _decimal(text: Raw) -> Decimal:
    return Decimal(bytes(text).strip(b'"').decode())


class BookUpdate(PairRow, frozen=True, kw_only=True, gc=False):
    """Changed levels of one book, in the order they are to be applied; as a snapshot, the whole book.

    Never sort levels by their timestamps.
    """

    depth: int
    """The subscribed depth: several depths of a pair may live on one connection."""
    bids: list[BookLevel] = []
    asks: list[BookLevel] = []
    checksum: int | None = None
    """CRC-32 over the ten best levels of each side after this message; snapshots have none."""


class Book(PairChannel[BookUpdate], frozen=True):
    """Price levels of each pair. Each update is checked before it is delivered; a snapshot comes as it was sent."""

    topic: ClassVar = "book"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1
    keyed_by: ClassVar = ("depth",)

    pair: list[str] | str
    depth: int = 10
    """Levels per side: 10, 25, 100, 500 or 1000."""


class SystemStatusUpdate(Row, frozen=True, kw_only=True):
    """The state of the trading engine."""

    status: SystemState
    connection_id: int | None = field(default=None, name="connectionID")
    """Unsigned 64 bits."""
    version: str | None = None


class SystemStatus(Channel[SystemStatusUpdate], frozen=True):
    """The engine's state. It comes by itself on connecting and on each change; no request is sent for it."""

    topic: ClassVar = "systemStatus"
    ws_key: ClassVar = WsKey.SPOT_PUBLIC_V1
