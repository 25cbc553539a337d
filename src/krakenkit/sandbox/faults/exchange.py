"""Faults of the exchange as a whole: its mode, its clock, and bad luck."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from krakenkit.sandbox.faults.fault import Fault, Site, Status

_SECOND = 10**9


class SetStatus(Fault[None], frozen=True):
    """Puts the exchange into another mode, until it is set or cleared: ``maintenance``, ``cancel_only`` or ``post_only``."""

    status: Status = "maintenance"

    def begin(self, site: Site) -> None:
        site.set_status(self.status)


class ClockSkew(Fault[None], frozen=True):
    """Sets the time that the exchange goes by off by so many seconds, wherever it is told or asked for.

    Set back, the timestamps of orders and trades stand still until the clock has caught up: the engine's time never runs
    backwards. The market goes on.
    """

    seconds: Annotated[float, Meta(ge=-10_000_000, le=10_000_000)]

    def begin(self, site: Site) -> None:
        site.script.skew = round(self.seconds * _SECOND)


class AtRandom(Fault[None], frozen=True):
    """Lets faults happen by chance: at each occasion each of these kinds with this probability, the same for one seed.

    Every kind has dice of its own, so that its luck does not depend on the other kinds. Left out, ``kinds`` are all that
    can happen by chance, but for ``half_open``, ``freeze`` and ``silence``, from which a client recovers by time-outs alone.
    """

    seed: int = 7
    rate: Annotated[float, Meta(ge=0, le=1)] = 0.01
    kinds: list[str] | None = None

    def begin(self, site: Site) -> None:
        site.script.roll(self.seed, self.rate, self.kinds)
