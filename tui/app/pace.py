"""How fast a person labels: when each instance was kept, or judged in a review."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui.session import events as ev
from tui.session.state import Session

PAUSE_S = 60.0
"""A longer gap between keys is no labeling time."""


class Pace:
    """Counts instances kept and judged in this session over the time spent on it; pauses do not count."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._last = now()
        self._spent = 0.0
        self._front: tuple[int, int] | None = None
        self._reviewing = False
        self.kept: list[float] = []
        """Seconds of labeling at which each instance was kept."""
        self.judged: list[float] = []
        """The same of each object that was decided in a review."""
        self.keys = 0

    @property
    def done(self) -> list[float]:
        """When each object was kept or judged, in order."""
        return sorted((*self.kept, *self.judged))

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
        review, image = session.review, session.image
        self.judged += [self._spent] * (review.judged - len(self.judged))
        del self.judged[review.judged :]
        before, self._reviewing = self._reviewing, review.phase == "on"
        front = (image.index, len(image.instances)) if image.status == "ready" else None
        ours = not (before or self._reviewing or isinstance(event, ev.Loaded))
        if ours and front and self._front and front[0] == self._front[0]:
            self.kept += [self._spent] * (front[1] - self._front[1])
            if front[1] < self._front[1]:
                del self.kept[len(self.kept) - min(len(self.kept), self._front[1] - front[1]) :]
        self._front = front

    @property
    def per_minute(self) -> float:
        """Objects a minute; 0 before there is any."""
        return len(self.done) / self._spent * 60 if self._spent > 0 else 0.0

    @property
    def keys_each(self) -> float:
        """Keys an object took on average, all keys counted; 0 before there is any."""
        return self.keys / len(self.done) if self.done else 0.0
