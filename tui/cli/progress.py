"""How far a long job is: a bar on a terminal, a line every ten seconds elsewhere, nothing when quiet."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

from tui.types.text import printable

_BAR_S, _LINE_S = 0.1, 10.0
_WINDOW_S = 30.0
"""Seconds that the rate is taken over: what a job does now says more about its end than what it did first."""


class Progress:
    """Progress of `total` images on `stream` (standard error)."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        stream: TextIO | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream or sys.stderr
        self._quiet, self._now = quiet, now
        self._bar = not quiet and self._stream.isatty()
        self._total = self._done = self._failed = 0
        self._shown = ""
        self._next = self._begun = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def start(self, total: int) -> None:
        """Begin with so many images to do."""
        self._total, now = total, self._now()
        self._begun = now
        self._seen.append((now, 0))
        self._next = now + (_BAR_S if self._bar else _LINE_S)

    def update(self, done: int, failed: int) -> None:
        """So many are done, and so many of all failed."""
        self._done, self._failed = done, failed
        self.tick()

    def tick(self) -> None:
        """Time has passed."""
        now = self._now()
        if self._quiet or now < self._next:
            return
        self._next = now + (_BAR_S if self._bar else _LINE_S)
        self._seen.append((now, self._done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW_S:
            self._seen.popleft()
        if self._bar:
            self._draw(self._text(shutil.get_terminal_size().columns - 1))
        else:
            self._stream.write(self._text(200) + "\n")
            self._stream.flush()

    def say(self, text: str) -> None:
        """A line of talk, above the bar. It may hold foreign strings."""
        if self._quiet:
            return
        shown = self._shown
        self._draw("")
        self._stream.write(printable(text, limit=2000) + "\n")
        self._draw(shown)
        self._stream.flush()

    def finish(self) -> None:
        """Take the bar away."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._bar and text != self._shown:
            self._stream.write("\r" + text.ljust(len(self._shown)) + ("" if text else "\r"))
            self._stream.flush()
            self._shown = text

    def _text(self, width: int) -> str:
        parts = [f"{self._done}/{self._total}"]
        if rate := self._rate():
            parts += [f"{rate:.3g} images/s", f"{_clock((self._total - self._done) / rate)} left"]
        if self._failed:
            parts.append(f"{self._failed} failed")
        text = "  ".join(parts)
        room = min(30, width - len(text) - 4)
        if self._bar and room >= 8:
            filled = room * self._done // max(1, self._total)
            text = f"[{'#' * filled}{'.' * (room - filled)}]  {text}"
        return text[:width]

    def _rate(self) -> float:
        """Images a second lately, or all in all where nothing was finished lately."""
        (before, first), (now, last) = self._seen[0], self._seen[-1]
        if last == first:
            before, first = self._begun, 0
        return (last - first) / (now - before) if now > before else 0.0


def _clock(seconds: float) -> str:
    """`4:05`, or `27:04:05` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
