"""What the exchange is documented to refuse, noticed before anything is sent; each message says what to give instead.

Every check reads members of the request by name; one that was left out passes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import msgspec

from krakenkit._core.numbers import exact
from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params


def only_one(request: Params, *names: str) -> None:
    """Refuse parameters that exclude each other.

    Raises:
        SettingsError: when more than one of them is given.
    """
    given = [name for name in names if getattr(request, name) is not None]
    if len(given) > 1:
        raise SettingsError(f"{type(request).__name__} takes one of {' and '.join(given)}, not both; leave one out.")


def at_least_one(request: Params, *names: str) -> None:
    """Refuse a request that names nothing to act on.

    Raises:
        SettingsError: when none of them is given, or one is an empty list or text.
    """
    given = [getattr(request, name) for name in names]
    if not any(value is not None for value in given):
        raise SettingsError(f"{type(request).__name__} needs {' or '.join(names)}.")
    if any(value in ("", [], ()) for value in given):
        raise SettingsError(f"{type(request).__name__} was given an empty {' or '.join(names)}; nothing was sent.")


def not_empty(request: Params, *names: str) -> None:
    """Refuse an empty text or list: it would ask for everything, or for nothing.

    Raises:
        SettingsError: naming the parameter.
    """
    for name in names:
        if getattr(request, name) in ("", [], ()):
            raise SettingsError(f"{type(request).__name__} was given an empty {name}; leave it out, or name something.")


def positive(request: Params, *names: str) -> None:
    """Refuse amounts that are not above zero, and text that is no number.

    Raises:
        SettingsError: naming the parameter.
    """
    for name in names:
        value = getattr(request, name)
        if value is not None and exact(value, name=name) <= 0:
            raise SettingsError(f"{type(request).__name__}.{name} is {value}; it must be above zero. Nothing was sent.")


def within(request: Params, name: str, low: int, high: int | None = None) -> None:
    """Refuse a whole number below ``low`` or above ``high``.

    Raises:
        SettingsError: naming the parameter and what it may be.
    """
    value = getattr(request, name)
    if value is None or (low <= int(value) and (high is None or int(value) <= high)):
        return
    allowed = f"at least {low}" if high is None else f"{low} to {high}"
    raise SettingsError(f"{type(request).__name__}.{name} is {value}; give {allowed}.")


def one_of(request: Params, name: str, choices: Collection[object]) -> None:
    """Refuse a value outside a closed list.

    Raises:
        SettingsError: when it is none of them.
    """
    value = getattr(request, name)
    if value is not None and value not in choices:
        known = ", ".join(str(choice) for choice in choices)
        raise SettingsError(f"{type(request).__name__}.{name} is {value!r}; give one of {known}.")


def at_most(request: Params, limit: int, *names: str) -> None:
    """Refuse more than ``limit`` names in the lists and comma lists given, counted together.

    Raises:
        SettingsError: when there are more.
    """
    count = sum(len(listed(getattr(request, name))) for name in names)
    if count > limit:
        raise SettingsError(
            f"{type(request).__name__} takes at most {limit} in {' and '.join(names)}, not {count}; "
            "nothing was sent. Split it into several calls."
        )


def no_longer(request: Params, limit: int, *names: str) -> None:
    """Refuse texts of more than ``limit`` characters.

    Raises:
        SettingsError: naming the parameter and its length.
    """
    for name in names:
        value: str | None = getattr(request, name)
        if value is not None and len(value) > limit:
            raise SettingsError(
                f"{type(request).__name__}.{name} has {len(value)} characters; the exchange takes at most {limit}."
            )


def a_list(request: Params, name: str) -> None:
    """Refuse a single text where the exchange wants a list.

    Raises:
        SettingsError: when it is text.
    """
    value = getattr(request, name)
    if isinstance(value, str):
        raise SettingsError(f"{type(request).__name__}.{name} is a text; give a list: [{value!r}].")


def listed(value: object) -> Sequence[object]:
    """The members of a list, or of a text with commas; nothing for None."""
    match value:
        case None:
            return ()
        case str():
            return value.split(",")
        case list() | tuple():
            return cast("Sequence[object]", value)
        case _:
            return (value,)


def comma_joined(params: Params, name: str) -> None:
    """Keep a list of words as one text with commas.

    For parameters that are comma lists in JSON bodies too, where a list would travel as an array.
    """
    value = getattr(params, name)
    if isinstance(value, list | tuple):
        words = cast("Sequence[object]", value)
        msgspec.structs.force_setattr(params, name, ",".join(str(word) for word in words))
