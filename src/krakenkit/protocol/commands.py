"""Trading commands that wait for their answers. An answer that cannot come any more leaves the outcome in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from krakenkit.errors import AuthRefused
from krakenkit.protocol.dialect import Reply
from krakenkit.protocol.events import CommandInDoubt, CommandSettled
from krakenkit.wire.refusals import refusal


@dataclass(slots=True)
class Waiting:
    """One command on its way."""

    expected: int
    """How many replies belong to it: cancelling three orders is answered three times."""
    due_at: float
    replies: list[Reply] = field(default_factory=list[Reply])


@dataclass(slots=True)
class Commands:
    """The commands of one connection that are not settled yet, by request id."""

    waiting: dict[int, Waiting] = field(default_factory=dict[int, Waiting])

    def sent(self, req_id: int, *, expected: int, due_at: float) -> None:
        """Note that a command went out."""
        self.waiting[req_id] = Waiting(expected, due_at)

    def settle(self, reply: Reply) -> CommandSettled | None:
        """Take a reply in; the event when nothing more will come.

        A refused key or token is said once, however many replies the command waits for.
        """
        if reply.req_id is None or (waiting := self.waiting.get(reply.req_id)) is None:
            return None
        waiting.replies.append(reply)
        if len(waiting.replies) < waiting.expected and not auth_refused(reply):
            return None
        del self.waiting[reply.req_id]
        return CommandSettled(reply.req_id, tuple(waiting.replies))

    def overdue(self, now: float) -> Iterator[CommandInDoubt]:
        """Give up on commands whose time has come."""
        for req_id in [req_id for req_id, waiting in self.waiting.items() if waiting.due_at <= now]:
            yield self._doubt(req_id, "no answer came in time")

    def line_lost(self, reason: str) -> Iterator[CommandInDoubt]:
        """Give up on all commands: their answers were lost with the line."""
        for req_id in list(self.waiting):
            yield self._doubt(req_id, f"the connection was lost ({reason})")

    def _doubt(self, req_id: int, reason: str) -> CommandInDoubt:
        return CommandInDoubt(req_id, reason, tuple(self.waiting.pop(req_id).replies))

    @property
    def deadline(self) -> float | None:
        """The earliest moment at which an answer is overdue."""
        return min((waiting.due_at for waiting in self.waiting.values()), default=None)


def auth_refused(reply: Reply) -> bool:
    """Whether the reply is about the key, the token or a permission, and not about what was asked."""
    error = reply.error
    return not reply.ok and error is not None and isinstance(refusal((error,), request=reply.method), AuthRefused)
