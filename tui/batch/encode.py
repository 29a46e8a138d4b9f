"""Embeddings of a whole dataset, made ahead of time: encoded at night, there at once in the morning.

Decoding, encoding and writing overlap. What the cache holds already is not made again, so a run that was
killed goes on where it was, and several may share a dataset. It ends when the budget is full: to go on would
drop what it has just made.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui.data.image import DecodedImage, file_digest, read_image
from tui.errors import ImageError, ModelError
from tui.inference.cache import EmbeddingKey
from tui.inference.diskcache import DiskCache
from tui.inference.segmenters.base import Segmenter

SAFE_SHARE = 0.95
"""Of the budget: what the cache is emptied to when it is full, so that no entry of this run is dropped."""

_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Encoded:
    """What became of one image: encoded now, there already, failed, or over the budget and not kept."""

    image: Path
    outcome: Literal["encoded", "there", "failed", "full"]
    reason: str = ""
    nbytes: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    image: Path
    key: EmbeddingKey
    picture: DecodedImage


def encode_images(
    images: Iterable[Path],
    segmenter: Segmenter,
    cache: DiskCache,
    *,
    budget: int,
    max_bytes: int,
    max_pixels: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Encoded]:
    """Fill `cache` with the embeddings of `images`, and tell what became of each, until `budget` bytes.

    `cache` was opened with the same `budget`. Once that is full, the image that no longer fits is told as
    "full" and the work ends; once `stopped`, it ends with the image in hand. A bad image is told and passed.
    """
    loaded: queue.Queue[_Loaded | Encoded | None] = queue.Queue(_AHEAD)
    leave = threading.Event()

    def load() -> None:
        for image in images:
            if leave.is_set():
                return
            _offer(loaded, _load(image, segmenter, cache, max_bytes, max_pixels), leave)
        _offer(loaded, None, leave)

    reader = threading.Thread(target=load, daemon=True)
    reader.start()
    used = 0
    try:
        while (item := loaded.get()) is not None:
            told = item if isinstance(item, Encoded) else _encode(item, segmenter, cache, budget, used)
            used += told.nbytes
            yield told
            if told.outcome == "full" or stopped():
                return
    finally:
        leave.set()
        reader.join()


def _load(
    image: Path, segmenter: Segmenter, cache: DiskCache, max_bytes: int, max_pixels: int
) -> _Loaded | Encoded:
    try:
        key = EmbeddingKey(file_digest(image, max_bytes=max_bytes), segmenter.fingerprint)
        if nbytes := cache.touch(key):
            return Encoded(image, "there", nbytes=nbytes)
        return _Loaded(image, key, read_image(image, max_bytes=max_bytes, max_pixels=max_pixels))
    except ImageError as error:
        return Encoded(image, "failed", error.sentence)


def _encode(item: _Loaded, segmenter: Segmenter, cache: DiskCache, budget: int, used: int) -> Encoded:
    try:
        embedding = segmenter.encode(item.picture.rgb)
    except (ModelError, MemoryError) as error:
        reason = error.sentence if isinstance(error, ModelError) else "there is not enough memory"
        return Encoded(item.image, "failed", reason)
    # Kept in half precision: about half of what memory takes. What is really written is asked afterwards.
    if used + embedding.nbytes // 2 > budget * SAFE_SHARE:
        return Encoded(item.image, "full")
    if not cache.put(item.key, embedding):
        return Encoded(item.image, "failed", "the cache's disk did not take it")
    return Encoded(item.image, "encoded", nbytes=cache.touch(item.key))


def _offer(
    loaded: queue.Queue[_Loaded | Encoded | None], item: _Loaded | Encoded | None, leave: threading.Event
) -> None:
    """Put an item, unless the other side has left."""
    while not leave.is_set():
        try:
            loaded.put(item, timeout=0.1)
        except queue.Full:
            continue
        return
