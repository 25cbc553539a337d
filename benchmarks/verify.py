"""A deliberately plain book of Decimals replays a stream and looks at every checksum, order and depth in it.

It shares nothing with the generator and nothing with krakenkit.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.streams import Stream


class WrongStream(Exception):
    """A message of the stream is not what the exchange would send."""


@dataclass
class PlainBook:
    """Two dictionaries from price to the quantity's text."""

    depth: int
    asks: dict[Decimal, tuple[str, str]] = field(default_factory=dict)
    bids: dict[Decimal, tuple[str, str]] = field(default_factory=dict)

    def take(self, side: dict[Decimal, tuple[str, str]], rows: list[tuple[str, str]]) -> None:
        """Apply rows of price and quantity text."""
        for price, qty in rows:
            if Decimal(qty):
                side[Decimal(price)] = (price, qty)
            elif side.pop(Decimal(price), None) is None:
                raise WrongStream(f"{price} is removed and was not there")

    def check(self, checksum: int) -> None:
        """Drop what lies beyond the depth; then both sides must be full, apart, and hash to the checksum."""
        asks, bids = sorted(self.asks), sorted(self.bids, reverse=True)
        for side, prices in ((self.asks, asks), (self.bids, bids)):
            for price in prices[self.depth :]:
                del side[price]
            if len(side) != self.depth:
                raise WrongStream(f"{len(side)} levels instead of {self.depth}")
        if bids[0] >= asks[0]:
            raise WrongStream("the book is crossed")
        best = [self.asks[price] for price in asks[:10]] + [self.bids[price] for price in bids[:10]]
        digits = "".join(text.replace(".", "").lstrip("0") for level in best for text in level)
        if zlib.crc32(digits.encode()) != checksum:
            raise WrongStream("the checksum is wrong")


def verify(stream: Stream, depth: int) -> int:
    """How many book updates were replayed and found right.

    Raises:
        WrongStream: at the first that is not.
    """
    books: dict[str, PlainBook] = {}
    seen = 0
    for text in (*stream.snapshots, *stream.messages):
        frame = json.loads(text, parse_float=str)
        for symbol, snapshot, asks, bids, checksum in _books(frame):
            if snapshot:
                books[symbol] = PlainBook(depth)
            book = books[symbol]
            book.take(book.asks, asks)
            book.take(book.bids, bids)
            if checksum is not None:
                book.check(checksum)
            seen += not snapshot
    return seen


def _books(frame: Any) -> Iterator[tuple[str, bool, list[tuple[str, str]], list[tuple[str, str]], int | None]]:
    """Symbol, whether it is the snapshot, asks, bids and checksum of each book in a frame of either version."""
    if isinstance(frame, dict):
        for row in frame["data"] if frame["channel"] == "book" else ():
            asks, bids = ([(one["price"], one["qty"]) for one in row[side]] for side in ("asks", "bids"))
            yield row["symbol"], frame["type"] == "snapshot", asks, bids, row["checksum"]
        return
    *middle, channel, pair = frame[1:]
    if channel.startswith("book"):
        members = {name: value for one in middle for name, value in one.items()}
        asks, bids = ([(row[0], row[1]) for row in members.get(f"{s}s", members.get(s, ()))] for s in "ab")
        yield pair, "as" in members, asks, bids, int(members["c"]) if "c" in members else None
