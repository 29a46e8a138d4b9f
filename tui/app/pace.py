"""How fast a person labels: when each instance was kept."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui.session import events as ev
from tui.session.state import Session

PAUSE_S = 60.0
"""A longer gap between keys is no labeling time."""


class Pace:
    """Counts instances kept in this session over the time spent labeling; pauses do not count."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._last = now()
        self._spent = 0.0
        self._front: tuple[int, int] | None = None
        self.kept: list[float] = []
        """Seconds of labeling at which each instance was kept."""
        self.keys = 0

    @property
    def seconds(self) -> float:
        """Seconds spent labeling."""
        return self._spent

    def note(self, event: ev.Event, session: Session) -> None:
        """The session after an event."""
        if isinstance(event, ev.Key | ev.Invoke | ev.Pointed):
            now = self._now()
            self._spent += min(now - self._last, PAUSE_S)
            self._last = now
            self.keys += isinstance(event, ev.Key)
        image = session.image
        front = (image.index, len(image.instances)) if image.status == "ready" else None
        if front and self._front and front[0] == self._front[0] and not isinstance(event, ev.Loaded):
            self.kept += [self._spent] * (front[1] - self._front[1])
            if front[1] < self._front[1]:
                del self.kept[len(self.kept) - min(len(self.kept), self._front[1] - front[1]) :]
        self._front = front

    @property
    def per_minute(self) -> float:
        """Instances a minute of labeling; 0 before there is any."""
        return len(self.kept) / self._spent * 60 if self._spent > 0 else 0.0

    @property
    def keys_each(self) -> float:
        """Keys an instance took on average, all keys counted; 0 before there is any."""
        return self.keys / len(self.kept) if self.kept else 0.0
