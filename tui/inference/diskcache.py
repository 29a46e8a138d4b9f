"""Embeddings kept on disk: encoded at night, there at once in the morning.

One file per image and encoder, in half precision: 2 to 9 MB where memory takes 4 to 17. The name is a digest
of the image's content, the encoder's files and the version of the preprocessing, so nothing that changes is
ever taken for what it was. The time of last use is the file's modification time.

Several processes may share a folder. Entries appear whole or not at all; one that is damaged is dropped and
counts as missing. Nothing here raises because of the disk: a cache that cannot be written is a cache that
does not help.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from tui.inference.cache import EmbeddingKey
from tui.inference.embedding import Embedding
from tui.inference.tensorfile import TensorFile, Unreadable, read_tensors, write_tensors

_SUFFIX, _UNFINISHED = ".safetensors", ".part"
_ABANDONED_S = 3600.0
"""A temporary file of this age belongs to a process that is gone."""

_COUNT_AFTER = 256
"""Entries written before the folder is counted again, to see what other processes added."""

_LOW_WATER = 0.95
"""Share of the quota that eviction goes down to, so that it is not needed at every entry."""


class DiskCache:
    """A map from `EmbeddingKey` to `Embedding` in a folder of its own; thread-safe.

    It holds at most `max_bytes`, the least recently used dropped first. What other processes add is noticed
    every 256 entries, so together they may exceed the quota by that much for a while.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        self._lock = threading.Lock()
        self._nbytes: int | None = None
        self._written = 0

    def __contains__(self, key: EmbeddingKey) -> bool:
        """Whether there is an entry. Asking is no use of it, and does not show that it can be read."""
        return self._path(key).is_file()

    @property
    def nbytes(self) -> int:
        """Bytes in the folder now; counts the files."""
        return sum(size for _, size, _ in self._entries())

    def get(self, key: EmbeddingKey) -> Embedding | None:
        """The embedding of `key`, which becomes the most recently used, or None.

        The arrays are float32 again, within half precision of what was put.
        """
        path = self._path(key)
        try:
            with path.open("rb") as stream:
                found = _embedding(read_tensors(stream), key)
            os.utime(path)
            return found
        except Unreadable:
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            pass
        return None

    def touch(self, key: EmbeddingKey) -> int:
        """Bytes of the entry of `key`, which becomes the most recently used; 0 when there is none."""
        path = self._path(key)
        try:
            os.utime(path)
            return path.stat().st_size
        except OSError:
            return 0

    def put(self, key: EmbeddingKey, embedding: Embedding) -> bool:
        """Keep `embedding`, dropping the least recently used for it; whether it is on disk now."""
        path = self._path(key)
        try:
            self._prepare(path.parent)
            handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=path.parent)
            unfinished = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    write_tensors(stream, _stored(embedding))
                    size = stream.tell()
                fits = self._make_room(size)
                if fits:
                    unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError:
            return False
        return fits

    def _prepare(self, shelf: Path) -> None:
        """Make the folders, readable by this user alone: an embedding shows what is in an image."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._folder.stat().st_mode & 0o777 != 0o700:
            self._folder.chmod(0o700)
        shelf.mkdir(mode=0o700, exist_ok=True)

    def _make_room(self, size: int) -> bool:
        """Whether `size` more bytes fit, after dropping others if need be."""
        if size > self._max_bytes:
            return False
        with self._lock:
            if self._nbytes is None or self._written >= _COUNT_AFTER:
                self._nbytes, self._written = self.nbytes, 0
            if self._nbytes + size > self._max_bytes:
                self._nbytes = self._evict(self._max_bytes * _LOW_WATER - size)
            self._nbytes += size
            self._written += 1
        return True

    def _evict(self, goal: float) -> int:
        """Drop the least recently used entries until `goal` bytes are left; the bytes that are left.

        One process at a time; the others write on, because what they would drop is being dropped.
        """
        try:
            with FileLock(self._folder / "evict.lock", timeout=0, mode=0o600):
                self._sweep()
                entries = sorted(self._entries())
                left = sum(size for _, size, _ in entries)
                for _, size, path in entries:
                    if left <= goal:
                        break
                    with contextlib.suppress(OSError):
                        path.unlink()
                        left -= size
                return left
        except Timeout:
            return self.nbytes

    def _sweep(self) -> None:
        """Remove what processes that were killed left half written."""
        for path in self._folder.glob(f"*/*{_UNFINISHED}"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink()

    def _entries(self) -> list[tuple[int, int, Path]]:
        """(time of last use in ns, bytes, path) of every entry."""
        found = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return found

    def _path(self, key: EmbeddingKey) -> Path:
        name = hashlib.sha256(f"{key.image}\n{key.segmenter}".encode()).hexdigest()[:40]
        return self._folder / name[:2] / f"{name}{_SUFFIX}"


def _stored(embedding: Embedding) -> TensorFile:
    width, height = embedding.image_wh
    facts = {"image_wh": f"{width}x{height}", "encoder": embedding.encoder}
    return TensorFile({name: _halved(array) for name, array in embedding.arrays.items()}, facts)


def _halved(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """In half precision, unless a number is too large for it."""
    if array.dtype != np.float32 or (array.size and np.abs(array).max() > np.finfo(np.float16).max):
        return array
    return array.astype(np.float16)


def _embedding(content: TensorFile, key: EmbeddingKey) -> Embedding:
    """Raises Unreadable when the entry is not the one that `key` asks for."""
    width, _, height = content.metadata.get("image_wh", "").partition("x")
    encoder = content.metadata.get("encoder", "")
    if encoder != key.segmenter or not (width.isdecimal() and height.isdecimal()):
        raise Unreadable("it belongs to something else")
    arrays = {
        name: array.astype(np.float32) if array.dtype == np.float16 else array
        for name, array in content.arrays.items()
    }
    return Embedding(arrays, (int(width), int(height)), encoder)
