"""``krakenkit sandbox``: a local exchange that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from importlib.util import find_spec
from types import FrameType
from typing import Any, Unpack

import click

from krakenkit.cli.box_market import MarketChoices, market_options, sandbox_of
from krakenkit.cli.options import json_flag
from krakenkit.cli.render import say, show_json
from krakenkit.errors import SettingsError


async def serve(
    *, port: int, seed: int, limits: str, choices: MarketChoices, announce: Callable[[dict[str, Any]], None]
) -> None:
    """Run a sandbox until SIGINT or SIGTERM comes; ``announce`` is told its addresses and keys once it listens.

    Raises:
        SettingsError: when the port is taken, or a setting or a file cannot be read.
    """
    from krakenkit.sandbox import Limits  # the only command that needs a server

    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with sandbox_of(choices, port=port, seed=seed, limits=Limits.parse(limits)) as box:
        announce(box.describe())
        await stop.wait()
        if choices["state"] is not None:
            box.save(choices["state"])


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def told(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, told)


@click.command("sandbox", short_help="Run a local exchange to test against.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=7, show_default=True, help="One seed gives one market.")
@click.option(
    "--limits", default="", help="all, none, or a list such as rest,trading=0.5,tier=pro; 1 is as documented."
)
@market_options
@json_flag
def sandbox_command(port: int, seed: int, limits: str, as_json: bool, **choices: Unpack[MarketChoices]) -> None:
    """Run a local exchange on 127.0.0.1 that speaks the wire of Kraken, until Ctrl-C.

    With --json it prints one line of JSON with its addresses and keys when it listens.
    """
    if find_spec("aiohttp") is None:
        raise SettingsError("The sandbox needs aiohttp: install it with pip install 'krakenkit[sandbox]'.")
    announce = _announce_as_json if as_json else _announce
    asyncio.run(serve(port=port, seed=seed, limits=limits, choices=choices, announce=announce))
    if not as_json:
        say("The sandbox is closed.")


def _announce_as_json(described: dict[str, Any]) -> None:
    show_json(described, compact=True)


def _announce(described: dict[str, Any]) -> None:
    """Addresses and keys on stdout, and what to do with them on stderr."""
    for line in announcement(described):
        click.echo(line)
    rest, key = described["rest"], next(iter(described["keys"].values()))
    say("")
    say("It is open until Ctrl-C. In another terminal:")
    say(f"  krakenkit spot get-ticker XBTUSD --sandbox-url {rest}")
    say(f"  export KRAKEN_API_KEY={key['key']} KRAKEN_API_SECRET={key['secret']}")
    say(f"  krakenkit spot get-account-balance --sandbox-url {rest}")


def announcement(described: dict[str, Any]) -> list[str]:
    """The addresses and keys, one on each line."""
    told = {name: described[name] for name in ("rest", "futures") if name in described} | described["ws"]
    for name, key in described["keys"].items():
        told |= {f"{name} key": key["key"], f"{name} secret": key["secret"]}
    width = max(map(len, told))
    return [f"{name:<{width}}  {value}" for name, value in told.items()]
