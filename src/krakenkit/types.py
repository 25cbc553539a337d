"""Request and answer classes by name, for annotations and for ``client.send(request)``.

Every class of every endpoint is found here: ``from krakenkit.types import GetTicker, OrderInfo``. A name that two groups
use is found in its own module under ``krakenkit.wire``.
"""
