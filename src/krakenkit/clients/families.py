"""Which family speaks on which connection. A family loads with the first use of one of its connections."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from krakenkit.errors import SettingsError
from krakenkit.protocol.family import Family
from krakenkit.wire.environment import WsKey

FAMILIES: Mapping[str, tuple[WsKey, ...]] = {
    "krakenkit.protocol.spot_v2_data:SPOT_V2": (
        WsKey.SPOT_PUBLIC_V2,
        WsKey.SPOT_BETA_PUBLIC_V2,
        WsKey.SPOT_PRIVATE_V2,
        WsKey.SPOT_BETA_PRIVATE_V2,
    ),
    "krakenkit.protocol.spot_v2_data:SPOT_V2_LEVEL3": (WsKey.SPOT_L3_V2,),
    "krakenkit.protocol.spot_v1_data:SPOT_V1": (WsKey.SPOT_PUBLIC_V1, WsKey.SPOT_PRIVATE_V1),
    "krakenkit.protocol.futures_v1_data:FUTURES_V1": (WsKey.DERIVATIVES_PUBLIC_V1, WsKey.DERIVATIVES_PRIVATE_V1),
    "krakenkit.protocol.unified_data:UNIFIED": (WsKey.UNIFIED_PUBLIC, WsKey.UNIFIED_PRIVATE),
    "krakenkit.protocol.unified_data:UNIFIED_LEVEL3": (WsKey.UNIFIED_L3,),
}
"""Where each family is, and its connections."""

_BY_KEY = {key: home for home, keys in FAMILIES.items() for key in keys}


@cache
def family_of(key: WsKey) -> Family:
    """The family that speaks on this connection.

    Raises:
        SettingsError: when the stream clients do not serve it.
    """
    if key not in _BY_KEY:
        served = ", ".join(one.name for one in _BY_KEY)
        raise SettingsError(f"{key.name} is not served by the stream clients; they serve {served}.")
    module, _, name = _BY_KEY[key].partition(":")
    family: Family = getattr(importlib.import_module(module), name)
    return family
