"""What a trade of an Embed user costs, and how it is settled.

The partner's fee is taken from what the user pays, before anything is exchanged; the spread worsens the best price of the
moment. What is paid is rounded up and what arrives is cut off, to the decimals of the asset. The manual leaves both open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine import Asset, EngineRefused, Exchange, LedgerEntry
from krakenkit.sandbox.engine.refusals import INVALID_AMOUNT, ORDER_MINIMUM, UNAVAILABLE, invalid
from krakenkit.sandbox.engine.scale import ceiling, from_units, to_units
from krakenkit.sandbox.rates import currency, is_fiat, pair_of, selling_rate
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.partner.actions import PriceTrigger, TradeAction

BPS: Final = 10_000
SMALLEST: Final = Decimal(1)
"""US dollars; the manual tells no smallest trade."""
LARGEST: Final = Decimal(1_000_000)
_PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class Action:
    """A trade as it was asked for, read and found possible."""

    kind: str
    """``spend`` or ``receive``: which side is fixed."""
    spend: str
    receive: str
    amount: Decimal
    """Of the fixed side."""
    fee_bps: Fraction
    spread_bps: Fraction


@dataclass(frozen=True, slots=True)
class Deal:
    """A trade with its price. Amounts are exact; ``spend_total`` includes the fee."""

    kind: str
    spend: str
    receive: str
    spend_total: Decimal
    fee: Decimal
    received: Decimal
    rate: Fraction
    """What one unit of the asset paid brings, spread included."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Both ledger entries of a trade that was made."""

    paid: LedgerEntry
    received: LedgerEntry


def read_action(exchange: Exchange, action: TradeAction) -> Action:
    """The trade that is asked for.

    Raises:
        EngineRefused: for a word, an asset or a number that cannot be.
    """
    if action.type not in ("spend", "receive"):
        raise invalid("type")
    fixed, other = currency(exchange, action.amount.asset), currency(exchange, action.quote.asset)
    if fixed is other:
        raise invalid("quote")
    if action.amount.asset_class not in (None, "currency"):
        raise invalid("asset_class")
    amount = read_amount(action.amount.amount, "amount")
    if not to_units(amount, fixed.decimals) or amount < 0:
        raise EngineRefused(INVALID_AMOUNT)
    spend, receive = (fixed, other) if action.type == "spend" else (other, fixed)
    return Action(
        kind=action.type,
        spend=spend.display,
        receive=receive.display,
        amount=amount,
        fee_bps=_bps(action.fee_bps, "fee_bps"),
        spread_bps=_bps(action.spread_bps, "spread_bps"),
    )


def _bps(value: Number, field: str) -> Fraction:
    number = _fraction(value, field)
    if not 0 <= number < BPS:
        raise invalid(field)
    return number


def _fraction(value: Number, field: str) -> Fraction:
    """A number with at most twelve decimals; one of a million digits is refused before it is made."""
    units = to_units(read_amount(value, field), _PLACES)
    if units is None:
        raise invalid(field)
    return Fraction(units, 10**_PLACES)


def price(exchange: Exchange, action: Action, *, rate: Fraction | None = None) -> Deal:
    """The trade at the prices of the moment, or at a ``rate`` of what is paid in what arrives.

    Raises:
        EngineRefused: without a price, and below or above the limits.
    """
    spend, receive = exchange.asset(action.spend), exchange.asset(action.receive)
    market = selling_rate(exchange, spend, receive) if rate is None else rate
    worsened = market * (1 - action.spread_bps / BPS)
    fee_part = action.fee_bps / BPS
    if action.kind == "spend":
        total = _units(action.amount, spend)
        fee = _up(total * fee_part)
        received = int((total - fee) * worsened * Fraction(10) ** (receive.decimals - spend.decimals))
    else:
        received = _units(action.amount, receive)
        subtotal = _up(received / worsened * Fraction(10) ** (spend.decimals - receive.decimals))
        total = _up(subtotal / (1 - fee_part))
        fee = total - subtotal
    if received <= 0:
        raise EngineRefused(ORDER_MINIMUM)
    deal = Deal(
        kind=action.kind,
        spend=spend.display,
        receive=receive.display,
        spend_total=spend.amount(total),
        fee=spend.amount(fee),
        received=receive.amount(received),
        rate=worsened,
    )
    check_limits(exchange, deal)
    return deal


def check_limits(exchange: Exchange, deal: Deal) -> None:
    """Refuse a trade that is too small or too large, by its worth in dollars."""
    dollars = exchange.worth(deal.spend_total, deal.spend, "USD")
    if dollars is not None and dollars < SMALLEST:
        raise EngineRefused(ORDER_MINIMUM)
    if dollars is not None and dollars > LARGEST:
        raise EngineRefused(INVALID_AMOUNT)


def read_trigger(exchange: Exchange, trigger: PriceTrigger, action: Action) -> Fraction:
    """The price at which a trigger goes off, which must be a price of the two assets that the action trades.

    Raises:
        EngineRefused: for a word, an asset or a number that cannot be.
    """
    if trigger.type != "price":
        raise invalid("trigger")
    if trigger.condition not in ("lte", "gte"):
        raise invalid("condition")
    named = {exchange.asset(trigger.base_asset).display, exchange.asset(trigger.quote_asset).display}
    if named != {action.spend, action.receive}:
        raise invalid("trigger")
    target = _fraction(trigger.target_price, "target_price")
    if target <= 0:
        raise invalid("target_price")
    return target


def rate_at(target: Fraction, trigger: PriceTrigger, exchange: Exchange, action: Action) -> Fraction:
    """What the asset paid brings when the trigger's price is the market's."""
    return target if exchange.asset(trigger.base_asset).display == action.spend else 1 / target


def unit_price(exchange: Exchange, deal: Deal) -> tuple[Asset, Asset, Decimal]:
    """Asset, denomination and price per unit of a deal, the way round in which the market quotes it."""
    spend, receive = exchange.asset(deal.spend), exchange.asset(deal.receive)
    pair = pair_of(exchange, spend, receive)
    base = spend if is_fiat(receive) else receive
    if pair is not None:
        base = pair.base
    quote, rate = (receive, deal.rate) if base is spend else (spend, 1 / deal.rate)
    places = 10 if pair is None else max(pair.pair_decimals, quote.decimals)
    return base, quote, from_units(round(rate * 10**places), places)


def settle(exchange: Exchange, deal: Deal, *, user: str, partner: str, now: int) -> Settled:
    """Move the money of a deal. What is money of a state moves on the partner's account, everything else on the user's.

    Embed leaves the users' cash with the partner, who settles with the exchange; so it is here.

    Raises:
        EngineRefused: ``EOrder:Insufficient funds``, or while the exchange does not trade; nothing has moved.
    """
    if exchange.status not in ("online", "post_only"):
        raise EngineRefused(UNAVAILABLE)
    spend, receive = exchange.asset(deal.spend), exchange.asset(deal.receive)
    payer, receiver = (partner if is_fiat(asset) else user for asset in (spend, receive))
    given, got = _units(deal.spend_total, spend), _units(deal.received, receive)
    paid = exchange.post(payer, deal.spend, -given, now, kind="trade")
    return Settled(paid, exchange.post(receiver, deal.receive, got, now, kind="trade", ref_id=paid.ref_id))


def _units(amount: Decimal, asset: Asset) -> int:
    units = to_units(amount, asset.decimals)
    if units is None:
        raise EngineRefused(INVALID_AMOUNT)
    return units


def _up(value: Fraction) -> int:
    return ceiling(value.numerator, value.denominator)
