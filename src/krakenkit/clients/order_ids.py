"""Client order ids: your own name for an order, by which it can be found whatever happens to the answer."""

from __future__ import annotations

import uuid


def new_order_id() -> str:
    """A fresh ``cl_ord_id``: a random UUID, which the exchange takes with its dashes."""
    return str(uuid.uuid4())
