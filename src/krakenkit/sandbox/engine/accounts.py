"""Accounts: balances, what is held for open orders, and the ledger that explains every change.

Holds. An open sell order holds its remaining size; an open buy order holds its remaining size at its limit (or trigger)
price. The fee is held too, in the asset it will be paid in when that is the asset spent, always at the taker rate of the
pair's first step: a resting order may still become a taker when it is amended, and a volume falls as days go by. Kraken's
manual says only that ``hold_trade`` counts open orders; holding the fee is what keeps balances from going below zero here.

Amounts are whole bookkeeping units of their asset inside, Decimals outside.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias, TypeVar

import msgspec

from .fees import Ladder, Volume, ladder_of, place_on
from .instruments import Asset, Pair
from .margin.positions import Positions, PositionStatus
from .orders import Order, Side
from .scale import ceiling

_PARTS = 1_000_000
_T = TypeVar("_T")

EntryType: TypeAlias = Literal[
    "deposit", "withdrawal", "trade", "transfer", "staking", "margin", "rollover", "settled", "conversion", "adjustment"
]
WalletId: TypeAlias = Literal["main", "bonded", "flexible", "liquid", "locked"]
"""Where money lies: ``main`` is the Spot wallet, the others are those of Earn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an account pays and how much it may keep open. The defaults are Kraken's fees by volume and the Pro caps."""

    maker_rate: int | None = None
    """Fee of resting orders in parts per million: 2500 is 0.25 %. None: what the ladder of the pair says."""
    taker_rate: int | None = None
    max_open_orders: int = 225
    """Open orders on one pair; Kraken's tiers have 60, 80 and 225."""
    max_scheduled_orders: int = 60
    """Orders that wait for their start, over all pairs. Kraken has such a limit and does not tell it; this one is chosen."""
    history: int = 10_000
    """How many closed orders, trades and ledger entries are kept, each; the oldest go first."""
    quiet: bool = False
    """No events, ledger or history: for accounts that nobody looks at, such as the sandbox's own market makers."""


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change of one balance."""

    ledger_id: str
    ref_id: str
    """For trades the id of the account's side of the trade, the same on both legs."""
    account: str
    asset: Asset
    type: EntryType
    amount: Decimal
    """Signed, without the fee."""
    fee: Decimal
    balance: Decimal
    """What the wallet had of the asset afterwards."""
    at: int
    subtype: str = ""
    wallet: WalletId = "main"

    @property
    def asset_name(self) -> str:
        """REST's name of the asset: ``XXBT``, and ``XBT.B`` in a wallet of Earn."""
        return self.asset.name if self.wallet == "main" else earning_name(self.asset)

    @property
    def wallet_name(self) -> str:
        """REST's name of the wallet, such as ``spot / main``."""
        return "spot / main" if self.wallet == "main" else f"earn / {self.wallet}"


class AccountTrade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One account's side of a trade."""

    trade_id: str
    """The account's own id of it (``T…``)."""
    number: int
    """The public number of the trade, counted per pair."""
    order_id: str
    cl_ord_id: str | None
    userref: int | None
    account: str
    pair: Pair
    side: Side
    order_type: str
    price: Decimal
    qty: Decimal
    cost: Decimal
    fee: Decimal
    fee_asset: Asset
    fee_usd: Decimal
    maker: bool
    ledger_ids: tuple[str, ...]
    at: int
    leverage: int | None = None
    margin: Decimal = Decimal(0)
    """What the part that opened a position binds, in the quote asset."""
    position_id: str | None = None
    """The position that it opened, else the oldest one that it closed."""
    position_status: PositionStatus | None = None
    closes_position: bool = False
    """Whether it closed some of a position; the rest of it may have opened one."""
    liquidated: bool = False


class Balance(msgspec.Struct, frozen=True, gc=False):
    """What an account has of one asset, and how much of that is held for open orders."""

    asset: Asset
    balance: Decimal
    hold_trade: Decimal
    earning: tuple[tuple[WalletId, Decimal], ...] = ()
    """What lies in wallets of Earn, beside the balance."""

    @property
    def available(self) -> Decimal:
        return self.balance - self.hold_trade

    @property
    def in_earn(self) -> Decimal:
        """All that lies in wallets of Earn."""
        return sum((amount for _, amount in self.earning), self.asset.amount(0))


@dataclass(slots=True, eq=False, repr=False)
class Account:
    """One account's money, orders and history."""

    name: str
    terms: Terms
    balances: dict[Asset, int] = field(default_factory=dict[Asset, int])
    held: dict[Asset, int] = field(default_factory=dict[Asset, int])
    earning: dict[Asset, dict[WalletId, int]] = field(default_factory=dict[Asset, dict[WalletId, int]])
    """What lies in wallets of Earn; it cannot be traded."""
    open: dict[str, Order] = field(default_factory=dict[str, Order])
    open_on: dict[str, int] = field(default_factory=dict[str, int])
    """How many orders are open on each pair."""
    margin_orders: dict[str, Order] = field(default_factory=dict[str, Order])
    """Those of the open orders that have a leverage."""
    positions: Positions = field(default_factory=Positions)
    client_ids: dict[str, Order] = field(default_factory=dict[str, Order])
    """Open orders by ``cl_ord_id``."""
    closed: OrderedDict[str, Order] = field(default_factory=OrderedDict[str, Order])
    trades: OrderedDict[str, AccountTrade] = field(default_factory=OrderedDict[str, AccountTrade])
    ledger: OrderedDict[str, LedgerEntry] = field(default_factory=OrderedDict[str, LedgerEntry])
    volume: Volume = field(default_factory=Volume)
    """What it traded lately; its fees follow from it."""
    switch_at: int | None = None
    """When the dead man's switch cancels everything."""

    def __repr__(self) -> str:
        return f"Account({self.name})"

    def available(self, asset: Asset) -> int:
        """Units that are not held for an open order."""
        return self.balances.get(asset, 0) - self.held.get(asset, 0)

    def add(self, asset: Asset, units: int) -> int:
        """Change a balance, without a ledger entry; gives the new balance."""
        self.balances[asset] = balance = self.balances.get(asset, 0) + units
        return balance

    def add_earning(self, wallet: WalletId, asset: Asset, units: int) -> int:
        """Change what lies in a wallet of Earn, without a ledger entry; gives what lies there then."""
        shelf = self.earning.setdefault(asset, {})
        shelf[wallet] = held = shelf.get(wallet, 0) + units
        return held

    def ladder(self, pair: Pair) -> Ladder:
        """The steps of its fees on a pair; a rate of its own stands on every step."""
        rates = {"maker": self.terms.maker_rate, "taker": self.terms.taker_rate}
        own = {side: rate for side, rate in rates.items() if rate is not None}
        return tuple(step._replace(**own) for step in ladder_of(pair)) if own else ladder_of(pair)

    def rate(self, pair: Pair, *, maker: bool, now: int) -> int:
        """What it pays on a pair right now, in parts per million."""
        fixed = self.terms.maker_rate if maker else self.terms.taker_rate
        if fixed is not None:
            return fixed
        steps = ladder_of(pair)
        step = steps[place_on(steps, self.volume.counted(now))]
        return step.maker if maker else step.taker

    def hold(self, order: Order) -> None:
        """Hold what the order needs now, in place of what was held for it before."""
        need = needed(order) if order.open else 0
        if need != order.held:
            asset = order.hold_asset
            self.held[asset] = self.held.get(asset, 0) + need - order.held
            order.held = need

    def register(self, order: Order) -> None:
        """Take an order among the open ones."""
        self.open[order.order_id] = order
        self.open_on[order.pair.name] = self.open_on.get(order.pair.name, 0) + 1
        if order.cl_ord_id is not None:
            self.client_ids[order.cl_ord_id] = order
        if order.leverage is not None:
            self.margin_orders[order.order_id] = order

    def retire(self, order: Order) -> None:
        """Move a closed order out of the open ones and give back what was held for it."""
        del self.open[order.order_id]
        self.open_on[order.pair.name] -= 1
        if order.cl_ord_id is not None:
            del self.client_ids[order.cl_ord_id]
        if order.leverage is not None:
            del self.margin_orders[order.order_id]
        self.hold(order)
        self.keep(self.closed, order.order_id, order)

    def keep(self, shelf: OrderedDict[str, _T], key: str, value: _T) -> None:
        """Put something on a shelf of the history; the oldest falls off when the shelf is full."""
        if self.terms.quiet:
            return
        shelf[key] = value
        if len(shelf) > self.terms.history:
            shelf.popitem(last=False)

    def balance(self, asset: Asset) -> Balance:
        """The balance of one asset, what is held of it, and what Earn has of it."""
        shelf = self.earning.get(asset)
        return Balance(
            asset,
            asset.amount(self.balances.get(asset, 0)),
            asset.amount(self.held.get(asset, 0)),
            () if shelf is None else tuple([(wallet, asset.amount(units)) for wallet, units in shelf.items() if units]),
        )


def earning_name(asset: Asset) -> str:
    """What REST calls an asset that earns: ``XBT.B``."""
    return f"{asset.altname}.B"


def fee_on(units: int, rate: int) -> int:
    """The fee on an amount, cut off to whole units."""
    return units * rate // _PARTS


def needed(order: Order) -> int:
    """Units of its ``hold_asset`` that an open order needs for what remains of it; zero for one that never rests.

    Margin orders hold nothing of any balance: they bind margin.
    """
    if order.leverage is not None:
        return 0
    if not order.buy:
        return selling(order, order.remaining)
    price = order.limit if order.limit is not None else order.trigger
    return 0 if price is None else spending(order, price * order.remaining)


def selling(order: Order, lots: int) -> int:
    """Units of the base asset that selling these lots takes, fee included when it is paid in that asset."""
    units = lots * order.pair.lot
    return units + (ceiling(units * _held_rate(order), _PARTS) if order.fee_in_base else 0)


def spending(order: Order, exact: int) -> int:
    """Units of the quote asset that a buy of this exact cost takes, fee included when it is paid in that asset."""
    pair = order.pair
    fee = 0 if order.fee_in_base else ceiling(exact * _held_rate(order), pair.per_money * _PARTS)
    return pair.money_needed(exact) + fee


def _held_rate(order: Order) -> int:
    rate = order.account.terms.taker_rate
    return ladder_of(order.pair)[0].taker if rate is None else rate
