"""A request is a class: its fields are the parameters, its type argument the answer, its ``route`` where it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast, get_args, get_origin
from urllib.parse import quote, urlencode

import msgspec

from krakenkit._core.clock import rfc3339
from krakenkit._core.numbers import exact, plain, refuse_float
from krakenkit.errors import SettingsError
from krakenkit.wire.codec import Reader, reader_for
from krakenkit.wire.route import Route

R = TypeVar("R")


class Params(msgspec.Struct, frozen=True):
    """Anything that is sent: refuses floats when it is made, then runs :meth:`check`."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is float:
                refuse_float(value, name=f"{type(self).__name__}.{name}")
        self.check()

    def check(self) -> None:
        """Raise ``SettingsError`` for combinations that the exchange is documented to refuse."""

    def given(self) -> dict[str, Any]:
        """The members that were given, under the exchange's names."""
        pairs = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        return {wire: value for name, wire in pairs if (value := getattr(self, name)) is not None}


class Request(Params, Generic[R], frozen=True):
    """One call of one endpoint, answered by ``R``."""

    route: ClassVar[Route]

    def check(self) -> None: ...

    @classmethod
    def reader(cls) -> Reader[R]:
        """The function that turns the bytes of ``result`` into the answer."""
        reader: Reader[R] = reader_for(cls.answer_type())
        return reader

    @classmethod
    def answer_type(cls) -> Any:
        """The type argument that the class was declared with."""
        return _answer_type(cls)

    @property
    def client_order_id(self) -> str | None:
        """The caller's own id of the order, where the request carries one."""
        given = getattr(self, "cl_ord_id", None)
        return given if isinstance(given, str) else None


@cache
def _answer_type(cls: type[Request[Any]]) -> Any:
    for kind in cls.__mro__:
        for base in getattr(kind, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Request):
                (answer,) = get_args(base)
                if not isinstance(answer, TypeVar):
                    return answer
    raise TypeError(f"{cls.__name__} does not say what answers it: derive it from Request[Answer].")


def wire_params(params: Params) -> dict[str, Any]:
    """The parameters that were given, under the exchange's names; left-out ones are absent."""
    return params.given()


def form_text(params: dict[str, Any]) -> str:
    """``name=value`` pairs, url-encoded once; nested values are spelled ``close[price]``."""
    flat: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, Params):
            flat += [(f"{name}[{inner}]", scalar_text(v, name=inner)) for inner, v in wire_params(value).items()]
        else:
            flat.append((name, scalar_text(value, name=name)))
    return urlencode(flat)


def scalar_text(value: object, *, name: str) -> str:
    """One value as the text of a form or query."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return plain(exact(value, name=name))
        case datetime():
            return rfc3339(value)
        case list() | tuple():
            items = cast("Iterable[object]", value)
            return ",".join(scalar_text(item, name=name) for item in items)
        case _:
            refuse_float(value, name=name)
            raise SettingsError(
                f"{name} is {type(value).__name__}, which cannot be sent; give text, a number or a list."
            )


def json_value(value: object, *, name: str = "value") -> object:
    """One value as it stands in a JSON body: amounts as text, everything nested likewise."""
    match value:
        case Params():
            return {wire: json_value(inner, name=wire) for wire, inner in wire_params(value).items()}
        case dict():
            members = cast("dict[str, object]", value)
            return {key: json_value(inner, name=key) for key, inner in members.items()}
        case list() | tuple():
            return [json_value(item, name=name) for item in cast("Iterable[object]", value)]
        case bool() | int() | str() | None:
            return value
        case _:
            return scalar_text(value, name=name)


def fill_path(path: str, params: dict[str, Any]) -> str:
    """The path with its braces filled; the parameters used are taken out of ``params``."""
    if "{" not in path:
        return path
    parts: list[str] = []
    for piece in path.split("/"):
        if piece.startswith("{"):
            name = piece.strip("{}")
            parts.append(quote(scalar_text(params.pop(name), name=name), safe=""))
        else:
            parts.append(piece)
    return "/".join(parts)
