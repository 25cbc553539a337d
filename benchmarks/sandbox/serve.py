"""A sandbox on one core, until its stdin is closed: the other end of ``benchmarks.sandbox.rest``."""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

from krakenkit.sandbox import Limits, Sandbox

WINDOW = 10**6
"""Several connections send at once: nonces may arrive out of order."""


def trader(box: Sandbox, name: str) -> dict[str, str]:
    """A key of somebody with a lot of money."""
    key = box.key(name, balances={"USD": 10**9, "BTC": 10**6}, nonce_window=WINDOW)
    return {"key": key.key, "secret": base64.b64encode(key.secret_bytes()).decode()}


if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
with Sandbox(seed=7, market=False, limits=Limits.none("pro")) as box:
    told: dict[str, Any] = box.describe() | {"traders": [trader(box, "seller"), trader(box, "buyer")]}
    print(json.dumps(told), flush=True)
    sys.stdin.read()
