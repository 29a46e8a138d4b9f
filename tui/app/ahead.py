"""Encoding done for images to come, which makes way for the person who waits now."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tui.inference.cancel import Cancel, Interrupted, cancellable

MOST_INTERRUPTIONS = 2
"""How often prompts on another image may stop the encoding of one: keys must not keep it from ever ending."""


class Ahead:
    """Knows whether the encoder works ahead, so that nothing else is ever interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._work = Cancel()
        self._closed = False
        self._stopped: Counter[Path] = Counter()

    def run(self, path: Path, encode: Callable[[], object]) -> bool:
        """Encode `path` ahead; False when that was interrupted and is to be begun again.

        Called in the encoder's lane.
        """
        with self._lock:
            if self._closed:
                return True
            self._path, self._work = path, Cancel()
        try:
            with cancellable(self._work):
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
            self._work.set()

    def close(self) -> None:
        """The program leaves: what is under way may stop, and nothing is begun any more."""
        with self._lock:
            self._closed = True
            self._work.set()
