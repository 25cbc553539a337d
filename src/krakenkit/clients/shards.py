"""Spreading the symbols of one subscription over several connections."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from zlib import crc32

from krakenkit.errors import SettingsError
from krakenkit.wire.channel import Topic


def shards_needed(count: int, *, connections: int, limit: int | None) -> int:
    """How many connections to use for ``count`` symbols: as many as asked for, more where one cannot hold them.

    Raises:
        SettingsError: for less than one connection.
    """
    if connections < 1:
        raise SettingsError(f"connections is {connections}; give 1 or more.")
    least = ceil(count / limit) if limit else 1
    return max(1, least, min(connections, count))


def spread(topics: Sequence[Topic], shards: int) -> list[list[Topic]]:
    """The topics of each connection, evenly; a symbol has its place by its name, so that it rarely moves."""
    if shards == 1:
        return [list(topics)]
    ordered = sorted(topics, key=lambda topic: crc32(str(topic.symbol).encode()))
    return [ordered[shard::shards] for shard in range(shards)]
