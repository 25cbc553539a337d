"""Files of recorded traffic: ``.json`` holds one body or frame, ``.jsonl`` one on each line."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from krakenkit.cli.decoding.findings import Finding
from krakenkit.clients.families import family_of
from krakenkit.errors import SettingsError
from krakenkit.wire.environment import WsKey

_BY_LINE = (".jsonl", ".ndjson")
_READERS = {
    "Spot v2": "spot_v2:SpotV2Recording",
    "Spot v2 level 3": "spot_v2:SpotV2Recording",
    "Spot v1": "spot_v1:SpotV1Recording",
    "Futures v1": "futures_v1:FuturesV1Recording",
    "Unified": "unified:UnifiedRecording",
    "Unified level 3": "unified:UnifiedRecording",
}
"""What reads the frames of each family; it loads the classes of the whole family."""


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
    """What reads the frames of this connection, from the beginning of a file."""
    module, _, name = _READERS[family_of(key).name].partition(":")
    reader: type[Recording] = getattr(importlib.import_module(f"krakenkit.cli.decoding.{module}"), name)
    return reader()


def ws_key_named(name: str) -> WsKey:
    """The connection of this name: ``SPOT_PUBLIC_V1``, or ``spotPublicV1`` as the JavaScript SDK spells it.

    Raises:
        SettingsError: when there is none.
    """
    bare = name.replace("_", "").replace("-", "").lower()
    for key in WsKey:
        if bare == key.value.lower():
            return key
    raise SettingsError(f"There is no connection {name!r}; the connections are {', '.join(key.name for key in WsKey)}.")
