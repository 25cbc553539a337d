"""Plain lines of the Unified WebSocket: aiohttp, and a token where one is needed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from krakenkit.protocol.unified_data import read_data
from krakenkit.wire.environment import WsKey
from sandbox.loopback import Account, Line, World

BUY = {"order_type": "limit", "side": "buy", "symbol": "PF_XBTUSD", "order_qty": Decimal("0.5"), "limit_price": 90000}
SELL = BUY | {"side": "sell"}
ROW = {name: value for name, value in BUY.items() if name != "symbol"}


_BY_ITSELF = ("balances", "ledgers", "preferences")


class UnifiedLine:
    """One line. Requests go out for derivatives unless told otherwise; None leaves the asset class out.

    What comes before a reply is kept for whoever asks for it later.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self._kept: list[dict[str, Any]] = []

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The reply to a request."""
        req_id = await self.line.send(method, **_told(params))
        while (message := await self.line.next()).get("req_id") != req_id:
            self._kept.append(message)
        return message

    async def on(self, channel: str, kind: str | None = None) -> dict[str, Any]:
        """The next message of this channel; those of others are passed over."""
        while self._kept:
            message = self._kept.pop(0)
            if message["channel"] == channel and kind in (None, message["type"]):
                return message
        return await self.line.on(channel, kind)

    async def refused(self, method: str, **params: Any) -> str:
        """The error of a request that is refused."""
        reply = await self.ask(method, **params)
        assert (reply["success"], "result" in reply) == (False, False)
        return str(reply["error"])

    def take_kept(self) -> list[dict[str, Any]]:
        """What came before replies and nobody has asked for."""
        kept, self._kept = self._kept, []
        return kept

    async def follow(self, channel: str, *symbols: str, **params: Any) -> dict[str, Any]:
        """Subscribe; gives the last acknowledgement, all of which must be good."""
        told = _told({"channel": channel} | params)
        return await self.line.subscribe(told.pop("channel"), *symbols, **told)

    async def done(self, method: str, **params: Any) -> Any:
        """The result of a command that is carried out."""
        reply = await self.ask(method, **params)
        assert reply["success"] is True, reply
        return reply["result"]

    async def place(self, **change: Any) -> str:
        """The id of a new order."""
        return str((await self.done("add_order", **BUY | change))["order_id"])

    async def reports(self, count: int) -> list[dict[str, Any]]:
        """The rows of the next reports about orders."""
        return [(await self.on("executions", "update"))["data"][0] for _ in range(count)]


def _told(params: dict[str, Any]) -> dict[str, Any]:
    members = ({} if params.get("channel") in _BY_ITSELF else {"asset_class": "derivatives"}) | params
    return {name: value for name, value in members.items() if name != "asset_class" or value is not None}


async def public(here: World) -> UnifiedLine:
    """A line on the public path, without a token."""
    return UnifiedLine(await here.line(WsKey.UNIFIED_PUBLIC))


async def deep(here: World, account: Account) -> UnifiedLine:
    """A line on the public path with a token, as level 3 takes it."""
    made = await public(here)
    made.line.token = await account.token()
    return made


async def private(here: World, account: Account) -> UnifiedLine:
    """A line on the private path."""
    line = await here.line(WsKey.UNIFIED_PRIVATE)
    line.token = await account.token()
    return UnifiedLine(line)


def unread_by_clients(text: str) -> list[str]:
    """Members of a data frame that no field of the clients' rows took."""
    batch = read_data(text.encode())
    if batch is None:
        return []
    rows = [*batch.rows]
    for row in batch.rows:
        for name in ("futures", "assets", "pairs"):
            rows += getattr(row, name, [])
    return sorted({name for row in rows for name in getattr(row, "extra", {})})
