"""Signals that end a headless job after what is in hand is finished and written."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any

EXIT_CODES = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGUSR1: 75}
"""Exit code by signal. USR1 is what schedulers send before the limit: "stopped early, run again"."""


class StopRequest:
    """Whether a signal asked for the end; a second one ends at once. Use as a context manager."""

    def __init__(self) -> None:
        self.exit_code = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopRequest:
        for number in EXIT_CODES:
            self._before[number] = signal.signal(number, self._asked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.exit_code != 0

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if self.exit_code:
            raise KeyboardInterrupt
        self.exit_code = EXIT_CODES[signal.Signals(number)]
