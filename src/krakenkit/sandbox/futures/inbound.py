"""From what a client of Futures REST sent to the request class it stands for, and the refusals of what cannot be read.

Arguments travel in the query or in a form, whatever the method; names that nobody knows are ignored. A batch is JSON text
in the field ``json``, url-encoded as the manual says or raw as ccxt sends it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar, cast

from krakenkit._core.clock import nanoseconds
from krakenkit._core.numbers import Number
from krakenkit.errors import KrakenError, SettingsError
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.futures.incoming import INCOMING
from krakenkit.sandbox.inbound import Member, RestReader, members_of, parse_json, read_pairs
from krakenkit.wire.futures.batch import CancelInstruction, EditInstruction, Instruction, SendInstruction
from krakenkit.wire.futures.trading import SubmitOrder
from krakenkit.wire.request import Params

P = TypeVar("P", bound=Params)
JSON_ERROR = "Json Parse Error"
_RAW_JSON: Final = re.compile(rb"json=\s*\{")
_PRICES: Final[Mapping[str, tuple[str, ...]]] = {
    "lmt": ("limitPrice",),
    "post": ("limitPrice",),
    "ioc": ("limitPrice",),
    "fok": ("limitPrice",),
    "stp": ("stopPrice",),
    "take_profit": ("stopPrice",),
    "trailing_stop": ("trailingStopMaxDeviation", "trailingStopDeviationUnit"),
}
_INSTRUCTIONS: Final[Mapping[str, type[Instruction]]] = {
    "send": SendInstruction,
    "edit": EditInstruction,
    "cancel": CancelInstruction,
}
LIMIT: Final = "apiLimitExceeded"


class FuturesDenied(EngineRefused):
    """The server said no before the engine was asked; ``code`` is what stands under ``error``."""

    def __init__(self, code: str, *, status: int = 200, number: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.number = number
        """Where preferences refuse: they number their errors, and say them in a list."""


class HistoryOverrun(EngineRefused):
    """The history budget of a key is spent: HTTP 429 with plain text, and a header that tells when it is whole again."""

    def __init__(self, reset_seconds: int) -> None:
        super().__init__(LIMIT)
        self.reset_seconds = reset_seconds


def wrong(field: str) -> FuturesDenied:
    """The refusal of one argument."""
    return FuturesDenied(f"invalidArgument: {field}")


def lacking(field: str) -> FuturesDenied:
    """The refusal of a call without this argument."""
    return FuturesDenied(f"requiredArgumentMissing: {field}")


@dataclass(frozen=True, slots=True)
class Batch:
    """The instructions of one batch."""

    instructions: list[Instruction]
    deadline: str | None


def read_arguments(query: str, body: bytes) -> dict[str, object]:
    """The arguments of a call by name; those that are repeated are lists."""
    if _RAW_JSON.match(body):
        raw = body.partition(b"=")[2].decode("utf-8", "replace")
        return read_pairs(query) | {"json": raw}
    return read_pairs(query) | read_pairs(body.decode("utf-8", "replace"))


class FuturesReader(RestReader):
    """Reads request classes from arguments, in the words of this exchange."""

    def read(self, kind: type[P], members: Mapping[str, object]) -> P:
        """The request that the arguments describe.

        Raises:
            FuturesDenied: for an argument that is missing or odd, and for combinations that the class refuses.
        """
        _check_prices(kind, members)
        return super().read(kind, members)

    def made(self, kind: type[P], found: Mapping[str, object]) -> P:
        return cast("P", INCOMING.get(kind, kind)(**found))

    def refusal_of(self, kind: type[Params], error: SettingsError) -> EngineRefused:
        # The class names the field it refuses first, as ``SubmitOrder.size`` or ``cli_ord_id has …``.
        words = re.match(r"(?:\w+\.)?(\w+)", str(error))
        wire = {member.name: member.wire for member in members_of(kind)}
        return wrong(wire[words[1]]) if words and words[1] in wire else FuturesDenied("invalidArgument")

    def scalar(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        try:
            return super().scalar(kinds, value, wire)
        except EngineRefused:
            raise wrong(wire) from None

    def instead_of_list(self, member: Member, value: object) -> object:
        """A list of objects is JSON text here, as prices of legs are."""
        text = str(value).strip()
        if not text.startswith("["):
            return super().instead_of_list(member, value)
        try:
            rows = parse_json(text)
        except ValueError:
            raise wrong(member.wire) from None
        return [self._one(member.items or frozenset(), row, member.wire) for row in rows]

    def missing(self, wire: str) -> KrakenError:
        return lacking(wire)

    def odd(self, wire: str, wanted: str) -> KrakenError:
        return wrong(wire)

    def read_batch(self, members: Mapping[str, object]) -> Batch:
        """The instructions in the ``json`` argument.

        Raises:
            FuturesDenied: when they cannot be read.
        """
        if "json" not in members:
            raise lacking("json")
        try:
            whole: Any = parse_json(str(members["json"]))
            rows: object = whole["batchOrder"]
            if not isinstance(rows, list):
                raise FuturesDenied(JSON_ERROR)
            instructions = [self._instruction(row) for row in cast("list[dict[str, object]]", rows)]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise FuturesDenied(JSON_ERROR) from None
        # The manual spells it with a capital P here, the official client without.
        deadline = members.get("ProcessBefore") or members.get("processBefore")
        return Batch(instructions, None if deadline is None else str(deadline))

    def _instruction(self, row: Mapping[str, object]) -> Instruction:
        kind = _INSTRUCTIONS.get(str(row.get("order")))
        if kind is None:
            raise wrong("order")
        read: Instruction = self.read(cast("type[Any]", kind), row)
        return read


def _check_prices(kind: type[Params], members: Mapping[str, object]) -> None:
    if kind not in (SubmitOrder, SendInstruction):
        return
    for name in _PRICES.get(str(members.get("orderType")), ()):
        if members.get(name) in (None, ""):
            raise lacking(name)


# --- values -----------------------------------------------------------------------------------------------------------


def read_number(value: Number, field: str) -> Decimal:
    """A number as given, digit for digit.

    Raises:
        FuturesDenied: for anything that is no finite number.
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise wrong(field) from None
    if not number.is_finite():
        raise wrong(field)
    return number


def maybe_number(value: Number | None, field: str) -> Decimal | None:
    """A number that may be left out."""
    return None if value is None else read_number(value, field)


def read_moment(value: object, field: str) -> int | None:
    """An RFC 3339 moment that may be left out, as nanoseconds.

    Raises:
        FuturesDenied: for anything else.
    """
    if value is None:
        return None
    try:
        return nanoseconds(str(value))
    except ValueError:
        raise wrong(field) from None
