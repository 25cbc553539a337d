"""``krakenkit sandbox``: a local exchange that runs until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Generator, Sequence
from importlib.util import find_spec
from types import FrameType
from typing import Any, Unpack

import click

from krakenkit.cli.box_market import MarketChoices, market_options, sandbox_of
from krakenkit.cli.options import json_flag
from krakenkit.cli.render import say, show_json, show_table
from krakenkit.errors import SettingsError


async def serve(
    *,
    host: str,
    port: int,
    seed: int,
    limits: str,
    faults: Sequence[str],
    choices: MarketChoices,
    announce: Callable[[dict[str, Any]], None],
) -> None:
    """Run a sandbox until SIGINT or SIGTERM comes; ``announce`` is told its addresses and keys once it listens.

    Raises:
        SettingsError: when the port is taken, the host is not this machine, or a setting or a file cannot be read.
    """
    from krakenkit.sandbox import Limits  # the only command that needs a server
    from krakenkit.sandbox.faults.reading import read_fault

    wanted = [read_fault(text) for text in faults]
    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with sandbox_of(choices, host=host, port=port, seed=seed, limits=Limits.parse(limits)) as box:
        for fault in wanted:
            box.faults.begin(fault)
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
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=7, show_default=True, help="One seed gives one market.")
@click.option(
    "--limits", default="", help="all, none, or a list such as rest,trading=0.5,tier=pro; 1 is as documented."
)
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME[:KEY=VALUE,…]", help="Let this go wrong; may be repeated."
)
@click.option("--list-faults", is_flag=True, help="List all faults with their settings, and end.")
@click.option("--log/--quiet", "logged", default=None, help="A line on stderr for each call; quiet with --json.")
@market_options
@json_flag
def sandbox_command(
    host: str,
    port: int,
    seed: int,
    limits: str,
    faults: tuple[str, ...],
    list_faults: bool,
    logged: bool | None,
    as_json: bool,
    **choices: Unpack[MarketChoices],
) -> None:
    """Run a local exchange on 127.0.0.1 that speaks the wire of Kraken, until Ctrl-C.

    With --json it prints one line of JSON with its addresses and keys when it listens. While it runs, GET /_sandbox/ tells
    what else can be asked of it and done to it over HTTP.

    \b
    krakenkit sandbox --fault delay_rest:seconds=0.5,path=AddOrder
    krakenkit sandbox --fault at_random:seed=3,rate=0.01,kinds=drop_lines+busy
    """
    if find_spec("aiohttp") is None:
        raise SettingsError("The sandbox needs aiohttp: install it with pip install 'krakenkit[sandbox]'.")
    if list_faults:
        _show_faults(as_json=as_json)
        return
    announce = _announce_as_json if as_json else _announce
    with _log_to_stderr() if logged or (logged is None and not as_json) else contextlib.nullcontext():
        asyncio.run(
            serve(host=host, port=port, seed=seed, limits=limits, faults=faults, choices=choices, announce=announce)
        )
    if not as_json:
        say("The sandbox is closed.")


def _show_faults(*, as_json: bool) -> None:
    from krakenkit.sandbox.faults.reading import rows

    columns = ["fault", "settings", "what goes wrong"]
    listed = [dict(zip(columns, row, strict=True)) for row in rows()]
    if as_json:
        show_json(listed)
    else:
        show_table(listed, columns)


@contextlib.contextmanager
def _log_to_stderr() -> Generator[None]:
    """Let the sandbox tell what it is asked, one line each; afterwards logging is as it was."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d  %(message)s", datefmt="%H:%M:%S"))
    log = logging.getLogger("krakenkit.sandbox")
    level, propagate = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagate


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
