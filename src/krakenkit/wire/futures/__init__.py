"""Futures REST (Derivatives): one module per subject of the catalogue.

The exchange switches this API off on 1 March 2027; ``krakenkit.wire.lifecycle`` says what replaces which part.
Sources: docs.kraken.com, Futures REST (trading v3, history v3, charts v1, auth v1, stats v1).

Habits of this wire that the modules share:

- Names are camel case with a few exceptions (``order_id``, ``fill_id``); here they are snake case throughout.
- Trading answers begin with ``result`` and ``serverTime`` (see :class:`~krakenkit.wire.futures.base.Reply`). History has no
  ``result``, charts answer with bare arrays, analytics puts an object under ``result``.
- Numbers come as JSON numbers (trading) or as text (history, charts); both are read as ``Decimal``.
- ``result: success`` says that the call was read, not that an order was placed: look at ``status`` (see ``words.py``).
- Times are RFC 3339 text in trading and milliseconds since 1970 in history.
"""
