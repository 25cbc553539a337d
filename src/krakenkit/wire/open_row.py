"""Rows of channels that nobody has seen on the wire yet, or that are known to send more than their pages say.

What is known is typed. A member that does not fit its field leaves the field empty and spoils nothing else, and the row keeps
the JSON it came from: ``row.extra`` holds every member that no field took.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Raw

from krakenkit.wire.codec import Reader, reader_for
from krakenkit.wire.rewrite import exact_json, on_the_wire
from krakenkit.wire.spot_v2.market import Row

S = TypeVar("S", bound=msgspec.Struct)
_KEPT = "raw"


def kept_json() -> Any:
    """The field ``raw`` of an open row; its wire name is one that no exchange uses."""
    return msgspec.field(default=Raw(b""), name="(raw)")


class Open:
    """What an open row can tell beside its fields. For classes that have ``raw: Raw = kept_json()``."""

    __slots__ = ()

    @property
    def extra(self) -> dict[str, Any]:
        """Members that have no field here or did not fit it, as plain data with every digit kept."""
        row = cast("Any", self)
        if not bytes(row.raw):
            return {}
        kind = cast("type[msgspec.Struct]", type(self))
        plan = _plan(kind)
        return {name: value for name, value in exact_json(row.raw).items() if not _took(row, plan.get(name), value)}

    @classmethod
    def to_named(cls, row: Any) -> dict[str, Any]:
        """Fields by name, then ``extra`` where there is any."""
        members = {name: getattr(row, name) for name in row.__struct_fields__ if name != _KEPT}
        shown = {name: value for name, value in members.items() if value is not None}
        extra: dict[str, Any] = row.extra
        return shown | ({"extra": extra} if extra else {})

    @classmethod
    def to_wire(cls, row: Any) -> dict[str, Any]:
        """Only what the fields hold, under the exchange's names."""
        names = zip(row.__struct_fields__, row.__struct_encode_fields__, strict=True)
        return {
            wire: on_the_wire(value)
            for name, wire in names
            if name != _KEPT and (value := getattr(row, name)) is not None
        }


class OpenRow(Row, Open, frozen=True, kw_only=True):
    """A row that keeps its JSON."""

    raw: Raw = kept_json()
    """The row as it came."""


class _Member(NamedTuple):
    """How one member is read."""

    field: str
    read: Callable[[Raw], Any]
    default: object


def read_open(kind: type[S], raw: bytes | Raw) -> S:
    """A row of ``kind`` from its JSON, with whatever of it can be read.

    Raises:
        msgspec.ValidationError: when the JSON is no object, or a member is not of its type and cannot be left out.
    """
    if _nested(kind):
        row = _member_by_member(kind, raw)
    else:
        try:
            row = reader_for(kind)(raw)
        except msgspec.ValidationError:
            row = _member_by_member(kind, raw)
    # Made a moment ago, seen by nobody yet.
    msgspec.structs.force_setattr(row, _KEPT, Raw(raw))
    return row


def _member_by_member(kind: type[S], raw: bytes | Raw) -> S:
    members: dict[str, Raw] = reader_for(dict[str, Raw])(raw)
    plan = _plan(kind)
    found: dict[str, Any] = {}
    for name, value in members.items():
        if (member := plan.get(name)) is None or bytes(value) == b"null":
            continue
        try:
            found[member.field] = member.read(value)
        except msgspec.ValidationError:
            if member.default is msgspec.NODEFAULT:
                raise
    return kind(**found)


def _took(row: Any, member: _Member | None, value: object) -> bool:
    """Whether a field holds what the wire said: one that still has its default did not take anything else."""
    if member is None:
        return False
    held = getattr(row, member.field)
    return value is None or held != member.default or value == member.default


@cache
def _nested(kind: type[msgspec.Struct]) -> bool:
    """Whether it has lists of open rows, which are read row by row."""
    return any(_open_item(field.type) is not None for field in msgspec.structs.fields(kind))


@cache
def _plan(kind: type[msgspec.Struct]) -> dict[str, _Member]:
    fields = [field for field in msgspec.structs.fields(kind) if field.name != _KEPT]
    return {field.encode_name: _Member(field.name, _reader_of(field.type), _default(field)) for field in fields}


def _reader_of(kind: Any) -> Callable[[Raw], Any]:
    item = _open_item(kind)
    if item is None:
        reader: Reader[Any] = reader_for(kind)
        return reader
    rows: Reader[list[Raw]] = reader_for(list[Raw])
    return lambda raw: [read_open(item, row) for row in rows(raw)]


def _open_item(kind: Any) -> type[msgspec.Struct] | None:
    """The open row that a list type holds."""
    if get_origin(kind) is not list:
        return None
    (item,) = get_args(kind)
    return item if isinstance(item, type) and issubclass(item, Open) and issubclass(item, msgspec.Struct) else None


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default
