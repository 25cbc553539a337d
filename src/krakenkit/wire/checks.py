"""Combinations of parameters that the exchange is documented to refuse, noticed before anything is sent."""

from __future__ import annotations

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
