"""From the bytes of an answer to its class: decoders are made on first use and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast, get_args, get_origin

import msgspec

T = TypeVar("T")
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are not the JSON we expect: malformed, not UTF-8, or nested without end."""
Reader: TypeAlias = Callable[[bytes | msgspec.Raw], T]
Row = TypeVar("Row")


ABSENT: Any = None
"""The default of a member that every live answer has, and that ancient or hand-made ones were seen without.

It reads as None then, which its type does not say: whoever reads live answers need not ask.
"""


class FromWire(Protocol):
    """An answer whose shape no plain declaration can tell; it reads itself."""

    @classmethod
    def from_wire(cls, raw: bytes | msgspec.Raw, *arguments: Any) -> Any: ...


class MayRefuse(Protocol):
    """An answer that can be a refusal although the exchange calls it a success.

    An answer class with such a method promises that what was asked for was not done whenever it returns a text: the
    caller then gets ``Refused`` with that text as its code, and no answer. Batches do not have it, since some of their
    orders may stand.
    """

    def refusal(self) -> str | None:
        """The exchange's words of refusal; None for a success."""
        ...


def refusal_in(answer: object) -> str | None:
    """The words with which an answer refuses inside a success (see :class:`MayRefuse`); None for every other answer."""
    hook: Callable[[], str | None] | None = getattr(answer, "refusal", None)
    return hook() if hook is not None else None


@cache
def _reader(answer: Any) -> Reader[Any]:
    origin = get_origin(answer) or answer
    from_wire = getattr(origin, "from_wire", None)
    if from_wire is None:
        # Lax: the exchange writes some numbers as text and some text as numbers.
        return msgspec.json.Decoder(answer, strict=False).decode
    arguments = get_args(answer)

    def read(raw: bytes | msgspec.Raw) -> Any:
        return from_wire(raw, *arguments)

    return read


def reader_for(answer: Any) -> Reader[Any]:
    """The function that decodes JSON bytes into ``answer``; raises ``msgspec.ValidationError`` naming the place."""
    return _reader(answer)


class PairRows(msgspec.Struct, Generic[Row], frozen=True):
    """Rows of one pair, and ``last``: what to pass as ``since`` to get what comes after."""

    pair: str
    """The pair as the exchange named it in the answer, which may be another spelling than the one asked for."""
    rows: list[Row]
    last: int | str

    @classmethod
    def from_wire(cls, raw: bytes | msgspec.Raw, row: Any) -> PairRows[Any]:
        """Read ``{"<pair>": [rows], "last": …}``: the one key other than ``last`` is the pair."""
        members: dict[str, msgspec.Raw] = reader_for(dict[str, msgspec.Raw])(raw)
        last = members.pop("last", None)
        if last is None or len(members) != 1:
            raise msgspec.ValidationError(f"Expected one pair and `last`, got {sorted(members)} - at `$`")
        ((pair, rows),) = members.items()
        return PairRows(pair=pair, rows=reader_for(list[row])(rows), last=reader_for(int | str)(last))

    @classmethod
    def to_wire(cls, answer: PairRows[Any]) -> dict[str, object]:
        """The shape that :meth:`from_wire` reads."""
        return {answer.pair: answer.rows, "last": answer.last}


class ErrorObject(msgspec.Struct):
    """An error as custody and pay write it; elsewhere errors are plain strings."""

    type: str | None = None
    error_class: str | None = msgspec.field(default=None, name="errorClass")
    severity: str | None = None
    message: str | None = msgspec.field(default=None, name="errorMessage")

    def __str__(self) -> str:
        code = f"{(self.severity or 'E')[:1].upper()}{self.error_class or 'General'}:{self.type or 'unknown'}"
        return f"{code}:{self.message}" if self.message else code


class Envelope(msgspec.Struct):
    """``{"error": [...], "result": ...}``, with the result left as bytes until the errors were looked at.

    An empty ``result`` means that there was none; ``null`` arrives as the text ``null``.
    """

    error: msgspec.Raw = msgspec.Raw(b"")
    errors: msgspec.Raw = msgspec.Raw(b"")
    result: msgspec.Raw = msgspec.Raw(b"")

    def codes(self) -> list[str]:
        """Every error and warning, as text."""
        found: list[str] = []
        for raw in (self.error, self.errors):
            if bytes(raw) not in (b"", b"[]", b"null"):
                found += [str(entry) for entry in _read_errors(raw)]
        return found


def _read_errors(raw: msgspec.Raw) -> list[str | ErrorObject]:
    """A list of strings or objects; anything else becomes one string."""
    try:
        entries: list[str | ErrorObject] = reader_for(list[str | ErrorObject])(raw)
    except msgspec.ValidationError:
        return [bytes(raw).decode("utf-8", "replace").strip('"')]
    return entries


read_envelope: Reader[Envelope] = cast("Reader[Envelope]", reader_for(Envelope))
