"""Encoding done for images to come, which makes way for the person who waits now."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tui.inference.runtime import Interrupted
from tui.inference.segmenters.base import Interruptible, Segmenter

MOST_INTERRUPTIONS = 2
"""How often prompts on another image may stop the encoding of one: keys must not keep it from ever ending."""


RETRY_S = 0.1


class Ahead:
    """Knows whether the encoder works ahead, so that nothing else is ever interrupted."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter if isinstance(segmenter, Interruptible) else None
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._serial = 0
        self._closed = False
        self._stopped: Counter[Path] = Counter()

    def run(self, path: Path, encode: Callable[[], object]) -> bool:
        """Encode `path` ahead; False when that was interrupted and is to be begun again.

        Called in the encoder's lane.
        """
        with self._lock:
            if self._closed:
                return True
            self._path = path
            self._serial += 1
        try:
            encode()
        except Interrupted:
            return self._closed
        finally:
            with self._lock:
                self._path = None
        return True

    def make_way(self, wanted: Path | None) -> None:
        """Stop the work ahead, unless it is on `wanted`.

        None stands for a prompt, for which the encoder only has to leave the processor: that is asked for a
        few times per image.
        """
        with self._lock:
            path = self._path
            if path is None or path == wanted:
                return
            if wanted is None:
                if self._stopped[path] >= MOST_INTERRUPTIONS:
                    return
                self._stopped[path] += 1
            self._stop(self._serial)

    def close(self) -> None:
        """The program leaves: whatever the encoder does may stop."""
        with self._lock:
            self._closed = True
            if self._segmenter is not None:
                self._segmenter.interrupt()

    def _stop(self, serial: int) -> None:
        """Interrupt, and again while it lasts: the model only listens while it runs, not while its input is
        made ready. With the lock held.
        """
        if self._segmenter is None:
            return
        self._segmenter.interrupt()
        again = threading.Timer(RETRY_S, self._still, (serial,))
        again.daemon = True
        again.start()

    def _still(self, serial: int) -> None:
        with self._lock:
            if self._path is not None and serial == self._serial and not self._closed:
                self._stop(serial)
