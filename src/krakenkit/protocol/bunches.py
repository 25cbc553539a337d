"""Topics put together for one request each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from krakenkit.wire.channel import Topic


def bunched(topics: Iterable[Topic], *, most: Callable[[Topic], int]) -> Iterator[Sequence[Topic]]:
    """Topics of one channel with the same parameters, at most ``most`` of them together; in the order they first came."""
    alike: dict[tuple[str, str, bool], list[Topic]] = {}
    for topic in topics:
        alike.setdefault((topic.channel, repr(topic.params), topic.symbol is None), []).append(topic)
    for bunch in alike.values():
        size = most(bunch[0])
        for start in range(0, len(bunch), size):
            yield bunch[start : start + size]
