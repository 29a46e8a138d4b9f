"""Leaves nothing of a terminal's answers to whoever reads from it next.

The program asks while it draws (`tui.app.fence`), Textual asks when it starts. An answer that is on its way
when the terminal is given back would be typed into the shell, so a last question is put behind all others:
answers come in order, and this one's says that there are no more.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import time

LAST_QUESTION = "\x1b[5n"
"""DSR 5, "are you well": VT100's, so everything answers it, and nothing else of the program asks it."""

_LAST_ANSWER = re.compile(rb"\x1b\[[03]n")
_INTERRUPT = b"\x03"
_TAIL = 8
"""Bytes of what was read that may begin the last answer."""


def read_answers(fd: int, patience: float) -> bool:
    """Read from a terminal in raw mode until it has answered `LAST_QUESTION`; True when it has.

    Ends after `patience` seconds, with ctrl+c, and at once where the line is cut or somebody else has the
    terminal in front. Keys typed meanwhile are lost, as they are when Textual flushes its input.
    """
    end, seen = time.monotonic() + patience, b""
    while in_front(fd) and (left := end - time.monotonic()) > 0:
        if not select.select([fd], [], [], left)[0]:
            break
        data = b""
        with contextlib.suppress(OSError):  # the line is cut
            data = os.read(fd, 4096)
        seen += data
        if _LAST_ANSWER.search(seen):
            return True
        if not data or _INTERRUPT in data:
            break
        seen = seen[-_TAIL:]
    return False


def in_front(fd: int) -> bool:
    """True when this program has the terminal on `fd`: it was not put into the background."""
    with contextlib.suppress(OSError):
        return os.tcgetpgrp(fd) == os.getpgrp()
    return False
