"""``krakenkit demo``: play the story and judge it."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec

import click
from rich.console import Console

from krakenkit.cli.options import json_flag
from krakenkit.cli.render import show_json
from krakenkit.errors import SettingsError

_LIVE_SECONDS, _QUIET_SECONDS = 30.0, 8.0


@click.command("demo", short_help="The whole idea in half a minute.")
@click.option("--seconds", type=click.FloatRange(min=2, max=600), help="How long to play; 30 live, 8 with --json.")
@click.option("--seed", type=int, default=7, show_default=True, help="One seed gives one market.")
@json_flag
def demo_command(seconds: float | None, seed: int, as_json: bool) -> None:
    """A local exchange starts, calls are answered on both faces, proven books stream, orders fill, every line is cut.

    It ends with a table of facts, and with exit code 0 only if every fact holds.
    """
    if find_spec("aiohttp") is None:
        raise SettingsError("The demo needs the sandbox: install it with pip install 'krakenkit[sandbox]'.")
    from krakenkit.cli.demo import Scene, run
    from krakenkit.cli.demo_view import facts_table, play

    console = Console()
    if as_json:
        facts = asyncio.run(run(Scene(), seconds=seconds or _QUIET_SECONDS, seed=seed))
        show_json(facts.as_dict())
    else:
        facts = asyncio.run(play(console, seconds=seconds or _LIVE_SECONDS, seed=seed))
        console.print(facts_table(facts))
    if not facts.ok:
        raise SystemExit(1)
