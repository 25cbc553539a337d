"""From what a client sent to the request class it stands for: the clients' encoding, run backwards.

REST is forgiving: forms and JSON, text for numbers and booleans in any case, nested form names, unknown fields ignored.
Sockets are strict: amounts are JSON numbers, and fields nobody knows are refused. Both refuse in Kraken's words.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, NoReturn, TypeVar, Union, cast, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec

from krakenkit._core.numbers import plain
from krakenkit.errors import KrakenError, SettingsError
from krakenkit.sandbox.engine.refusals import EngineRefused, invalid
from krakenkit.wire.request import Params

P = TypeVar("P", bound=Params)
BAD_REQUEST = "EAPI:Bad request"
_DEEPEST = 8
"""Levels of nesting in a form; requests of Kraken have three at most."""
_INDEX = re.compile(r"[0-9]{1,6}")
_PIECES = re.compile(r"[^\[\]]+")


class Denied(EngineRefused):
    """The server said no before the engine was asked; ``code`` is the string Kraken would answer.

    Args:
        status: the HTTP status outside of ``/0/``, where it is not the usual one for the code.
    """

    def __init__(self, code: str, *, status: int | None = None) -> None:
        super().__init__(code)
        self.status = status


def invalid_arguments() -> Denied:
    """The refusal of arguments that do not go together."""
    return Denied("EGeneral:Invalid arguments")


# --- bodies -----------------------------------------------------------------------------------------------------------


def parse_json(text: str | bytes) -> Any:
    """JSON with exact numbers.

    Raises:
        ValueError: for anything that is not JSON, NaN, infinity and halves of characters included.
    """
    try:
        whole = text.decode() if isinstance(text, bytes) else text
        value: Any = json.loads(whole, parse_float=Decimal, parse_constant=_no_constant)
        if "\\u" in whole:
            json.dumps(value, ensure_ascii=False, default=str).encode()  # refuses one half without the other
    except (ArithmeticError, RecursionError) as error:
        raise ValueError("A number or the nesting is beyond all reason.") from error
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def read_form(text: str) -> dict[str, object]:
    """The members of a url-encoded form or query; ``close[price]`` and ``orders[0][type]`` become nested values."""
    members: dict[str, Any] = {}
    for name, value in _pairs(text):
        _put(members, _PIECES.findall(name) or [name], value)
    return {name: _listed(member) for name, member in members.items()}


def read_pairs(text: str) -> dict[str, object]:
    """The members of a form or query, whose names are taken as they are; those that are repeated are lists."""
    found: dict[str, list[str]] = {}
    for name, value in _pairs(text):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True) if text else []


def read_body(content_type: str, body: bytes) -> dict[str, object]:
    """The members of a request body, a form or JSON.

    Raises:
        Denied: when it is neither.
    """
    if "json" not in content_type and not body.lstrip().startswith(b"{"):
        return read_form(body.decode("utf-8", "replace"))
    try:
        members: object = parse_json(body) if body.strip() else {}
    except ValueError:
        raise Denied(BAD_REQUEST) from None
    if not isinstance(members, dict):
        raise Denied(BAD_REQUEST)
    return cast("dict[str, object]", members)


def _put(members: dict[str, Any], pieces: list[str], value: str) -> None:
    if len(pieces) > _DEEPEST:
        raise Denied(BAD_REQUEST)
    *path, last = pieces
    for piece in path:
        inner = members.setdefault(piece, {})
        if not isinstance(inner, dict):
            raise Denied(BAD_REQUEST)
        members = cast("dict[str, Any]", inner)
    members[last] = value


def _listed(value: Any) -> object:
    """Members named ``0``, ``1``, … are the items of a list."""
    if not isinstance(value, dict):
        return value
    members = {name: _listed(member) for name, member in cast("dict[str, Any]", value).items()}
    if members and all(_INDEX.fullmatch(name) for name in members):
        return [members[name] for name in sorted(members, key=int)]
    return members


# --- fields -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a request class, as far as it takes to read it."""

    name: str
    wire: str
    plain: frozenset[Any]
    """Types that one value may have."""
    items: frozenset[Any] | None
    """Types of the items, where a list is taken."""
    required: bool


@cache
def members_of(kind: type[Params]) -> tuple[Member, ...]:
    """The fields of a request class."""
    return tuple(_member(field) for field in msgspec.structs.fields(kind))


@cache
def _names_of(kind: type[Params]) -> frozenset[str]:
    return frozenset(member.wire for member in members_of(kind))


def _member(field: msgspec.structs.FieldInfo) -> Member:
    choices = list(_choices(field.type))
    lists = [choice for choice in choices if get_origin(choice) in (list, Sequence)]
    items = frozenset(kind for choice in lists for kind in _choices(get_args(choice)[0]))
    one = frozenset(choice for choice in choices if choice not in lists)
    return Member(field.name, field.encode_name, one, items if lists else None, field.required)


def _choices(annotation: Any) -> Iterable[Any]:
    if get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _choices(choice)
    elif annotation is not type(None):
        yield annotation


@cache
def _nested(kinds: frozenset[Any]) -> type[Params] | None:
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Params)), None)


class FieldReader(ABC):
    """Reads the fields of a request class from plain members."""

    def read(self, kind: type[P], members: Mapping[str, object]) -> P:
        """The request that the members describe.

        Raises:
            EngineRefused: for a member that is missing, unknown or odd, and for combinations that the class refuses.
        """
        self.check_names(_names_of(kind), members)
        found: dict[str, object] = {}
        for member in members_of(kind):
            value = members.get(member.wire)
            if value is not None and value != "":
                found[member.name] = self._value(member, value)
            elif member.required:
                raise self.missing(member.wire)
        try:
            return self.made(kind, found)
        except SettingsError as error:
            raise self.refusal_of(kind, error) from None

    def _value(self, member: Member, value: object) -> object:
        if member.items is not None and isinstance(value, list):
            return [self._one(member.items, item, member.wire) for item in cast("list[object]", value)]
        if not member.plain and member.items is not None:
            return self.instead_of_list(member, value)
        return self._one(member.plain, value, member.wire)

    def _one(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        nested = _nested(kinds)
        if nested is not None and isinstance(value, dict):
            return self.read(nested, nested.taken(cast("dict[str, object]", value)))
        if isinstance(value, Params) and type(value) is nested:
            return value  # a file of a multipart form
        if isinstance(value, dict) and any(get_origin(kind) is dict for kind in kinds):
            return cast("dict[str, object]", value)
        if nested is not None and len(kinds) == 1:
            raise self.odd(wire, "object")
        if isinstance(value, dict | list):
            raise self.odd(wire, "string")
        return self.scalar(kinds, value, wire)

    def made(self, kind: type[P], found: Mapping[str, object]) -> P:
        """The request that has these fields."""
        return kind(**found)

    def refusal_of(self, kind: type[Params], error: SettingsError) -> EngineRefused:
        """What the server says to a request that its own class refuses, which names a field as ``GetOrderBook.count is 0``."""
        named = re.match(rf"{kind.__name__}\.(\w+) ", str(error))
        wire = {member.name: member.wire for member in members_of(kind)}
        return invalid(wire[named[1]]) if named and named[1] in wire else invalid_arguments()

    @abstractmethod
    def scalar(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        """One value of one of these types."""

    @abstractmethod
    def instead_of_list(self, member: Member, value: object) -> object:
        """What a single value means where a list is expected."""

    @abstractmethod
    def check_names(self, known: frozenset[str], members: Mapping[str, object]) -> None:
        """Refuse names that may not be there."""

    @abstractmethod
    def missing(self, wire: str) -> KrakenError:
        """The refusal of a request without this field."""

    @abstractmethod
    def odd(self, wire: str, wanted: str) -> KrakenError:
        """The refusal of a value of another type than the one wanted."""


class RestReader(FieldReader):
    """Fields of REST: everything may be text, and unknown fields are ignored.

    Amounts and prices stay text here, because prices have a grammar of their own.
    """

    def scalar(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        text = _text(value)
        if bool in kinds and (str not in kinds or text.strip().lower() in ("true", "false")):
            return _boolean(value, wire)
        if str in kinds:
            return text
        if int in kinds and re.fullmatch(r"[+-]?[0-9]{1,20}", text.strip()):
            return int(text)
        raise invalid(wire)

    def instead_of_list(self, member: Member, value: object) -> object:
        return [self.scalar(member.items or frozenset(), item.strip(), member.wire) for item in _text(value).split(",")]

    def check_names(self, known: frozenset[str], members: Mapping[str, object]) -> None:
        pass

    def missing(self, wire: str) -> KrakenError:
        return invalid(wire)

    def odd(self, wire: str, wanted: str) -> KrakenError:
        return invalid(wire)


def _boolean(value: object, wire: str) -> bool:
    match _text(value).strip().lower():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case _:
            raise invalid(wire)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case _:
            return str(value)


class SocketReader(FieldReader):
    """Fields of a socket command: JSON types are taken at their word.

    The word for numbers is Kraken's own (``Limit_price field must be a number_float``); those for other types are formed
    after it.
    """

    def __init__(self, method: str, *, also: Collection[str] = ()) -> None:
        self._method = method
        self._also = also

    def scalar(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        if Decimal in kinds:
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                return Decimal(value)
            raise self.odd(wire, "number_float")
        if bool in kinds:
            return self._of(bool, value, wire, "boolean")
        if int in kinds:
            if isinstance(value, bool):
                raise self.odd(wire, "number_integer")
            return self._of(int, value, wire, "number_integer")
        return self._of(str, value, wire, "string")

    def _of(self, kind: type, value: object, wire: str, word: str) -> object:
        if not isinstance(value, kind):
            raise self.odd(wire, word)
        return value

    def instead_of_list(self, member: Member, value: object) -> object:
        raise self.odd(member.wire, "array")

    def check_names(self, known: frozenset[str], members: Mapping[str, object]) -> None:
        for name in members:
            if name not in known and name not in self._also:
                raise Denied(f"Unsupported field: '{name}' for the given msg type: {self._method}")

    def missing(self, wire: str) -> KrakenError:
        return invalid(wire)

    def odd(self, wire: str, wanted: str) -> KrakenError:
        article = "an" if wanted in ("array", "object") else "a"
        return Denied(f"{wire[:1].upper()}{wire[1:]} field must be {article} {wanted}")
