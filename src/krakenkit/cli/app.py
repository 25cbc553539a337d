"""The command tree. A command's module is imported when the command is used, so that ``--help`` is quick."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import click

from krakenkit import __version__
from krakenkit.cli import INTERRUPTED
from krakenkit.errors import KrakenError, SettingsError


class Place(NamedTuple):
    """Where a command is, and the line that lists it."""

    module: str
    name: str
    summary: str


COMMANDS: dict[str, Place] = {
    "demo": Place("show", "demo_command", "The whole idea in half a minute, on this machine."),
    "endpoints": Place("catalogue", "endpoints_command", "Every REST endpoint with its client and method."),
    "channels": Place("catalogue", "channels_command", "Every WebSocket channel and command."),
    "spot": Place("calls", "spot_command", "Call any endpoint of the Spot REST API."),
    "futures": Place("calls", "futures_command", "Call any endpoint of the Futures REST API."),
    "stream": Place("streaming", "stream_command", "Print a channel's rows as they arrive."),
    "sandbox": Place("box", "sandbox_command", "Run a local exchange to test against."),
    "replay": Place("captures", "replay_command", "Check the books of captured streams, frame by frame."),
    "decode": Place("decode", "decode_command", "Read recorded answers and frames as the clients do."),
    "doctor": Place("doctor", "doctor_command", "Look at this installation, its keys and its clock."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and line, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"krakenkit.cli.{place.module}"), place.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what goes wrong becomes a sentence on stderr and an exit code."""
        try:
            result: object = super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except KrakenError as error:
            click.echo(f"krakenkit: {error}", err=True)
            ctx.exit(2 if isinstance(error, SettingsError) else 1)
        return result


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="krakenkit")
def app() -> None:
    """Kraken from the command line: an unofficial companion to the krakenkit library.

    Data goes to stdout, everything else to stderr; --json gives JSON. The exit code is 0 for done, 1 for refused or
    failed, 2 for misuse.
    """
