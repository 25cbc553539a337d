"""The time of a sandbox that stands still until a test lets it pass."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krakenkit.sandbox import Sandbox

_MICRO = 1000
_SECOND = 10**9


class ExchangeTime:
    """Exchange time in a test's hands."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box

    @property
    def now(self) -> datetime:
        """What time it is on the exchange, in UTC; cut off to microseconds."""
        seconds, rest = divmod(self._box.now, _SECOND)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // _MICRO)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once: orders expire, candles close, the market acts.

        Raises:
            SettingsError: for a time that runs backwards.
        """
        self._box.advance(seconds)
