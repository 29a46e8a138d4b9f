"""One thread per model session, one pending job per slot, the latest wins.

A Textual thread worker with `exclusive=True` cancels the worker but not the thread: twelve requests ran six
at once. A lane runs one job at a time; a job submitted to a slot replaces the one that still waits there.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

Job = Callable[[], None]


class Worker(Protocol):
    """What runs jobs: `Lane`, or one that is told when (`tui.app.headless`)."""

    @property
    def busy(self) -> bool: ...

    def submit(self, slot: str, job: Job) -> None: ...

    def when_idle(self, jobs: tuple[Job, ...]) -> None: ...

    def waiting(self, slot: str) -> bool: ...

    def close(self, timeout: float = 1.0) -> None: ...


MakeLane = Callable[[str, tuple[str, ...], Callable[[BaseException], None]], Worker]


class Lane:
    """A worker thread with named slots, served in the order given; idle work runs when all slots are empty.

    Jobs report failures themselves; an exception that escapes one goes to `on_error` and the lane lives on.
    """

    def __init__(self, name: str, slots: tuple[str, ...], on_error: Callable[[BaseException], None]) -> None:
        self._slots: dict[str, Job | None] = dict.fromkeys(slots)
        self._idle: deque[Job] = deque()
        self._on_error = on_error
        self._wake = threading.Condition()
        self._closed = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def submit(self, slot: str, job: Job) -> None:
        """Run `job` next in its slot; one that waits there is dropped without having run."""
        with self._wake:
            self._slots[slot] = job
            self._wake.notify()

    def when_idle(self, jobs: tuple[Job, ...]) -> None:
        """Replace the wish list of background jobs."""
        with self._wake:
            self._idle = deque(jobs)
            self._wake.notify()

    def waiting(self, slot: str) -> bool:
        """True when a job waits in the slot: what runs now will soon be stale."""
        with self._wake:
            return self._slots[slot] is not None

    @property
    def busy(self) -> bool:
        """True while a job runs or waits (idle work counts)."""
        with self._wake:
            return self._busy or any(self._slots.values()) or bool(self._idle)

    def close(self, timeout: float = 1.0) -> None:
        """Drop what waits, let the running job end, and stop the thread, waiting `timeout` seconds."""
        with self._wake:
            self._closed = True
            self._slots = dict.fromkeys(self._slots)
            self._idle.clear()
            self._wake.notify()
        self._thread.join(timeout)

    def _next(self) -> Job | None:
        with self._wake:
            self._busy = False
            while True:
                if self._closed:
                    return None
                for slot, job in self._slots.items():
                    if job is not None:
                        self._slots[slot] = None
                        self._busy = True
                        return job
                if self._idle:
                    self._busy = True
                    return self._idle.popleft()
                self._wake.wait()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception as error:  # the lane must outlive any job
                self._on_error(error)
