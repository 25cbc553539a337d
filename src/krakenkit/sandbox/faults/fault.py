"""What a fault is: a name, settings that are checked, and the place where it happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from msgspec import Meta, Struct

if TYPE_CHECKING:
    from krakenkit.sandbox.faults.script import Script

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")
LineKind: TypeAlias = Literal["all", "public", "private"]
Status: TypeAlias = Literal["online", "post_only", "cancel_only", "maintenance"]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=10_000_000)]
HttpStatus: TypeAlias = Annotated[int, Meta(ge=200, le=599)]
Place: TypeAlias = Literal[
    "upgrade",
    "frame",
    "reply",
    "update",
    "checksum",
    "book update",
    "report",
    "subscription",
    "command",
    "command done",
    "call",
]
"""Where the server stops and asks whether something shall go wrong."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One moment at one place: what it is about, as far as that is known there."""

    name: str = ""
    """The path of a call, the method of a command, the channel of a frame or report."""
    symbols: tuple[str, ...] = ()
    private: bool = False


class Target(Protocol):
    """An open socket, as far as faults go."""

    private: bool

    def send(self, frame: bytes) -> None:
        """Queue a text frame."""
        ...

    def cut(self) -> None:
        """End it in mid-air."""
        ...

    def cut_in(self, seconds: float) -> None:
        """End it in mid-air, later."""
        ...

    def abandon(self) -> None:
        """Never read from it or write to it again, and leave it open."""
        ...


class Site(Protocol):
    """What faults can reach."""

    @property
    def script(self) -> Script:
        """What is scripted."""
        ...

    def lines(self, kind: LineKind) -> Sequence[Target]:
        """The open sockets of this kind."""
        ...

    def symbol(self, name: str) -> str:
        """A pair or contract in the spelling of its frames, whatever the spelling of its name.

        Raises:
            SettingsError: when there is none.
        """
        ...

    def spoil_tokens(self) -> None:
        """Make every token stale."""
        ...

    def set_status(self, status: Status) -> None:
        """Put the exchange into another mode."""
        ...


class Fault(Struct, Generic[R_co], frozen=True, forbid_unknown_fields=True):
    """One thing that can go wrong. Its class is its entry in the list: name, settings and the line that explains it."""

    place: ClassVar[Place | None] = None
    """Where it happens; None for what is only done on demand."""
    chance: ClassVar[bool] = True
    """Whether it can happen by chance there."""

    def begin(self, site: Site) -> R_co:
        """Let it happen, or get ready to."""
        raise NotImplementedError

    def meant(self, occasion: Occasion) -> bool:
        """Whether this is the occasion it waits for."""
        return True


class Scripted(Fault[None], frozen=True):
    """A fault that waits for its occasion."""

    def begin(self, site: Site) -> None:
        site.script.arm(self.settled(site))

    def settled(self, site: Site) -> Scripted:
        """The same with names as the exchange spells them.

        Raises:
            SettingsError: for a symbol that the sandbox does not have.
        """
        return self

    @property
    def times(self) -> int | None:
        """How often it happens; None for as long as it is not cleared."""
        return int(getattr(self, "count", 1))


def name_of(kind: Callable[..., Fault[Any]]) -> str:
    """The name of a fault in all three faces: ``DropLines`` is ``drop_lines``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def is_kind(wanted: LineKind, *, private: bool) -> bool:
    """Whether a socket is of the kind that is meant."""
    return wanted == "all" or private == (wanted == "private")


def is_path(wanted: str | None, path: str) -> bool:
    """Whether a path is meant: by itself, by its last word, or because all are."""
    return wanted is None or wanted in (path, path.rpartition("/")[2])


def is_symbol(wanted: str | None, occasion: Occasion) -> bool:
    """Whether the occasion is about this symbol, or all are meant."""
    return wanted is None or wanted in occasion.symbols
