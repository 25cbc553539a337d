"""A channel is a class: its fields are what a subscription takes, its type argument is what the stream delivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, get_args, get_origin

from krakenkit.errors import SettingsError
from krakenkit.wire.environment import WsKey
from krakenkit.wire.request import Params

U = TypeVar("U")
Identity: TypeAlias = tuple[str, str | None, tuple[tuple[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that is subscribed and acknowledged by itself: a channel, for one symbol where it takes symbols."""

    channel: str
    symbol: str | None = None
    params: tuple[tuple[str, Any], ...] = ()
    """Everything else that goes into the subscribe request, under the exchange's names."""
    keyed_by: tuple[str, ...] = ()
    """The parameters that make two subscriptions of a symbol different ones, such as ``depth``."""

    @property
    def identity(self) -> Identity:
        """What the exchange tells subscriptions apart by."""
        return (self.channel, self.symbol, tuple(pair for pair in self.params if pair[0] in self.keyed_by))

    def __str__(self) -> str:
        detail = "".join(f" {name}={value}" for name, value in self.params if name in self.keyed_by)
        return f"{self.channel} {self.symbol}{detail}" if self.symbol else f"{self.channel}{detail}"


class Channel(Params, Generic[U], frozen=True):
    """A subscription to one channel, delivering ``U``."""

    topic: ClassVar[str]
    """The channel's name on the wire."""
    ws_key: ClassVar[WsKey]
    """The connection it lives on unless another is named."""
    keyed_by: ClassVar[tuple[str, ...]] = ()
    symbol_field: ClassVar[str] = "symbol"
    """The field that names what is subscribed, one topic for each; the exchange's word for it differs by surface."""

    @classmethod
    def update_type(cls) -> Any:
        """The type argument that the class was declared with."""
        return _update_type(cls)

    @classmethod
    def private(cls) -> bool:
        """Whether the channel needs a key."""
        return cls.ws_key.private

    def topics(self) -> Iterator[Topic]:
        """The topics of this subscription, one for each symbol.

        Raises:
            SettingsError: for an empty list of symbols.
        """
        given = self.given()
        symbols = given.pop(self.symbol_field, None)
        params = tuple(given.items())
        if symbols is None:
            yield Topic(self.topic, None, params, self.keyed_by)
            return
        names = [symbols] if isinstance(symbols, str) else list(symbols)
        if not names:
            raise SettingsError(f"{type(self).__name__} was given no {self.symbol_field}; name at least one.")
        for symbol in dict.fromkeys(_canonical(str(name)) for name in names):
            yield Topic(self.topic, symbol, params, self.keyed_by)


def _canonical(symbol: str) -> str:
    """A symbol as the exchange writes it: upper case, save for the small x of xStocks (``TSLAx/USD``)."""
    return symbol if any(letter.isupper() for letter in symbol) else symbol.upper()


@cache
def _update_type(cls: type[Channel[Any]]) -> Any:
    for kind in cls.__mro__:
        for base in getattr(kind, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Channel):
                (update,) = get_args(base)
                return update
    raise TypeError(f"{cls.__name__} does not say what it delivers: derive it from Channel[Update].")
