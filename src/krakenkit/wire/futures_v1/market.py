"""Public feeds of the Futures WebSocket v1. Numbers are bare JSON numbers here, moments milliseconds since 1970.

Source: docs.kraken.com, Futures WebSocket, Public Feeds. The wire mixes spellings (``markPrice`` beside ``funding_rate``);
fields here are in snake case.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct, field

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.market import BookLevel, Row
from krakenkit.wire.vocab import Side

U = TypeVar("U")


class ProductRow(Row, frozen=True, kw_only=True):
    """A row about one product."""

    product_id: str
    """For example ``PF_XBTUSD``."""

    @property
    def symbol(self) -> str:
        """The product, under the name that the other surfaces give it."""
        return self.product_id


class ProductChannel(Channel[U], Generic[U], frozen=True):
    """A feed that is subscribed for products."""

    symbol_field: ClassVar = "product_ids"

    product_ids: list[str] | str
    """For example ``["PF_XBTUSD", "PF_ETHUSD"]``."""


class Greeks(Struct, frozen=True, gc=False):
    """Sensitivities of an option."""

    iv: Decimal | None = None
    """Implied volatility."""
    delta: Decimal | None = None
    theta: Decimal | None = None
    gamma: Decimal | None = None
    vega: Decimal | None = None
    rho: Decimal | None = None


class TickerUpdate(ProductRow, frozen=True, kw_only=True, tag_field="feed", tag="ticker"):
    """The whole picture of one market, at most once a second.

    Funding is told for perpetuals only, and left out while it is zero.
    """

    time: int | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    bid_size: Decimal | None = None
    ask_size: Decimal | None = None
    last: Decimal | None = None
    index: Decimal | None = None
    mark_price: Decimal | None = field(default=None, name="markPrice")
    premium: Decimal | None = None
    change: Decimal | None = None
    """Percent over 24 hours."""
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None
    volume_quote: Decimal | None = field(default=None, name="volumeQuote")
    open_interest: Decimal | None = field(default=None, name="openInterest")
    funding_rate: Decimal | None = None
    """Absolute; ``relative_funding_rate`` is the fraction."""
    funding_rate_prediction: Decimal | None = None
    relative_funding_rate: Decimal | None = None
    relative_funding_rate_prediction: Decimal | None = None
    next_funding_rate_time: int | None = None
    leverage: str | None = None
    """For example ``50x``."""
    dtm: int | None = None
    """Days to maturity."""
    maturity_time: int | None = field(default=None, name="maturityTime")
    """Zero for perpetuals."""
    tag: str | None = None
    """``perpetual``, ``month``, ``quarter``, ``semiannual`` or ``other``."""
    pair: str | None = None
    """For example ``XBT:USD``."""
    suspended: bool | None = None
    post_only: bool | None = None
    greeks: Greeks | None = None
    """Options only."""


class Ticker(ProductChannel[TickerUpdate], frozen=True):
    """The whole picture of each product, at most once a second."""

    topic: ClassVar = "ticker"
    ws_key: ClassVar = WsKey.DERIVATIVES_PUBLIC_V1


class TickerLiteUpdate(ProductRow, frozen=True, kw_only=True, gc=False, tag_field="feed", tag="ticker_lite"):
    """The short picture of one market, at most once a second; it carries no moment."""

    bid: Decimal | None = None
    ask: Decimal | None = None
    change: Decimal | None = None
    """Percent over 24 hours."""
    premium: Decimal | None = None
    volume: Decimal | None = None
    volume_quote: Decimal | None = field(default=None, name="volumeQuote")
    tag: str | None = None
    pair: str | None = None
    dtm: int | None = None
    """Days to maturity."""
    maturity_time: int | None = field(default=None, name="maturityTime")
    greeks: Greeks | None = None
    """Options only."""


class TickerLite(ProductChannel[TickerLiteUpdate], frozen=True):
    """The short picture of each product, at most once a second."""

    topic: ClassVar = "ticker_lite"
    ws_key: ClassVar = WsKey.DERIVATIVES_PUBLIC_V1


class TradeUpdate(ProductRow, frozen=True, kw_only=True, gc=False, tag_field="feed", tag="trade"):
    """One trade of the market."""

    side: Side
    """The taker's side."""
    price: Decimal
    qty: Decimal
    time: int
    type: str | None = None
    """``fill``, ``liquidation``, ``termination`` or ``block``."""
    seq: int | None = None
    """Rises by one with each trade of the product."""
    uid: str | None = None
    """Old captures have none."""


class Trade(ProductChannel[TradeUpdate], frozen=True):
    """Trades of each product, in the order they happened; the snapshot held the latest 100 when it was seen."""

    topic: ClassVar = "trade"
    ws_key: ClassVar = WsKey.DERIVATIVES_PUBLIC_V1


class BookUpdate(ProductRow, frozen=True, kw_only=True):
    """The changed level of one book; as a snapshot, the whole book.

    The exchange sends no checksum for it: ``seq`` and the prices themselves are what can be checked.
    """

    seq: int
    """Rises by one with each message of the product."""
    timestamp: int | None = None
    bids: list[BookLevel] = []
    asks: list[BookLevel] = []

    @property
    def checksum(self) -> None:
        """There is none on this surface."""
        return None


class Book(ProductChannel[BookUpdate], frozen=True):
    """Price levels of each product, all of them. Each message is checked before it is delivered."""

    topic: ClassVar = "book"
    ws_key: ClassVar = WsKey.DERIVATIVES_PUBLIC_V1


class HeartbeatUpdate(Row, frozen=True, kw_only=True, gc=False, tag_field="feed", tag="heartbeat"):
    """The exchange lives."""

    time: int | None = None


class Heartbeat(Channel[HeartbeatUpdate], frozen=True):
    """A sign of life from time to time; the interval is not published."""

    topic: ClassVar = "heartbeat"
    ws_key: ClassVar = WsKey.DERIVATIVES_PUBLIC_V1
