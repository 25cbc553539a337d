"""What the trading commands of all socket families have in common: a list of them, who may give each, and the replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import PERMISSION_DENIED, ApiKey
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.command import Command

T = TypeVar("T")
K = TypeVar("K", bound=Command[Any])
MODIFY: Final = ("modify-trades",)
"""Permissions of commands that place or change orders; one of them is enough."""
TAKE_BACK: Final = ("modify-trades", "close-trades")
"""Permissions of commands that only take orders back, or make them smaller."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a command: a result or an error, and members that stand beside them."""

    result: object = None
    error: str | None = None
    more: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A command, what carries it out for a trader of its family, and the permissions of which it wants one."""

    kind: type[Command[Any]]
    carry_out: Callable[[T, Any], Iterator[Reply]]
    permissions: Sequence[str]


def listed(
    kind: type[K], carry_out: Callable[[T, K], Iterator[Reply]], permissions: Sequence[str]
) -> tuple[str, Listed[T]]:
    """An entry of a list of commands, whose function takes the very class it is listed for."""
    return kind.method, Listed(kind, carry_out, permissions)


def key_for(command: Listed[T], venue: Venue, members: Mapping[str, object], now: int) -> ApiKey:
    """The key behind the token of a command.

    Raises:
        Denied: when the token is none, or its key may not do this.
    """
    key = venue.tokens.check(members.get("token"), now).key
    if not key.may(*command.permissions):
        raise Denied(PERMISSION_DENIED)
    return key
