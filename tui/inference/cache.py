"""Embeddings kept in memory, bounded in bytes, the least recently used dropped first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from tui.inference.embedding import Embedding


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What an embedding depends on: the image's digest and the segmenter's fingerprint."""

    image: str
    segmenter: str


class EmbeddingCache:
    """A thread-safe map from `EmbeddingKey` to `Embedding` that never holds more than `max_bytes`.

    Bounded in bytes rather than in entries: an embedding takes 0.8 to 17 MB depending on the model, or the
    size of the photo. One that alone exceeds the bound is not kept, so a bound of 0 switches it off.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[EmbeddingKey, Embedding] = OrderedDict()
        self._nbytes = 0
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        return self._nbytes

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: EmbeddingKey) -> bool:
        """Whether `key` is held; asking does not count as a use."""
        return key in self._entries

    def get(self, key: EmbeddingKey) -> Embedding | None:
        """The embedding of `key`, which becomes the most recently used, or None."""
        with self._lock:
            embedding = self._entries.get(key)
            if embedding is not None:
                self._entries.move_to_end(key)
            return embedding

    def put(self, key: EmbeddingKey, embedding: Embedding) -> None:
        """Keep `embedding` as the most recently used and drop the least recently used beyond the bound."""
        with self._lock:
            self._drop(key)
            if embedding.nbytes > self._max_bytes:
                return
            self._entries[key] = embedding
            self._nbytes += embedding.nbytes
            while self._nbytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything, for example after another segmenter was chosen."""
        with self._lock:
            self._entries.clear()
            self._nbytes = 0

    def _drop(self, key: EmbeddingKey) -> None:
        embedding = self._entries.pop(key, None)
        if embedding is not None:
            self._nbytes -= embedding.nbytes
