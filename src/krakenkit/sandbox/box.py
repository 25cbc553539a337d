"""The sandbox: a Kraken on this machine, started and stopped by a ``with`` block."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Any, Final, Self, Unpack

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.sandbox.clock import NanoClock, SandboxClock, Speed
from krakenkit.sandbox.control.desk import ControlDesk
from krakenkit.sandbox.controls import Controls
from krakenkit.sandbox.engine import spot_instruments
from krakenkit.sandbox.keys import KeyRules, Permissions
from krakenkit.sandbox.limits import Limits
from krakenkit.sandbox.lines import LONGEST_QUEUE
from krakenkit.sandbox.recording import read_recording
from krakenkit.sandbox.stage import Stage
from krakenkit.sandbox.state import Saved
from krakenkit.sandbox.state import load as load_state
from krakenkit.sandbox.state import save as save_state
from krakenkit.sandbox.venue import Venue
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import Environment

_PRINTED_KEYS: Final = ("spot", "spot_2", "spot_3")
_PRINTED_FUTURES_KEYS: Final = ("futures", "futures_2", "futures_3")


class Sandbox(Controls):
    """A Kraken on loopback that speaks its wire: Spot REST, Spot WebSocket v2 with level 3, Spot WebSocket v1, Futures REST,
    the Futures WebSocket v1 and the Unified WebSocket, with a market that trades by itself.

    ::

        async with Sandbox(seed=7) as box:      # on the running loop
            client = AsyncSpotClient(environment=box.environment, credentials=box.key("trader"))

        with Sandbox(seed=7) as box:            # on a loop in a thread of its own
            client = SpotClient(environment=box.environment, credentials=box.key("trader"))

    ``box.faults`` makes things go wrong: each fault is a method, such as ``box.faults.drop_lines()``;
    ``box.faults.at_random()`` leaves them to chance, and ``box.faults.history()`` tells what happened.
    ``krakenkit sandbox --list-faults`` prints the list.
    ``box.state()`` is the truth to compare a client's picture with. Programs in other languages do all this over HTTP:
    ``GET /_sandbox/`` tells how.

    ``advance(seconds)`` lets time pass at once, ``market.move(symbol, "+2%")`` moves a price, ``fill(order_id)`` fills an
    order, ``deposit(name, asset, amount)`` pays money in at once, ``bank.announce_deposit(name, asset, amount)`` lets it be on
    its way. All methods may be called from any thread. A sandbox is opened once.

    Not here: options. REST consolidates taker fills for those who ask for it, Kraken for all who do not forbid it.

    Args:
        seed: makes the market and all ids: with one clock, one seed gives the same exchange every time.
        host: an address of this machine.
        port: 0 for any free one. The private sockets of Spot v1 are at the root of a second port, always a free one.
        market: True lets all pairs and contracts trade by themselves, a list only these, False none: books are empty then.
        pace: seconds of exchange time between two steps of the market; fewer steps are made where the machine is too slow.
        speed: seconds of exchange time in a second: 0 stands still until ``advance``, 1 is real time, ``"max"`` is as fast as
            the machine can. At other speeds than 1 clients should take the time from the exchange.
        limits: how often clients may call, trade, connect and speak; True for all as documented, False for none.
        replay: a recording to be played: frames of Spot v2, one on each line. Its pairs show the recorded books and trades,
            with their timing, and clients trade against them; other pairs trade only where ``market`` names them.
        replay_loops: begin the recording again when it ends; else the books stand still then.
        clock: where the time comes from, in nanoseconds since 1970; ``speed`` and ``advance`` count from there.
        longest_queue: frames that may wait for a socket that does not read before it is cut off.
    """

    def __init__(
        self,
        seed: int = 7,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        market: bool | Collection[str] = True,
        pace: float = 0.05,
        speed: Speed = 1,
        limits: Limits | bool | None = None,
        replay: str | os.PathLike[str] | None = None,
        replay_loops: bool = False,
        clock: NanoClock = time.time_ns,
        longest_queue: int = LONGEST_QUEUE,
    ) -> None:
        venue = Venue(
            seed,
            market=market,
            clock=SandboxClock(clock, speed=speed),
            recording=() if replay is None else read_recording(replay, spot_instruments()),
            loops=replay_loops,
            limits=_limits(limits),
        )
        self._furnish(Stage(venue, pace=pace, longest_queue=longest_queue), host, port)

    def _furnish(self, stage: Stage, host: str, port: int) -> None:
        super().__init__(stage)
        self._stage.server.control = ControlDesk(self)
        self._host = host
        self._port = port
        self._environment: Environment | None = None
        self._used = False
        self._printed: dict[str, Credentials] = {}

    @property
    def environment(self) -> Environment:
        """Its addresses; every one is on this machine.

        Raises:
            SettingsError: before it was opened.
        """
        if self._environment is None:
            raise SettingsError("The sandbox has no addresses yet; open it: async with Sandbox() as box, or with.")
        return self._environment

    def key(
        self,
        name: str = "trader",
        *,
        balances: Mapping[str, Number] | None = None,
        permissions: Permissions | None = None,
        **rules: Unpack[KeyRules],
    ) -> Credentials:
        """A new key of the account of this name; the account is opened with the first one.

        Asked again with the same name it gives another key of the same account, with nonces of its own.

        Args:
            balances: what is paid in, by asset: ``{"USD": 100_000, "BTC": "0.5"}``. Left out, a new account gets a bit of
                everything, and an old one nothing.
            permissions: in the words of ``GetApiKeyInfo``, such as ``query-funds``, or ``"all"``; all that trading needs
                when left out. Partners and custody have keys of their own: ``embed``, ``ramp``, ``custody``.
            rules: ``nonce_window``, ``valid_from``, ``valid_until``, ``query_from``, ``query_to``, ``ip_allowlist``,
                ``otp`` (a password) and ``totp`` (the secret of codes); the credentials know their code.

        Raises:
            SettingsError: for an asset the sandbox does not have, an amount that cannot be paid in, or an odd rule.
        """
        return self._do(lambda: self._venue.key(name, balances=balances, permissions=permissions, **rules))

    def futures_key(
        self,
        name: str = "trader",
        *,
        balances: Mapping[str, Number] | None = None,
        permissions: Permissions | None = None,
    ) -> Credentials:
        """A new Futures key of the account of this name. Futures keys and money are separate from those of Spot.

        Args:
            balances: what is paid in: ``USD`` into the multi-collateral wallet, ``BTC`` into the one behind ``PI_XBTUSD``.
                Left out, a new account gets some of both, and an old one nothing.
            permissions: ``general_read``, ``general_full`` and ``transfer_full``, or ``"all"``; the first two when left out.

        Raises:
            SettingsError: for a currency that no wallet holds, or an amount that cannot be paid in.
        """
        return self._do(lambda: self._venue.futures.key(name, balances=balances, permissions=permissions))

    def describe(self) -> dict[str, Any]:
        """What another program needs: ``rest``, ``futures``, ``ws`` by name of the connection, and ``keys`` with secrets.

        There are several keys of one account, because clients count their nonces in different units, and a key that was
        used with a finer one refuses the coarser. They may do everything. Every call tells the same keys.
        """
        environment = self.environment
        for name in _PRINTED_KEYS:
            if name not in self._printed:
                self._printed[name] = self.key("trader", permissions="all")
        for name in _PRINTED_FUTURES_KEYS:
            if name not in self._printed:
                self._printed[name] = self.futures_key("trader", permissions="all")
        return {
            "rest": environment.spot_rest,
            "futures": environment.futures_rest,
            "ws": {key.name: url for key, url in environment.ws.items()},
            "keys": {name: _shown(credentials) for name, credentials in self._printed.items()},
        }

    # --- a file of it ---------------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything but open sockets to a file: accounts, keys with their secrets, orders, books, time, faults.

        Only its owner may read the file. May be called while the sandbox is open, before, and afterwards.

        Raises:
            SettingsError: where it cannot be written.
        """
        self._do(lambda: self._save(path))

    def _save(self, path: str | os.PathLike[str]) -> None:
        self._venue.settle()
        self._venue.futures.settle()
        stage = self._stage
        printed = {
            name: (one.key, base64.b64encode(one.secret_bytes()).decode()) for name, one in self._printed.items()
        }
        kept = Saved(venue=stage.venue, pace=stage.pace, longest_queue=stage.longest_queue, printed=printed)
        save_state(path, kept)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: Speed | None = None,
        clock: NanoClock = time.time_ns,
    ) -> Self:
        """A sandbox from a file, not open yet; what follows is what would have followed without saving it.

        Its time goes on from the moment when it was saved, at the speed it had unless another one is given. Keys are good
        as before, and so are tokens; clients have to connect anew. A file cannot run code.

        Raises:
            SettingsError: for a file that is missing, damaged, of another version, or no saved sandbox at all.
        """
        kept = load_state(path, clock, speed=speed)
        box = cls.__new__(cls)
        box._furnish(Stage(kept.venue, pace=kept.pace, longest_queue=kept.longest_queue), host, port)
        box._printed = {name: Credentials(key, secret) for name, (key, secret) in kept.printed.items()}
        return box

    # --- opening and closing --------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._use()
        self._environment = await self._home.move_in(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._home.move_out()

    def __enter__(self) -> Self:
        self._use()
        self._environment = self._home.start_thread(self._host, self._port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._home.stop_thread()

    def _use(self) -> None:
        if self._used:
            raise SettingsError("This sandbox was opened before; make a new one.")
        self._used = True

    def __repr__(self) -> str:
        where = "not open" if self._environment is None else self._environment.spot_rest
        return f"Sandbox({where})"


def _limits(wanted: Limits | bool | None) -> Limits:
    if isinstance(wanted, bool):
        return Limits.all() if wanted else Limits.none()
    return wanted or Limits()


def _shown(credentials: Credentials) -> dict[str, str]:
    return {"key": credentials.key, "secret": base64.b64encode(credentials.secret_bytes()).decode()}
