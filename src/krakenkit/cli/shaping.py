"""Requests, channels and commands made from text that a person typed, or from JSON that was recorded."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import msgspec

from krakenkit._core.clock import moment
from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params
from krakenkit.wire.rewrite import exact_json

P = TypeVar("P", bound=Params)
_READERS: Mapping[Any, Callable[[str], object]] = {int: int, Decimal: Decimal, datetime: moment}
_YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of a request, as far as it takes to fill it."""

    name: str
    wire: str
    required: bool
    kinds: tuple[Any, ...]
    """Types that a single value may have."""
    items: tuple[Any, ...] | None
    """Types of the items, where several values may be given."""
    nullable: bool = False
    """Whether nothing may be said in so many words, as ``null``."""

    @property
    def flag(self) -> bool:
        """Whether it is yes or no and nothing else."""
        return self.kinds == (bool,) and self.items is None

    @property
    def several(self) -> bool:
        """Whether it takes more than one value."""
        return self.items is not None

    @property
    def nested(self) -> bool:
        """Whether it has members of its own, so that it is written as JSON."""
        return any(_is_params(kind) or get_origin(kind) is not None for kind in (*self.kinds, *(self.items or ())))


@cache
def parameters_of(kind: type[Params]) -> dict[str, Parameter]:
    """The parameters of a request class by our name, in its order."""
    return {field.name: _parameter(field) for field in msgspec.structs.fields(kind)}


def shaped(kind: type[P], given: Mapping[str, object], *, wire_names: bool = False) -> P:
    """An instance of ``kind`` with these members, whatever spelling their values came in.

    Raises:
        SettingsError: for a member that is unknown, missing or of another type, and for what the class itself refuses.
    """
    known = {(one.wire if wire_names else one.name): one for one in parameters_of(kind).values()}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise SettingsError(_unknown(kind, name, known))
        values[known[name].name] = shaped_value(known[name], value, wire_names=wire_names)
    missing = [name for name, one in known.items() if one.required and one.name not in values]
    if missing:
        raise SettingsError(f"{kind.__name__} needs {', '.join(missing)}.")
    return kind(**values)


def shaped_value(one: Parameter, value: object, *, wire_names: bool = False) -> object:
    """The value as the parameter wants it.

    Raises:
        SettingsError: when it cannot be that; it names the parameter.
    """
    if value is None and one.nullable:
        return None
    value = _unfolded(one, value)
    if one.items is not None:
        if isinstance(value, list | tuple):
            return [_single(one, one.items, item, wire_names) for item in cast("Iterable[object]", value)]
        if not one.kinds:
            return [_single(one, one.items, item, wire_names) for item in _split(value)]
    return _single(one, one.kinds, value, wire_names)


def _unfolded(one: Parameter, value: object) -> object:
    """JSON in text as what it stands for, where the parameter has members of its own or is a list."""
    begins = ("[" * one.several) + ("{[" * one.nested)
    if not isinstance(value, str) or not begins or value.lstrip()[:1] not in tuple(begins):
        return value
    try:
        return cast("object", exact_json(value))
    except ValueError as error:
        raise SettingsError(f"{one.name} begins like JSON and is none: {error}.") from None


def _split(value: object) -> Sequence[object]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]


def _single(one: Parameter, kinds: Sequence[Any], value: object, wire_names: bool) -> object:
    value = _unfolded(one, value)
    if isinstance(value, Mapping):
        return _members(one, kinds, cast("Mapping[str, object]", value), wire_names)
    for kind in _by_preference(kinds, value):
        found = _as(kind, value)
        if found is not None:
            return found
    raise SettingsError(f"{one.name} is {value!r}; {_wanted(kinds)}.")


def _members(one: Parameter, kinds: Sequence[Any], members: Mapping[str, object], wire_names: bool) -> object:
    nested = next((kind for kind in kinds if _is_params(kind)), None)
    if nested is not None:
        return shaped(nested, members, wire_names=wire_names)
    if any(get_origin(kind) is Mapping for kind in kinds):
        return members
    raise SettingsError(f"{one.name} takes no members of its own; {_wanted(kinds)}.")


def _by_preference(kinds: Sequence[Any], value: object) -> Iterator[Any]:
    """The types to try, the one that changes the value least first: text keeps its digits where text is taken."""
    yield from sorted(kinds, key=lambda kind: 0 if isinstance(kind, type) and type(value) is kind else 1)


def _as(kind: Any, value: object) -> object | None:
    """The value as this type; None where it cannot be."""
    match value:
        case str():
            return _from_text(kind, value)
        case bool():
            return value if kind is bool else None
        case int():
            return value if kind is int else Decimal(value) if kind is Decimal else str(value) if kind is str else None
        case Decimal():
            return value if kind is Decimal else format(value, "f") if kind is str else None
        case _:
            return None


def _from_text(kind: Any, text: str) -> object | None:
    if kind is str:
        return text
    if kind is bool:
        return _YES_OR_NO.get(text.lower())
    read = _READERS.get(kind)
    try:
        return None if read is None else read(text)
    except (ValueError, ArithmeticError):
        return None


def _wanted(kinds: Sequence[Any]) -> str:
    words = {int: "a whole number", Decimal: "a number", bool: "true or false", str: "text", datetime: "a moment"}
    named = [words.get(kind, "JSON with its members") for kind in kinds]
    return f"give {' or '.join(dict.fromkeys(named))}"


def _unknown(kind: type[Params], name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{kind.__name__} does not take {name!r}.{hint} It takes {', '.join(known) or 'nothing'}."


def _parameter(field: msgspec.structs.FieldInfo) -> Parameter:
    choices = list(_choices(field.type))
    lists = [choice for choice in choices if get_origin(choice) in (list, Sequence)]
    items = tuple(kind for choice in lists for kind in _choices(get_args(choice)[0]))
    singles = tuple(choice for choice in choices if choice not in lists)
    nullable = type(None) in get_args(field.type)
    return Parameter(field.name, field.encode_name, field.required, singles, items if lists else None, nullable)


def _choices(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _choices(choice)
    elif annotation is not type(None):
        yield annotation


def _is_params(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Params)
