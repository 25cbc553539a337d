"""A trading command sent over a socket is a class, like a request: its fields are the parameters, ``C`` is the answer."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from krakenkit._core.numbers import exact
from krakenkit.wire.environment import WsKey
from krakenkit.wire.request import Params, amount_fields

C = TypeVar("C")


class Amounts(Params, frozen=True):
    """Parameters of which some are numbers on the wire; the caller may give them as text, int or ``Decimal``."""

    def check(self) -> None:
        """Raise ``SettingsError`` for an amount that is not a number."""
        self.exact_amounts()

    def exact_amounts(self) -> dict[str, Decimal]:
        """The amounts that were given, exact."""
        amounts = amount_fields(type(self))
        given = Params.given(self).items()
        return {name: exact(value, name=name) for name, value in given if name in amounts}

    def given(self) -> dict[str, Any]:
        return Params.given(self) | self.exact_amounts()


class Command(Amounts, Generic[C], frozen=True):
    """One trading request over a socket, answered by ``C``."""

    method: ClassVar[str]
    ws_key: ClassVar[WsKey]
    siebly: ClassVar[str | None] = None

    @classmethod
    def answer_type(cls) -> Any:
        """The type argument that the class was declared with."""
        return _answer_type(cls)

    @property
    def expected_replies(self) -> int:
        """How many replies the exchange sends to it."""
        return 1

    @property
    def client_order_id(self) -> str | None:
        """The caller's own id of the order, where the command carries one."""
        given = getattr(self, "cl_ord_id", None)
        return given if isinstance(given, str) else None


@cache
def _answer_type(cls: type[Command[Any]]) -> Any:
    for kind in cls.__mro__:
        for base in getattr(kind, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Command):
                (answer,) = get_args(base)
                return answer
    raise TypeError(f"{cls.__name__} does not say what answers it: derive it from Command[Answer].")
