"""Options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from krakenkit.wire.environment import LIVE, Environment

F = TypeVar("F", bound=Callable[..., Any])
URL_HELP = "Call this origin in place of the exchange, for example http://127.0.0.1:8080."


def json_flag(command: F) -> F:
    """Add ``--json``, which arrives as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def url_option(command: F) -> F:
    """Add ``--sandbox-url``, which arrives as ``url``."""
    return click.option(
        "--sandbox-url",
        "--environment-url",
        "url",
        metavar="URL",
        help=URL_HELP,
    )(command)


def environment_at(url: str | None) -> Environment:
    """The exchange itself, or whatever answers at this origin.

    Raises:
        SettingsError: for a url that is not https, or http to another machine.
    """
    if url is None:
        return LIVE
    return Environment("custom", spot_rest=url, futures_rest=url, nexus_rest=url)
