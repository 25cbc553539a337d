"""Trading over a socket: each call sends one command, once, and awaits its own answer."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from krakenkit.clients.call import AsyncFace
from krakenkit.clients.families import family_of
from krakenkit.clients.topics import check_symbol
from krakenkit.clients.trading_tables import SpotCommands, SpotV1Commands, UnifiedCommands
from krakenkit.clients.websocket import AsyncWebsocketClient, StreamOptions
from krakenkit.errors import OutcomeUnknown, SettingsError
from krakenkit.protocol.command_answers import read_replies
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey

C = TypeVar("C")


class TradingCommands(SpotCommands, SpotV1Commands, UnifiedCommands):
    """The commands of every family that takes orders."""


class AsyncWebsocketAPIClient(TradingCommands, AsyncFace):
    """Orders over private sockets, awaited. Each command goes to the connection of its own family.

    A command is sent once. When the line drops before its answer, ``OutcomeUnknown`` is raised: look the order up, by
    its ``cl_ord_id``, before sending another. A command that could not be sent raises ``TransportError`` with
    ``sent=False``.

    Args:
        credentials: the key; its permissions decide what works.
        ws_key: the connection to open with :meth:`connect`, and to use for the commands of its family: with
            ``SPOT_BETA_PRIVATE_V2``, those of Spot v2 go to the beta host.
        reply_timeout: seconds to wait for an answer.
        open_timeout: seconds to wait for the connection before a command is given up unsent.
        options: those of :class:`AsyncWebsocketClient`.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        ws_key: WsKey = WsKey.SPOT_PRIVATE_V2,
        reply_timeout: float = 10.0,
        open_timeout: float = 10.0,
        **options: Unpack[StreamOptions],
    ) -> None:
        family = family_of(ws_key)
        if ws_key not in family.private_keys or family.keeper is None:
            raise SettingsError(f"{ws_key.name} takes no orders; use {WsKey.SPOT_PRIVATE_V2.name}.")
        self.ws_key = ws_key
        self.reply_timeout = reply_timeout
        self.open_timeout = open_timeout
        self._ws = AsyncWebsocketClient(credentials, **options)

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(), **options)

    def get_ws_client(self) -> AsyncWebsocketClient:
        """The stream client that carries the orders; its events tell of the connection."""
        return self._ws

    async def connect(self) -> None:
        """Open the connection ahead of the first order."""
        self._keep_open(self.ws_key)
        await self._ws.connect(self.ws_key, timeout=self.open_timeout)

    async def send(self, request: Command[C]) -> C:
        """Send any command once and return its answer.

        Raises:
            SettingsError: a symbol is spelled as on another surface; nothing was sent.
            TransportError: with ``sent=False``: the connection did not open in time, nothing was sent.
            OutcomeUnknown: the command left, and its answer did not come.
            Refused: the exchange answered no.
        """
        key, params = self._place(request), request.given()
        check_symbol(family_of(key), params.get("symbol") or params.get("pair"), params)
        self._keep_open(key)
        line = self._ws.connection(key).line
        await line.ready(self.open_timeout)
        try:
            replies = await line.command(
                request.method, params, expected=request.expected_replies, timeout=self.reply_timeout
            )
        except OutcomeUnknown as unknown:
            raise OutcomeUnknown(
                f"{request.method}: {unknown}", request=request.method, client_order_id=request.client_order_id
            ) from unknown
        return read_replies(request, replies)

    def _place(self, request: Command[Any]) -> WsKey:
        """The connection of the command's family: the one this client was made with, or the command's own."""
        return self.ws_key if request.ws_key in family_of(self.ws_key).private_keys else request.ws_key

    def _keep_open(self, key: WsKey) -> None:
        """The exchange closes a socket without a subscription: keep the quietest private one."""
        channel = family_of(key).keeper
        if channel is not None:
            self._ws.connection(key).keep_open(channel)

    async def close(self) -> None:
        """Close the connection; may be called twice."""
        await self._ws.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ws_key.name}, {self._ws.credentials!r})"
