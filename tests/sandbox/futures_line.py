"""Plain clients of the Futures half of a sandbox: aiohttp and our signing, none of the library's own clients."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from krakenkit.sandbox.engine.derivatives import DerivativesExchange
from krakenkit.signing import challenge, futures
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import WsKey
from sandbox.loopback import PATIENCE, World, read, written

V3 = "/derivatives/api/v3/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def exchange_of(here: World) -> DerivativesExchange:
    """The exchange itself, for what no client can do."""
    return here.box._venue.futures.exchange


async def get(here: World, path: str, params: Iterable[tuple[str, object]] = ()) -> dict[str, Any]:
    """A public call, which must not be refused."""
    status, answer = await fetch(here, path, params)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def fetch(here: World, path: str, params: Iterable[tuple[str, object]] = ()) -> tuple[int, Any]:
    """A public call: its HTTP status and what came back."""
    query = [(name, str(value)) for name, value in params]
    async with here.http.get(here.box.environment.futures_rest + path, params=query) as answer:
        return answer.status, read(await answer.text())


class Trader:
    """Signs what it sends, with a nonce."""

    def __init__(self, here: World, name: str = "trader", **settings: Any) -> None:
        self.here = here
        self.credentials: Credentials = here.box.futures_key(name, **settings)

    async def send(self, method: str, path: str, **how: Any) -> tuple[int, Any]:
        """The status and the JSON of a call; see ``raw``."""
        status, _, text = await self.raw(method, path, **how)
        return status, read(text)

    async def raw(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: str = "",
        nonce: str | None = None,
        signature: str | None = None,
        key: str | None = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """These very bytes, signed rightly unless told otherwise; without a ``Nonce`` header for an empty one."""
        used = str(self.credentials.nonces.next()) if nonce is None else nonce
        right = futures.sign(self.credentials.secret_bytes(), path=path, post_data=query + body, nonce=used)
        headers = {"APIKey": key or self.credentials.key, "Authent": signature or right} | (FORM if body else {})
        if used:
            headers["Nonce"] = used
        target = f"{self.here.box.environment.futures_rest}{path}{'?' + query if query else ''}"
        # The url is encoded already: aiohttp shall leave it alone.
        url = URL(target, encoded=True)
        async with self.here.http.request(method, url, data=body.encode(), headers=headers) as answer:
            return answer.status, answer.headers, await answer.text()

    async def get(self, path: str, **params: object) -> dict[str, Any]:
        """A private look-up; it must not be refused."""
        whole = path if path.startswith("/") else V3 + path
        status, answer = await self.send("GET", whole, query=urlencode(params))
        assert (status, answer.get("error")) == (200, None), answer
        return dict(answer)

    async def post(self, name: str, /, **params: object) -> dict[str, Any]:
        """A private call that acts; it must not be refused."""
        status, answer = await self.send("POST", V3 + name, body=urlencode(params, doseq=True))
        assert (status, answer["result"]) == (200, "success"), answer
        return dict(answer)

    async def change(self, method: str, name: str, /, **params: object) -> dict[str, Any]:
        """A setting that is changed; it must not be refused."""
        status, answer = await self.set(method, name, **params)
        assert (status, answer["result"]) == (200, "success"), answer
        return answer

    async def set(self, method: str, name: str, /, **params: object) -> tuple[int, dict[str, Any]]:
        """A call that changes a setting, by PUT or DELETE: its HTTP status and what came back."""
        text, path = urlencode(params, doseq=True), name if name.startswith("/") else V3 + name
        if method == "DELETE":
            return await self.send(method, path, query=text)
        return await self.send(method, path, body=text)

    async def error(self, name: str, /, **params: object) -> str:
        """The error of a private call that is refused."""
        _, answer = await self.send("POST", V3 + name, body=urlencode(params, doseq=True))
        assert answer["result"] == "error"
        return str(answer["error"])

    async def order(self, side: str, size: str, price: str | None = None, **more: object) -> dict[str, Any]:
        """The ``sendStatus`` of an order in ``PF_XBTUSD``, a limit order when there is a price."""
        fields: dict[str, object] = {"symbol": "PF_XBTUSD", "side": side, "size": size, "orderType": "mkt"}
        if price is not None:
            fields |= {"orderType": "lmt", "limitPrice": price}
        status: dict[str, Any] = (await self.post("sendorder", **(fields | more)))["sendStatus"]
        return status

    async def batch(self, *instructions: dict[str, object]) -> list[dict[str, Any]]:
        """The rows of a batch."""
        answer = await self.post("batchorder", json=json.dumps({"batchOrder": list(instructions)}))
        rows: list[dict[str, Any]] = answer["batchStatus"]
        return rows


async def trade(buyer: Trader, seller: Trader, size: str = "0.5", price: str = "95000", **more: object) -> None:
    """Let two traders trade; the seller was there first."""
    await seller.order("sell", size, price, **more)
    await buyer.order("buy", size, price, **more)


class FuturesLine:
    """One socket; the greeting is read already."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.proof: dict[str, str] = {}

    async def text(self) -> str:
        """The next message as it came."""
        message = await self.socket.receive(timeout=PATIENCE)
        assert message.type is aiohttp.WSMsgType.TEXT, f"the line ended: {message}"
        return str(message.data)

    async def next(self) -> dict[str, Any]:
        return read(await self.text())

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that is wanted; others are passed over."""
        while True:
            message = await self.next()
            if wanted(message):
                return message

    async def on(self, feed: str) -> dict[str, Any]:
        """The next message of this feed, spelled as on the wire."""
        return await self.until(lambda m: m.get("feed") == feed and "event" not in m)

    async def send(self, event: str, **members: object) -> None:
        await self.socket.send_str(written({"event": event} | members))

    async def ask(self, event: str, **members: object) -> dict[str, Any]:
        """The answer to a request."""
        await self.send(event, **members)
        return await self.until(lambda m: "event" in m)

    async def prove(self, trader: Trader) -> None:
        """Get a challenge and sign it."""
        text = str((await self.ask("challenge", api_key=trader.credentials.key))["message"])
        assert uuid.UUID(text)
        signed = challenge.sign(trader.credentials.secret_bytes(), text)
        self.proof = {
            "api_key": trader.credentials.key,
            "original_challenge": text,
            "signed_challenge": signed,
        }

    async def follow(self, feed: str, *products: str, **more: object) -> dict[str, Any]:
        """Subscribe, and give the first message of the feed; the acknowledgement must be good."""
        named: dict[str, object] = {"product_ids": list(products)} if products else {}
        ack = await self.ask("subscribe", feed=feed, **named, **self.proof, **more)
        assert (ack["event"], ack["feed"]) == ("subscribed", feed), ack
        return await self.until(lambda m: str(m.get("feed")).removesuffix("_snapshot") == feed and "event" not in m)

    async def ended(self) -> bool:
        """Reads on until the line ends."""
        async for _ in self.socket:
            pass
        return self.socket.closed


async def line(here: World, key: WsKey = WsKey.DERIVATIVES_PUBLIC_V1) -> FuturesLine:
    """A socket of the Futures WebSocket v1."""
    url = here.box.environment.socket(key)
    made = FuturesLine(await here.http.ws_connect(url, max_msg_size=0))
    assert await made.next() == {"event": "info", "version": 1}
    return made


async def private_line(here: World, trader: Trader) -> FuturesLine:
    """A socket with a signed challenge."""
    made = await line(here, WsKey.DERIVATIVES_PRIVATE_V1)
    await made.prove(trader)
    return made
