"""Every error and warning of this library; catch :class:`KrakenError` to catch them all.

::

    KrakenError
    ├── SettingsError             ours: a key, an option or an argument is wrong; nothing was sent
    ├── TransportError            the line's: no usable answer; ``sent`` says whether the request may have left
    │   └── OutcomeUnknown        an order, cancel or transfer may or may not have been executed
    ├── DecodeError               an answer of an unknown shape; ``raw`` keeps its bytes, ``field`` names the place
    ├── Refused                   theirs: the exchange answered no; ``codes`` holds its words
    │   ├── AuthRefused           key, signature, nonce, token or permission
    │   ├── RateLimited           too many calls; ``retry_after`` when the exchange said how long
    │   ├── OrderRefused          the order itself was not accepted
    │   └── Unavailable           the exchange is down, busy or in maintenance
    └── StreamError               a stream's: what was subscribed cannot be delivered
        ├── SubscriptionRefused   the exchange refused one subscription
        └── BookOutOfStep         a book's checksum failed; it is being rebuilt
"""

from __future__ import annotations

from collections.abc import Sequence


class KrakenError(Exception):
    """Anything this library raises on purpose."""


class SettingsError(KrakenError, ValueError):
    """A key, an option or an argument cannot be used; nothing was sent."""


class TransportError(KrakenError):
    """No usable answer came back.

    ``sent`` is False only when it is certain that the exchange never saw the request.
    """

    def __init__(self, message: str, *, sent: bool, request: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.sent = sent
        self.request = request
        self.status = status

    @property
    def retryable(self) -> bool:
        """Whether the same call may work later; whether it may be *sent again* depends on what it does."""
        return True


class OutcomeUnknown(TransportError):
    """The request left and no answer came: it may or may not have been executed. Never send it again unseen.

    Look it up first, by ``client_order_id`` where one was given, else among open orders and recent trades.
    """

    def __init__(
        self,
        message: str,
        *,
        request: str | None = None,
        client_order_id: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, sent=True, request=request, status=status)
        self.client_order_id = client_order_id

    @property
    def retryable(self) -> bool:
        return False


class DecodeError(KrakenError):
    """An answer did not have the shape we know. ``raw`` keeps it whole, ``field`` names the place."""

    def __init__(self, message: str, *, raw: bytes, field: str | None = None, request: str | None = None) -> None:
        super().__init__(message)
        self.raw = raw
        self.field = field
        self.request = request
        self.sent = True


class Refused(KrakenError):
    """The exchange answered no. ``codes`` are its own strings, such as ``EQuery:Unknown asset pair``."""

    def __init__(
        self,
        message: str,
        *,
        codes: Sequence[str],
        request: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
        client_order_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.codes = tuple(codes)
        self.request = request
        self.retryable = retryable
        self.retry_after = retry_after
        self.client_order_id = client_order_id


class AuthRefused(Refused):
    """The key, its signature, nonce, token or permission was not accepted."""


class RateLimited(Refused):
    """Too many calls; ``retry_after`` holds seconds when the exchange said how long."""


class OrderRefused(Refused):
    """The order, amend or cancel was understood and not accepted."""


class Unavailable(Refused):
    """The exchange is down, busy, in maintenance or in a mode that does not allow this call."""


class StreamError(KrakenError):
    """A stream cannot deliver what was asked of it."""


class SubscriptionRefused(StreamError):
    """The exchange refused a subscription; the other subscriptions go on. ``topics`` names what was refused."""

    def __init__(self, message: str, *, topics: Sequence[str], code: str | None = None) -> None:
        super().__init__(message)
        self.topics = tuple(topics)
        self.code = code


class BookOutOfStep(StreamError):
    """The local book of ``symbol`` no longer matched the exchange's checksum; it is withheld and built anew."""

    def __init__(self, message: str, *, symbol: str, expected: int, computed: int) -> None:
        super().__init__(message)
        self.symbol = symbol
        self.expected = expected
        self.computed = computed


class KrakenWarning(UserWarning):
    """Something works but deserves a look, for example a ``W…`` entry in an answer."""


class KrakenLifecycleWarning(DeprecationWarning):
    """This surface has an end date; the message names it and what replaces it."""
