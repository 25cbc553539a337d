"""Files of recorded traffic: ``.json`` holds one body or frame, ``.jsonl`` one on each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from krakenkit.cli.decoding.findings import Finding
from krakenkit.errors import SettingsError
from krakenkit.wire.environment import WsKey

_BY_LINE = (".jsonl", ".ndjson")


class Piece(NamedTuple):
    """One body or frame of a file."""

    raw: bytes
    line: int | None = None
    """Counted from 1 in files with one on each line."""


class Entry(NamedTuple):
    """What one piece of one file is."""

    file: str
    line: int | None
    finding: Finding

    def told(self) -> dict[str, Any]:
        """The entry as plain data."""
        place: dict[str, Any] = {"file": self.file} | ({} if self.line is None else {"line": self.line})
        return place | self.finding.told()

    @property
    def place(self) -> str:
        """File and line, as messages name them."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Recording(Protocol):
    """Reads the frames of one file, in order."""

    def read(self, frame: bytes) -> Finding: ...


def pieces(file: str) -> Iterator[Piece]:
    """The bodies or frames in a file; empty lines are nothing."""
    path = Path(file)
    if path.suffix.lower() not in _BY_LINE:
        yield Piece(path.read_bytes())
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield Piece(line.strip(), number)


def entries(files: Iterable[str], recording: Callable[[], Callable[[bytes], Finding]]) -> Iterator[Entry]:
    """What the pieces of these files are; ``recording`` is asked anew for each file for what reads it."""
    for file in files:
        read = recording()
        for piece in pieces(file):
            yield Entry(file, piece.line, read(piece.raw))


def recording_of(key: WsKey) -> Recording:
    """What reads the frames of this connection.

    Raises:
        SettingsError: when nothing does; it says which connections are read.
    """
    from krakenkit.cli.decoding.spot_v2 import SpotV2Recording  # loads the classes of a whole family
    from krakenkit.wire.spot_v2.channels import KEYS

    served = dict.fromkeys((*KEYS, WsKey.SPOT_L3_V2), SpotV2Recording)
    if key not in served:
        raise SettingsError(
            f"Frames of {key.name} are not read here; those of {', '.join(k.name for k in served)} are."
        )
    return served[key]()


def ws_key_named(name: str) -> WsKey:
    """The connection of this name, in our spelling or the JavaScript SDK's.

    Raises:
        SettingsError: when there is none.
    """
    for key in WsKey:
        if name.lower() in (key.name.lower(), key.value.lower()):
            return key
    raise SettingsError(f"There is no connection {name!r}; the connections are {', '.join(key.name for key in WsKey)}.")
