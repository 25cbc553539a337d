"""The states of a connection, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class State(Enum):
    """Where a connection is in its life."""

    IDLE = auto()
    DIALLING = auto()
    AUTHENTICATING = auto()
    """The line is up, a token is on its way."""
    RESUBSCRIBING = auto()
    """The line is up, some subscriptions are not confirmed yet."""
    OPEN = auto()
    WAITING = auto()
    """The line is down, the next try is set."""
    CLOSING = auto()
    CLOSED = auto()
    FAILED = auto()


UP = (State.AUTHENTICATING, State.RESUBSCRIBING, State.OPEN)
TRANSITIONS: Mapping[State, tuple[State, ...]] = {
    State.IDLE: (State.DIALLING, State.WAITING, State.CLOSED),
    State.DIALLING: (*UP, State.WAITING, State.CLOSED, State.FAILED),
    State.AUTHENTICATING: (State.RESUBSCRIBING, State.OPEN, State.WAITING, State.CLOSING, State.CLOSED, State.FAILED),
    State.RESUBSCRIBING: (State.OPEN, State.AUTHENTICATING, State.WAITING, State.CLOSING, State.CLOSED, State.FAILED),
    State.OPEN: (
        State.RESUBSCRIBING,
        State.AUTHENTICATING,
        State.WAITING,
        State.CLOSING,
        State.CLOSED,
        State.FAILED,
    ),
    State.WAITING: (State.DIALLING, State.CLOSED, State.FAILED),
    State.CLOSING: (State.CLOSED,),
    State.CLOSED: (State.DIALLING, State.WAITING),
    State.FAILED: (State.DIALLING, State.WAITING),
}
