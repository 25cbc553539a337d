"""The derivatives exchange in memory: contracts, margin accounts, and a market that trades by itself.

Funding is paid every hour, positions without enough margin are liquidated step by step, dated contracts are settled and
followed by the next. Options are not traded. Where the exchange publishes no number, the module that uses one says so.
"""

from __future__ import annotations

from .accounts import Gone as Gone
from .blocks import Part as Part
from .collateral import COLLATERAL as COLLATERAL
from .collateral import ONE as ONE
from .collateral import collateral_asset as collateral_asset
from .collateral import shown_unit as shown_unit
from .contracts import CASH as CASH
from .contracts import FLEX as FLEX
from .contracts import Contract as Contract
from .contracts import Contracts as Contracts
from .contracts import MarginLevel as MarginLevel
from .contracts import money as money
from .contracts import price_units as price_units
from .events import BookChange as BookChange
from .events import Conversion as Conversion
from .events import Event as Event
from .events import Fill as Fill
from .events import LogEntry as LogEntry
from .events import MarkChange as MarkChange
from .events import Notice as Notice
from .events import OrderEvent as OrderEvent
from .events import Trade as Trade
from .events import WalletEvent as WalletEvent
from .exchange import DerivativesExchange as DerivativesExchange
from .exchange import Done as Done
from .fees import TIERS as TIERS
from .funding import FundingRate as FundingRate
from .funding import coefficient as coefficient
from .funding import largest_rate as largest_rate
from .listing import contracts_at as contracts_at
from .listing import listed as listed
from .listing import perpetuals as perpetuals
from .market import ContractMarket as ContractMarket
from .matching import Mode as Mode
from .orders import OrderView as OrderView
from .orders import Signal as Signal
from .price_candles import Series as Series
from .requests import Declined as Declined
from .requests import EditOrder as EditOrder
from .requests import PlaceOrder as PlaceOrder
from .views import CurrencyView as CurrencyView
from .views import Holding as Holding
from .views import Ticker as Ticker
from .views import WalletView as WalletView
