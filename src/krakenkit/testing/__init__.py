"""For tests of programs that talk to Kraken: fixtures of pytest that come by themselves where krakenkit is installed.

``kraken`` is an open :class:`krakenkit.sandbox.Sandbox`, ``kraken_key`` and ``kraken_futures_key`` are keys of a funded
account, ``kraken_clock`` lets its time pass. The marker ``kraken`` takes options; see ``docs/guides/testing.md``.
"""

from __future__ import annotations

from krakenkit.testing.clock import ExchangeTime as ExchangeTime

__all__ = ["ExchangeTime"]
