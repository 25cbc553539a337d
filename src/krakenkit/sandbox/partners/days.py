"""Calendar days of UTC in nanoseconds, and what accounts were worth at their ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Asset, Exchange
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.rates import pair_of

DAY: Final = 86_400 * 10**9
_EPOCH: Final = date(1970, 1, 1)
_DAILY: Final = 1440


def midnight(at: int) -> int:
    """The midnight before a moment."""
    return at - at % DAY


def day_of(at: int) -> date:
    """The calendar day of a moment."""
    return datetime.fromtimestamp(at // 10**9, UTC).date()


def end_of(day: date) -> int:
    """The midnight after a day."""
    return ((day - _EPOCH).days + 1) * DAY


def read_day(text: str | None, field: str) -> date | None:
    """A day that may be left out, ``YYYY-MM-DD``.

    Raises:
        EngineRefused: for anything else.
    """
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise invalid(field) from None
    if not _EPOCH <= found <= date(2200, 1, 1):
        raise invalid(field)
    return found


def days_between(start: date, end: date, step: int) -> list[date]:
    """Every ``step``-th day after ``start``, up to ``end``, counted from the end."""
    count = max((end - start).days, 0)
    return [end - timedelta(days=back) for back in range(0, count, step)][::-1]


def held_at(exchange: Exchange, account: str, at: int) -> dict[str, Decimal]:
    """What an account had at a moment, by asset; empty before its first entry."""
    held: dict[str, Decimal] = {}
    for entry in reversed(exchange.ledger(account)):
        if entry.at <= at:
            held[entry.asset.display] = entry.balance
    return held


def price_at(exchange: Exchange, asset: Asset, unit: Asset, at: int) -> Decimal | None:
    """What one asset was worth at a moment: the close of the last day by then, or today's last price.

    Where no candle reaches back so far, and where two pairs lie between, it is the last price of now.
    """
    pair = pair_of(exchange, asset, unit)
    if pair is not None:
        closed = [candle for candle in exchange.candles(pair.name, _DAILY) if candle.end <= at and candle.close]
        if closed:
            close = closed[-1].close
            return close if pair.base is asset else 1 / close
    return exchange.worth(Decimal(1), asset.display, unit.display)


def worth_at(exchange: Exchange, held: dict[str, Decimal], unit: str, at: int) -> Decimal:
    """What holdings were worth at a moment; an asset without a price counts as nothing."""
    whole = Decimal(0)
    for name, amount in held.items():
        price = price_at(exchange, exchange.asset(name), exchange.asset(unit), at) if amount else None
        whole += amount * price if price is not None else 0
    return whole
