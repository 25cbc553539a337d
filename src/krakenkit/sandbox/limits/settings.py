"""Which limits a sandbox keeps, and how strictly."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self, cast

from krakenkit.errors import SettingsError
from krakenkit.wire.trading_limits import TIERS, Tier, TierLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How generous each limit is: 1 as Kraken documents it, 2 twice as much, 0 no such limit.

    Off unless asked for, but for the one that a client meets without doing anything: idle sockets.
    """

    tier: Tier = "intermediate"
    """The tier of all accounts, for ``rest`` and ``trading``; it also says how many orders may be open on a pair."""
    rest: float = 0
    """The counter of a key's private REST calls."""
    public: float = 0
    """Public REST calls of one address. Kraken publishes no figures: ten at once and one a second, as others report."""
    trading: float = 0
    """The counters of the trading engine, per account and pair, with costs by the age of the order."""
    futures: float = 0
    """The two budgets of a Futures key."""
    connections: float = 0
    """150 sockets of one address within ten minutes, then none for ten minutes; on Futures 100 at a time."""
    messages: float = 0
    """Frames that a client sends: 20 a second and connection on Spot, as third parties report, and 100 on Futures."""
    lockouts: float = 0
    """15 failures of one key within a minute lock it out for five; Kraken has no figures."""
    idle: float = 1
    """Spot sockets that have no subscription and say nothing for a minute are closed; so are Futures ones without a ping."""
    level3: float = 0
    """200 symbols on one connection, and 200 points a second for subscribing to them."""

    def __post_init__(self) -> None:
        if self.tier not in TIERS:
            raise SettingsError(f"There is no tier {self.tier!r}; there are {', '.join(TIERS)}.")
        for name in limit_names():
            if not 0 <= getattr(self, name) < float("inf"):
                raise SettingsError(f"The limit {name!r} is scaled by a number from 0 up, and 0 turns it off.")

    @property
    def figures(self) -> TierLimits:
        """What the tier allows."""
        return TIERS[self.tier]

    @classmethod
    def all(cls, tier: Tier = "intermediate", *, scale: float = 1) -> Self:
        """Every limit, as documented or scaled."""
        return cls(tier=tier, **dict.fromkeys(limit_names(), scale))

    @classmethod
    def none(cls, tier: Tier = "intermediate") -> Self:
        """No limit at all."""
        return cls.all(tier, scale=0)

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a command line says: ``all``, ``none``, or a list such as ``rest,trading=0.5,tier=pro``.

        Raises:
            SettingsError: for a limit that there is not, and a scale that is no number.
        """
        words = [word.strip() for word in text.split(",") if word.strip()]
        found: dict[str, float | str] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name in ("all", "none") and not value:
                found |= dict.fromkeys(limit_names(), 1.0 if name == "all" else 0.0)
            elif name == "tier":
                found[name] = value
            elif name in limit_names():
                found[name] = _scale(name, value)
            else:
                raise SettingsError(
                    f"There is no limit {name!r}; there are tier, {', '.join(limit_names())}, all and none."
                )
        return cls(**cast("dict[str, float]", found))  # type: ignore[arg-type]  # the tier is checked there


def limit_names() -> tuple[str, ...]:
    """The names of the limits."""
    return tuple(field.name for field in fields(Limits) if field.name != "tier")


def _scale(name: str, value: str) -> float:
    try:
        return float(value) if value else 1.0
    except ValueError:
        raise SettingsError(f"{name}={value} is no scale; write {name}=1 for the documented limit.") from None
