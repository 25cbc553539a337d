"""Slow, plain models that the books are held against, and a simulated exchange that feeds both."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias
from zlib import crc32

Row: TypeAlias = tuple[str, str]
"""Texts of price and quantity."""
Writer: TypeAlias = Callable[[int, int], str]
"""Writes so many units at so many decimals."""


def fixed(units: int, places: int) -> str:
    """All decimals, as the live wire has them."""
    return format(Decimal(units).scaleb(-places), f".{places}f")


def shortened(units: int, places: int) -> str:
    """Without trailing zeros, as re-saved captures have it."""
    text = fixed(units, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def scientific(units: int, places: int) -> str:
    """With an exponent."""
    return f"{units}e-{places:02d}"


def drawn_out(units: int, places: int) -> str:
    """With zeros beyond the last decimal."""
    return fixed(units, places) + ("000" if places else ".000")


def quoted(units: int, places: int) -> str:
    """As a JSON string."""
    return f'"{fixed(units, places)}"'


WRITERS: tuple[Writer, ...] = (fixed, shortened, scientific, drawn_out, quoted)


def amount(text: str) -> Decimal:
    """The number a text stands for."""
    return Decimal(text.strip('"'))


def hashed(number: str) -> str:
    """The digits of a text that enter the checksum."""
    return number.replace(".", "").lstrip("0")


class NaiveSide:
    """Decimal to the text that was received last, sorted whenever somebody asks."""

    def __init__(self, *, rising: bool, depth: int | None) -> None:
        self.rising = rising
        self.depth = depth
        self.levels: dict[Decimal, Row] = {}

    def apply(self, rows: Sequence[Row]) -> None:
        for price, qty in rows:
            if amount(qty) == 0:
                self.levels.pop(amount(price), None)
            else:
                self.levels[amount(price)] = (price, qty)
        self.levels = dict(self.best()[: self.depth])

    def best(self) -> list[tuple[Decimal, Row]]:
        return sorted(self.levels.items(), reverse=not self.rising)

    def shown(self) -> list[tuple[Decimal, Decimal]]:
        return [(price, amount(qty)) for price, (_, qty) in self.best()]


class NaiveBook:
    """A level 2 book out of :class:`NaiveSide`; ``places`` of None hashes the texts as received."""

    def __init__(self, depth: int | None, places: tuple[int, int] | None) -> None:
        self.asks = NaiveSide(rising=True, depth=depth)
        self.bids = NaiveSide(rising=False, depth=depth)
        self.depth = depth
        self.places = places

    def snapshot(self, asks: Sequence[Row], bids: Sequence[Row]) -> None:
        self.__init__(self.depth, self.places)  # type: ignore[misc]  # a model may start over
        self.update(asks, bids)

    def update(self, asks: Sequence[Row], bids: Sequence[Row]) -> None:
        self.asks.apply(asks)
        self.bids.apply(bids)

    def checksum(self) -> int:
        rows = [row for side in (self.asks, self.bids) for _, row in side.best()[:10]]
        return crc32("".join(self._written(*row) for row in rows).encode())

    def _written(self, price: str, qty: str) -> str:
        if self.places is None:
            return hashed(price.strip('"')) + hashed(qty.strip('"'))
        price_places, qty_places = self.places
        return hashed(f"{amount(price):.{price_places}f}") + hashed(f"{amount(qty):.{qty_places}f}")


class Message(NamedTuple):
    """What the simulated exchange sends: ticks and units, quantity zero for a removal."""

    asks: list[tuple[int, int]]
    bids: list[tuple[int, int]]
    checksum: int


class Exchange:
    """A market whose feed behaves as Kraken's: a window of ``depth`` levels, nothing said of levels that leave it,
    levels that come back into it sent again."""

    def __init__(self, seed: int, *, depth: int, middle: int = 50_000) -> None:
        self.roll = random.Random(seed)
        self.depth = depth
        self.middle = middle
        spread = range(1, 3 * depth, 2)
        self.full = ({middle + tick: self._size() for tick in spread}, {middle - tick: self._size() for tick in spread})
        self.seen = self._windows()

    def snapshot(self) -> Message:
        """The window as it is."""
        self.seen = self._windows()
        asks, bids = ([*window.items()] for window in self.seen)
        return Message(asks, bids, self.checksum())

    def update(self) -> Message:
        """A few changes that show in the window, and what the feed says of them."""
        asks: list[tuple[int, int]] = []
        bids: list[tuple[int, int]] = []
        while not asks and not bids:
            for _ in range(self.roll.choice((1, 1, 2, 4))):
                self._change()
            asks, bids = self._said(0), self._said(1)
        self.seen = self._windows()
        return Message(asks, bids, self.checksum())

    def checksum(self) -> int:
        """The CRC32 of the ten best levels."""
        rows = [row for window in self._windows() for row in [*window.items()][:10]]
        return crc32("".join(f"{tick}{size}" for tick, size in rows).encode())

    def _change(self) -> None:
        side = self.roll.randrange(2)
        levels = self.full[side]
        ticks = sorted(levels, reverse=side == 1)
        near = ticks[min(int(self.roll.expovariate(0.2)), len(ticks) - 1)]
        match self.roll.randrange(3):
            case 0 if len(levels) > self.depth // 2 + 2:
                del levels[near]
            case 1:
                levels[near + (-1 if side else 1)] = self._size()
            case _:
                levels[near] = self._size()

    def _said(self, side: int) -> list[tuple[int, int]]:
        before, after = self.seen[side], self._windows()[side]
        gone = [(tick, 0) for tick in before if tick not in self.full[side]]
        changed = [(tick, size) for tick, size in after.items() if before.get(tick) != size]
        rows = gone + changed
        self.roll.shuffle(rows)
        # The same price twice: only the last one counts.
        return [(rows[0][0], self._size()), *rows] if rows and self.roll.random() < 0.2 else rows

    def _windows(self) -> tuple[dict[int, int], dict[int, int]]:
        asks, bids = self.full
        return dict(sorted(asks.items())[: self.depth]), dict(sorted(bids.items(), reverse=True)[: self.depth])

    def _size(self) -> int:
        return self.roll.choice((1, 100, self.roll.randrange(1, 10**6), self.roll.randrange(1, 10**12)))


def texts(rows: Sequence[tuple[int, int]], places: tuple[int, int], write: Writer = fixed) -> list[Row]:
    """Rows of the exchange as text."""
    return [(write(tick, places[0]), write(size, places[1])) for tick, size in rows]
