"""Trading over the counter: quotes at the best prices of the moment, worsened a little, which are accepted or rejected.

An accepted quote settles at once (``automated``): the money moves when it is accepted. For an account that uses Prime it
settles later (``flexible``): the trade waits for a settlement batch, and counts on the exposure until then. Which accounts
settle how, how long a quote holds, and the limits are ours; no page tells them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine import Asset, EngineRefused, Exchange, Pair
from krakenkit.sandbox.engine.refusals import (
    INSUFFICIENT_FUNDS,
    INVALID_AMOUNT,
    ORDER_MINIMUM,
    UNKNOWN_PAIR,
    invalid,
)
from krakenkit.sandbox.engine.scale import ceiling, from_units, to_units
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.rates import currency, is_fiat, selling_rate
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.institutional.otc import CreateOtcQuoteRequest

State: TypeAlias = Literal["active", "accepted", "rejected", "expired"]
Settlement: TypeAlias = Literal["automated", "flexible"]
LIFE: Final = 20 * 10**9
MARGIN_BPS: Final = 5
"""What the desk earns, in hundredths of a percent of the price."""
SMALLEST: Final = Decimal(100)
"""US dollars."""
LARGEST: Final = Decimal(5_000_000)
EXPOSURE: Final = Decimal(10_000_000)
"""US dollars that may wait for settlement."""
LIMIT_REACHED: Final = "EOrder:Margin allowance exceeded"
UNKNOWN_QUOTE: Final = "EGeneral:Invalid arguments:quote_id"


@dataclass(slots=True, eq=False)
class Quote:
    """A price for one trade."""

    id: str
    account: str
    base: str
    quote: str
    side: Literal["buy", "sell"]
    price: Decimal
    amount: Decimal
    total: Decimal
    settlement: Settlement
    expires_at: int
    state: State = "active"
    answered_at: int | None = None
    trade_id: str | None = None
    settled: bool = False

    @property
    def moves(self) -> tuple[tuple[str, Decimal], tuple[str, Decimal]]:
        """What the account gives and what it gets, by asset; signed."""
        sign = 1 if self.side == "buy" else -1
        return (self.base, sign * self.amount), (self.quote, -sign * self.total)


class Otc:
    """All quotes of one exchange."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._quotes: dict[str, Quote] = {}

    def ask(
        self, exchange: Exchange, account: str, request: CreateOtcQuoteRequest, settlement: Settlement, now: int
    ) -> Quote:
        """A new quote.

        Raises:
            EngineRefused: for a pair that is not quoted, an odd amount, and one below or above the limits.
        """
        pair = quoted_pair(exchange, request.base, request.quote)
        if request.type not in ("buy", "sell"):
            raise invalid("type")
        rate = _rate(exchange, pair, request.type)
        price = _rounded(rate, pair.pair_decimals, up=request.type == "buy")
        amount, total = _sizes(pair, request, Fraction(price))
        _check_limits(exchange, pair, total)
        made = Quote(
            id=self._names.uuid(),
            account=account,
            base=pair.base.display,
            quote=pair.quote.display,
            side="buy" if request.type == "buy" else "sell",
            price=price,
            amount=amount,
            total=total,
            settlement=settlement,
            expires_at=now + LIFE,
        )
        self._quotes[made.id] = made
        return made

    def answer(self, exchange: Exchange, account: str, quote_id: str, status: str, now: int) -> Quote:
        """Accept a quote, which is a trade, or reject it.

        Raises:
            EngineRefused: for a quote that is unknown or over, another word, and what the account cannot pay.
        """
        found = self._quotes.get(quote_id)
        if found is None or found.account != account or self._state(found, now) != "active":
            raise Denied(UNKNOWN_QUOTE)
        if status not in ("accepted", "rejected"):
            raise invalid("status")
        if status == "accepted":
            self._trade(exchange, found, now)
        found.state = "accepted" if status == "accepted" else "rejected"
        found.answered_at = now
        return found

    def _trade(self, exchange: Exchange, quote: Quote, now: int) -> None:
        if quote.settlement == "flexible":
            if self.exposure(exchange, quote.account) + _dollars(exchange, quote) > EXPOSURE:
                raise EngineRefused(LIMIT_REACHED)
        else:
            settle(exchange, quote.account, dict(quote.moves), now)
            quote.settled = True
        quote.trade_id = self._names.uuid()

    def active(self, account: str, now: int) -> list[Quote]:
        """Quotes that can still be accepted, newest first."""
        return [one for one in self._of(account) if self._state(one, now) == "active"]

    def past(self, account: str, now: int) -> list[Quote]:
        """Quotes that were answered or expired, newest first."""
        return [one for one in self._of(account) if self._state(one, now) != "active"]

    def unsettled(self, account: str) -> list[Quote]:
        """Trades that wait for a settlement batch, oldest first."""
        return [one for one in self._quotes.values() if one.account == account and one.trade_id and not one.settled]

    def exposure(self, exchange: Exchange, account: str) -> Decimal:
        """Dollars that wait for settlement."""
        return sum((_dollars(exchange, one) for one in self.unsettled(account)), Decimal(0))

    def trade(self, trade_id: str) -> Quote:
        """The quote that became this trade."""
        return next(one for one in self._quotes.values() if one.trade_id == trade_id)

    def _of(self, account: str) -> list[Quote]:
        return [one for one in reversed(self._quotes.values()) if one.account == account]

    def _state(self, quote: Quote, now: int) -> State:
        if quote.state == "active" and now >= quote.expires_at:
            quote.state = "expired"
        return quote.state


def quoted_pair(exchange: Exchange, base: str, quote: str) -> Pair:
    """The pair of these assets, whose quote must be money of a state.

    Raises:
        EngineRefused: for any other.
    """
    pair = exchange.instruments.between(currency(exchange, base), currency(exchange, quote))
    if pair is None or not is_fiat(pair.quote):
        raise EngineRefused(UNKNOWN_PAIR)
    return pair


def settle(exchange: Exchange, account: str, moves: dict[str, Decimal], now: int) -> None:
    """Move what is given, then what is got, under one reference.

    Raises:
        EngineRefused: when the account cannot pay all of it; nothing has moved then.
    """
    for asset, amount in moves.items():
        if amount < 0 and exchange.balance(account, asset).available < -amount:
            raise EngineRefused(INSUFFICIENT_FUNDS)
    ref_id = None
    for asset, amount in sorted(moves.items(), key=_payments_first):
        units = to_units(amount, exchange.asset(asset).decimals)
        if units:
            ref_id = exchange.post(account, asset, units, now, kind="trade", ref_id=ref_id).ref_id


def _payments_first(move: tuple[str, Decimal]) -> Decimal:
    return move[1]


def _rate(exchange: Exchange, pair: Pair, side: str) -> Fraction:
    if side == "buy":
        return (1 + Fraction(MARGIN_BPS, 10_000)) / selling_rate(exchange, pair.quote, pair.base)
    return (1 - Fraction(MARGIN_BPS, 10_000)) * selling_rate(exchange, pair.base, pair.quote)


def _rounded(value: Fraction, places: int, *, up: bool) -> Decimal:
    scaled = value * 10**places
    return from_units(ceiling(scaled.numerator, scaled.denominator) if up else int(scaled), places)


def _sizes(pair: Pair, request: CreateOtcQuoteRequest, price: Fraction) -> tuple[Decimal, Decimal]:
    """Amount in base and total in quote; the one that was not given is rounded in the desk's favour."""
    buys = request.type == "buy"
    if request.amount is not None:
        units = _units(read_amount(request.amount, "amount"), pair.lot_decimals)
        return pair.qty(units), _rounded(Fraction(pair.qty(units)) * price, pair.quote.decimals, up=buys)
    units = _units(read_amount(request.total or 0, "total"), pair.quote.decimals)
    total = pair.quote.amount(units)
    return _rounded(Fraction(total) / price, pair.lot_decimals, up=not buys), total


def _units(amount: Decimal, places: int) -> int:
    units = to_units(amount, places)
    if units is None or units <= 0:
        raise EngineRefused(INVALID_AMOUNT)
    return units


def _check_limits(exchange: Exchange, pair: Pair, total: Decimal) -> None:
    dollars = exchange.worth(total, pair.quote.display, "USD")
    if dollars is not None and dollars < SMALLEST:
        raise EngineRefused(ORDER_MINIMUM)
    if dollars is not None and dollars > LARGEST:
        raise EngineRefused(INVALID_AMOUNT)


def _dollars(exchange: Exchange, quote: Quote) -> Decimal:
    return exchange.worth(quote.total, quote.quote, "USD") or Decimal(0)


def bound_in(exchange: Exchange, asset: Asset, dollars: Decimal) -> Decimal | None:
    """A limit in another asset, at last prices; None without a price."""
    return exchange.worth(dollars, "USD", asset.display)
