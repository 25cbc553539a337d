"""Answers of the history API, which writes ``""`` where a number does not apply.

``"limitPrice": ""`` and ``"takerReducedQuantity": ""`` are read as None; empty texts stay empty texts. Source: live answers
of ``/api/history``; the manual says "sometimes empty string" of one such member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import inspect

from krakenkit.wire.rewrite import exact_json

_TEXTS = (inspect.StrType, inspect.AnyType, inspect.RawType)


def read_past_blanks(raw: bytes | msgspec.Raw, answer: Any) -> Any:
    """The bytes as ``answer``, where an empty text in the place of a number, flag or object counts as left out."""
    read = _decoder(answer).decode
    if b'""' not in bytes(raw):
        return read(raw)
    try:
        return read(raw)
    except msgspec.ValidationError:
        msgspec.json.decode(raw, type=msgspec.Raw)  # malformed JSON is told in the decoder's words
        tree = _without_blanks(exact_json(raw), _not_text(answer))
        return msgspec.convert(tree, answer, strict=False)


def written(answer: msgspec.Struct, *blank: str) -> dict[str, object]:
    """The members under the exchange's names; those in ``blank`` are written as ``""`` where they are None."""
    pairs = zip(answer.__struct_fields__, answer.__struct_encode_fields__, strict=True)
    members = ((name, wire, getattr(answer, name)) for name, wire in pairs)
    return {wire: "" if value is None else value for name, wire, value in members if value is not None or name in blank}


@cache
def _decoder(answer: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(answer, strict=False)


def _without_blanks(tree: Any, names: frozenset[str]) -> Any:
    match tree:
        case dict():
            members = cast("dict[str, Any]", tree).items()
            return {key: _without_blanks(item, names) for key, item in members if item != "" or key not in names}
        case list():
            return [_without_blanks(item, names) for item in cast("Iterable[Any]", tree)]
        case _:
            return tree


@cache
def _not_text(answer: Any) -> frozenset[str]:
    """The wire names under ``answer`` whose value cannot be text."""
    return frozenset(_names(inspect.type_info(answer), set()))


def _names(info: inspect.Type, seen: set[type]) -> Iterator[str]:
    match info:
        case inspect.StructType():
            if info.cls not in seen:
                seen.add(info.cls)
                for member in info.fields:
                    if not any(isinstance(kind, _TEXTS) for kind in _alternatives(member.type)):
                        yield member.encode_name
                    yield from _names(member.type, seen)
        case inspect.UnionType():
            for kind in info.types:
                yield from _names(kind, seen)
        case inspect.ListType():
            yield from _names(info.item_type, seen)
        case inspect.DictType():
            yield from _names(info.value_type, seen)
        case _:
            return


def _alternatives(info: inspect.Type) -> tuple[inspect.Type, ...]:
    return info.types if isinstance(info, inspect.UnionType) else (info,)
