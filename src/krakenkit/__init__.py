"""Krakenkit: an unofficial Python SDK for the Kraken exchange.

REST clients, streams and trading over sockets, each blocking and async; order books proven by checksum; exact decimals;
and ``krakenkit.sandbox``, a local exchange to test against. Names load when they are first used, so that a program pays
only for what it needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from krakenkit._core.backoff import ReconnectPolicy as ReconnectPolicy
    from krakenkit._core.numbers import Number as Number
    from krakenkit._core.numbers import plain as plain
    from krakenkit.clients.blocking_websocket import WebsocketAPIClient as WebsocketAPIClient
    from krakenkit.clients.blocking_websocket import WebsocketClient as WebsocketClient
    from krakenkit.clients.derivatives import AsyncDerivativesClient as AsyncDerivativesClient
    from krakenkit.clients.derivatives import DerivativesClient as DerivativesClient
    from krakenkit.clients.events import Gap as Gap
    from krakenkit.clients.institutional import AsyncInstitutionalClient as AsyncInstitutionalClient
    from krakenkit.clients.institutional import InstitutionalClient as InstitutionalClient
    from krakenkit.clients.instrument import Instrument as Instrument
    from krakenkit.clients.instruments import Instruments as Instruments
    from krakenkit.clients.instruments import load_instruments as load_instruments
    from krakenkit.clients.options import Notice as Notice
    from krakenkit.clients.order_ids import new_order_id as new_order_id
    from krakenkit.clients.pages import AsyncPager as AsyncPager
    from krakenkit.clients.pages import Pager as Pager
    from krakenkit.clients.partner import AsyncPartnerClient as AsyncPartnerClient
    from krakenkit.clients.partner import PartnerClient as PartnerClient
    from krakenkit.clients.spot import AsyncSpotClient as AsyncSpotClient
    from krakenkit.clients.spot import SpotClient as SpotClient
    from krakenkit.clients.symbols import split_asset as split_asset
    from krakenkit.clients.trading_socket import AsyncWebsocketAPIClient as AsyncWebsocketAPIClient
    from krakenkit.clients.websocket import AsyncWebsocketClient as AsyncWebsocketClient
    from krakenkit.errors import AuthRefused as AuthRefused
    from krakenkit.errors import BookOutOfStep as BookOutOfStep
    from krakenkit.errors import DecodeError as DecodeError
    from krakenkit.errors import KrakenError as KrakenError
    from krakenkit.errors import KrakenLifecycleWarning as KrakenLifecycleWarning
    from krakenkit.errors import OrderRefused as OrderRefused
    from krakenkit.errors import OutcomeUnknown as OutcomeUnknown
    from krakenkit.errors import RateLimited as RateLimited
    from krakenkit.errors import Refused as Refused
    from krakenkit.errors import SettingsError as SettingsError
    from krakenkit.errors import StreamError as StreamError
    from krakenkit.errors import SubscriptionRefused as SubscriptionRefused
    from krakenkit.errors import TransportError as TransportError
    from krakenkit.errors import Unavailable as Unavailable
    from krakenkit.protocol.dialect import Timing as Timing
    from krakenkit.protocol.limit_lanes import PublicPace as PublicPace
    from krakenkit.protocol.limits import HeldBack as HeldBack
    from krakenkit.protocol.paging import Progress as Progress
    from krakenkit.protocol.rest import RetryPolicy as RetryPolicy
    from krakenkit.signing.credentials import Credentials as Credentials
    from krakenkit.wire.environment import BETA as BETA
    from krakenkit.wire.environment import LIVE as LIVE
    from krakenkit.wire.environment import Environment as Environment
    from krakenkit.wire.environment import WsKey as WsKey
    from krakenkit.wire.paged import Entry as Entry

__version__ = "0.1.0"

_HOMES = {
    "_core.backoff": ("ReconnectPolicy",),
    "_core.numbers": ("Number", "plain"),
    "clients.blocking_websocket": ("WebsocketAPIClient", "WebsocketClient"),
    "clients.derivatives": ("AsyncDerivativesClient", "DerivativesClient"),
    "clients.events": ("Gap",),
    "clients.instrument": ("Instrument",),
    "clients.instruments": ("Instruments", "load_instruments"),
    "clients.institutional": ("AsyncInstitutionalClient", "InstitutionalClient"),
    "clients.order_ids": ("new_order_id",),
    "clients.partner": ("AsyncPartnerClient", "PartnerClient"),
    "clients.options": ("Notice",),
    "clients.pages": ("AsyncPager", "Pager"),
    "clients.spot": ("AsyncSpotClient", "SpotClient"),
    "clients.symbols": ("split_asset",),
    "clients.trading_socket": ("AsyncWebsocketAPIClient",),
    "clients.websocket": ("AsyncWebsocketClient",),
    "errors": (
        "AuthRefused",
        "BookOutOfStep",
        "DecodeError",
        "KrakenError",
        "KrakenLifecycleWarning",
        "OrderRefused",
        "OutcomeUnknown",
        "RateLimited",
        "Refused",
        "SettingsError",
        "StreamError",
        "SubscriptionRefused",
        "TransportError",
        "Unavailable",
    ),
    "protocol.dialect": ("Timing",),
    "protocol.limit_lanes": ("PublicPace",),
    "protocol.limits": ("HeldBack",),
    "protocol.paging": ("Progress",),
    "protocol.rest": ("RetryPolicy",),
    "signing.credentials": ("Credentials",),
    "wire.environment": ("BETA", "LIVE", "Environment", "WsKey"),
    "wire.paged": ("Entry",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'krakenkit' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"krakenkit.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
