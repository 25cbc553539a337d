"""Nonces: strictly rising for a key, whoever asks."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

from krakenkit._core.nonces import NonceSource, nonces_for
from krakenkit.signing.credentials import Credentials

SECRET = "c2VjcmV0LW9mLXRoZS10ZXN0cy13aGljaC1vcGVucy1ub3RoaW5n"


def test_a_nonce_is_the_nanosecond_of_the_clock() -> None:
    source = NonceSource(lambda: 1_700_000_000_123_456_789)

    assert source.next() == 1_700_000_000_123_456_789


def test_nonces_rise_although_the_clock_stands_still_or_steps_back() -> None:
    clock = iter([100, 100, 50, 0, 103, 200])
    source = NonceSource(lambda: next(clock))

    assert [source.next() for _ in range(6)] == [100, 101, 102, 103, 104, 200]


def test_the_real_clock_gives_nonces_of_today() -> None:
    before = time.time_ns()

    nonce = NonceSource().next()

    assert before <= nonce <= time.time_ns()


def test_threads_that_share_a_source_never_get_the_same_nonce_nor_a_lower_one() -> None:
    source = NonceSource(lambda: 7)
    taken: list[list[int]] = [[] for _ in range(8)]
    together = threading.Barrier(8)

    def take(mine: list[int]) -> None:
        together.wait()
        mine.extend(source.next() for _ in range(500))

    threads = [threading.Thread(target=take, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(earlier < later for mine in taken for earlier, later in pairwise(mine))
    assert sorted(nonce for mine in taken for nonce in mine) == list(range(7, 7 + 4000))


def test_one_key_has_one_source_and_another_key_another() -> None:
    assert nonces_for("key-one") is nonces_for("key-one")
    assert nonces_for("key-one") is not nonces_for("key-two")


def test_threads_that_meet_a_new_key_together_get_one_source() -> None:
    found: list[NonceSource] = []
    together = threading.Barrier(8)

    def meet() -> None:
        together.wait()
        found.append(nonces_for("a-key-nobody-met"))

    threads = [threading.Thread(target=meet) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(source) for source in found}) == 1


def test_two_clients_with_one_key_share_its_nonces_however_the_key_was_pasted() -> None:
    one, other = Credentials("the-shared-key", SECRET), Credentials(" the-shared-key\n", SECRET)

    assert one.nonces is other.nonces


def test_a_source_shows_no_nonce() -> None:
    source = NonceSource(lambda: 424242)
    source.next()

    assert "424242" not in repr(source)
