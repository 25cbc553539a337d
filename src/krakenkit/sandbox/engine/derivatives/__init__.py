"""The derivatives exchange in memory: perpetual contracts, margin accounts, and a market that trades by itself.

Simplified where Kraken's rules are long: margin rates do not rise with the size, funding is zero, nobody is liquidated,
and the mark price is not averaged over time. What it cannot do (trailing stops) it refuses in Kraken's words.
"""

from __future__ import annotations

from .accounts import Gone as Gone
from .contracts import FLEX as FLEX
from .contracts import Contract as Contract
from .contracts import Contracts as Contracts
from .contracts import money as money
from .contracts import perpetuals as perpetuals
from .contracts import price_units as price_units
from .events import BookChange as BookChange
from .events import Event as Event
from .events import Fill as Fill
from .events import LogEntry as LogEntry
from .events import OrderEvent as OrderEvent
from .events import Trade as Trade
from .events import WalletEvent as WalletEvent
from .exchange import DerivativesExchange as DerivativesExchange
from .exchange import Done as Done
from .market import ContractMarket as ContractMarket
from .matching import Mode as Mode
from .orders import OrderView as OrderView
from .orders import Signal as Signal
from .requests import Declined as Declined
from .requests import EditOrder as EditOrder
from .requests import PlaceOrder as PlaceOrder
from .views import Holding as Holding
from .views import Ticker as Ticker
from .views import WalletView as WalletView
