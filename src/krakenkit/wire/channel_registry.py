"""Every channel and command of every connection by name. It loads what it lists, so only tools use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from krakenkit.wire.channel import Channel
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures_v1 import channels as futures_v1
from krakenkit.wire.spot_v1 import channels as spot_v1
from krakenkit.wire.spot_v1.trading import COMMANDS as SPOT_V1_COMMANDS
from krakenkit.wire.spot_v2.channels import CHANNELS, LEVEL3_KEYS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.spot_v2.trading import COMMANDS
from krakenkit.wire.unified import channels as unified
from krakenkit.wire.unified.trading import COMMANDS as UNIFIED_COMMANDS

Kind: TypeAlias = Literal["channel", "command"]


class Listed(NamedTuple):
    """One thing that a connection offers."""

    ws_key: WsKey
    name: str
    """As the exchange's catalogue has it: ``ticker``, ``add_order``."""
    private: bool
    """Whether the connection needs a key."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Family:
    """Connections that speak one dialect, and what they offer."""

    groups: tuple[tuple[WsKey, ...], ...]
    """Connections that offer the same: a host and its beta twin."""
    channels: Mapping[str, type[Channel[Any]]]
    commands: tuple[type[Command[Any]], ...] = ()
    everywhere: tuple[str, ...] = ()
    """Channels that arrive on every connection by themselves."""
    plain_commands: tuple[str, ...] = ()
    """Requests on every connection that are no trading commands."""

    def offers(self) -> Iterator[Listed]:
        """What its connections offer; connections without a channel of their own are left out."""
        for group in self.groups:
            own = [name for name, channel in self.channels.items() if channel.ws_key in group]
            if not own:
                continue
            traded = [command.method for command in self.commands if command.ws_key in group]
            for key in group:
                yield from _listed(key, [*own, *self.everywhere], "channel")
                yield from _listed(key, [*self.plain_commands, *traded], "command")


SPOT_V2 = Family(
    groups=(PUBLIC_KEYS, PRIVATE_KEYS, LEVEL3_KEYS),
    channels=CHANNELS,
    commands=COMMANDS,
    everywhere=("status", "heartbeat"),
    plain_commands=("ping",),
)
SPOT_V1 = Family(
    groups=(spot_v1.PUBLIC_KEYS, spot_v1.PRIVATE_KEYS),
    channels=spot_v1.CHANNELS,
    commands=SPOT_V1_COMMANDS,
    everywhere=("systemStatus", "heartbeat"),
    plain_commands=("ping",),
)
FUTURES_V1 = Family(
    groups=(futures_v1.PUBLIC_KEYS, futures_v1.PRIVATE_KEYS), channels=futures_v1.CHANNELS, plain_commands=("ping",)
)
UNIFIED = Family(
    groups=(unified.PUBLIC_KEYS, unified.PRIVATE_KEYS, unified.LEVEL3_KEYS),
    channels=unified.CHANNELS,
    commands=UNIFIED_COMMANDS,
    everywhere=("status", "heartbeat"),
    plain_commands=("ping",),
)
FAMILIES: tuple[Family, ...] = (SPOT_V2, SPOT_V1, FUTURES_V1, UNIFIED)


def channels() -> list[Listed]:
    """Channels and commands in the order of the connections, each once for each connection that has it."""
    order = list(WsKey)
    return sorted((one for family in FAMILIES for one in family.offers()), key=lambda one: order.index(one.ws_key))


def _listed(key: WsKey, names: Iterable[str], kind: Kind) -> Iterator[Listed]:
    for name in dict.fromkeys(names):
        yield Listed(key, name, key.private, kind)
