"""``krakenkit stream CHANNEL SYMBOL…``: rows of a channel, printed as they arrive."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import click

from krakenkit.cli.decoding.recordings import ws_key_named
from krakenkit.cli.options import environment_at, json_flag, url_option
from krakenkit.cli.render import line_of, say, show_json
from krakenkit.cli.shaping import shaped
from krakenkit.clients.events import Gap
from krakenkit.clients.families import FAMILIES, family_of
from krakenkit.clients.websocket import AsyncWebsocketClient
from krakenkit.errors import SettingsError
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import Environment, WsKey
from krakenkit.wire.rewrite import named


def channel_from(
    name: str, symbols: Sequence[str], params: Iterable[str], *, ws_key: WsKey | None = None
) -> Channel[Any]:
    """The channel that was typed, with ``name=value`` parameters.

    Without a connection it is the channel of Spot v2, or of the first family that has one of this name.

    Raises:
        SettingsError: for a channel, a parameter or a value that does not exist.
    """
    kind = channel_named(name, ws_key)
    given: dict[str, object] = {symbol_field(kind): list(symbols)} if symbols else {}
    for param in params:
        member, equals, value = param.partition("=")
        if not equals:
            raise SettingsError(f"{param!r} is no parameter: write it as name=value, for example depth=100.")
        given[member] = value
    return shaped(kind, given)


def channel_named(name: str, ws_key: WsKey | None = None) -> type[Channel[Any]]:
    """The class of this channel.

    Raises:
        SettingsError: when the connection, or any, has none; it says what is near or where it is.
    """
    homes = [keys[0] for keys in FAMILIES.values()] if ws_key is None else [ws_key]
    for key in homes:
        if (kind := family_of(key).channels.get(name)) is not None:
            return kind
    raise SettingsError(_no_channel(name, ws_key))


def _no_channel(name: str, ws_key: WsKey | None) -> str:
    families = [family_of(keys[0]) for keys in FAMILIES.values()]
    if places := [family.channels[name].ws_key.name for family in families if name in family.channels]:
        return f"There is no channel {name!r} on {ws_key.name if ws_key else 'any'}; it is on {' and '.join(places)}."
    known = family_of(ws_key).channels if ws_key else {name: 0 for family in families for name in family.channels}
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "See krakenkit channels."
    return f"There is no channel {name!r}. {hint}"


def symbol_field(kind: type[Channel[Any]]) -> str:
    """What the channel calls its symbols."""
    return "pair" if "pair" in kind.__struct_fields__ else kind.symbol_field


def needs_key(channel: Channel[Any]) -> bool:
    """Whether a key is needed; level 3 of Unified stands on the public path, and still takes a token."""
    return channel.private() or channel.topic == "level3"


def signs_challenges(channel: Channel[Any]) -> bool:
    """Whether the connection is opened by a signature of the Futures key, and not by a token from Spot REST."""
    return channel.ws_key in (WsKey.DERIVATIVES_PUBLIC_V1, WsKey.DERIVATIVES_PRIVATE_V1)


def environment_for(
    channel: Channel[Any], *, url: str | None, ws_url: str | None, ws_key: WsKey | None = None
) -> Environment:
    """Where the channel is: the exchange, or the addresses that were given.

    Raises:
        SettingsError: when only one of two addresses that belong together was given.
    """
    if url is not None and ws_url is None:
        raise SettingsError("--sandbox-url alone names no socket; give --ws-url as well.")
    if ws_url is not None and url is None and needs_key(channel) and not signs_challenges(channel):
        raise SettingsError("A private channel takes its token from REST; give --sandbox-url beside --ws-url.")
    environment = environment_at(url)
    return environment if ws_url is None else replace(environment, name="custom", ws={ws_key or channel.ws_key: ws_url})


def credentials_for(channel: Channel[Any]) -> Credentials | None:
    """The key from the environment variables, where the channel needs one.

    Raises:
        SettingsError: when they are not set; it names them.
    """
    if not needs_key(channel):
        return None
    return Credentials.from_env(product="futures" if signs_challenges(channel) else "spot")


async def rows_of(
    channel: Channel[Any], environment: Environment, *, ws_key: WsKey | None = None, count: int | None = None
) -> AsyncGenerator[Any, None]:
    """Rows and gap markers as plain data, without end or until so many rows were told."""
    left = count
    async with AsyncWebsocketClient(credentials_for(channel), environment=environment) as client:
        client.on("exception", lambda event: say(f"{event.ws_key.name}: {event.error}"))
        client.on("reconnecting", lambda event: say(f"{event.ws_key.name}: {event.reason}; dialling again"))
        client.on("reconnected", lambda event: say(f"{event.ws_key.name}: back after {event.down_seconds:.1f} s"))
        async with client.subscribe(channel, ws_key, overflow="wait") as rows:
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
@click.option("--ws", metavar="WSKEY", help="The connection, for example SPOT_PUBLIC_V1; see krakenkit channels.")
@click.option("--ws-url", metavar="URL", help="Dial this socket in place of the exchange's.")
@url_option
@json_flag
def stream_command(
    channel: str,
    symbols: tuple[str, ...],
    params: tuple[str, ...],
    count: int | None,
    ws: str | None,
    ws_url: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Print the rows of a channel as they arrive, until Ctrl-C; with --json one object on each line.

    \b
    krakenkit stream ticker BTC/USD ETH/USD
    krakenkit stream book BTC/USD -p depth=100 --json
    krakenkit stream executions
    krakenkit stream spread XBT/USD
    krakenkit stream ticker PF_XBTUSD --ws UNIFIED_PUBLIC

    A name that several connections have is that of Spot v2, unless --ws says where. Symbols are spelled as there:
    BTC/USD on Spot v2, XBT/USD on Spot v1, PF_XBTUSD on Futures and Unified.

    After a drop the stream goes on by itself; a row with the member "gap" stands where something may be missing.
    """
    key = ws_key_named(ws) if ws else None
    wanted = channel_from(channel, symbols, params, ws_key=key)
    environment = environment_for(wanted, url=url, ws_url=ws_url, ws_key=key)

    async def show() -> None:
        async with aclosing(rows_of(wanted, environment, ws_key=key, count=count)) as rows:
            async for row in rows:
                if as_json:
                    show_json(row, compact=True)
                else:
                    click.echo(line_of(_without_no(row)))

    asyncio.run(show())
