"""Questions that come by themselves wait for the fingers.

A dialog that opens while somebody types is answered by keys that were meant for the picture: `d` is the next
image there, and "discard" in the question about unsaved labels.
"""

from __future__ import annotations

import time
from collections.abc import Callable

REST_S = 0.8
"""How long no key must have come before a question opens that nobody asked for."""

_LOOK_S = 0.1


class AtRest:
    """`later(seconds, action)` runs an action on the event loop after a time; `occupied` says whether another
    dialog is open. Called from the event loop.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], object]], None],
        occupied: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._later, self._occupied, self._now = later, occupied, now
        self._last = float("-inf")

    def key(self) -> None:
        """A key was pressed."""
        self._last = self._now()

    def run(self, action: Callable[[], None]) -> None:
        """Run `action` at once if nobody types and no dialog is open, else as soon as that is so."""
        if self._occupied() or self._now() - self._last < REST_S:
            self._later(_LOOK_S, lambda: self.run(action))
        else:
            action()
