"""Replies to a trading command become its answer, or the error that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from krakenkit.errors import DecodeError, KrakenError, OutcomeUnknown
from krakenkit.protocol.answers import decode
from krakenkit.protocol.dialect import Reply
from krakenkit.wire.codec import UNREADABLE, Reader, reader_for
from krakenkit.wire.command import Command
from krakenkit.wire.refusals import refusal, tidy, undecided
from krakenkit.wire.spot_v1 import trading as spot_v1
from krakenkit.wire.spot_v2.trading import BatchAdd, BatchCancel, CancelOrder, OrderCancelled
from krakenkit.wire.unified import trading as unified

C = TypeVar("C")
T = TypeVar("T")


class ReplyFrame(msgspec.Struct, frozen=True):
    """The parts of a reply that answers are made of."""

    result: msgspec.Raw = msgspec.Raw(b"")
    orders_cancelled: int | None = None
    """Where captured batch cancels carry their count; the documented place is ``result.count``."""


_read_frame: Reader[ReplyFrame] = reader_for(ReplyFrame)


def read_replies(command: Command[C], replies: Sequence[Reply]) -> C:
    """The typed answer of a command.

    Raises:
        Refused: the exchange answered no, to all of it.
        OutcomeUnknown: the exchange answered, and it is still not clear what was done.
    """
    sent: Command[Any] = command
    answer: Any
    match sent:
        case CancelOrder():
            answer = _cancelled(sent, replies)
        case BatchAdd() | unified.BatchAdd():
            answer = _batch(sent, replies[0])
        case BatchCancel():
            answer = _batch_cancelled(sent, replies[0])
        case spot_v1.CancelOrder():
            answer = _cancelled_v1(sent, replies)
        case spot_v1.SpotV1Command():
            answer = _single_v1(sent, replies[0])
        case _:
            answer = _single(sent, replies[0])
    typed: C = answer
    return typed


def _single(command: Command[Any], reply: Reply) -> Any:
    if not reply.ok:
        raise _refused(command, reply.error)
    return _decoded(command, _frame(command, reply).result or msgspec.Raw(b"null"), reply)


def _cancelled(command: CancelOrder, replies: Sequence[Reply]) -> list[OrderCancelled]:
    """One entry for each id; refusals carry no id, so it is filled in where only one is left that it can mean."""
    done: list[OrderCancelled] = []
    for reply in replies:
        if reply.ok:
            result = _frame(command, reply).result or msgspec.Raw(b"{}")
            done.append(decode(reader_for(OrderCancelled), result, raw=reply.raw, label=command.method, at="$.result"))
    errors = [tidy(reply.error or "refused without a reason") for reply in replies if not reply.ok]
    if errors and not done:
        raise _refused(command, errors[0])
    left = command.ids_besides(done)
    return [*done, *(OrderCancelled(error=error, **(left[0] if len(left) == 1 else {})) for error in errors)]


def _single_v1(command: Command[Any], reply: Reply) -> Any:
    """Spot v1 has no ``result``: the answer's members stand beside the event's."""
    if not reply.ok:
        raise _refused(command, reply.error)
    return _decoded(command, msgspec.Raw(reply.raw), reply, at="$")


def _cancelled_v1(command: spot_v1.CancelOrder, replies: Sequence[Reply]) -> list[spot_v1.OrderCancelled]:
    """One entry for each id. Replies name none, so that ids are filled in only when all fared alike."""
    errors = [None if reply.ok else tidy(reply.error or "refused without a reason") for reply in replies]
    if first := next((error for error in errors if error is not None), None):
        if None not in errors:
            raise _refused(command, first)
        return [spot_v1.OrderCancelled(error=error) for error in errors]
    return [spot_v1.OrderCancelled(**named) for named in command.ids()]


def _batch(command: BatchAdd | unified.BatchAdd, reply: Reply) -> Any:
    """The rows count even when the whole says no: siblings of a refused order may be live."""
    result = _frame(command, reply).result
    if not reply.ok and bytes(result) in (b"", b"null", b"[]", b"{}"):
        raise _refused(command, reply.error)
    return _decoded(command, result, reply)


def _batch_cancelled(command: BatchCancel, reply: Reply) -> Any:
    if not reply.ok:
        raise _refused(command, reply.error)
    frame = _frame(command, reply)
    if frame.orders_cancelled is not None and not bytes(frame.result):
        return command.answer_type()(count=frame.orders_cancelled)
    return _decoded(command, frame.result or msgspec.Raw(b"null"), reply)


def _frame(command: Command[Any], reply: Reply) -> ReplyFrame:
    return _in_doubt_unless_read(command, lambda: _read_frame(reply.raw))


def _decoded(command: Command[Any], result: msgspec.Raw, reply: Reply, *, at: str = "$.result") -> Any:
    reader: Reader[Any] = reader_for(command.answer_type())
    return _in_doubt_unless_read(command, lambda: decode(reader, result, raw=reply.raw, label=command.method, at=at))


def _in_doubt_unless_read(command: Command[Any], read: Callable[[], T]) -> T:
    """A yes that cannot be read leaves the caller without the order's id: it has to be looked up."""
    try:
        return read()
    except (DecodeError, *UNREADABLE) as error:
        raise OutcomeUnknown(
            f"{command.method} was answered, but the answer could not be read: {error}. "
            "Do not send it again; look among open orders and recent trades first.",
            request=command.method,
            client_order_id=command.client_order_id,
        ) from error


def _refused(command: Command[Any], error: str | None) -> KrakenError:
    code = tidy(error or "refused without a reason")
    if undecided([code]):
        return OutcomeUnknown(
            f"{command.method} may or may not have been executed: the exchange answered {code}. "
            "Do not send it again; look among open orders and recent trades first.",
            request=command.method,
            client_order_id=command.client_order_id,
        )
    return refusal([code], request=command.method, client_order_id=command.client_order_id)
