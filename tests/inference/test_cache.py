"""The embedding cache never holds more than its bound and keeps what was used last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.cache import EmbeddingCache, EmbeddingKey
from tui.inference.embedding import Embedding


def key(image: object, segmenter: str = "s") -> EmbeddingKey:
    return EmbeddingKey(str(image), segmenter)


def embedding(nbytes: int = 10) -> Embedding:
    return Embedding({"a": np.zeros(nbytes, np.uint8)}, (1, 1), "s")


def test_what_is_put_is_found_for_that_segmenter_only() -> None:
    cache, kept = EmbeddingCache(100), embedding()
    cache.put(key(1), kept)
    assert cache.get(key(1)) is kept
    assert cache.get(key(1, "another")) is None
    assert key(1) in cache


def test_the_least_recently_used_goes_first() -> None:
    cache = EmbeddingCache(30)
    for image in (1, 2, 3):
        cache.put(key(image), embedding())
    cache.get(key(1))
    cache.put(key(4), embedding())
    assert [key(i) in cache for i in (1, 2, 3, 4)] == [True, False, True, True]


def test_asking_whether_is_no_use() -> None:
    cache = EmbeddingCache(20)
    cache.put(key(1), embedding())
    cache.put(key(2), embedding())
    assert key(1) in cache
    cache.put(key(3), embedding())
    assert key(1) not in cache


def test_one_that_is_too_large_is_not_kept_and_drops_nothing_else() -> None:
    cache = EmbeddingCache(15)
    cache.put(key(1), embedding(10))
    cache.put(key(2), embedding(16))
    assert (len(cache), cache.nbytes) == (1, 10)


def test_clear_forgets_everything() -> None:
    cache = EmbeddingCache(100)
    cache.put(key(1), embedding())
    cache.clear()
    assert (len(cache), cache.nbytes) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40))), st.integers(0, 60))
def test_the_bytes_held_are_counted_and_bounded(puts: list[tuple[int, int]], bound: int) -> None:
    cache, latest = EmbeddingCache(bound), {}
    for image, size in puts:
        latest[image] = embedding(size)
        cache.put(key(image), latest[image])
        held = [latest[i].nbytes for i in latest if key(i) in cache]
        assert cache.nbytes == sum(held) <= bound
        assert all(cache.get(key(i)) in (None, latest[i]) for i in latest)


def test_threads_do_not_break_the_count() -> None:
    cache = EmbeddingCache(200)

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for _ in range(300):
            image = int(rng.integers(0, 12))
            cache.put(key(image), embedding(int(rng.integers(1, 60))))
            cache.get(key(int(rng.integers(0, 12))))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    held = [cache.get(key(i)) for i in range(12)]
    assert cache.nbytes == sum(e.nbytes for e in held if e) <= 200
