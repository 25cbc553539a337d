"""One side of a level 2 book: sorted parallel lists. This is the hot heart of the library.

Prices are integer keys (negated on the bid side, so that the best level comes first on both); beside them lie the digits
of each level that enter the checksum. Where text is regular these digits also hold the size, which is made an integer
when somebody looks.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from krakenkit.books.checksum import TOP
from krakenkit.books.digits import scaled, split_decimals
from krakenkit.books.view import SideView


class LevelText(Protocol):
    """A level as it came: number text, quoted or bare, in anything ``bytes()`` reads, such as ``msgspec.Raw``."""

    @property
    def price_text(self) -> bytes | msgspec.Raw: ...
    @property
    def qty_text(self) -> bytes | msgspec.Raw: ...


class TextLevel(msgspec.Struct, frozen=True, gc=False):
    """A plain :class:`LevelText`."""

    price_text: bytes
    qty_text: bytes


def levels(rows: Iterable[Sequence[str | bytes]]) -> list[TextLevel]:
    """Levels from rows of text: price, quantity, and anything behind them, which is left unread."""
    return [TextLevel(_encoded(row[0]), _encoded(row[1])) for row in rows]


def _encoded(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


class Side:
    """Levels of one side, best first. Subclasses say how text is read, and what it means where it is not regular."""

    __slots__ = ("_frozen", "_look", "_quoted", "keys", "limit", "price_places", "qty_places", "sign", "texts", "top")

    keys: list[int]
    texts: list[bytes]
    """What the checksum takes of each level: digits of price and size without leading zeros."""
    top: bytes | None
    """Digits of the ten best levels; None once they changed, until somebody asks."""

    def __init__(self, *, sign: int, depth: int | None, price_places: int, qty_places: int) -> None:
        self.sign = sign
        self.limit = sys.maxsize if depth is None else depth
        self._quoted = False
        self._expect(price_places, qty_places)
        self.clear()

    def clear(self) -> None:
        """Forget every level."""
        self.keys, self.texts = [], []
        self.top = None
        self._frozen: SideView | None = None

    def apply(self, levels: Sequence[LevelText]) -> None:
        """Take the levels over in their order, then drop what lies beyond the depth.

        Raises:
            DecodeError: when a number cannot be taken; the levels before it were applied.
        """
        raise NotImplementedError

    def freeze(self) -> SideView:
        """The levels as they are now; one object until the next change."""
        if self._frozen is None:
            self._frozen = self.freeze_best(None)
        return self._frozen

    def freeze_best(self, count: int | None) -> SideView:
        """The best ``count`` levels as they are now."""
        raise NotImplementedError

    def _expect(self, price_places: int, qty_places: int) -> None:
        """Note how regular text looks: where its point stands, what to find there, how many points to take out."""
        self.price_places = price_places
        self.qty_places = qty_places
        self._look = (*_look(price_places), *_look(qty_places), self._quoted)

    def _expect_quotes(self, text: bytes) -> None:
        if not self._quoted and text.startswith(b'"'):
            self._quoted = True
            self._expect(self.price_places, self.qty_places)


_join = b"".join


def _look(places: int) -> tuple[slice, bytes, int]:
    # Without decimals there is no point to find: an empty slice equals the empty mark, and no point is taken out.
    return (slice(-1 - places, -places), b".", 1) if places else (slice(0, 0), b"", 0)


class PaddedSide(Side):
    """Numbers at the instrument's precision: zeros that the text has lost are put back, exponents written out."""

    __slots__ = ("_known", "_memory")

    def __init__(self, *, sign: int, depth: int | None, price_places: int, qty_places: int) -> None:
        super().__init__(sign=sign, depth=depth, price_places=price_places, qty_places=qty_places)
        self._known: dict[bytes, tuple[int, bytes]] = {}
        self._memory = _MEMORY if depth is None else 4 * depth + 100

    def apply(self, levels: Sequence[LevelText]) -> None:
        # Long on purpose: one call costs as much as all that is done to a level.
        keys, texts, known = self.keys, self.texts, self._known
        _, _, _, qty_at, qty_mark, qty_cut, quoted = self._look
        best = TOP
        for level in levels:
            # join() copies the text out of its frame, a third quicker than bytes().
            price = _join((level.price_text,))
            qty = _join((level.qty_text,))
            if quoted:
                qty = qty.strip(b'"')
            amount = qty.replace(b".", b"", qty_cut)
            if price in known and qty[qty_at] == qty_mark and amount.isdigit():
                key, digits = known[price]
                amount = amount.lstrip(b"0")
            else:
                key, digits, amount = self._learn(price, _join((level.qty_text,)))
                quoted = self._quoted
            at = bisect_left(keys, key)
            if at < best:
                best = at
            if at < len(keys) and keys[at] == key:
                if amount:
                    texts[at] = digits + amount
                else:
                    del keys[at], texts[at]
            elif amount:
                keys.insert(at, key)
                texts.insert(at, digits + amount)
        while len(keys) > self.limit:
            keys.pop()
            texts.pop()
        if best < TOP:
            self.top = None
        self._frozen = None

    def freeze_best(self, count: int | None) -> SideView:
        return SideView(self.keys[:count], self.texts[:count], self.sign, self.price_places, self.qty_places)

    def _learn(self, price: bytes, qty: bytes) -> tuple[int, bytes, bytes]:
        """Key, digits of the price and digits of the size, read the long way. Prices are kept: four of five come again."""
        self._expect_quotes(price)
        units = scaled(price, self.price_places, name="price")
        size = scaled(qty, self.qty_places, name="qty")
        if len(self._known) >= self._memory:
            self._known.clear()
        self._known[price] = key, digits = units * self.sign, b"%d" % units if units else b""
        return key, digits, b"%d" % size if size else b""


_MEMORY = 4096
"""Prices that a side of unlimited depth keeps the reading of."""


class TextSide(Side):
    """Digits exactly as received. The longest text so far sets the scale of the keys, which grows when need be."""

    __slots__ = ("sizes",)

    sizes: list[int]
    """Quantities in units of ``qty_places``, since the digits of texts of several lengths do not tell them."""

    def clear(self) -> None:
        super().clear()
        self.sizes = []

    def apply(self, levels: Sequence[LevelText]) -> None:
        # Long on purpose: one call costs as much as all that is done to a level.
        keys, sizes, texts, sign = self.keys, self.sizes, self.texts, self.sign
        price_at, price_mark, price_cut, qty_at, qty_mark, qty_cut, quoted = self._look
        best = TOP
        for level in levels:
            price = bytes(level.price_text)
            qty = bytes(level.qty_text)
            if quoted:
                price = price.strip(b'"')
                qty = qty.strip(b'"')
            digits = price.replace(b".", b"", price_cut)
            amount = qty.replace(b".", b"", qty_cut)
            if price[price_at] == price_mark and qty[qty_at] == qty_mark and digits.isdigit() and amount.isdigit():
                key = int(digits) * sign
                size = int(amount)
            else:
                digits, amount, key, size = self._read(bytes(level.price_text), bytes(level.qty_text))
                price_at, price_mark, price_cut, qty_at, qty_mark, qty_cut, quoted = self._look
            at = bisect_left(keys, key)
            if at < best:
                best = at
            if at < len(keys) and keys[at] == key:
                if size:
                    sizes[at] = size
                    texts[at] = digits.lstrip(b"0") + amount.lstrip(b"0")
                else:
                    del keys[at], sizes[at], texts[at]
            elif size:
                keys.insert(at, key)
                sizes.insert(at, size)
                texts.insert(at, digits.lstrip(b"0") + amount.lstrip(b"0"))
        limit = self.limit
        if len(keys) > limit:
            del keys[limit:], sizes[limit:], texts[limit:]
        if best < TOP:
            self.top = None
        self._frozen = None

    def freeze_best(self, count: int | None) -> SideView:
        return SideView(self.keys[:count], self.sizes[:count], self.sign, self.price_places, self.qty_places)

    def _read(self, price: bytes, qty: bytes) -> tuple[bytes, bytes, int, int]:
        self._expect_quotes(price)
        digits, price_places = split_decimals(price, name="price")
        amount, qty_places = split_decimals(qty, name="qty")
        self._widen(max(price_places, self.price_places), max(qty_places, self.qty_places))
        key = int(digits) * 10 ** (self.price_places - price_places)
        size = int(amount) * 10 ** (self.qty_places - qty_places)
        return digits, amount, key * self.sign, size

    def _widen(self, price_places: int, qty_places: int) -> None:
        if (price_places, qty_places) == (self.price_places, self.qty_places):
            return
        price_factor = 10 ** (price_places - self.price_places)
        qty_factor = 10 ** (qty_places - self.qty_places)
        # In place: the loop above holds these lists.
        self.keys[:] = [key * price_factor for key in self.keys]
        self.sizes[:] = [size * qty_factor for size in self.sizes]
        self._expect(price_places, qty_places)
