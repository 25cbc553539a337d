"""Spot WebSocket v2: channels, and the rows they deliver."""

from krakenkit.wire.spot_v2.account import Balance as Balance
from krakenkit.wire.spot_v2.account import Balances as Balances
from krakenkit.wire.spot_v2.account import Execution as Execution
from krakenkit.wire.spot_v2.account import Executions as Executions
from krakenkit.wire.spot_v2.level3 import Level3 as Level3
from krakenkit.wire.spot_v2.level3 import Level3Order as Level3Order
from krakenkit.wire.spot_v2.level3 import Level3Update as Level3Update
from krakenkit.wire.spot_v2.market import Book as Book
from krakenkit.wire.spot_v2.market import BookLevel as BookLevel
from krakenkit.wire.spot_v2.market import BookUpdate as BookUpdate
from krakenkit.wire.spot_v2.market import Instrument as Instrument
from krakenkit.wire.spot_v2.market import InstrumentAsset as InstrumentAsset
from krakenkit.wire.spot_v2.market import InstrumentPair as InstrumentPair
from krakenkit.wire.spot_v2.market import InstrumentUpdate as InstrumentUpdate
from krakenkit.wire.spot_v2.market import Ohlc as Ohlc
from krakenkit.wire.spot_v2.market import OhlcUpdate as OhlcUpdate
from krakenkit.wire.spot_v2.market import Status as Status
from krakenkit.wire.spot_v2.market import StatusUpdate as StatusUpdate
from krakenkit.wire.spot_v2.market import Ticker as Ticker
from krakenkit.wire.spot_v2.market import TickerUpdate as TickerUpdate
from krakenkit.wire.spot_v2.market import Trade as Trade
from krakenkit.wire.spot_v2.market import TradeUpdate as TradeUpdate
