"""Trading commands of Spot v1. Numbers travel as text. Source: docs.kraken.com, Spot WebSocket v1, User Trading."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct, field

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import a_list, at_least_one, comma_joined, not_empty, only_one, within
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.vocab import OrderType, Side, TimeInForce

C = TypeVar("C")
_RELATIVE = re.compile(r"[+\-#][0-9]+(\.[0-9]+)?%?|[0-9]+(\.[0-9]+)?%")
_PRICES = ("price", "price2", "close[price]", "close[price2]", "limit_price", "trigger_price")


class SpotV1Command(Command[C], Generic[C], frozen=True, kw_only=True):
    """A trading request of Spot v1, answered by an event that carries the answer's members at its top."""

    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V1

    def exact_amounts(self) -> dict[str, Decimal]:
        """The amounts that were given, exact; relative prices such as ``+5%`` are no amounts and stay text."""
        relative = {name for name, value in super(Command, self).given().items() if _is_relative(name, value)}
        kept = {name: None for name in relative}
        plain = type(self)._without(self, kept) if relative else self
        return Command.exact_amounts(plain)


def _is_relative(name: str, value: object) -> bool:
    return name in _PRICES and isinstance(value, str) and _RELATIVE.fullmatch(value) is not None
