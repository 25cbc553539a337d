"""Calendar days of UTC in nanoseconds, and what accounts were worth at their ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Asset, Candle, Exchange
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.rates import pair_of, rounded

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


class Past:
    """An account at moments of the past, which have to be asked for in their order.

    Prices are the closes of days, and today's last one. Where no candle reaches back so far, and where two pairs lie
    between an asset and the unit, they are those of now.
    """

    def __init__(self, exchange: Exchange, account: str, unit: str) -> None:
        self._exchange = exchange
        self._unit = exchange.asset(unit)
        self._entries = exchange.ledger(account)  # newest first: what is over is taken off the end
        self._candles: dict[Asset, list[Candle]] = {}
        self._held: dict[str, Decimal] = {}

    def held(self, at: int) -> dict[str, Decimal]:
        """What there was of each asset; empty before the first entry."""
        while self._entries and self._entries[-1].at <= at:
            entry = self._entries.pop()
            self._held[entry.asset.display] = entry.balance
        return dict(self._held)

    def worth(self, held: Mapping[str, Decimal], at: int) -> Decimal:
        """What holdings were worth, in the unit; an asset without a price counts as nothing."""
        worths = (amount * self._price(name, at) for name, amount in held.items() if amount)
        return rounded(sum(worths, Decimal(0)), self._unit)

    def _price(self, name: str, at: int) -> Decimal:
        asset = self._exchange.asset(name)
        pair = pair_of(self._exchange, asset, self._unit)
        if pair is not None:
            if asset not in self._candles:
                self._candles[asset] = self._exchange.candles(pair.name, _DAILY)
            candles = self._candles[asset]
            over = bisect_right(candles, at, key=_end)
            if over and candles[over - 1].close:
                close = candles[over - 1].close
                return close if pair.base is asset else 1 / close
        return self._exchange.worth(Decimal(1), name, self._unit.display) or Decimal(0)


def _end(candle: Candle) -> int:
    return candle.end
