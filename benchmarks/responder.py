"""The exchange's side of REST: fixed answers over kept-alive HTTP/1.1, with as little work as Python allows.

Signatures are not looked at. Only the standard library; bounded by ``--seconds``. It prints one JSON line with its port.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import socket
import threading

from benchmarks.machine import SERVER_CORE, stay_on
from benchmarks.market import LISTINGS, Listing

_END = b"\r\n\r\n"
_MOST = 262_144


def ticker() -> object:
    """The answer to Ticker for one pair."""
    return {
        "XXBTZUSD": {
            "a": ["67285.50000", "1", "1.000"],
            "b": ["67285.40000", "3", "3.000"],
            "c": ["67285.40000", "0.00013201"],
            "v": ["812.40123911", "2190.58127390"],
            "p": ["66901.20155", "66588.19034"],
            "t": [20511, 51877],
            "l": ["66310.00000", "65800.10000"],
            "h": ["67990.00000", "67990.00000"],
            "o": "66500.10000",
        }
    }


def pair(listing: Listing) -> dict[str, object]:
    """A pair as AssetPairs tells it."""
    base, quote = listing.v1_name.split("/")
    return {
        "altname": base + quote,
        "wsname": listing.v1_name,
        "aclass_base": "currency",
        "base": f"X{base}" if base != "SOL" else base,
        "aclass_quote": "currency",
        "quote": "ZUSD",
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": listing.places,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [2, 3],
        "leverage_sell": [2, 3],
        "fees": [[0, 0.4], [10000, 0.35]],
        "fees_maker": [[0, 0.25], [10000, 0.2]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": "0.00005",
        "costmin": "0.5",
        "tick_size": "0.1",
        "status": "online",
    }


def answers() -> dict[bytes, object]:
    """What each path is answered with; the first that is found in the request line counts."""
    pairs = {(f"X{one.v1_name[:3]}ZUSD" if one.symbol != "SOL/USD" else "SOLUSD"): pair(one) for one in LISTINGS}
    # python-kraken-sdk asks for one pair and looks it up under the very name that it asked with.
    asked_by_name = pairs | {one.symbol: pair(one) for one in LISTINGS}
    assets = {
        name: {"aclass": "currency", "altname": name[1:] if len(name) == 4 else name, "decimals": 10}
        | {"display_decimals": 5, "status": "enabled"}
        for name in ("XXBT", "XETH", "SOL", "XXRP", "ZUSD")
    }
    order = {"descr": {"order": "buy 1.25000000 XBTUSD @ limit 27500.0"}, "txid": ["OUF4EM-FRGI2-MQMWZD"]}
    return {
        b"/AddOrder": order,
        b"/Ticker": ticker(),
        b"/AssetPairs?pair=": asked_by_name,
        b"/AssetPairs": pairs,
        b"/Assets": assets,
        b"/SystemStatus": {"status": "online", "timestamp": "2026-03-02T09:30:00Z"},
        b"/Time": {"unixtime": 1_772_443_800, "rfc1123": "Mon, 02 Mar 26 09:30:00 +0000"},
    }


def reply(result: object) -> bytes:
    """A whole HTTP reply, with about the headers that the exchange's edge adds."""
    body = json.dumps({"error": [], "result": result}, separators=(",", ":")).encode()
    head = (
        "HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 09:30:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\nCache-Control: private, max-age=0, no-store\r\n"
        "Vary: Accept-Encoding\r\nStrict-Transport-Security: max-age=15552000\r\nX-Content-Type-Options: nosniff\r\n"
        "Server: loopback\r\n\r\n"
    )
    return head.encode() + body


def take(data: bytes) -> tuple[bytes | None, bytes]:
    """The request line of the first whole request in what came, and what follows that request."""
    head, found, rest = data.partition(_END)
    if not found:
        return None, data
    lowered = head.lower()
    at = lowered.find(b"\r\ncontent-length:")
    size = int(lowered[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    if len(rest) < size:
        return None, data
    return head.split(b"\r\n", 1)[0], rest[size:]


class Responder:
    """Listens on a free port of loopback and answers whoever comes."""

    def __init__(self) -> None:
        self.replies = {path: reply(result) for path, result in answers().items()}
        self.other = reply({})
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.waiting: dict[socket.socket, bytes] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listening, selectors.EVENT_READ)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listening.getsockname()[1])

    def run(self) -> None:
        """Answer for ever."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listening:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._serve(key.fileobj)

    def _accept(self) -> None:
        connection, _ = self.listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting[connection] = b""
        self.selector.register(connection, selectors.EVENT_READ)

    def _serve(self, connection: socket.socket) -> None:
        try:
            came = connection.recv(_MOST)
            if came:
                data = self.waiting[connection] + came
                while True:
                    asked, data = take(data)
                    if asked is None:
                        break
                    connection.sendall(self._answer(asked))
                self.waiting[connection] = data
                return
        except OSError:
            pass
        with contextlib.suppress(KeyError):
            self.selector.unregister(connection)
        del self.waiting[connection]
        connection.close()

    def _answer(self, asked: bytes) -> bytes:
        return next((answer for path, answer in self.replies.items() if path in asked), self.other)


def main() -> None:
    """Serve until the time is up or somebody ends us."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=300.0)
    given = parser.parse_args()
    stay_on(SERVER_CORE)
    threading.Timer(given.seconds, os._exit, (0,)).start()
    responder = Responder()
    print(json.dumps({"port": responder.port}), flush=True)
    responder.run()


if __name__ == "__main__":
    main()
