"""The exchange's side of a stream: one client, its subscriptions answered, then the stream as fast as it is taken.

With ``--rate`` it keeps a steady pace instead and writes down when each message left. The frames are made beforehand, so
that playing costs the server's core little more than copying. Only the standard library, so that it starts in any
environment; bounded by one client, one pass and ``--seconds``. It prints JSON lines: the port, ``settled`` once all
subscriptions are answered, and the times at the end.
"""

from __future__ import annotations

import argparse
import array
import base64
import hashlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.frames import instruments
from benchmarks.machine import SERVER_CORE, stay_on
from benchmarks.market import LISTINGS
from benchmarks.streams import Stream, framed, load

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 4.2.2
_CHUNK = 200_000
_V1_TRADE_ENDS = b',""]'
_TEXT, _CLOSE, _PING = 1, 8, 9
_NEAR_NS = 200_000
"""Below this the pace is kept by watching the clock: sleeping is late by about half of it."""


class Line:
    """One client's socket. Frames go out whole, from whichever thread."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sending = threading.Lock()

    def upgrade(self) -> None:
        """Answer the HTTP request that begins a WebSocket."""
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += self._some(65536)
        headers = dict(line.split(b": ", 1) for line in asked.split(b"\r\n")[1:] if b": " in line)
        key = next(value for name, value in headers.items() if name.lower() == b"sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        self.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    def write(self, data: bytes) -> None:
        """Send these bytes."""
        with self._sending:
            self.connection.sendall(data)

    def say(self, text: str | bytes) -> None:
        """Send one text frame."""
        self.write(framed(text.encode() if isinstance(text, str) else text))

    def hear(self) -> bytes:
        """The next text message; pings are answered meanwhile.

        Raises:
            ConnectionError: when the client has left.
        """
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
            mask = self._exactly(4) if second & 0x80 else bytes(4)
            data = bytes(byte ^ mask[at & 3] for at, byte in enumerate(self._exactly(size)))
            kind = first & 0x0F
            if kind == _TEXT:
                return data
            if kind == _CLOSE:
                raise ConnectionError
            if kind == _PING:
                self.write(bytes((0x8A, len(data))) + data)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self._some(size - len(data))
        return data

    def _some(self, size: int) -> bytes:
        data = self.connection.recv(size)
        if not data:
            raise ConnectionError
        return data


class Exchange:
    """Answers requests of Spot v2 and v1, and knows when every snapshot of the stream has been asked for."""

    def __init__(self, line: Line, snapshots: Sequence[bytes]) -> None:
        self.line = line
        self.waiting = {_key(snapshot): snapshot for snapshot in snapshots}
        self.settled = threading.Event()

    def serve(self) -> None:
        """Answer until the client leaves; then the process ends."""
        try:
            while True:
                self._answer(json.loads(self.line.hear()))
                if not self.waiting:
                    self.settled.set()
        except OSError:
            os._exit(0)

    def _answer(self, asked: Any) -> None:
        match asked:
            case {"method": "ping"}:
                self._say({"method": "pong", "req_id": asked.get("req_id", 0)})
            case {"event": "ping"}:
                self._say({"event": "pong", "reqid": asked.get("reqid", 0)})
            case {"method": "subscribe", "params": params}:
                self._subscribe_v2(asked.get("req_id"), dict(params))
            case {"event": "subscribe", "pair": pairs, "subscription": subscription}:
                for pair in pairs:
                    self._subscribe_v1(pair, subscription)
            case _:
                pass

    def _subscribe_v2(self, req_id: int | None, params: dict[str, Any]) -> None:
        channel, symbols = params.pop("channel"), params.pop("symbol", None)
        params.pop("token", None)
        for symbol in symbols or [None]:
            result = {"channel": channel, **params, "snapshot": True} | ({"symbol": symbol} if symbol else {})
            told = {"method": "subscribe", "result": result, "success": True, "time_in": _AT, "time_out": _AT}
            self._say(told | ({"req_id": req_id} if req_id is not None else {}))
            self._show(channel, symbol)
        if channel == "instrument":
            self.line.say(instruments(LISTINGS))

    def _subscribe_v1(self, pair: str, subscription: dict[str, Any]) -> None:
        name = subscription["name"]
        named = f"{name}-{subscription['depth']}" if "depth" in subscription else name
        told = {"channelID": 336, "channelName": named, "event": "subscriptionStatus", "pair": pair}
        self._say(told | {"status": "subscribed", "subscription": subscription})
        self._show(name, pair)

    def _show(self, channel: str, symbol: str | None) -> None:
        snapshot = self.waiting.pop((channel, symbol), None)
        if snapshot is not None:
            self.line.say(snapshot)

    def _say(self, told: dict[str, Any]) -> None:
        self.line.say(json.dumps(told, separators=(",", ":")))


_AT = "2026-03-02T09:30:00.000001Z"


def _key(snapshot: bytes) -> tuple[str, str | None]:
    """Channel and symbol of a snapshot, as a subscription names them."""
    frame = json.loads(snapshot)
    if isinstance(frame, dict):
        return frame["channel"], frame["data"][0]["symbol"]
    return frame[-2].split("-")[0], frame[-1]


def blast(line: Line, frames: Sequence[bytes]) -> None:
    """Send everything as fast as the client takes it."""
    chunks: list[bytes] = []
    waiting: list[bytes] = []
    size = 0
    for frame in frames:
        waiting.append(frame)
        size += len(frame)
        if size > _CHUNK:
            chunks.append(b"".join(waiting))
            waiting, size = [], 0
    for chunk in (*chunks, b"".join(waiting)):
        line.write(chunk)


def pace(line: Line, frames: Sequence[bytes], rate: float) -> array.array[int]:
    """Send ``rate`` messages a second; when each of them left, in nanoseconds of the monotonic clock."""
    left = array.array("q", bytes(8 * len(frames)))
    began = time.monotonic_ns()
    for number, frame in enumerate(frames):
        due = began + int(number * 1e9 / rate)
        while (early := due - time.monotonic_ns()) > 0:
            if early > _NEAR_NS:
                time.sleep((early - _NEAR_NS / 2) / 1e9)
        left[number] = time.monotonic_ns()
        line.write(frame)
    return left


def rows_in(stream: Stream) -> int:
    """Updates in a stream: a trade message may hold several, every other one holds one."""
    return sum(max(1, text.count(b'"trade_id":') + text.count(_V1_TRADE_ENDS)) for text in stream.messages)


def main() -> None:
    """Serve one client."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--times", type=Path)
    parser.add_argument("--delay", type=float, default=0.6)
    parser.add_argument("--seconds", type=float, default=120.0)
    given = parser.parse_args()
    stay_on(SERVER_CORE)
    threading.Timer(given.seconds, os._exit, (3,)).start()
    stream = load(given.file, given.count)
    frames = [framed(text) for text in stream.messages]
    listening = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"port": listening.getsockname()[1], "rows": rows_in(stream)}), flush=True)
    line = Line(listening.accept()[0])
    line.upgrade()
    exchange = Exchange(line, stream.snapshots)
    threading.Thread(target=exchange.serve, daemon=True).start()
    exchange.settled.wait()
    print(json.dumps({"settled": True}), flush=True)
    time.sleep(given.delay)
    began = time.monotonic_ns()
    if given.rate:
        given.times.write_bytes(struct.pack(f"{len(frames)}q", *pace(line, frames, given.rate)))
    else:
        blast(line, frames)
    print(json.dumps({"began": began, "ended": time.monotonic_ns()}), flush=True)
    time.sleep(given.seconds)


if __name__ == "__main__":
    main()
