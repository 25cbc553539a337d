"""Answers written again: under our names for people, under the exchange's names for the wire and for comparisons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeGuard, cast

import msgspec

from krakenkit._core.numbers import plain


def exact_json(raw: bytes | str | msgspec.Raw) -> Any:
    """JSON as builtins with every number exact: fractions become ``Decimal``, never float."""
    text = raw if isinstance(raw, str) else bytes(raw)
    return json.loads(text, parse_float=Decimal)


def named(value: object) -> Any:
    """The answer under our field names, ready for ``json.dumps``: decimals as text, absent members left out."""
    to_named = getattr(type(value), "to_named", None)
    if to_named is not None:
        return named(to_named(value))
    match value:
        case msgspec.Struct():
            members = ((name, getattr(value, name)) for name in value.__struct_fields__)
            return {name: named(member) for name, member in members if not _absent(member)}
        case _:
            return _builtin(value, named)


def on_the_wire(value: object) -> Any:
    """The answer in the shape the exchange sends: its names, rows as arrays, decimals still exact."""
    to_wire = getattr(type(value), "to_wire", None)
    if to_wire is not None:
        return on_the_wire(to_wire(value))
    match value:
        case msgspec.Struct():
            members = [getattr(value, name) for name in value.__struct_fields__]
            if value.__struct_config__.array_like:
                return [on_the_wire(member) for member in members]
            pairs = zip(value.__struct_encode_fields__, members, strict=True)
            return {name: on_the_wire(member) for name, member in pairs if not _absent(member)}
        case Decimal():
            return value
        case _:
            return _builtin(value, on_the_wire)


def _absent(member: object) -> bool:
    """Whether a member was left out: None, or raw JSON that never came."""
    return member is None or (isinstance(member, msgspec.Raw) and not bytes(member))


def _builtin(value: object, inner: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case msgspec.Raw():
            return inner(exact_json(value)) if len(bytes(value)) else None
        case Mapping():
            return {str(key): inner(item) for key, item in cast("Mapping[object, object]", value).items()}
        case list() | tuple():
            return [inner(item) for item in cast("Iterable[object]", value)]
        case bytes():
            return {"bytes": len(value)}
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def unread(original: Any, rewritten: Any) -> list[str]:
    """Paths of what the original says and the rewritten answer does not: members nobody modelled."""
    return sorted({path for path, found in _compare(original, rewritten, "$") if found == "unread"})


def altered(original: Any, rewritten: Any) -> list[str]:
    """Paths whose value came back different: a digit lost, a word changed."""
    return sorted({path for path, found in _compare(original, rewritten, "$") if found == "altered"})


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_rows(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _compare(original: Any, rewritten: Any, path: str) -> Iterator[tuple[str, str]]:
    if _is_object(original) and _is_object(rewritten):
        for key, member in original.items():
            if member is None:
                continue
            if key not in rewritten:
                yield f"{path}.{key}", "unread"
            else:
                yield from _compare(member, rewritten[key], f"{path}.{key}")
    elif _is_rows(original) and _is_rows(rewritten):
        for index, member in enumerate(original):
            if index >= len(rewritten):
                yield f"{path}[{index}]", "unread"
            else:
                yield from _compare(member, rewritten[index], f"{path}[{index}]")
    elif not _same(original, rewritten):
        yield path, "altered"


def _same(original: Any, rewritten: Any) -> bool:
    """Equal, where ``"0.10"`` may have become ``Decimal("0.10")`` and ``"1"`` may have become 1 or True."""
    if original == rewritten and not isinstance(original, Decimal):
        return True
    return _spelling(original) == _spelling(rewritten)


def _spelling(value: Any) -> str:
    match value:
        case Decimal():
            return plain(value)
        case bool():
            return "true" if value else "false"
        case str():
            return _number_spelling(value) or ("null" if value.lower() == "none" else value)
        case None:
            return "null"
        case _:
            return str(value)


def _number_spelling(text: str) -> str | None:
    if not text or text[0] not in "+-0123456789." or (text[0] != "+" and not any(letter in text for letter in "eE")):
        return None
    try:
        return plain(Decimal(text))
    except ArithmeticError:
        return None
