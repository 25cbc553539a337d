"""Private channels of the Unified WebSocket. Source: docs.kraken.com, Unified WebSocket.

No message was seen when this was written; see :mod:`krakenkit.wire.unified.market`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct

from krakenkit.errors import SettingsError
from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import Open, OpenRow, kept_json
from krakenkit.wire.spot_v2.account import Execution as SpotExecution
from krakenkit.wire.spot_v2.account import Wallet
from krakenkit.wire.unified.asset_class import MarketChannel, MarketClass


class Execution(SpotExecution, Open, frozen=True, kw_only=True):
    """One report about an order. Later reports hold only what changed: merge them by ``order_id``.

    Derivatives have no ``pending_new``: a live order is first reported with ``new``.
    """

    exec_type: str = ""
    order_id: str = ""
    """A UUID for derivatives."""
    order_status: str = ""
    timestamp: str = ""
    asset_class: str | None = None
    raw: Raw = kept_json()


class Executions(MarketChannel[Execution], frozen=True):
    """Reports about your orders and fills of one asset class."""

    topic: ClassVar = "executions"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE

    asset_class: MarketClass = "derivatives"
    snap_orders: bool = True
    """Open orders in the snapshot."""
    snap_trades: bool = False
    """The last 50 fills in the snapshot."""
    order_status: bool | None = None
    """False keeps only new, filled, canceled and expired."""
    ratecounter: bool | None = None


class Balance(OpenRow, frozen=True, kw_only=True):
    """One asset's balance: in the snapshot with its wallets, later one ledger entry each."""

    asset: str = ""
    balance: Decimal | None = None
    asset_class: str | None = None
    wallets: list[Wallet] | None = None
    amount: Decimal | None = None
    fee: Decimal | None = None
    ledger_id: str | None = None
    ref_id: str | None = None
    timestamp: str | None = None
    type: str | None = None
    subtype: str | None = None
    category: str | None = None
    wallet_type: str | None = None
    wallet_id: str | None = None


class Balances(Channel[Balance], frozen=True):
    """Balances of the whole account, over all asset classes."""

    topic: ClassVar = "balances"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE

    snapshot: bool = True


class MarginUpdate(OpenRow, frozen=True, kw_only=True):
    """One whole section of the margin state; it replaces the section of that name. Its figures are in ``extra``."""

    section: str = ""
    """``multi_collateral`` or ``single_collateral``."""


class Margin(MarketChannel[MarginUpdate], frozen=True):
    """Requirements, equity and available margin; the state first, then every change. One subscription a connection."""

    topic: ClassVar = "margin"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
    only_derivatives: ClassVar = True

    asset_class: MarketClass = "derivatives"


class FuturesPosition(Struct, Open, frozen=True, kw_only=True):
    """One position; ``size`` zero means that it is closed. With ``with_margin``, its risk figures are in ``extra``."""

    symbol: str = ""
    size: Decimal | None = None
    entry_price: Decimal | None = None
    raw: Raw = kept_json()


class OptionPosition(Struct, Open, frozen=True, kw_only=True):
    """One position in options; nothing is known of its members."""

    symbol: str = ""
    raw: Raw = kept_json()


class PositionsUpdate(OpenRow, frozen=True, kw_only=True):
    """Open positions: all of them in the snapshot, later those that an event touched."""

    futures: list[FuturesPosition] = []
    options: list[OptionPosition] = []
    time: str | None = None
    too_large: bool = False
    """The snapshot did not fit into a message and is missing: this is no flat account. Subscribe again."""


class Positions(MarketChannel[PositionsUpdate], frozen=True):
    """Your positions. One subscription a connection."""

    topic: ClassVar = "positions"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
    keyed_by: ClassVar = ("asset_class", "with_margin")
    only_derivatives: ClassVar = True

    asset_class: MarketClass = "derivatives"
    snapshot: bool | None = None
    """False sends updates only; True when left out. Not together with ``with_margin``."""
    with_margin: bool | None = None
    """True adds margin and risk figures to each position."""

    def check(self) -> None:
        super().check()
        if self.with_margin is not None and self.snapshot is not None:
            raise SettingsError("Positions takes one of snapshot and with_margin, not both; leave one out.")


class LedgerEntry(OpenRow, frozen=True, kw_only=True):
    """One change of a balance or of the size of a position. Prices, results and funding are in ``extra`` where sent."""

    asset_class: str | None = None
    ledger_id: str | None = None
    ref_id: str | None = None
    timestamp: str | None = None
    type: str | None = None
    subtype: str | None = None
    asset: str | None = None
    amount: Decimal | None = None
    balance: Decimal | None = None
    fee: Decimal | None = None


class Ledgers(Channel[LedgerEntry], frozen=True):
    """Every change of the account from now on; there is no snapshot. After a gap, read the REST ledgers."""

    topic: ClassVar = "ledgers"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE


class PreferencesUpdate(OpenRow, frozen=True, kw_only=True):
    """Settings of the account."""

    futures_permission: str | None = None
    """``enabled``, ``reduce_only`` or ``disabled``."""


class Preferences(Channel[PreferencesUpdate], frozen=True):
    """Settings of the account: all first, then every change."""

    topic: ClassVar = "preferences"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
