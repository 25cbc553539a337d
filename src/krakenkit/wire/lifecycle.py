"""What ends, and when: dated entries for surfaces and endpoints, kept by hand.

The exchange sends no header that announces an end. Dates and replacements are those of docs.kraken.com (changelog, the
notice on the Derivatives REST page, the Unified WebSocket page) as of November 2026. Look there before each release:
a successor of Futures REST may be announced.
"""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from krakenkit.errors import KrakenLifecycleWarning
from krakenkit.wire.route import Route

Status: TypeAlias = Literal["current", "frozen", "deprecated", "removed"]
"""``frozen`` gets no new features; ``deprecated`` works and should not be used for anything new."""

_FUTURES_END = date(2027, 3, 1)
_NO_SUCCESSOR = "no replacement is announced"


@dataclass(frozen=True, slots=True)
class Entry:
    """The state of one surface or endpoint."""

    id: str
    surface: str
    """What it is, in words for a message."""
    status: Status
    ends: date | None = None
    """The first day without it; None when no end is announced, or none is known."""
    replacement: str | None = None
    """What to use in its stead, in words for a message."""
    note: str = ""

    @property
    def ending(self) -> bool:
        """Whether using it deserves a warning."""
        return self.ends is not None or self.status in ("deprecated", "removed")

    def over(self, today: date) -> bool:
        """Whether it is gone."""
        return self.status == "removed" or (self.ends is not None and today >= self.ends)

    def text(self, today: date) -> str:
        """What happens to it, when, and what to use in its stead."""
        when = f" on {self.ends.isoformat()}" if self.ends is not None else ""
        if self.over(today):
            fate = f"was switched off{when}" if when else "is gone"
        else:
            fate = f"will be switched off{when}" if when else "is deprecated"
        return f"{self.surface} {fate}; {self.replacement or _NO_SUCCESSOR}.{f' {self.note}' if self.note else ''}"


_ENTRIES = (
    Entry(
        "futures-rest",
        "Futures REST",
        "deprecated",
        _FUTURES_END,
        "use the Unified WebSocket, with a Spot key and its token, for orders, account and market data",
        "History, charts, fee rates by REST and settings have no announced home.",
    ),
    Entry(
        "futures-ws-v1",
        "The Futures WebSocket v1",
        "deprecated",
        _FUTURES_END,
        "use the Unified WebSocket, with a Spot key and its token",
    ),
    Entry(
        "futures-fee-schedules",
        "The fee schedules of Futures REST",
        "deprecated",
        _FUTURES_END,
        "use get_trading_volume of the Spot client, with pair [{asset, aclass: derivatives}] and a Spot key",
        "Since 2026-06-22 their values are not what is charged.",
    ),
    Entry(
        "futures-to-spot-transfer", "The transfer from the futures wallet to Spot by API", "deprecated", _FUTURES_END
    ),
    Entry(
        "futures-history-v2",
        "Futures history v2 (/api/history/v2)",
        "deprecated",
        _FUTURES_END,
        "use /api/history/v3, which answers alike",
    ),
    Entry(
        "futures-funding-v4",
        "/derivatives/api/v4/historicalfundingrates",
        "deprecated",
        _FUTURES_END,
        "use get_historical_funding_rates",
    ),
    Entry("futures-initial-margin", "initialmargin of Futures REST", "removed"),
    Entry("futures-demo", "The Futures demo environment", "removed", date(2026, 7, 14), "use krakenkit.sandbox"),
    Entry("staking", "Spot Stake, Unstake and Staking/*", "deprecated", None, "use the Earn calls"),
    Entry("nft", "The NFT endpoints", "removed"),
    Entry("public-post", "POST on /0/public", "removed", date(2024, 1, 31), "use GET"),
    Entry(
        "edit-order", "EditOrder", "current", None, "amend_order keeps ids and, where possible, the place in the queue"
    ),
    Entry("spot-ws-v1", "The Spot WebSocket v1", "frozen", None, "use the Spot WebSocket v2"),
)
ENTRIES = {each.id: each for each in _ENTRIES}
"""Everything that has ended, will end or was superseded, by id."""

_warned: set[str] = set()


def entry(id: str) -> Entry:
    """The entry of this id; raises ``KeyError`` for an unknown one."""
    return ENTRIES[id]


def warn_once(id: str, now: date) -> None:
    """Warn, once per process and id, that something ends: when, and what to use in its stead.

    The warning points at the line outside this package that made the call, which is why Python shows it by default to
    whoever runs a script, and not to users of a program.
    """
    found = entry(id)
    if found.ending and id not in _warned:
        _warned.add(id)
        warnings.warn(found.text(now), KrakenLifecycleWarning, stacklevel=_outside())


def ended(id: str, today: date) -> str | None:
    """What to say beside an error after the end: what is gone, since when, what to use. None while it is in service."""
    found = entry(id)
    return found.text(today) if found.over(today) else None


def check_lifecycle(route: Route, today: date) -> str | None:
    """Warn once where this route's surface ends; once it has ended, the text that belongs to any error of the call.

    The call is made in any case: the exchange may have moved the date.
    """
    if route.lifecycle is None:
        return None
    warn_once(route.lifecycle, today)
    return ended(route.lifecycle, today)


def _outside() -> int:
    """The stack level, counted from the caller of this function, of the first frame that is not this package's."""
    package = __name__.partition(".")[0]
    frame = inspect.currentframe()
    level = 0
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        frame, level = frame.f_back, level + 1
    return max(level, 1)
