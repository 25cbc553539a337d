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
        self._watched: set[Place] = set()
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
        self._watched = {place for waits in (self._armed, self._chances) for place, those in waits.items() if those}
        self.watches_frames = not self._watched.isdisjoint(_FRAME_PLACES)

    # --- asking ---------------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Armed]:
        """What waits for its occasion."""
        return [one for armed in self._armed.values() for one in armed]

    def due(self, place: Place, name: str = "", *symbols: str, private: bool = False) -> Fault[Any] | None:
        """What goes wrong here and now; it is used up and remembered. The rest says what it is about."""
        if place not in self._watched:
            return None
        occasion = Occasion(name, symbols, private)
        # The dice are rolled in any case: the luck of one kind must not depend on anything else.
        unlucky = self._rolled(place)
        return self._scripted(place, occasion) or self._struck(unlucky, occasion)

    def _rolled(self, place: Place) -> list[Fault[Any]]:
        return [one.fault for one in self._chances.get(place, ()) if one.dice.random() < one.rate]

    def _struck(self, unlucky: list[Fault[Any]], occasion: Occasion) -> Fault[Any] | None:
        if not unlucky:
            return None
        self.note(unlucky[0], _told(occasion), by_chance=True)
        return unlucky[0]

    def _scripted(self, place: Place, occasion: Occasion) -> Fault[Any] | None:
        found = next((one for one in self._armed.get(place, ()) if one.fault.meant(occasion)), None)
        if found is None:
            return None
        if found.left is not None:
            found.left -= 1
            self.note(found.fault, _told(occasion))
            self._drop_used(place)
        return found.fault

    def _drop_used(self, place: Place) -> None:
        self._armed[place] = [one for one in self._armed[place] if one.left != 0]
        self._look()

    def quiet_for(self, now: float, *, private: bool) -> float:
        """Seconds for which a line has to be quiet still."""
        if not (self._silent_until or self._frozen_until):
            return 0.0
        kinds: tuple[LineKind, ...] = ("all", "private" if private else "public")
        until = max(self._frozen_until, *(self._silent_until.get(one, 0.0) for one in kinds))
        return max(0.0, until - now)

    def frozen_for(self, now: float) -> float:
        """Seconds for which the server stands still."""
        return max(0.0, self._frozen_until - now)

    def upgrade_refusal(self) -> int | None:
        """The HTTP status to refuse this upgrade with."""
        fault = self.due("upgrade")
        return fault.status if isinstance(fault, RefuseUpgrades) else None

    def wrong_checksum(self, symbol: str) -> bool:
        """Whether this update of a book shall carry a wrong checksum."""
        return self.due("checksum", "", symbol) is not None

    def lost_update(self, symbol: str) -> bool:
        """Whether this update of a book shall get lost."""
        return self.due("book update", "", symbol) is not None

    def lost_report(self, channel: str) -> bool:
        """Whether this message of a private channel shall get lost."""
        return self.due("report", channel) is not None

    def subscription_refusal(self) -> str | None:
        """The string to refuse this subscription with."""
        fault = self.due("subscription")
        return fault.error if isinstance(fault, RefuseSubscriptions) else None

    def command_refusal(self, method: str) -> str | None:
        """The string to refuse this trading command with."""
        fault = self.due("command", method)
        return fault.error if isinstance(fault, RefuseCommands) else None

    def cuts_command(self, method: str) -> bool:
        """Whether the line shall be cut now that this command was carried out."""
        return self.due("command done", method) is not None

    def frame_fault(self, subject: Subject, *, private: bool) -> Fault[Any] | None:
        """What shall go wrong with this frame, or with its line."""
        of_line = self.due("frame", subject.name, *subject.symbols, private=private)
        if subject.kind not in ("reply", "update"):
            return of_line
        return self.due(subject.kind, subject.name, *subject.symbols, private=private) or of_line

    def rest_fault(self, path: str) -> Fault[Any] | None:
        """What shall go wrong with this call."""
        return self.due("call", path)


class SkewedClock:
    """A clock that is off by what is scripted."""

    def __init__(self, clock: Callable[[], int], script: Script) -> None:
        self._clock = clock
        self._script = script

    def __call__(self) -> int:
        return self._clock() + self._script.skew


def _told(occasion: Occasion) -> str:
    return " ".join(filter(None, (occasion.name, *occasion.symbols)))
