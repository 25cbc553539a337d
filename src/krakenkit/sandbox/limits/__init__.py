"""Limits: how often clients may call, trade, connect and speak before the exchange says no."""

from __future__ import annotations

from .desk import LimitDesk as LimitDesk
from .settings import Limits as Limits
