"""``krakenkit stream CHANNEL SYMBOL…``: rows of a channel, printed as they arrive."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import click

from krakenkit.cli.options import environment_at, json_flag, url_option
from krakenkit.cli.render import line_of, say, show_json
from krakenkit.cli.shaping import shaped
from krakenkit.clients.events import Gap
from krakenkit.clients.websocket import AsyncWebsocketClient
from krakenkit.errors import SettingsError
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import Environment
from krakenkit.wire.rewrite import named
from krakenkit.wire.spot_v2.channels import CHANNELS


def channel_from(name: str, symbols: Sequence[str], params: Iterable[str]) -> Channel[Any]:
    """The channel that was typed, with ``name=value`` parameters.

    Raises:
        SettingsError: for a channel, a parameter or a value that does not exist.
    """
    if name not in CHANNELS:
        near = difflib.get_close_matches(name, CHANNELS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingsError(f"There is no channel {name!r}.{hint} The channels are {', '.join(CHANNELS)}.")
    given: dict[str, object] = {"symbol": list(symbols)} if symbols else {}
    for param in params:
        member, equals, value = param.partition("=")
        if not equals:
            raise SettingsError(f"{param!r} is no parameter: write it as name=value, for example depth=100.")
        given[member] = value
    return shaped(CHANNELS[name], given)


def environment_for(channel: Channel[Any], *, url: str | None, ws_url: str | None) -> Environment:
    """Where the channel is: the exchange, or the addresses that were given.

    Raises:
        SettingsError: when only one of two addresses that belong together was given.
    """
    if url is not None and ws_url is None:
        raise SettingsError("--sandbox-url alone names no socket; give --ws-url as well.")
    if channel.private() and ws_url is not None and url is None:
        raise SettingsError("A private channel takes its token from REST; give --sandbox-url beside --ws-url.")
    environment = environment_at(url)
    return environment if ws_url is None else replace(environment, name="custom", ws={channel.ws_key: ws_url})


async def rows_of(
    channel: Channel[Any], environment: Environment, *, count: int | None = None
) -> AsyncGenerator[Any, None]:
    """Rows and gap markers as plain data, without end or until so many rows were told."""
    credentials = Credentials.from_env() if channel.private() else None
    left = count
    async with AsyncWebsocketClient(credentials, environment=environment) as client:
        client.on("exception", lambda event: say(f"{event.ws_key.name}: {event.error}"))
        client.on("reconnecting", lambda event: say(f"{event.ws_key.name}: {event.reason}; dialling again"))
        client.on("reconnected", lambda event: say(f"{event.ws_key.name}: back after {event.down_seconds:.1f} s"))
        async with client.subscribe(channel, overflow="wait") as rows:
            async for row in rows:
                if isinstance(row, Gap):
                    yield {"gap": row.reason, "topics": list(row.topics), "dropped": row.dropped}
                    continue
                yield named(row)
                if left is not None and (left := left - 1) <= 0:
                    return


def _without_no(row: dict[str, Any]) -> dict[str, Any]:
    """The row without ``snapshot``, which is said only where it is so, and at the end."""
    snapshot = row.pop("snapshot", False)
    return row | {"snapshot": True} if snapshot else row


@click.command("stream", short_help="Print a channel's rows as they arrive.")
@click.argument("channel")
@click.argument("symbols", nargs=-1, metavar="[SYMBOL]...")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="For example depth=100.")
@click.option("--count", type=click.IntRange(min=1), help="Stop after so many rows.")
@click.option("--ws-url", metavar="URL", help="Dial this socket in place of the exchange's.")
@url_option
@json_flag
def stream_command(
    channel: str,
    symbols: tuple[str, ...],
    params: tuple[str, ...],
    count: int | None,
    ws_url: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Print the rows of a channel of Spot v2 as they arrive, until Ctrl-C; with --json one object on each line.

    \b
    krakenkit stream ticker BTC/USD ETH/USD
    krakenkit stream book BTC/USD -p depth=100 --json
    krakenkit stream executions

    After a drop the stream goes on by itself; a row with the member "gap" stands where something may be missing.
    """
    wanted = channel_from(channel, symbols, params)
    environment = environment_for(wanted, url=url, ws_url=ws_url)

    async def show() -> None:
        async with aclosing(rows_of(wanted, environment, count=count)) as rows:
            async for row in rows:
                if as_json:
                    show_json(row, compact=True)
                else:
                    click.echo(line_of(_without_no(row)))

    asyncio.run(show())
