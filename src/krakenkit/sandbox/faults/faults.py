"""The faults of one sandbox as a test pulls them: ``box.faults``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from krakenkit.sandbox.faults.fault import Fault, Scripted, Site
from krakenkit.sandbox.faults.listing import Levers, kind_of
from krakenkit.sandbox.faults.script import Happened, Script

R = TypeVar("R")


class Runner(Protocol):
    """Runs an action on the thread of the exchange and gives what it gives."""

    def __call__(self, action: Callable[[], R], /) -> R: ...


class Faults(Levers):
    """Everything that can be made to go wrong, each fault a method; all may be called from any thread.

    ``clear()`` takes back what is set, ``history()`` tells what happened.
    """

    def __init__(self, site: Site, run: Runner) -> None:
        self._site = site
        self._run = run

    def begin(self, fault: Fault[R]) -> R:
        """Let a fault begin, or wait for its occasion."""

        def pull() -> R:
            met = fault.begin(self._site)
            if not isinstance(fault, Scripted) or fault.times is None:
                self._script.note(fault, "set")
            return met

        return self._run(pull)

    def clear(self, name: str | None = None) -> None:
        """Take back every fault that is set, or those of one name; the exchange is online again.

        What has happened stays so: lines that are gone, tokens that are stale.

        Raises:
            SettingsError: when there is no such fault.
        """
        if name is not None:
            kind_of(name)

        def clear() -> None:
            self._script.clear(name)
            if name in (None, "set_status"):
                self._site.set_status("online")

        self._run(clear)

    def history(self, name: str | None = None) -> list[Happened]:
        """What went wrong so far, oldest first, or what did of one name; at most the last 10,000."""
        return self._run(lambda: [one for one in self._script.history if name in (None, one.fault)])

    def waiting(self) -> list[tuple[Fault[object], int | None]]:
        """The faults that wait for their occasion, and how often they still happen; None for until they are cleared."""
        return self._run(lambda: [(one.fault, one.left) for one in self._script.waiting])

    @property
    def _script(self) -> Script:
        return self._site.script
