"""``krakenkit doctor``: what could keep this installation from working, said before it does."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Literal, TypeAlias

import click
from msgspec import Struct, to_builtins

from krakenkit import __version__
from krakenkit.cli.options import environment_at, json_flag, url_option
from krakenkit.cli.render import show_json, show_table
from krakenkit.errors import KrakenError, SettingsError
from krakenkit.signing.credentials import Credentials

State: TypeAlias = Literal["ok", "note", "wrong"]
_NEEDED = ("msgspec", "pyreqwest", "picows", "python-socks")
_OPTIONAL = {"aiohttp": "sandbox", "click": "cli", "rich": "cli"}
_KEY_NAMES = {
    "spot": ("KRAKEN_API", "API_SPOT"),
    "futures": ("KRAKEN_FUTURES_API", "API_FUTURES"),
}
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""This library is younger than any clock that shows an earlier moment."""
_SLOW_CLOCK = 5.0
"""Seconds of difference from which expiry times and deadlines of orders begin to go wrong."""


class Check(Struct, frozen=True):
    """One thing that was looked at."""

    check: str
    state: State
    """``note`` is worth knowing and harms nothing."""
    detail: str


def installation() -> Iterator[Check]:
    """Python and the packages."""
    yield Check("python", "ok", f"{platform.python_version()} ({sys.platform})")
    yield Check("krakenkit", "ok", __version__)
    for name in _NEEDED:
        found = _version(name)
        yield Check(name, "ok" if found else "wrong", found or "missing; install krakenkit anew")
    for name, extra in _OPTIONAL.items():
        found = _version(name)
        yield Check(name, "ok" if found else "note", found or f"not installed; pip install 'krakenkit[{extra}]'")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def keys(environ: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Whether keys are set in the environment and can be read; never what they are."""
    for product, stems in _KEY_NAMES.items():
        yield _key(product, stems, environ)


def _key(product: str, stems: tuple[str, ...], environ: Mapping[str, str]) -> Check:
    check = f"{product} key"
    names = [(f"{stem}_KEY", f"{stem}_SECRET") for stem in stems]
    whole = next((pair for pair in names if all(environ.get(name) for name in pair)), None)
    if whole is None:
        return _no_key(check, [name for pair in names for name in pair], environ)
    try:
        Credentials.from_env(product=product, environ=environ)
    except SettingsError as error:
        return Check(check, "wrong", f"{' and '.join(whole)} are set. {error}")
    return Check(check, "ok", f"{' and '.join(whole)} are set, and the secret is well-formed")


def _no_key(check: str, names: list[str], environ: Mapping[str, str]) -> Check:
    lone = [name for name in names if environ.get(name)]
    if lone:
        return Check(check, "wrong", f"{', '.join(lone)} is set without its other half")
    return Check(check, "note", f"{names[0]} and {names[1]} are not set; public calls need none")


def clock(now: Callable[[], float] = time.time) -> Check:
    """Whether the clock can be right at all."""
    seconds = now()
    shown = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    if seconds < _WRITTEN:
        return Check("clock", "wrong", f"it shows {shown}, which is past; nonces and deadlines follow the clock")
    return Check("clock", "ok", f"{shown}, in UTC")


def exchange_clock(url: str | None, now: Callable[[], float] = time.time) -> Check:
    """Whether the exchange answers, and how far its clock is from this one."""
    from krakenkit.clients.spot import SpotClient  # only a look over the network needs it

    before = now()
    try:
        with SpotClient(environment=environment_at(url)) as spot:
            server = spot.get_server_time()
    except KrakenError as error:
        return Check("exchange", "wrong", str(error))
    after = now()
    # The server's time has whole seconds: half of one is its best guess.
    ahead = (before + after) / 2 - (server.unixtime + 0.5)
    state: State = "ok" if abs(ahead) <= _SLOW_CLOCK else "wrong"
    return Check("exchange", state, f"answered in {(after - before) * 1000:.0f} ms; {_difference(ahead)}")


def _difference(ahead: float) -> str:
    if abs(ahead) <= 1:
        return "this clock agrees with it"
    return f"this clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} it"


@click.command("doctor", short_help="Look at this installation, its keys and its clock.")
@click.option("--network", is_flag=True, help="Also ask the exchange for its time.")
@url_option
@json_flag
@click.pass_context
def doctor_command(ctx: click.Context, network: bool, url: str | None, as_json: bool) -> None:
    """Look at this installation: packages, keys in the environment (never their values), the clock.

    Nothing is sent unless --network is given. The exit code is 1 if something is wrong.
    """
    checks = [*installation(), *keys(), clock()]
    if network:
        checks.append(exchange_clock(url))
    rows = [to_builtins(check) for check in checks]
    if as_json:
        show_json(rows)
    else:
        show_table(rows, ("check", "state", "detail"))
    if any(check.state == "wrong" for check in checks):
        ctx.exit(1)
