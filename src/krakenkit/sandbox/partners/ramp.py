"""Ramp: what can be bought with which money, at which price, and the checkouts that were opened.

Fees, limits, ways to pay and countries are ours; the exchange tells its own by these very calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine import Asset, EngineRefused, Exchange
from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT, UNKNOWN_ASSET, invalid
from krakenkit.sandbox.engine.scale import ceiling, from_units, to_units
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.rates import currencies, currency, is_fiat, selling_rate
from krakenkit.sandbox.values import read_amount

METHODS: Final[Mapping[str, int]] = {"card": 300, "bank_transfer": 50, "apple_pay": 300, "google_pay": 300}
"""Ways to pay, and their fee in hundredths of a percent."""
PAYOUTS: Final = frozenset({"crypto_address", "kraken_account"})
NETWORKS: Final[Mapping[str, tuple[str, ...]]] = {
    "BTC": ("Bitcoin",),
    "ETH": ("Ethereum", "Arbitrum One"),
    "SOL": ("Solana",),
    "USDC": ("Ethereum", "Solana"),
    "USDT": ("Ethereum", "Tron"),
}
COUNTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "AU": (),
    "CA": ("AB", "BC", "QC"),
    "CH": (),
    "DE": (),
    "ES": (),
    "FR": (),
    "GB": (),
    "IE": (),
    "IT": (),
    "NL": (),
    "US": ("CA", "CO", "FL", "IL", "TX"),
}
"""Where the checkout works, and in which parts; everywhere when no parts are named."""
SMALLEST: Final = Decimal(10)
"""Of money, whatever its currency."""
LARGEST: Final = Decimal(50_000)
MOST_AFFILIATE: Final = 1000
_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase with its price; what is paid includes both fees."""

    paid: Asset
    bought: Asset
    total: Decimal
    deposit_fee: Decimal
    affiliate_fee: Decimal
    received: Decimal
    unit_price: Decimal

    @property
    def subtotal(self) -> Decimal:
        """What is left to buy with."""
        return self.total - self.deposit_fee - self.affiliate_fee


def money_of(exchange: Exchange, name: str) -> Asset:
    """The currency to pay with.

    Raises:
        EngineRefused: for an asset that is unknown or no money of a state.
    """
    asset = currency(exchange, name)
    if not is_fiat(asset):
        raise EngineRefused(UNKNOWN_ASSET)
    return asset


def goods_of(exchange: Exchange, name: str) -> Asset:
    """The asset to buy.

    Raises:
        EngineRefused: for an asset that is unknown or money of a state.
    """
    asset = currency(exchange, name)
    if is_fiat(asset):
        raise EngineRefused(UNKNOWN_ASSET)
    return asset


def buyable(exchange: Exchange) -> list[Asset]:
    """All that can be bought."""
    return [asset for asset in currencies(exchange) if not is_fiat(asset)]


def check_ways(method: str | None, payout: str | None) -> None:
    """Refuse a way to pay or to be paid that does not exist."""
    if method not in METHODS:
        raise invalid("in_method")
    if payout not in PAYOUTS:
        raise invalid("out_method")


def check_place(country: str | None, subdivision: str | None) -> None:
    """Refuse a country, or a part of it, where nothing can be bought."""
    if country is not None and country.upper() not in COUNTRIES:
        raise Denied("EAccount:Invalid permissions", status=403)
    parts = COUNTRIES.get((country or "").upper(), ())
    if subdivision is not None and parts and subdivision.upper() not in parts:
        raise Denied("EAccount:Invalid permissions", status=403)


def purchase(
    exchange: Exchange, paid: str, bought: str, amount: Number, method: str, affiliate_bps: Number | None
) -> Purchase:
    """What a purchase costs now. Fees are taken from what is paid, before anything is bought.

    Raises:
        EngineRefused: for assets and amounts that cannot be, and while there is no price.
    """
    money, goods = money_of(exchange, paid), goods_of(exchange, bought)
    units = to_units(read_amount(amount, "in_amount"), money.decimals)
    if units is None or not SMALLEST <= money.amount(units) <= LARGEST:
        raise EngineRefused(INVALID_AMOUNT)
    affiliate = _part(units, _affiliate(affiliate_bps))
    deposit = _part(units, Fraction(METHODS[method]))
    rate = selling_rate(exchange, money, goods)
    left = units - affiliate - deposit
    received = int(left * rate * Fraction(10) ** (goods.decimals - money.decimals))
    if left <= 0 or received <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return Purchase(
        paid=money,
        bought=goods,
        total=money.amount(units),
        deposit_fee=money.amount(deposit),
        affiliate_fee=money.amount(affiliate),
        received=goods.amount(received),
        unit_price=from_units(round(10**8 / rate), 8),
    )


def _affiliate(bps: Number | None) -> Fraction:
    units = to_units(read_amount(0 if bps is None else bps, "affiliate_fee_bps"), 4)
    if units is None or not 0 <= units <= MOST_AFFILIATE * 10**4:
        raise invalid("affiliate_fee_bps")
    return Fraction(units, 10**4)


def _part(units: int, bps: Fraction) -> int:
    share = units * bps / _BPS
    return ceiling(share.numerator, share.denominator)


@dataclass(frozen=True, slots=True)
class Checkout:
    """An address that was given out, and what it stands for."""

    id: str
    partner: str
    asked: dict[str, object]
    """The parameters that were given, under the manual's names."""
    at: int

    @property
    def url(self) -> str:
        """Nothing listens there: ``.invalid`` names no host anywhere."""
        return f"https://ramp.sandbox.invalid/checkout/{self.id}"


class Checkouts:
    """All addresses that were given out."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.opened: dict[str, Checkout] = {}

    def open(self, partner: str, asked: dict[str, object], now: int) -> Checkout:
        """A new one."""
        made = Checkout(self._names.uuid(), partner, asked, now)
        self.opened[made.id] = made
        return made
