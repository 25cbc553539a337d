"""The level 2 book of Spot v2, Spot v1, Unified and Futures: what each message changes, and the checksum after it."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from krakenkit.books.checksum import TOP
from krakenkit.books.side import LevelText, PaddedSide, TextSide
from krakenkit.books.view import BookView, Level
from krakenkit.errors import DecodeError, SettingsError

_join = b"".join


class Level2Book:
    """Price levels of one instrument, kept from messages; exact, and checked with :meth:`verify`.

    ``depth`` is the subscribed depth: levels beyond it are dropped after each message, as the exchange announces no
    removal for them. None keeps all (Futures). ``price_precision`` and ``qty_precision`` are the instrument's decimals,
    to which numbers are padded (Spot v2). None for both takes the digits as they are written (Spot v1, Futures).

    A crossed book is a state, :attr:`crossed`, and no error; sequence numbers are left to the caller.
    """

    __slots__ = ("_ask_crc", "asks", "bids", "depth", "symbol")

    def __init__(
        self,
        depth: int | None,
        price_precision: int | None = None,
        qty_precision: int | None = None,
        *,
        symbol: str = "",
    ) -> None:
        self.depth = depth
        self.symbol = symbol
        if (price_precision is None) != (qty_precision is None):
            raise SettingsError("A book needs both precisions of its instrument, or neither to take digits as written.")
        kind = TextSide if price_precision is None else PaddedSide
        price_places, qty_places = price_precision or 0, qty_precision or 0
        self.asks = kind(sign=1, depth=depth, price_places=price_places, qty_places=qty_places)
        self.bids = kind(sign=-1, depth=depth, price_places=price_places, qty_places=qty_places)
        self._ask_crc = 0

    def snapshot(self, asks: Sequence[LevelText], bids: Sequence[LevelText]) -> None:
        """Replace everything, also in the middle of a stream.

        Raises:
            DecodeError: when a number cannot be taken exactly; the book is empty then.
        """
        self.clear()
        self.update(asks, bids)

    def update(self, asks: Sequence[LevelText], bids: Sequence[LevelText]) -> None:
        """Apply one whole message, in its order: the last entry of a price counts, quantity zero removes it.

        Raises:
            DecodeError: when a number cannot be taken exactly; the book is empty then, as half a message is none.
        """
        try:
            if asks:
                self.asks.apply(asks)
            if bids:
                self.bids.apply(bids)
        except DecodeError:
            self.clear()
            raise
        except ValueError as error:  # int() itself draws a line, at thousands of digits
            self.clear()
            raise DecodeError("A book level came with a number of thousands of digits.", raw=b"") from error

    def clear(self) -> None:
        """Forget every level."""
        self.asks.clear()
        self.bids.clear()

    def checksum(self) -> int:
        """The CRC32 of the ten best levels of each side; a side that did not change is not hashed again."""
        asks, bids = self.asks, self.bids
        if asks.top is None:
            asks.top = _join(asks.texts[:TOP])
            self._ask_crc = crc32(asks.top)
        if bids.top is None:
            bids.top = _join(bids.texts[:TOP])
        return crc32(bids.top, self._ask_crc)

    def verify(self, expected: int) -> bool:
        """Whether the book is the one that the exchange hashed."""
        return self.checksum() == expected

    def checksum_digits(self) -> tuple[str, str]:
        """The digits that :meth:`checksum` hashes, asks and bids: the evidence when it fails."""
        return b"".join(self.asks.texts[:TOP]).decode(), b"".join(self.bids.texts[:TOP]).decode()

    @property
    def crossed(self) -> bool:
        """Whether the best bid has reached the best ask. It should not last, and in a matched market it is a fault."""
        asks, bids = self.asks, self.bids
        if not asks.keys or not bids.keys:
            return False
        ask, bid = asks.keys[0], -bids.keys[0]
        # The sides may differ in scale when the text sets it.
        return bool(ask * 10**bids.price_places <= bid * 10**asks.price_places)

    @property
    def best_ask(self) -> Level | None:
        """The lowest ask; None on an empty side."""
        return self.asks.freeze_best(1).best

    @property
    def best_bid(self) -> Level | None:
        """The highest bid; None on an empty side."""
        return self.bids.freeze_best(1).best

    def view(self, levels: int | None = None) -> BookView:
        """The book as it is now, kept so when the book goes on; ``levels`` limits how many are kept of each side."""
        if levels is None:
            return BookView(self.symbol, self.asks.freeze(), self.bids.freeze())
        return BookView(self.symbol, self.asks.freeze_best(levels), self.bids.freeze_best(levels))

    def __repr__(self) -> str:
        return f"Level2Book({self.symbol!r}, asks={len(self.asks.keys)}, bids={len(self.bids.keys)})"
