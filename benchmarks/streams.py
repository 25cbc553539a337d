"""The streams that are played: which messages, framed for the socket, kept in a folder from one run to the next."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.frames import SpotV1, SpotV2
from benchmarks.market import LISTINGS, Market

SEED = 7
CACHE = Path(__file__).parent / ".cache"
_MAGIC = b"kkbench2"
_MIXED_DEPTH = 10


@dataclass(frozen=True)
class Stream:
    """Snapshots, which answer a subscription each, and the messages that follow. JSON text, not yet framed."""

    snapshots: Sequence[bytes]
    messages: Sequence[bytes]


def depth_of(name: str) -> int:
    """The depth of the books in a stream."""
    digits = name.removeprefix("v1").removeprefix("book")
    return int(digits) if digits.isdigit() else _MIXED_DEPTH


def generate(name: str, count: int, seed: int = SEED) -> Stream:
    """The stream ``book10``, ``book100``, ``book1000`` or ``mixed``; with ``v1`` before it for Spot v1."""
    speak = SpotV1 if name.startswith("v1") else SpotV2
    if name.removeprefix("v1") == "mixed":
        return _mixed(speak, count, seed)
    if not name.removeprefix("v1").startswith("book"):
        raise ValueError(f"There is no stream {name!r}; take mixed, book10, book100 or book1000.")
    voice = speak(Market(LISTINGS[0], depth_of(name), seed))
    return Stream([voice.book(0, "snapshot").encode()], [voice.book(number).encode() for number in range(1, count + 1)])


def _mixed(speak: type[SpotV1] | type[SpotV2], count: int, seed: int) -> Stream:
    """Four symbols: 80 books to 12 tickers to 8 trades, the first symbol as busy as the others together.

    Books have markets of their own, which nothing but book messages moves: so their checksums stay right.
    """
    books = [speak(Market(listing, _MIXED_DEPTH, seed)) for listing in LISTINGS]
    others = [speak(Market(listing, _MIXED_DEPTH, seed + 1)) for listing in LISTINGS]
    snapshots = [book.book(0, "snapshot") for book in books]
    snapshots += [other.ticker(0, "snapshot") for other in others]
    snapshots += [other.trade(0, "snapshot") for other in others]
    roll = random.Random(seed)
    messages: list[bytes] = []
    for number in range(1, count + 1):
        which = min(int(roll.expovariate(0.83)), len(LISTINGS) - 1)
        kind = roll.choices(("book", "ticker", "trade"), (80, 12, 8))[0]
        if kind == "book":
            messages.append(books[which].book(number).encode())
        else:
            messages.append((others[which].ticker if kind == "ticker" else others[which].trade)(number).encode())
    return Stream([snapshot.encode() for snapshot in snapshots], messages)


def framed(text: bytes) -> bytes:
    """One whole, unmasked text frame, as a server sends it (RFC 6455, section 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65536:
        return b"\x81\x7e" + struct.pack(">H", size) + text
    return b"\x81\x7f" + struct.pack(">Q", size) + text


def path_of(name: str) -> Path:
    """Where a stream is kept."""
    return CACHE / f"{name}-{SEED}.stream"


def keep(name: str, count: int) -> None:
    """See to it that the stream is there with at least ``count`` messages."""
    path = path_of(name)
    if not path.exists() or len(load(path).messages) < count:
        CACHE.mkdir(parents=True, exist_ok=True)
        save(generate(name, count), path)


def save(stream: Stream, path: Path) -> None:
    """Write a stream: a mark, both counts, then each text behind its size."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(_MAGIC + struct.pack("<II", len(stream.snapshots), len(stream.messages)))
        for text in (*stream.snapshots, *stream.messages):
            file.write(struct.pack("<I", len(text)) + text)
    part.replace(path)


def load(path: Path, limit: int | None = None) -> Stream:
    """Read a stream, with no more than ``limit`` messages; an empty one when the file is of an older kind."""
    data = path.read_bytes()
    if data[: len(_MAGIC)] != _MAGIC:
        return Stream([], [])
    first, rest = struct.unpack_from("<II", data, len(_MAGIC))
    texts = list(_texts(data, len(_MAGIC) + 8, first + (rest if limit is None else min(limit, rest))))
    return Stream(texts[:first], texts[first:])


def _texts(data: bytes, at: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        (size,) = struct.unpack_from("<I", data, at)
        at += 4 + size
        yield data[at - size : at]
