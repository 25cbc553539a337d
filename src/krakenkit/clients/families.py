"""Which family speaks on which connection."""

from __future__ import annotations

from krakenkit.errors import SettingsError
from krakenkit.protocol.family import Family
from krakenkit.protocol.spot_v1_data import SPOT_V1
from krakenkit.protocol.spot_v2_data import SPOT_V2, SPOT_V2_LEVEL3
from krakenkit.protocol.unified_data import UNIFIED
from krakenkit.wire.environment import WsKey

FAMILIES: tuple[Family, ...] = (SPOT_V2, SPOT_V2_LEVEL3, SPOT_V1, UNIFIED)
_BY_KEY = {key: family for family in FAMILIES for key in family.keys}


def family_of(key: WsKey) -> Family:
    """The family that speaks on this connection.

    Raises:
        SettingsError: when the stream clients do not serve it.
    """
    if key not in _BY_KEY:
        served = ", ".join(one.name for one in _BY_KEY)
        raise SettingsError(f"{key.name} is not served by the stream clients; they serve {served}.")
    return _BY_KEY[key]
