"""Trading over a socket: each call sends one command, once, and awaits its own answer."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TypeVar

from krakenkit.clients.call import AsyncFace, Call
from krakenkit.clients.subscription import Subscription
from krakenkit.clients.websocket import AsyncWebsocketClient
from krakenkit.errors import OutcomeUnknown, SettingsError
from krakenkit.protocol.command_answers import read_replies
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2 import trading
from krakenkit.wire.spot_v2.account import Executions
from krakenkit.wire.spot_v2.channels import PRIVATE_KEYS

C = TypeVar("C")


class TradingCommands:
    """Spot orders over the socket; names as in the JavaScript SDK."""

    submit_spot_order = Call(trading.AddOrder)
    amend_spot_order = Call(trading.AmendOrder)
    edit_spot_order = Call(trading.EditOrder)
    cancel_spot_order = Call(trading.CancelOrder)
    cancel_all_spot_orders = Call(trading.CancelAll)
    cancel_all_spot_orders_after = Call(trading.CancelAllOrdersAfter)
    batch_submit_spot_orders = Call(trading.BatchAdd)
    batch_cancel_spot_orders = Call(trading.BatchCancel)


class AsyncWebsocketAPIClient(TradingCommands, AsyncFace):
    """Orders over the private socket, awaited.

    A command is sent once. When the line drops before its answer, ``OutcomeUnknown`` is raised: look the order up, by
    its ``cl_ord_id``, before sending another. A command that could not be sent raises ``TransportError`` with
    ``sent=False``.

    Args:
        credentials: the key; its permissions decide what works.
        ws_key: the connection to trade on.
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
        **options: Any,
    ) -> None:
        if ws_key not in PRIVATE_KEYS:
            raise SettingsError(f"{ws_key.name} takes no orders; use {PRIVATE_KEYS[0].name}.")
        self.ws_key = ws_key
        self.reply_timeout = reply_timeout
        self.open_timeout = open_timeout
        self._ws = AsyncWebsocketClient(credentials, **options)
        self._keeper: Subscription[Any] | None = None

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(), **options)

    def get_ws_client(self) -> AsyncWebsocketClient:
        """The stream client that carries the orders; its events tell of the connection."""
        return self._ws

    async def connect(self) -> None:
        """Open the connection ahead of the first order."""
        self._keep_open()
        await self._ws.connect(self.ws_key, timeout=self.open_timeout)

    async def send(self, request: Command[C]) -> C:
        """Send any command once and return its answer.

        Raises:
            TransportError: with ``sent=False``: the connection did not open in time, nothing was sent.
            OutcomeUnknown: the command left, and its answer did not come.
            Refused: the exchange answered no.
        """
        self._keep_open()
        line = self._ws.connection(self.ws_key).line
        await line.ready(self.open_timeout)
        try:
            replies = await line.command(
                request.method, request.given(), expected=request.expected_replies, timeout=self.reply_timeout
            )
        except OutcomeUnknown as unknown:
            raise OutcomeUnknown(
                f"{request.method}: {unknown}", request=request.method, client_order_id=request.client_order_id
            ) from unknown
        return read_replies(request, replies)

    def _keep_open(self) -> None:
        """The exchange closes a socket without a subscription: keep the quietest private one."""
        if self._keeper is None or self._keeper.closed:
            channel = Executions(snap_orders=False, snap_trades=False)
            self._keeper = self._ws.connection(self.ws_key).add_silent(channel)

    async def close(self) -> None:
        """Close the connection; may be called twice."""
        self._keeper = None
        await self._ws.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ws_key.name}, {self._ws.credentials!r})"
