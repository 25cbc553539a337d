"""Faults of what is said on sockets: replies, updates, reports, subscriptions and commands."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from krakenkit.sandbox.faults.fault import Count, Fault, Occasion, Place, Scripted, Seconds, Site, is_symbol


class LoseAcks(Scripted, frozen=True):
    """Loses replies on sockets: the request was carried out, and nobody hears of it."""

    place: ClassVar[Place | None] = "reply"

    count: Count = 1


class DelayAcks(Scripted, frozen=True):
    """Lets replies on sockets come so much later, until 0 is set; data does not wait for them."""

    place: ClassVar[Place | None] = "reply"

    seconds: Seconds = 0.1

    def begin(self, site: Site) -> None:
        site.script.disarm(DelayAcks)
        if self.seconds:
            site.script.arm(self)

    @property
    def times(self) -> None:
        return None


class _OfStream(Scripted, frozen=True):
    """A fault of updates of one channel, one symbol, or any."""

    place: ClassVar[Place | None] = "update"

    channel: str | None = None
    symbol: str | None = None

    def settled(self, site: Site) -> Scripted:
        return self if self.symbol is None else msgspec.structs.replace(self, symbol=site.symbol(self.symbol))

    def meant(self, occasion: Occasion) -> bool:
        return self.channel in (None, occasion.name) and is_symbol(self.symbol, occasion)


class Mute(_OfStream, frozen=True):
    """Stops the updates of one channel, one symbol, or both, while the rest of the line lives on; until it is cleared."""

    chance: ClassVar[bool] = False

    @property
    def times(self) -> None:
        return None


class DuplicateFrames(_OfStream, frozen=True):
    """Sends updates twice."""

    count: Count = 1


class SwapFrames(_OfStream, frozen=True):
    """Sends an update after the one that follows it on the same channel and symbol."""

    count: Count = 1


class _OfBook(Scripted, frozen=True):
    """A fault of updates of one book, or of any."""

    symbol: str | None = None
    count: Count = 1

    def settled(self, site: Site) -> Scripted:
        return self if self.symbol is None else msgspec.structs.replace(self, symbol=site.symbol(self.symbol))

    def meant(self, occasion: Occasion) -> bool:
        return is_symbol(self.symbol, occasion)


class CorruptNextChecksum(_OfBook, frozen=True):
    """Lets updates of a book carry a wrong checksum."""

    place: ClassVar[Place | None] = "checksum"


class LoseNextBookUpdate(_OfBook, frozen=True):
    """Loses updates of a book, so that the books of its readers go wrong; where updates are counted there is a hole."""

    place: ClassVar[Place | None] = "book update"


class LoseNextReport(Scripted, frozen=True):
    """Loses messages of a private channel: where they are counted, the sequence has a hole then."""

    place: ClassVar[Place | None] = "report"

    channel: str | None = "executions"
    count: Count = 1

    def meant(self, occasion: Occasion) -> bool:
        return self.channel in (None, occasion.name)


class RefuseSubscriptions(Scripted, frozen=True):
    """Refuses subscriptions, symbol by symbol, with this string."""

    place: ClassVar[Place | None] = "subscription"

    error: str = "EGeneral:Too many requests"
    count: Count = 1


class StaleTokens(Fault[None], frozen=True):
    """Makes every WebSocket token stale: requests with it are refused, running subscriptions go on."""

    def begin(self, site: Site) -> None:
        site.spoil_tokens()


class _OfCommand(Scripted, frozen=True):
    """A fault of trading commands of one method, or of any."""

    method: str | None = None
    count: Count = 1

    def meant(self, occasion: Occasion) -> bool:
        return self.method in (None, occasion.name)


class DropAfterCommand(_OfCommand, frozen=True):
    """Carries a trading command out, then cuts the line instead of answering."""

    place: ClassVar[Place | None] = "command done"


class RefuseCommands(_OfCommand, frozen=True):
    """Refuses trading commands with this string and does nothing of what they ask."""

    place: ClassVar[Place | None] = "command"

    error: str = "EService:Busy"
