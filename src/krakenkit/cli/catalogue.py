"""``krakenkit endpoints`` and ``krakenkit channels``: what the library knows, as lists."""

from __future__ import annotations

from collections.abc import Iterable

import click
from msgspec import Struct, to_builtins

from krakenkit.cli.options import json_flag
from krakenkit.cli.render import say, show_json, show_table
from krakenkit.wire import channel_registry, registry


class Endpoint(Struct, frozen=True):
    """One REST endpoint."""

    id: str
    """As in the catalogue: ``spot.market.get_ticker``."""
    client: str
    name: str
    """The client's method."""
    method: str
    path: str
    access: str
    permission: str | None
    unconfirmed: bool
    lifecycle: str | None
    """The surface's id in :mod:`krakenkit.wire.lifecycle`, where it has an end date."""


class Offer(Struct, frozen=True):
    """One channel or command of one connection."""

    ws_key: str
    name: str
    private: bool
    kind: str


def endpoints() -> list[Endpoint]:
    """Every endpoint of every client, by group."""
    return [
        Endpoint(
            id=id,
            client=registry.client_of(kind),
            name=registry.method_name(kind),
            method=kind.route.method,
            path=kind.route.path,
            access=kind.route.access,
            permission=kind.route.permission,
            unconfirmed=kind.route.unconfirmed,
            lifecycle=kind.route.lifecycle,
        )
        for id, kind in registry.requests().items()
    ]


def channels() -> list[Offer]:
    """Every channel and command of every connection."""
    return [Offer(one.ws_key.name, one.name, one.private, one.kind) for one in channel_registry.channels()]


def chosen(listed: Iterable[Endpoint], *, client: str | None = None, search: str | None = None) -> list[Endpoint]:
    """The endpoints of clients with ``client`` in the name that have ``search`` in id, name or path, in any case."""
    client, search = (client or "").lower(), (search or "").lower()
    return [
        one for one in listed if client in one.client.lower() and search in f"{one.id} {one.name} {one.path}".lower()
    ]


@click.command("endpoints")
@click.option("--client", metavar="NAME", help="Only clients with NAME in theirs: spot, derivatives, …")
@click.option("--search", metavar="TEXT", help="Only endpoints with TEXT in id, name or path.")
@json_flag
def endpoints_command(client: str | None, search: str | None, as_json: bool) -> None:
    """List every REST endpoint: where it is, which client and method call it, what the key must be allowed."""
    found = [to_builtins(one) for one in chosen(endpoints(), client=client, search=search)]
    if as_json:
        show_json(found)
        return
    show_table(found, ("id", "client", "name", "method", "path", "access", "lifecycle"))
    say(f"{len(found)} endpoints")


@click.command("channels")
@click.option("--search", metavar="TEXT", help="Only entries with TEXT in connection or name.")
@json_flag
def channels_command(search: str | None, as_json: bool) -> None:
    """List every WebSocket channel and trading command by connection."""
    wanted = (search or "").lower()
    found = [to_builtins(one) for one in channels() if wanted in f"{one.ws_key} {one.name}".lower()]
    if as_json:
        show_json(found)
        return
    show_table(found, ("ws_key", "name", "private", "kind"))
    say(f"{len(found)} channels and commands")
