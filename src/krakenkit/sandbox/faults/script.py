"""What shall go wrong, and how often: set by faults, asked by the server at the places where things can go wrong."""

from __future__ import annotations

import logging
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from krakenkit.errors import SettingsError
from krakenkit.sandbox.faults.fault import Fault, LineKind, Occasion, Place, Scripted, name_of
from krakenkit.sandbox.faults.frames import RefuseCommands, RefuseSubscriptions
from krakenkit.sandbox.faults.lines import RefuseUpgrades
from krakenkit.sandbox.faults.listing import BY_CHANCE, KINDS, SLOW_TO_MEND
from krakenkit.sandbox.faults.occasions import Subject

log = logging.getLogger("krakenkit.sandbox.faults")

REMEMBERED: Final = 10_000
_FRAME_PLACES: Final = ("frame", "reply", "update")


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that went wrong, or was set to; ``at`` is nanoseconds since 1970."""

    fault: str
    at: int
    about: str = ""
    by_chance: bool = False


@dataclass(slots=True)
class Armed:
    """A fault that waits for its occasion; ``left`` is None for one that stays."""

    fault: Scripted
    left: int | None


@dataclass(slots=True)
class _Chance:
    """A fault that happens by chance, with dice of its own."""

    fault: Fault[Any]
    rate: float
    dice: random.Random = field(repr=False)


class Script:
    """Everything that is set to go wrong, and what did. ``clock`` tells nanoseconds since 1970."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._armed: dict[Place, list[Armed]] = {}
        self._chances: dict[Place, list[_Chance]] = {}
        self._silent_until: dict[LineKind, float] = {}
        self._frozen_until = 0.0
        self.history: deque[Happened] = deque(maxlen=REMEMBERED)
        self.skew = 0
        """Nanoseconds by which the exchange's clock is off."""
        self.watches_frames = False
        """Whether any fault waits for a frame, so that frames have to be looked at."""

    def __getstate__(self) -> dict[str, Any]:
        # The steady clock means nothing in another process.
        return self.__dict__ | {"_silent_until": {}, "_frozen_until": 0.0}

    # --- setting --------------------------------------------------------------------------------------------------------

    def arm(self, fault: Scripted) -> None:
        """Let a fault wait for its occasion."""
        if fault.place is None:
            raise RuntimeError(f"{fault} has no place where it could happen.")
        self._armed.setdefault(fault.place, []).append(Armed(fault, fault.times))
        self._look()

    def disarm(self, kind: type[Scripted]) -> None:
        """Take back what waits of this kind."""
        for place, armed in self._armed.items():
            self._armed[place] = [one for one in armed if not isinstance(one.fault, kind)]
        self._look()

    def roll(self, seed: int, rate: float, kinds: list[str] | None) -> None:
        """Let faults of these kinds happen by chance, instead of those that did before.

        Raises:
            SettingsError: for a kind that is not one, or cannot happen by chance.
        """
        chosen = [name for name in BY_CHANCE if name not in SLOW_TO_MEND] if kinds is None else kinds
        for name in chosen:
            if name not in BY_CHANCE:
                raise SettingsError(f"{name!r} does not happen by chance; these do: {', '.join(BY_CHANCE)}.")
        self._chances = {}
        for name in dict.fromkeys(chosen) if rate else ():
            fault = KINDS[name]()
            dice = random.Random(f"{seed} {name}")
            self._chances.setdefault(cast("Place", fault.place), []).append(_Chance(fault, rate, dice))
        self._look()

    def clear(self, name: str | None = None) -> None:
        """Take back everything, or everything of one name; what happened stays in the history."""
        for place, armed in self._armed.items():
            self._armed[place] = [one for one in armed if name not in (None, name_of(type(one.fault)))]
        if name in (None, "at_random"):
            self._chances = {}
        if name in (None, "silence"):
            self._silent_until = {}
        if name in (None, "freeze"):
            self._frozen_until = 0.0
        if name in (None, "clock_skew"):
            self.skew = 0
        self._look()

    def hush(self, until: float, kind: LineKind) -> None:
        """Let lines of this kind be quiet until a moment of the steady clock."""
        self._silent_until[kind] = until

    def freeze(self, until: float) -> None:
        """Let the server stand still until a moment of the steady clock."""
        self._frozen_until = until

    def note(self, fault: Fault[Any], about: str = "", *, by_chance: bool = False) -> None:
        """Remember that something went wrong."""
        log.info("fault  %s  %s%s", name_of(type(fault)), about, "  by chance" if by_chance else "")
        self.history.append(Happened(name_of(type(fault)), self._clock(), about, by_chance))

    def _look(self) -> None:
        self.watches_frames = any(self._armed.get(place) or self._chances.get(place) for place in _FRAME_PLACES)

    # --- asking ---------------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Armed]:
        """What waits for its occasion."""
        return [one for armed in self._armed.values() for one in armed]

    def due(self, place: Place, occasion: Occasion) -> Fault[Any] | None:
        """What goes wrong here and now; it is used up and remembered."""
        armed, chances = self._armed.get(place), self._chances.get(place)
        if not armed and not chances:
            return None
        return self._scripted(place, occasion, armed or []) or self._unlucky(occasion, chances or [])

    def _scripted(self, place: Place, occasion: Occasion, armed: list[Armed]) -> Fault[Any] | None:
        found = next((one for one in armed if one.fault.meant(occasion)), None)
        if found is None:
            return None
        if found.left is not None:
            found.left -= 1
            self.note(found.fault, _told(occasion))
            if not found.left:
                self._armed[place] = [one for one in armed if one is not found]
                self._look()
        return found.fault

    def _unlucky(self, occasion: Occasion, chances: list[_Chance]) -> Fault[Any] | None:
        # All dice are rolled each time: how one kind fares must not depend on another.
        rolled = [one for one in chances if one.dice.random() < one.rate]
        if not rolled:
            return None
        self.note(rolled[0].fault, _told(occasion), by_chance=True)
        return rolled[0].fault

    def quiet_for(self, now: float, *, private: bool) -> float:
        """Seconds for which a line has to be quiet still."""
        kinds: tuple[LineKind, ...] = ("all", "private" if private else "public")
        silent = (self._silent_until.get(kind, 0.0) for kind in kinds) if self._silent_until else ()
        return max(0.0, self._frozen_until - now, *(until - now for until in silent))

    def frozen_for(self, now: float) -> float:
        """Seconds for which the server stands still."""
        return max(0.0, self._frozen_until - now)

    def upgrade_refusal(self) -> int | None:
        """The HTTP status to refuse this upgrade with."""
        fault = self.due("upgrade", Occasion())
        return fault.status if isinstance(fault, RefuseUpgrades) else None

    def wrong_checksum(self, symbol: str) -> bool:
        """Whether this update of a book shall carry a wrong checksum."""
        return self.due("checksum", Occasion(symbols=(symbol,))) is not None

    def lost_update(self, symbol: str) -> bool:
        """Whether this update of a book shall get lost."""
        return self.due("book update", Occasion(symbols=(symbol,))) is not None

    def lost_report(self, channel: str) -> bool:
        """Whether this message of a private channel shall get lost."""
        return self.due("report", Occasion(channel)) is not None

    def subscription_refusal(self) -> str | None:
        """The string to refuse this subscription with."""
        fault = self.due("subscription", Occasion())
        return fault.error if isinstance(fault, RefuseSubscriptions) else None

    def command_refusal(self, method: str) -> str | None:
        """The string to refuse this trading command with."""
        fault = self.due("command", Occasion(method))
        return fault.error if isinstance(fault, RefuseCommands) else None

    def cuts_command(self, method: str) -> bool:
        """Whether the line shall be cut now that this command was carried out."""
        return self.due("command done", Occasion(method)) is not None

    def frame_fault(self, subject: Subject, *, private: bool) -> Fault[Any] | None:
        """What shall go wrong with this frame, or with its line."""
        occasion = Occasion(subject.name, subject.symbols, private)
        fault = self.due("frame", occasion)
        if fault is not None or subject.kind not in ("reply", "update"):
            return fault
        return self.due(subject.kind, occasion)

    def rest_fault(self, path: str) -> Fault[Any] | None:
        """What shall go wrong with this call."""
        return self.due("call", Occasion(path))


class SkewedClock:
    """A clock that is off by what is scripted."""

    def __init__(self, clock: Callable[[], int], script: Script) -> None:
        self._clock = clock
        self._script = script

    def __call__(self) -> int:
        return self._clock() + self._script.skew


def _told(occasion: Occasion) -> str:
    return " ".join(filter(None, (occasion.name, *occasion.symbols)))
