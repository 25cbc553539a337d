"""A proven order book, live: ``python examples/live_book.py [--sandbox] [--updates N]``. Needs no key."""

from __future__ import annotations

import argparse
import asyncio

from krakenkit import LIVE, AsyncWebsocketClient, Environment, Gap
from krakenkit.sandbox import Sandbox


async def watch(environment: Environment, updates: int) -> None:
    async with AsyncWebsocketClient(environment=environment) as ws:
        ws.on("reconnecting", lambda event: print("pausing:", event.reason))
        ws.on("reconnected", lambda event: print(f"resuming after {event.down_seconds:.1f} s"))
        async with ws.book("BTC/USD", depth=10) as book:
            async for view in book:
                if isinstance(view, Gap):
                    print("the book is withheld:", view.reason)
                    continue
                print(view.best_bid, view.best_ask, "spread", view.spread, "imbalance", view.imbalance(5))
                updates -= 1
                if updates == 0:
                    return


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbox", action="store_true", help="use a local exchange instead of the real one")
    parser.add_argument("--updates", type=int, default=20)
    arguments = parser.parse_args()
    if arguments.sandbox:
        async with Sandbox(seed=7) as box:
            await watch(box.environment, arguments.updates)
    else:
        await watch(LIVE, arguments.updates)


if __name__ == "__main__":
    asyncio.run(main())
