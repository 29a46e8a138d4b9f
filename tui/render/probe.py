"""Asks the terminal what it is, once, before the app starts.

All questions go out in one write that ends with DA1, which every terminal answers, and answers come back in
order: its answer is the end mark, whatever the terminal left out. Waiting is patient over SSH, where a round
trip may take long; a late answer would reach the app as key presses.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
import termios
import time
import tty
from collections.abc import Iterator, Mapping

from tui.render.answers import KITTY_QUERY_ID, QUIRKS, Answers, Window, choose, parse_answers
from tui.render.terminal import Terminal

__all__ = ["QUIRKS", "Answers", "Window", "choose", "parse_answers", "probe"]

DA1 = b"\x1b[c"
QUESTIONS = (
    b"\x1b[>0q"  # XTVERSION
    b"\x1b[16t"  # cell in pixels
    b"\x1b[14t"  # text area in pixels
    b"\x1b[?2026$p"  # DECRQM: synchronized output
    b"\x1b[?1;1;0S"  # XTSMGRAPHICS: sixel registers
    b"\x1b[?2;1;0S"  # XTSMGRAPHICS: sixel size
    b"\x1b[48:2:1:2:3m\x1bP$qm\x1b\\\x1b[m"  # DECRQSS: is a 24-bit colour kept?
    b"\x1b_Gi=%d,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" % KITTY_QUERY_ID  # kitty graphics
)

_DA1_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")
_PATIENCE, _PATIENCE_SSH, _PASSTHROUGH_EXTRA, _STRAGGLERS = 2.0, 5.0, 1.0, 0.05


def probe(
    override: str = "auto", env: Mapping[str, str] | None = None, fd_in: int = 0, fd_out: int = 1
) -> Terminal:
    """Ask the terminal on `fd_in`/`fd_out` and choose a way of drawing.

    Without a terminal at either end nothing is asked. The terminal's attributes are restored whatever
    happens; keys typed meanwhile are in `Terminal.typed`. Raises UsageError for an unknown `override`.
    """
    env = os.environ if env is None else env
    choose(Answers(), env, override)
    raw = b""
    if os.isatty(fd_in) and os.isatty(fd_out):
        raw = ask(fd_in, fd_out, tmux=bool(env.get("TMUX")), patience=patience(env))
    return choose(parse_answers(raw), env, override, window_of(fd_out))


def patience(env: Mapping[str, str]) -> float:
    """Seconds to wait for the last answer: more when the line is an SSH connection."""
    return _PATIENCE_SSH if env.get("SSH_TTY") or env.get("SSH_CONNECTION") else _PATIENCE


def batch(*, tmux: bool) -> bytes:
    """The questions as sent; in tmux once wrapped for the terminal around it and DA1 once for tmux itself."""
    if not tmux:
        return QUESTIONS + DA1
    wrapped = (QUESTIONS + DA1).replace(b"\x1b", b"\x1b\x1b")
    return b"\x1bPtmux;" + wrapped + b"\x1b\\" + b"\x1b[>0q" + DA1


def ask(fd_in: int, fd_out: int, *, tmux: bool, patience: float) -> bytes:
    """Send the batch and return everything that came back, answers and typed keys alike."""
    with _raw_mode(fd_in):
        _write_all(fd_out, batch(tmux=tmux))
        end = time.monotonic() + patience
        raw = _read_until(fd_in, end, wanted=1)
        if tmux and _DA1_ANSWER.search(raw):
            end = min(end, time.monotonic() + _PASSTHROUGH_EXTRA)
            raw += _read_until(fd_in, end, wanted=2 - len(_DA1_ANSWER.findall(raw)))
        return raw + _read_until(fd_in, time.monotonic() + _STRAGGLERS, wanted=None)


def window_of(fd: int) -> Window:
    """TIOCGWINSZ; all zero where the kernel knows nothing."""
    with contextlib.suppress(OSError):
        size = fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8))
        rows, cols, width, height = struct.unpack("HHHH", size)
        return Window(cols, rows, width, height)
    return Window()


@contextlib.contextmanager
def _raw_mode(fd: int) -> Iterator[None]:
    before = termios.tcgetattr(fd)
    tty.setraw(fd, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSANOW, before)


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _read_until(fd: int, end: float, *, wanted: int | None) -> bytes:
    """Read until `wanted` DA1 answers are complete or the time is up; None reads until the time is up."""
    raw = b""
    while wanted is None or len(_DA1_ANSWER.findall(raw)) < wanted:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            break
        chunk = os.read(fd, 4096)
        if not chunk:
            break
        raw += chunk
    return raw
