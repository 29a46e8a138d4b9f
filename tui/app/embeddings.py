"""Embeddings as the app uses them: in memory, else from disk, else encoded now.

`of` and `wait` block and belong to lanes; the rest may be called from the event loop.
"""

from __future__ import annotations

import threading
from pathlib import Path

from tui.app.late import is_ready, opened
from tui.app.library import Library
from tui.errors import ModelError
from tui.inference.cache import EmbeddingCache, EmbeddingKey
from tui.inference.cancel import Cancel, Interrupted
from tui.inference.diskcache import DiskCache
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Interruptible, Segmenter, encode_ahead
from tui.pipelines.zoom import Zoomed, zoom_region
from tui.types.prompt import Prompt
from tui.types.shapes import Box

_KEYS = 4096
"""Images of which is known under what key their embedding lies: more than the memory holds embeddings of."""


class Embeddings:
    """What a segmenter's encoder made of a library's images.

    Only what takes a network goes to `disk`: reading the rest back would cost more than making it.
    """

    def __init__(
        self, library: Library, segmenter: Segmenter, memory_bytes: int, disk: DiskCache | None = None
    ) -> None:
        self._library, self._segmenter = library, segmenter
        self._memory, self._disk = EmbeddingCache(memory_bytes), disk
        self._changed = threading.Condition()
        self._front: tuple[EmbeddingKey, Embedding] | None = None
        self._keys: dict[Path, EmbeddingKey] = {}
        self._failed: dict[Path, str] = {}
        self._region: tuple[Path, Zoomed, Embedding] | None = None

    def of(self, path: Path, *, ahead: bool = False) -> Embedding:
        """From memory, from disk, or encoded now; `ahead` leaves the person a core.

        Raises what reading the image and the model raise.
        """
        key = self._key(path)
        found = self._memory.get(key)
        if found is None:
            found = self._from_disk(path)
        if found is None:
            rgb = self._library.picture(path).rgb
            with self._library.guard(path):
                found = encode_ahead(self._segmenter, rgb) if ahead else self._segmenter.encode(rgb)
            self._to_disk(path, found)
        self._memory.put(key, found)
        self._note(path, key)
        return found

    def _note(self, path: Path, key: EmbeddingKey) -> None:
        """Under this key lies the image's embedding; the image that was noted longest ago is forgotten."""
        with self._changed:
            self._keys.pop(path, None)
            self._keys[path] = key
            if len(self._keys) > _KEYS:
                del self._keys[next(iter(self._keys))]

    def bring(self, path: Path) -> None:
        """Make it the one in front, which is kept even when the cache is too small. As `of`."""
        found = self.of(path)
        with self._changed:
            self._front = self._keys[path], found
            self._changed.notify_all()

    def ready(self, path: Path) -> Embedding | None:
        """The embedding if it is in memory: of the image as it was encoded, whatever became of its file."""
        if not is_ready(self._segmenter):
            return None
        with self._changed:
            key, front = self._keys.get(path), self._front
        if key is None:
            return None
        return front[1] if front is not None and front[0] == key else self._memory.get(key)

    def look_into(self, path: Path, view: Box) -> Box:
        """Encode the region around a view for the prompts inside it, until another; returns the region.

        Blocks. Raises what reading the image and the model raise.
        """
        picture = self._library.picture(path)
        zoomed = Zoomed(self._segmenter, zoom_region(view, picture.wh), picture.wh)
        with self._library.guard(path):
            self._region = path, zoomed, zoomed.encode(picture.rgb)
        return zoomed.region

    def look_at_all(self) -> None:
        """Answer prompts from the whole image again."""
        self._region = None

    def region(self, path: Path) -> tuple[Zoomed, Embedding] | None:
        """The region that is looked into, if it is one of this image."""
        found = self._region
        return (found[1], found[2]) if found is not None and found[0] == path else None

    def source(self, path: Path, prompt: Prompt) -> tuple[Segmenter, Embedding] | None:
        """What answers a prompt: the region that holds it, else the whole image; None: not encoded yet."""
        region = self.region(path)
        if region is not None and region[0].covers(prompt):
            return region
        whole = self.ready(path)
        return (self._segmenter, whole) if whole is not None else None

    def begin(self, path: Path) -> None:
        """It is to be encoded: an earlier failure no longer counts, nor what was made of an earlier file."""
        shown = self._library.shown(path)
        with self._changed:
            self._failed.pop(path, None)
            key = self._keys.get(path)
            if key is not None and shown is not None and key.image != shown[0]:
                del self._keys[path]

    def fail(self, path: Path, reason: str) -> None:
        """It could not be encoded; whoever waits for it is told."""
        with self._changed:
            self._failed[path] = reason
            self._changed.notify_all()

    def wait(self, path: Path, job: Cancel) -> Embedding:
        """The embedding that another lane is making.

        Raises ModelError when that has failed, Interrupted once `job` is set.
        """
        with job.stopping(self._wake), self._changed:
            while (found := self.ready(path)) is None:
                if job.is_set:
                    raise Interrupted("stopped while it waited for an embedding")
                if path in self._failed:
                    raise ModelError("The image could not be encoded", self._failed[path])
                self._changed.wait()
            return found

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _key(self, path: Path) -> EmbeddingKey:
        return EmbeddingKey(self._library.identity(path), self._segmenter.fingerprint)

    def _disk_key(self, path: Path) -> EmbeddingKey:
        return EmbeddingKey(self._library.content(path), self._segmenter.fingerprint)

    def _for_disk(self) -> DiskCache | None:
        return self._disk if isinstance(opened(self._segmenter), Interruptible) else None

    def _from_disk(self, path: Path) -> Embedding | None:
        disk = self._for_disk()
        return disk.get(self._disk_key(path)) if disk is not None else None

    def _to_disk(self, path: Path, embedding: Embedding) -> None:
        if (disk := self._for_disk()) is not None:
            disk.put(self._disk_key(path), embedding)
