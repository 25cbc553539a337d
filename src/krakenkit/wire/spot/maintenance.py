"""Spot: the maintenance that is planned. Source: docs.kraken.com, Spot REST, Market Data, Get Maintenance Schedule."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.request import Request
from krakenkit.wire.route import Route


class MaintenanceEvent(Struct, frozen=True):
    """One planned maintenance. Times are RFC 3339, UTC."""

    event_id: int | str | None = None
    title: str | None = None
    expected_start_utc: str | None = None
    expected_end_utc: str | None = None
    time_to_start_s: int | None = None
    """Seconds until it begins, as of the answer."""
    phase: str | None = None
    """``announced``, ``reminder_24h``, ``approaching_30m``, ``imminent_5m``, ``final_warning_30s``, ``unspecified``."""
    affected_services: list[str] = []
    """``spot_ws``, ``spot_rest``, ``spot_fix``, ``spot_trading``, ``futures_…``, ``all``, ``unspecified``."""
    order_submission: str | None = None
    """What happens to the entry of orders."""
    recommended_action: str | None = None
    """``continue``, ``reduce_activity``, ``cancel_open_orders``, ``stop_new_orders``, ``disconnect_and_wait``."""
    cancel_before_utc: str | None = None
    """Until when orders should be cancelled, where that is advised."""
    source_url: str | None = None


class MaintenanceSchedule(Struct, frozen=True):
    """Planned maintenance of the next seven days, the nearest first."""

    events: list[MaintenanceEvent] = []


class GetMaintenanceSchedule(Request[MaintenanceSchedule], frozen=True):
    """Planned maintenance of the next seven days; an endpoint of 2026."""

    route: ClassVar = Route.get(
        "spot.market.get_maintenance_schedule", "/0/public/MaintenanceSchedule", siebly="getMaintenanceSchedule"
    )
