"""Limits that the manual documents, checked before anything is sent; each message says what to give instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params


def within(request: Params, name: str, low: int, high: int) -> None:
    """Refuse a whole number outside ``low`` to ``high``; a parameter that was left out passes.

    Raises:
        SettingsError: when it is outside.
    """
    value = getattr(request, name)
    if value is not None and not low <= int(value) <= high:
        raise SettingsError(f"{type(request).__name__}.{name} is {value}; give {low} to {high}.")


def one_of(request: Params, name: str, choices: Collection[object]) -> None:
    """Refuse a value outside a closed list; a parameter that was left out passes.

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


def a_list(request: Params, name: str) -> None:
    """Refuse a single text where the exchange wants a list; a parameter that was left out passes.

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
