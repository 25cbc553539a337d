"""Spot WebSocket v1: channels, and the rows they deliver."""

from krakenkit.wire.spot_v1.account import ConditionalClose as ConditionalClose
from krakenkit.wire.spot_v1.account import OpenOrder as OpenOrder
from krakenkit.wire.spot_v1.account import OpenOrders as OpenOrders
from krakenkit.wire.spot_v1.account import OrderDescription as OrderDescription
from krakenkit.wire.spot_v1.account import OwnTrade as OwnTrade
from krakenkit.wire.spot_v1.account import OwnTrades as OwnTrades
from krakenkit.wire.spot_v1.market import Book as Book
from krakenkit.wire.spot_v1.market import BookLevel as BookLevel
from krakenkit.wire.spot_v1.market import BookUpdate as BookUpdate
from krakenkit.wire.spot_v1.market import Ohlc as Ohlc
from krakenkit.wire.spot_v1.market import OhlcUpdate as OhlcUpdate
from krakenkit.wire.spot_v1.market import Spread as Spread
from krakenkit.wire.spot_v1.market import SpreadUpdate as SpreadUpdate
from krakenkit.wire.spot_v1.market import SystemStatus as SystemStatus
from krakenkit.wire.spot_v1.market import SystemStatusUpdate as SystemStatusUpdate
from krakenkit.wire.spot_v1.market import Ticker as Ticker
from krakenkit.wire.spot_v1.market import TickerUpdate as TickerUpdate
from krakenkit.wire.spot_v1.market import Trade as Trade
from krakenkit.wire.spot_v1.market import TradeUpdate as TradeUpdate
