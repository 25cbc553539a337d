"""The exchange in memory: orders, books, accounts and a market that trades by itself.

Values in, values and events out: no clock, no I/O and no randomness but what the caller brings. Behaviour that Kraken
does not document is chosen here and said so where it is done.
"""

from __future__ import annotations

from .accounts import Account as Account
from .accounts import AccountTrade as AccountTrade
from .accounts import Balance as Balance
from .accounts import EntryType as EntryType
from .accounts import LedgerEntry as LedgerEntry
from .accounts import Terms as Terms
from .accounts import WalletId as WalletId
from .accounts import earning_name as earning_name
from .candles import INTERVALS as INTERVALS
from .candles import Candle as Candle
from .catalogue import spot_instruments as spot_instruments
from .events import BalanceEvent as BalanceEvent
from .events import BookEvent as BookEvent
from .events import Event as Event
from .events import MarginCallEvent as MarginCallEvent
from .events import OrderEvent as OrderEvent
from .events import OrderEventKind as OrderEventKind
from .events import PublicTrade as PublicTrade
from .events import StatusEvent as StatusEvent
from .events import SystemStatus as SystemStatus
from .events import TradeEvent as TradeEvent
from .exchange import Exchange as Exchange
from .feeds import BookLevel as BookLevel
from .feeds import DepthFeed as DepthFeed
from .feeds import QueueChange as QueueChange
from .feeds import QueuedOrder as QueuedOrder
from .feeds import QueueFeed as QueueFeed
from .fees import Ladder as Ladder
from .fees import ladder_of as ladder_of
from .instruments import Asset as Asset
from .instruments import Instruments as Instruments
from .instruments import Pair as Pair
from .margin.equity import MarginSummary as MarginSummary
from .margin.equity import OpenPosition as OpenPosition
from .margin.positions import PositionView as PositionView
from .market import Market as Market
from .orders import AmendRecord as AmendRecord
from .orders import OrderView as OrderView
from .orders import Trailing as Trailing
from .outcomes import Amended as Amended
from .outcomes import Edited as Edited
from .outcomes import Placed as Placed
from .outcomes import Switch as Switch
from .prices import Offset as Offset
from .prices import read_price as read_price
from .refusals import EngineRefused as EngineRefused
from .requests import AmendOrder as AmendOrder
from .requests import Closing as Closing
from .requests import EditOrder as EditOrder
from .requests import PlaceOrder as PlaceOrder
from .tape import Spread as Spread
from .tape import Statistics as Statistics
from .tape import Ticker as Ticker
from .words import describe as describe
from .words import describe_close as describe_close
