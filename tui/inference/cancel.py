"""Stopping a model that runs in another thread, by a token that the work carries with it.

    token = Cancel()
    with cancellable(token):        # in the thread that works
        segmenter.encode(image)     # raises Interrupted once the token is set
    token.set()                     # in any other thread

Every run of a model inside the block, of whatever family, stops at its next node; one that has not begun does
not begin, so there is no moment at which `set` is not heard. A token stays set: new work takes a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Interrupted(Exception):
    """Work was stopped because somebody asked for that; no failure of the model."""


class Cancel:
    """A wish to stop, thread-safe and for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._stops: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether the work shall stop."""
        return self._set

    def set(self) -> None:
        """Stop what runs under this token, and whatever would begin under it later."""
        with self._lock:
            self._set = True
            for stop in self._stops:
                stop()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have `stop` called, in the thread of `set`, when the token is set within the block.

        `stop` must return at once. Raises Interrupted instead of entering when the token is set already.
        """
        with self._lock:
            if self._set:
                raise Interrupted("stopped before it began")
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


_CURRENT: ContextVar[Cancel | None] = ContextVar("cancel", default=None)


@contextmanager
def cancellable(token: Cancel) -> Iterator[None]:
    """Put what this thread does within the block under `token`."""
    before = _CURRENT.set(token)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def current() -> Cancel:
    """The token that this thread's work is under; one that nobody can set when there is none."""
    return _CURRENT.get() or Cancel()


def check() -> None:
    """For long work outside a model's run: raise Interrupted when this thread's token is set."""
    if current().is_set:
        raise Interrupted("stopped")
