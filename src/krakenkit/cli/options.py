"""Options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from krakenkit.wire.environment import LIVE, Environment

F = TypeVar("F", bound=Callable[..., Any])

json_flag: Callable[[F], F] = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

url_option: Callable[[F], F] = click.option(
    "--sandbox-url",
    "--environment-url",
    "url",
    metavar="URL",
    help="Call this origin in place of the exchange, for example http://127.0.0.1:8080.",
)


def environment_at(url: str | None) -> Environment:
    """The exchange itself, or whatever answers at this origin.

    Raises:
        SettingsError: for a url that is not https, or http to another machine.
    """
    if url is None:
        return LIVE
    return Environment("custom", spot_rest=url, futures_rest=url, nexus_rest=url)
