"""The channels of the Unified WebSocket: on which path each is, and which parameters it takes.

A parameter that does not belong is refused by its name, as Kraken's pages show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.spot_v2.subscriptions import NO_SYMBOL, UNKNOWN_CHANNEL
from krakenkit.sandbox.unified.words import check_asset_class

# Spot's sentences with the addresses of this socket.
TRY_PRIVATE: Final = "Private data and trading are unavailable on this endpoint. Try uws.kraken.com/v2/private"
TRY_PUBLIC: Final = "Public market data subscriptions are unavailable on this endpoint. Try uws.kraken.com/v2/public"


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What subscribing a channel takes. The permissions are those of Spot's channels: Kraken's pages name none."""

    params: frozenset[str]
    permission: str | None = None
    once: bool = False
    """Whether a second subscription on a line is refused, where others begin anew."""

    @property
    def by_class(self) -> bool:
        """Whether it has to be told the asset class."""
        return "asset_class" in self.params


def _rules(*params: str, permission: str | None = None, once: bool = False) -> ChannelRules:
    return ChannelRules(frozenset(params), permission, once)


PUBLIC_CHANNELS: Final[Mapping[str, ChannelRules]] = {
    "ticker": _rules("asset_class", "symbol", "snapshot"),
    "book": _rules("asset_class", "symbol", "snapshot", "depth"),
    # Cut off on Kraken's page: Spot's, with the asset class.
    "level3": _rules("asset_class", "symbol", "snapshot", "depth", "token"),
    "ohlc": _rules("asset_class", "symbol", "snapshot", "interval", "tick_type"),
    "trade": _rules("asset_class", "symbol", "snapshot"),
    "instrument": _rules("asset_class", "snapshot"),
}
PRIVATE_CHANNELS: Final[Mapping[str, ChannelRules]] = {
    "executions": _rules(
        *("asset_class", "token", "snap_orders", "snap_trades", "snapshot_trades", "order_status", "ratecounter"),
        permission="query-open-trades",
    ),
    "balances": _rules("token", "snapshot", permission="query-funds"),
    "margin": _rules("asset_class", "token", permission="query-funds", once=True),
    "positions": _rules(
        *("asset_class", "token", "snapshot", "with_margin"), permission="query-open-trades", once=True
    ),
    "ledgers": _rules("token", permission="query-ledger"),
    "preferences": _rules("token"),
}


def public_channel(members: Mapping[str, object]) -> str:
    """The channel of a request on the public path, whose parameters all belong to it.

    Raises:
        Denied: for a channel that is not there, and odd parameters.
    """
    return _checked(members, PUBLIC_CHANNELS, PRIVATE_CHANNELS, TRY_PRIVATE)


def private_channel(members: Mapping[str, object]) -> str:
    """The channel of a request on the private path, whose parameters all belong to it.

    Raises:
        Denied: for a channel that is not there, and odd parameters.
    """
    return _checked(members, PRIVATE_CHANNELS, PUBLIC_CHANNELS, TRY_PUBLIC)


def _checked(
    members: Mapping[str, object],
    here: Mapping[str, ChannelRules],
    there: Mapping[str, ChannelRules],
    elsewhere: str,
) -> str:
    channel = str(members.get("channel", ""))
    if channel in there:
        raise Denied(elsewhere)
    if channel not in here:
        raise Denied(NO_SYMBOL if channel == "status" else UNKNOWN_CHANNEL)  # the status comes by itself
    rules = here[channel]
    for name in members:
        if name != "channel" and name not in rules.params:
            raise Denied(f"'params.{name}' is not valid for the {channel} channel")
    if rules.by_class:
        check_asset_class(members)
    return channel


def read_flag(members: Mapping[str, object], name: str, default: bool) -> bool:
    """A parameter that is true or false.

    Raises:
        Denied: for anything else.
    """
    value = members.get(name, default)
    if not isinstance(value, bool):
        raise Denied(f"{name[:1].upper()}{name[1:]} field must be a boolean")
    return value
