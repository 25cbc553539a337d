"""The list of faults: one entry each. Python, the command line, HTTP and the documentation all read this table."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.sandbox.faults import exchange, frames, lines, rest
from krakenkit.sandbox.faults.fault import Fault, name_of

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Fault[Any])


class Lever(Generic[P, R]):
    """A method that makes a fault from its arguments, checks them, and lets it begin."""

    def __init__(self, kind: Callable[P, Fault[R]]) -> None:
        self.kind = kind
        self.__doc__ = inspect.getdoc(kind)

    @overload
    def __get__(self, levers: None, owner: object = None) -> Lever[P, R]: ...
    @overload
    def __get__(self, levers: Levers, owner: object = None) -> Callable[P, R]: ...
    def __get__(self, levers: Levers | None, owner: object = None) -> Lever[P, R] | Callable[P, R]:
        if levers is None:
            return self
        return self._bound(levers)

    def _bound(self, levers: Levers) -> Callable[P, R]:
        kind = self.kind

        @functools.wraps(kind)
        def pull(*args: P.args, **kwargs: P.kwargs) -> R:
            return levers.begin(checked(kind(*args, **kwargs)))

        pull.__name__ = pull.__qualname__ = name_of(kind)
        return pull


class Levers:
    """Every fault as a method."""

    drop_lines = Lever(lines.DropLines)
    half_open = Lever(lines.HalfOpen)
    freeze = Lever(lines.Freeze)
    silence = Lever(lines.Silence)
    refuse_upgrades = Lever(lines.RefuseUpgrades)
    proxy_restart = Lever(lines.ProxyRestart)
    say = Lever(lines.Say)

    mute = Lever(frames.Mute)
    duplicate_frames = Lever(frames.DuplicateFrames)
    swap_frames = Lever(frames.SwapFrames)
    corrupt_next_checksum = Lever(frames.CorruptNextChecksum)
    lose_next_book_update = Lever(frames.LoseNextBookUpdate)
    lose_next_report = Lever(frames.LoseNextReport)
    lose_acks = Lever(frames.LoseAcks)
    delay_acks = Lever(frames.DelayAcks)
    refuse_subscriptions = Lever(frames.RefuseSubscriptions)
    stale_tokens = Lever(frames.StaleTokens)
    drop_after_command = Lever(frames.DropAfterCommand)
    refuse_commands = Lever(frames.RefuseCommands)

    close_after_request = Lever(rest.CloseAfterRequest)
    close_before_request = Lever(rest.CloseBeforeRequest)
    delay_rest = Lever(rest.DelayRest)
    answer_rest_with = Lever(rest.AnswerRestWith)
    html_error = Lever(rest.HtmlError)
    empty_body = Lever(rest.EmptyBody)
    refuse_rest = Lever(rest.RefuseRest)
    busy = Lever(rest.Busy)
    unavailable = Lever(rest.Unavailable)
    throttle = Lever(rest.Throttle)
    rate_limit = Lever(rest.RateLimit)

    set_status = Lever(exchange.SetStatus)
    clock_skew = Lever(exchange.ClockSkew)
    at_random = Lever(exchange.AtRandom)

    def begin(self, fault: Fault[R]) -> R:
        """Let a fault begin."""
        raise NotImplementedError


KINDS: Final[dict[str, type[Fault[Any]]]] = {
    name: cast("type[Fault[Any]]", lever.kind) for name, lever in vars(Levers).items() if isinstance(lever, Lever)
}
"""All faults by name, in the order in which they are listed."""
BY_CHANCE: Final = [name for name, kind in KINDS.items() if kind.place is not None and kind.chance]
"""Those that can happen by chance."""
SLOW_TO_MEND: Final = frozenset({"half_open", "freeze", "silence"})
"""Those that happen by chance only when they are named: only time-outs lead out of them."""


def kind_of(name: str) -> type[Fault[Any]]:
    """The fault of this name.

    Raises:
        SettingsError: when there is none.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise SettingsError(f"There is no fault {name!r}; there are {', '.join(KINDS)}.")
    return kind


def checked(fault: Fault[R]) -> Fault[R]:
    """The fault, when its settings are of the right kinds and within their bounds.

    Raises:
        SettingsError: when they are not.
    """
    make_fault(type(fault), msgspec.structs.asdict(fault))
    return fault


def make_fault(kind: type[K], members: object, *, as_text: bool = False) -> K:
    """The fault with these settings by name, which are all text if ``as_text``.

    Raises:
        SettingsError: for a setting that it does not have, that is missing, or is not what it should be.
    """
    try:
        made: K = msgspec.convert(members, kind, strict=not as_text)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name_of(kind)}: {error}. It takes {settings_of(kind) or 'nothing'}.") from None
    return made


def settings_of(kind: type[Fault[Any]]) -> str:
    """The settings of a fault with their defaults, as its signature shows them."""
    fields = msgspec.structs.fields(kind)
    return ", ".join(one.name if one.required else f"{one.name}={one.default!r}" for one in fields)


def summary_of(kind: type[Fault[Any]]) -> str:
    """The line that explains a fault."""
    return (inspect.getdoc(kind) or "").partition("\n")[0]
