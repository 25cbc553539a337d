"""A request is a class: its fields are the parameters, its type argument the answer, its ``route`` where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast, get_args, get_origin
from urllib.parse import quote, quote_plus

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

    @classmethod
    def taken(cls, members: dict[str, Any]) -> dict[str, Any]:
        """:meth:`given` run backwards: what was sent, by the names of the fields."""
        return members


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


@cache
def amount_fields(kind: type[Params]) -> frozenset[str]:
    """The wire names of the fields that take a ``Number``: amounts and prices."""
    return frozenset(f.encode_name for f in msgspec.structs.fields(kind) if Decimal in get_args(f.type))


def form_text(params: dict[str, Any], *, repeat: tuple[str, ...] = ()) -> str:
    """``name=value`` pairs, url-encoded once; nested values are spelled ``close[price]``, ``orders[0][price]``.

    Lists are joined by commas, except those named in ``repeat`` and those whose name ends in ``[]``.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, str):
            pairs.append((name, value))
        else:
            pairs += _flat(name, value, repeat)
    return "&".join([f"{_quoted(name)}={_quoted(text)}" for name, text in pairs])


_needs_no_quotes = re.compile("[A-Za-z0-9_.~-]*").fullmatch


def _quoted(text: str) -> str:
    """Url-encoded as urlencode() does it. Most names and values stay as they are, and seeing that is ten times quicker."""
    return text if _needs_no_quotes(text) else quote_plus(text)


def _flat(name: str, value: object, repeat: tuple[str, ...] = ()) -> Iterable[tuple[str, str]]:
    items = items_of(value)
    if isinstance(value, Params):
        for inner, member in wire_params(value).items():
            yield from _flat(f"{name}[{inner}]", member)
    elif isinstance(value, dict):
        for inner, member in cast("dict[str, object]", value).items():
            yield from _flat(f"{name}[{inner}]", member)
    elif items and (name in repeat or name.endswith("[]")):
        for item in items:
            yield name, scalar_text(item, name=name)
    elif has_params(items):
        for index, item in enumerate(items):
            yield from _flat(f"{name}[{index}]", item)
    else:
        yield name, scalar_text(value, name=name)


def items_of(value: object) -> list[object]:
    """The items of a list or tuple; empty for anything else."""
    return list(cast("Iterable[object]", value)) if isinstance(value, list | tuple) else []


def has_params(value: object) -> bool:
    """Whether the value is a list of things that are made of named members themselves."""
    items = items_of(value)
    return bool(items) and any(isinstance(item, Params) for item in items)


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
            return ",".join(scalar_text(item, name=name) for item in items_of(cast("object", value)))
        case _:
            refuse_float(value, name=name)
            raise SettingsError(
                f"{name} is {type(value).__name__}, which cannot be sent; give text, a number or a list."
            )


def json_value(value: object, *, name: str = "value") -> object:
    """One value as it stands in a JSON body: amounts as text, everything nested likewise."""
    match value:
        case Params():
            amounts = amount_fields(type(value))
            members = wire_params(value).items()
            return {wire: _json_member(inner, name=wire, amount=wire in amounts) for wire, inner in members}
        case dict():
            return {key: json_value(inner, name=key) for key, inner in cast("dict[str, object]", value).items()}
        case list() | tuple():
            return [json_value(item, name=name) for item in items_of(cast("object", value))]
        case bool() | int() | str() | None:
            return value
        case _:
            return scalar_text(value, name=name)


def _json_member(value: object, *, name: str, amount: bool) -> object:
    return scalar_text(value, name=name) if amount else json_value(value, name=name)


def json_params(kind: type[Params], params: dict[str, Any]) -> dict[str, object]:
    """Parameters of this request class as they stand in a JSON body."""
    amounts = amount_fields(kind)
    return {name: _json_member(value, name=name, amount=name in amounts) for name, value in params.items()}


def fill_path(path: str, params: dict[str, Any]) -> str:
    """The path with its braces filled; the parameters used are taken out of ``params``."""
    if "{" not in path:
        return path
    parts: list[str] = []
    for piece in path.split("/"):
        if piece.startswith("{"):
            name = piece.strip("{}")
            text = scalar_text(params.pop(name), name=name)
            if text in ("", ".", ".."):
                raise SettingsError(f"{name} is {text!r}, which would lead to another path; give the id it stands for.")
            parts.append(quote(text, safe=""))
        else:
            parts.append(piece)
    return "/".join(parts)
