"""What the REST clients take: the same options on both faces."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Protocol, TypedDict

from krakenkit.errors import SettingsError
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.limit_lanes import PublicPace
from krakenkit.protocol.limits import LimitMode
from krakenkit.protocol.rest import RetryPolicy
from krakenkit.transport.http import HttpOptions
from krakenkit.wire.environment import LIVE, Environment
from krakenkit.wire.trading_limits import Tier


class BlockingTransport(Protocol):
    """What sends bytes and waits; ``transport=`` takes any object of this shape."""

    def send(self, request: HttpRequest) -> HttpReply: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """What sends bytes on an event loop; ``transport=`` takes any object of this shape."""

    async def send(self, request: HttpRequest) -> HttpReply: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A ``W…`` entry that came with an answer: the call worked, and the exchange has something to say."""

    request: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """What both faces of a client take. Times in seconds."""

    environment: Environment = LIVE
    timeout: float = 10.0
    """For a whole call, from connecting to the last byte of the answer."""
    connect_timeout: float = 5.0
    proxy: str | None = field(default=None, repr=False)
    """``http://``, ``https://`` or ``socks5://`` url, with user and password where needed."""
    user_agent: str | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    on_warning: Callable[[Notice], None] | None = None
    """Called with the warnings that ride along with an answer; they are logged in any case."""
    access_token: str | None = field(default=None, repr=False)
    """For the OAuth endpoints only."""
    limits: LimitMode | None = None
    """What happens to a call that the exchange would refuse for now: ``wait`` pauses it, orders included, ``raise``
    raises ``RateLimited`` unsent, ``off`` sends it all the same. Left out: ``wait``, and ``off`` on this machine."""
    tier: Tier | None = None
    """The account's verification tier, which sets its limits; ``intermediate`` when no client of the key says."""
    public_pace: PublicPace | None = None
    """How fast public Spot calls go from this process, for all its clients."""

    def http(self) -> HttpOptions:
        """The part that concerns the transport."""
        options = HttpOptions(timeout=self.timeout, connect_timeout=self.connect_timeout, proxy=self.proxy)
        return replace(options, user_agent=self.user_agent) if self.user_agent else options


class Options(TypedDict, total=False):
    """The options by name, for signatures; :class:`ClientOptions` says what each means."""

    environment: Environment
    timeout: float
    connect_timeout: float
    proxy: str | None
    user_agent: str | None
    retry: RetryPolicy
    on_warning: Callable[[Notice], None] | None
    access_token: str | None
    limits: LimitMode | None
    tier: Tier | None
    public_pace: PublicPace | None


def client_options(given: Options) -> ClientOptions:
    """The options of a client from what its caller named.

    Raises:
        SettingsError: for a name that is none of them.
    """
    known = [option.name for option in fields(ClientOptions)]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise SettingsError(f"A client does not take {name!r}.{hint} It takes: {', '.join(known)}, transport.")
    return ClientOptions(**given)
