"""An order whose answer is lost on the way, and how it is found: ``python examples/lost_answer.py``. Runs in a sandbox."""

from __future__ import annotations

from krakenkit import OutcomeUnknown, SpotClient, new_order_id
from krakenkit.sandbox import Sandbox


def main() -> None:
    with Sandbox(seed=7) as box, SpotClient(box.key("trader"), environment=box.environment) as spot:
        order_id = new_order_id()
        box.faults.close_after_request("/0/private/AddOrder")
        try:
            spot.submit_order(
                pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="20000", cl_ord_id=order_id
            )
        except OutcomeUnknown as unknown:
            print(unknown)
            found = spot.get_open_orders(cl_ord_id=unknown.client_order_id)
            for txid, order in found.open.items():
                print("the order is there:", txid, order.descr.order)


if __name__ == "__main__":
    main()
