"""Faults of sockets as a whole: lines that break, fall silent or are refused."""

from __future__ import annotations

import time
from typing import ClassVar

from krakenkit.sandbox.faults.fault import (
    Count,
    Fault,
    HttpStatus,
    LineKind,
    Occasion,
    Place,
    Scripted,
    Seconds,
    Site,
    is_kind,
)

RESTARTING = b"CloudFlare WebSocket proxy restarting"


class DropLines(Fault[int], frozen=True):
    """Cuts the open sockets in mid-air, as a failing network does; gives how many there were."""

    place: ClassVar[Place | None] = "frame"

    kind: LineKind = "all"

    def begin(self, site: Site) -> int:
        meant = site.lines(self.kind)
        for line in meant:
            line.cut()
        return len(meant)

    def meant(self, occasion: Occasion) -> bool:
        return is_kind(self.kind, private=occasion.private)


class HalfOpen(Fault[int], frozen=True):
    """Leaves the open sockets for dead, never read and never written again, yet not closed; gives how many there were."""

    place: ClassVar[Place | None] = "frame"

    kind: LineKind = "all"

    def begin(self, site: Site) -> int:
        meant = site.lines(self.kind)
        for line in meant:
            line.abandon()
        return len(meant)

    def meant(self, occasion: Occasion) -> bool:
        return is_kind(self.kind, private=occasion.private)


class Silence(Fault[None], frozen=True):
    """Keeps the sockets open and says nothing on them for so long; what waited comes afterwards."""

    place: ClassVar[Place | None] = "frame"

    seconds: Seconds = 1.0
    kind: LineKind = "all"

    def begin(self, site: Site) -> None:
        site.script.hush(time.monotonic() + self.seconds, self.kind)


class Freeze(Fault[None], frozen=True):
    """Stops the whole server for so long: it reads nothing and says nothing, on sockets and on REST."""

    place: ClassVar[Place | None] = "frame"

    seconds: Seconds = 1.0

    def begin(self, site: Site) -> None:
        site.script.freeze(time.monotonic() + self.seconds)


class RefuseUpgrades(Scripted, frozen=True):
    """Answers attempts to open a socket with this HTTP status."""

    place: ClassVar[Place | None] = "upgrade"

    status: HttpStatus = 503
    count: Count = 1


class Say(Fault[int], frozen=True):
    """Sends this text to every open socket, JSON or not; gives how many heard it."""

    text: str

    def begin(self, site: Site) -> int:
        lines = site.lines("all")
        for line in lines:
            line.send(self.text.encode())
        return len(lines)


class ProxyRestart(Fault[int], frozen=True):
    """Says ``CloudFlare WebSocket proxy restarting`` on every socket and cuts it so much later; gives how many there were."""

    seconds: Seconds = 0.2

    def begin(self, site: Site) -> int:
        lines = site.lines("all")
        for line in lines:
            line.send(RESTARTING)
            line.cut_in(self.seconds)
        return len(lines)
