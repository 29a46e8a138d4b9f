"""Keeps frames from piling up in a slow line.

Between this program and the terminal lie buffers that hold seconds of frames on a slow connection; what is
drawn then is stale long before it is seen. So after a few kilobytes the terminal is asked for its cursor
(`CSI 6 n`), and nothing more is drawn before it answers: the answer comes when it has read all that went
before. Small frames (a cursor move is under 100 bytes) are not worth a question each.
"""

from __future__ import annotations

from collections.abc import Callable

ASK = b"\x1b[6n"
WINDOW = 4096
"""Bytes that may be on their way without a question."""

PATIENCE_S = 1.0
SLOWEST_BYTES_S = 50_000
"""A line that has answered before is waited for as long as bytes at this rate need."""

_SILENCES = 3


class Fence:
    """`closed` while an answer is awaited; `opened` is called when drawing may go on.

    `later(seconds, action)` runs an action on the event loop after a time. A terminal that never answers
    costs three waits of a second, then it is not asked again.
    """

    def __init__(
        self, later: Callable[[float, Callable[[], None]], object], opened: Callable[[], None]
    ) -> None:
        self._later, self._opened = later, opened
        self._unasked = 0
        self._serial = 0
        self._silences = 0
        self._answers = False
        self.closed = False

    def passing(self, count: int) -> bytes:
        """What to put behind `count` bytes that are about to be written: the question, or nothing."""
        self._unasked += count
        if self.closed or self._unasked < WINDOW or self._silences >= _SILENCES:
            return b""
        patience = PATIENCE_S + (self._unasked / SLOWEST_BYTES_S if self._answers else 0.0)
        self._unasked, self.closed = 0, True
        self._serial += 1
        serial = self._serial
        self._later(patience, lambda: self._expired(serial))
        return ASK

    def answered(self) -> None:
        """The terminal told where its cursor is."""
        self._answers, self._silences = True, 0
        self._open()

    def reset(self) -> None:
        """Another terminal, or the same one after a pause: answers on their way are lost."""
        self._serial += 1
        self._unasked = 0
        self._open()

    def _expired(self, serial: int) -> None:
        if self.closed and serial == self._serial:
            self._silences += 0 if self._answers else 1
            self._open()

    def _open(self) -> None:
        if self.closed:
            self.closed = False
            self._opened()
