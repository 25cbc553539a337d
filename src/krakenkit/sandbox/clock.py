"""The clock of a sandbox: exchange time, which may run faster than real time, stand still, or be moved by hand.

Everything the exchange says and judges goes by this clock: timestamps, expiries, deadlines, funding, the dead man's switch,
candles. A deadline or an expiry that a client took from its own clock means what it says at speed 1 only; at other speeds
clients take the time from the exchange. Nonces are only compared with each other. Sockets live in real time: heartbeats,
scripted silences and delays do not run faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from krakenkit.errors import SettingsError

NanoClock: TypeAlias = Callable[[], int]
"""Nanoseconds since 1970."""
Speed: TypeAlias = int | float | Literal["max"]
"""Seconds of exchange time in a second: 0 stands still, 1 is real time, ``max`` is as fast as the machine can."""

SECOND: Final = 10**9
FASTEST: Final = 1_000_000
_LONG: Final = 365 * 86_400
"""How long things of real time last at ``max``, where nobody can say how much exchange time that is."""


class SandboxClock:
    """Call it for the exchange's time, in nanoseconds since 1970.

    At ``max`` it stands still by itself: whoever makes things happen moves it on.

    Args:
        source: where real time comes from.
        speed: how fast it runs.
        start: what time it is on the exchange now; the source's when left out.

    Raises:
        SettingsError: for a speed that is none.
    """

    def __init__(self, source: NanoClock = time.time_ns, *, speed: Speed = 1, start: int | None = None) -> None:
        self._source = source
        self._since = source()
        self._base = self._since if start is None else start
        self._speed: Speed = speed
        self._rate = rate_of(speed)

    def __call__(self) -> int:
        passed = self._source() - self._since
        return self._base + passed * self._rate.numerator // self._rate.denominator

    @property
    def speed(self) -> Speed:
        """How fast it runs; setting it does not make time jump."""
        return self._speed

    @speed.setter
    def speed(self, speed: Speed) -> None:
        rate = rate_of(speed)
        self._base, self._since = self(), self._source()
        self._speed, self._rate = speed, rate

    def move(self, nanoseconds: int) -> None:
        """Let so much time pass at once."""
        self._base += nanoseconds

    def after(self, seconds: int) -> int:
        """The exchange time when so many seconds of real time will have passed, or of exchange time where that is later."""
        if self._speed == "max":
            return self() + _LONG * SECOND
        rate = max(self._rate, Fraction(1))
        return self() + seconds * SECOND * rate.numerator // rate.denominator


def rate_of(speed: float | str) -> Fraction:
    """Exchange time that passes by itself in a unit of real time: none at ``max``.

    Raises:
        SettingsError: for anything that is not a speed.
    """
    if speed == "max":
        return Fraction(0)
    # Written so that NaN is out too.
    if isinstance(speed, str) or not 0 <= speed <= FASTEST:
        raise SettingsError(
            f'{speed!r} is no speed: give 0 to stand still, 1 for real time, up to {FASTEST}, or "max".'
        )
    return Fraction(speed)
