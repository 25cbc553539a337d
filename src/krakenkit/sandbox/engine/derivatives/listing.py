"""The contracts a sandbox lists: perpetuals, and dated ones that expire on the last Friday of a quarter.

Ticks and sizes are as the exchange had them in 2025 and 2026. Margin levels have the shape of the exchange's; the
numbers of the higher ones are our own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from ..catalogue import ADA, BTC, DOGE, ETH, LTC, SOL, USD, XRP
from ..instruments import Asset, Pair
from ..scale import power_of_ten
from .contracts import FLEX, Contract, Contracts, MarginLevel

_DATED: Final = re.compile(r"(FI|FF)_XBTUSD_(\d{6})")
_SECOND: Final = 10**9
_MILLION: Final = 10**6
_QUARTERS: Final = (3, 6, 9, 12)
_FRIDAY: Final = 4
_EXPIRY_HOUR: Final = 16
"""UTC. The exchange means London, where it is 15:00 UTC in summer; here it is the same all year."""
# Initial margin in parts per million, and from which million (of dollars or contracts) it holds; maintenance is half of it.
_LEVELS: Final = ((20_000, 0), (40_000, 30), (60_000, 60), (100_000, 120), (200_000, 250), (400_000, 500))
_SMALL_LEVELS: Final = ((20_000, 0), (40_000, 2), (100_000, 5), (200_000, 10), (500_000, 25))
_INVERSE_LEVELS: Final = ((20_000, 0), (40_000, 1), (60_000, 3), (100_000, 6), (200_000, 12), (400_000, 20))


def perpetuals() -> Contracts:
    """The perpetual contracts."""
    return Contracts(_perpetuals())


def contracts_at(now: int) -> Contracts:
    """All contracts as they are listed at a moment: the perpetuals, and for bitcoin the next quarter's two dated ones."""
    expiry = next_expiry(now)
    return Contracts([*_perpetuals(), _dated_inverse(expiry), _dated_linear(expiry)])


def listed(symbol: str) -> Contract | None:
    """The contract that has this symbol, or had it, or will; whatever the case."""
    name = symbol.upper()
    dated = _DATED.fullmatch(name)
    if dated is None:
        return next((one for one in _perpetuals() if one.symbol == name), None)
    try:
        day = datetime.strptime(dated[2], "%y%m%d").replace(hour=_EXPIRY_HOUR, tzinfo=UTC)
    except ValueError:
        return None
    expiry = int(day.timestamp()) * _SECOND
    if next_expiry(expiry - 1) != expiry:
        return None
    return _dated_inverse(expiry) if dated[1] == "FI" else _dated_linear(expiry)


def successor(contract: Contract) -> Contract:
    """The dated contract that is listed when this one expires."""
    if contract.expiry is None:
        raise ValueError(f"{contract.symbol} does not expire.")
    expiry = next_expiry(contract.expiry)
    return _dated_inverse(expiry) if contract.inverse else _dated_linear(expiry)


def next_expiry(now: int) -> int:
    """The first quarterly expiry after a moment: the last Friday of March, June, September or December."""
    day = datetime.fromtimestamp(now // _SECOND, UTC)
    for month in range(day.month, day.month + 6):
        year, number = day.year + (month - 1) // 12, (month - 1) % 12 + 1
        if number in _QUARTERS:
            expiry = int(_last_friday(year, number).timestamp()) * _SECOND
            if expiry > now:
                return expiry
    raise ValueError(f"No quarter ends after {day}.")  # there is one in any six months


def _last_friday(year: int, month: int) -> datetime:
    after = datetime(year + month // 12, month % 12 + 1, 1, _EXPIRY_HOUR, tzinfo=UTC)
    last = after - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - _FRIDAY) % 7)


# Cached, so that there is one object for each contract, whatever exchange lists it.
@cache
def _perpetuals() -> tuple[Contract, ...]:
    return (
        _linear("PF_XBTUSD", BTC, tick="1", places=4, largest="500", levels=_LEVELS),
        _linear("PF_ETHUSD", ETH, tick="0.1", places=3, largest="10000", levels=_LEVELS),
        _linear("PF_SOLUSD", SOL, tick="0.01", places=2, largest="100000"),
        _linear("PF_XRPUSD", XRP, tick="0.00001", places=0, largest="5000000"),
        # The exchange counts dogecoins singly; here in tens, so that one contract has a precision below zero, as some have.
        _linear("PF_DOGEUSD", DOGE, tick="0.000001", places=0, largest="30000000", step=10),
        _linear("PF_LTCUSD", LTC, tick="0.01", places=2, largest="100000"),
        _linear("PF_ADAUSD", ADA, tick="0.00001", places=0, largest="10000000"),
        # Pair wants as many places in all as the dollar has, so prices have four, and the tick is 5000 of them.
        _inverse("PI_XBTUSD", BTC, tick="0.5", largest=10_000_000),
        _inverse("PI_ETHUSD", ETH, tick="0.05", largest=5_000_000),
    )


@cache
def _dated_inverse(expiry: int) -> Contract:
    return _inverse(f"FI_XBTUSD_{_day(expiry)}", BTC, tick="0.5", largest=10_000_000, expiry=expiry)


@cache
def _dated_linear(expiry: int) -> Contract:
    name = f"FF_XBTUSD_{_day(expiry)}"
    return _linear(name, BTC, tick="1", places=4, largest="500", levels=_LEVELS, expiry=expiry)


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at // _SECOND, UTC):%y%m%d}"


def _linear(
    symbol: str,
    base: Asset,
    *,
    tick: str,
    places: int,
    largest: str,
    levels: tuple[tuple[int, int], ...] = _SMALL_LEVELS,
    step: int = 1,
    expiry: int | None = None,
) -> Contract:
    # One place finer than the tick, for index and mark prices.
    price_places = len(tick.partition(".")[2]) + 1
    return Contract(
        scale=_scale(symbol, base, price_places=max(price_places, 4 - places), tick=tick, places=places, step=step),
        wallet=FLEX,
        currency=USD,
        index=f"{base.display}/USD",
        largest=int(largest) * power_of_ten(places),
        levels=_margin(levels),
        step=step,
        expiry=expiry,
    )


def _inverse(symbol: str, base: Asset, *, tick: str, largest: int, expiry: int | None = None) -> Contract:
    return Contract(
        scale=_scale(symbol, base, price_places=4, tick=tick, places=0),
        wallet=f"fi_{base.altname.lower()}usd",
        currency=base,
        index=f"{base.display}/USD",
        largest=largest,
        levels=_margin(_INVERSE_LEVELS),
        inverse=True,
        expiry=expiry,
    )


def _margin(levels: tuple[tuple[int, int], ...]) -> tuple[MarginLevel, ...]:
    return tuple(MarginLevel(size * _MILLION, initial, initial // 2) for initial, size in levels)


def _scale(symbol: str, base: Asset, *, price_places: int, tick: str, places: int, step: int = 1) -> Pair:
    return Pair(
        name=symbol,
        altname=symbol,
        wsname=symbol,
        symbol=f"{base.altname}:USD",
        base=base,
        quote=USD,
        pair_decimals=price_places,
        tick_size=Decimal(tick),
        ordermin=Decimal(f"1E-{places}") * step,
        costmin=Decimal(0),
        lot_decimals=places,
        cost_decimals=4,
    )
