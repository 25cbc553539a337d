"""The trading commands by family, shared by both faces. Each family's commands load with the first use of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.clients.call import Call
from krakenkit.clients.later import later

if TYPE_CHECKING:
    from krakenkit.wire.spot_v1 import trading as spot_v1
    from krakenkit.wire.spot_v2 import trading as spot_v2
    from krakenkit.wire.unified import trading as unified
else:
    spot_v1 = later("krakenkit.wire.spot_v1", "trading")["trading"]
    spot_v2 = later("krakenkit.wire.spot_v2", "trading")["trading"]
    unified = later("krakenkit.wire.unified", "trading")["trading"]


class SpotCommands:
    """Spot orders over the socket of Spot v2; names as in the JavaScript SDK."""

    submit_spot_order = Call(spot_v2.AddOrder)
    amend_spot_order = Call(spot_v2.AmendOrder)
    edit_spot_order = Call(spot_v2.EditOrder)
    cancel_spot_order = Call(spot_v2.CancelOrder)
    cancel_all_spot_orders = Call(spot_v2.CancelAll)
    cancel_all_spot_orders_after = Call(spot_v2.CancelAllOrdersAfter)
    batch_submit_spot_orders = Call(spot_v2.BatchAdd)
    batch_cancel_spot_orders = Call(spot_v2.BatchCancel)


class SpotV1Commands:
    """Spot orders over the socket of Spot v1."""

    submit_spot_v1_order = Call(spot_v1.AddOrder)
    amend_spot_v1_order = Call(spot_v1.AmendOrder)
    edit_spot_v1_order = Call(spot_v1.EditOrder)
    cancel_spot_v1_order = Call(spot_v1.CancelOrder)
    cancel_all_spot_v1_orders = Call(spot_v1.CancelAll)
    cancel_all_spot_v1_orders_after = Call(spot_v1.CancelAllOrdersAfter)


class UnifiedCommands:
    """Orders and preferences over the Unified WebSocket: derivatives today, Spot once the exchange has opened it."""

    submit_unified_order = Call(unified.AddOrder)
    amend_unified_order = Call(unified.AmendOrder)
    cancel_unified_order = Call(unified.CancelOrder)
    cancel_all_unified_orders = Call(unified.CancelAll)
    cancel_all_unified_orders_after = Call(unified.CancelAllOrdersAfter)
    batch_submit_unified_orders = Call(unified.BatchAdd)
    batch_cancel_unified_orders = Call(unified.BatchCancel)
    set_unified_preference = Call(unified.SetPreference)
