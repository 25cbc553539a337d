"""From what a user writes to channels: typed ones, names, and the JavaScript SDK's ``{"topic", "payload"}``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from krakenkit.clients.families import family_of
from krakenkit.errors import SettingsError
from krakenkit.protocol.family import Family
from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey

TopicRequest: TypeAlias = str | Mapping[str, Any]
"""``"ticker"`` or ``{"topic": "ticker", "payload": {"symbol": ["BTC/USD"]}}``."""


def channels_from(request: TopicRequest | Sequence[TopicRequest], ws_key: WsKey) -> Iterator[Channel[Any]]:
    """The channels that a request names.

    Raises:
        SettingsError: for a topic, a payload member or a connection that does not exist; it names what does.
    """
    family = family_of(ws_key)
    requests = [request] if isinstance(request, str | Mapping) else request
    for one in requests:
        named: Mapping[str, Any] = {"topic": one} if isinstance(one, str) else one
        channel = channel_for(family, str(named.get("topic")), named.get("payload") or {})
        check_place(channel, ws_key)
        yield channel


def channel_for(family: Family, name: str, payload: Mapping[str, Any]) -> Channel[Any]:
    """The channel of this name with these members.

    Raises:
        SettingsError: when there is none, or it does not take a member.
    """
    kind = family.channels.get(name)
    if kind is None:
        near = difflib.get_close_matches(name, family.channels, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise SettingsError(f"There is no topic {name!r}.{hint} The topics are {', '.join(family.channels)}.")
    unknown = [member for member in payload if member not in kind.__struct_fields__]
    if unknown:
        takes = ", ".join(kind.__struct_fields__) or "nothing"
        raise SettingsError(f"The topic {name!r} does not take {unknown[0]!r}; it takes {takes}.")
    try:
        return kind(**payload)
    except TypeError as error:
        raise SettingsError(f"The topic {name!r} needs more in its payload: {error}.") from error


def check_place(channel: Channel[Any], ws_key: WsKey) -> None:
    """Refuse a channel on a connection that does not have it, and a symbol in another surface's spelling.

    Raises:
        SettingsError: naming the connection or the symbol to use.
    """
    family = family_of(ws_key)
    if family.channels.get(channel.topic) is not type(channel):
        raise SettingsError(f"{type(channel).__name__} is not a channel of {ws_key.name}; use {channel.ws_key.name}.")
    places = family.private_keys if channel.private() else family.public_keys
    if ws_key not in places:
        raise SettingsError(f"{channel.topic} is not on {ws_key.name}; subscribe it on {places[0].name}.")
    for topic in channel.topics():
        check_symbol(family, topic.symbol, dict(topic.params))


def check_symbol(family: Family, symbol: str | None, params: Mapping[str, Any]) -> None:
    """Refuse a symbol that is certainly spelled as on another surface.

    Raises:
        SettingsError: naming the right one.
    """
    if symbol is not None and (right := family.renamed(symbol.upper(), params)) is not None:
        raise SettingsError(f"{symbol} is not a name of {family.name}; there it is {right}.")
