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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tui.render.answers import (
    KITTY_QUERY_ID,
    QUIRKS,
    Answers,
    Window,
    choose,
    parse_answers,
    unfinished,
)
from tui.render.terminal import Terminal

__all__ = ["QUIRKS", "Answers", "Finding", "Window", "choose", "examine", "parse_answers", "probe"]

DA1 = b"\x1b[c"
_KITTY = b"\x1b_Gi=%d,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" % KITTY_QUERY_ID
_NAME = b"\x1b[>0q"  # XTVERSION
QUESTIONS = (
    # First, because its answer is worth most and an unknown string before it may swallow it.
    _KITTY + _NAME + b"\x1b[16t"  # cell in pixels
    b"\x1b[14t"  # text area in pixels
    b"\x1b[?2026$p"  # DECRQM: synchronized output
    b"\x1b[?1;1;0S"  # XTSMGRAPHICS: sixel registers
    b"\x1b[?2;1;0S"  # XTSMGRAPHICS: sixel size
    b"\x1b[48:2:1:2:3m\x1bP$qm\x1b\\\x1b[m"  # DECRQSS: is a 24-bit colour kept?
)
SIZE_REPORT = b"\x1b[?2048h\x1b[?2048l"
"""Mode 2048 reports the window's size when it is turned on."""

_ERASE_LINE = b"\r\x1b[K"
"""Some terminals print the strings they do not know."""

_DA1_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")
_PATIENCE, _PATIENCE_SSH, _PASSTHROUGH_EXTRA = 2.0, 5.0, 1.0
_QUIET, _STRAGGLERS = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was found out: the answers, the kernel's figures, and what was made of them.

    `asked` is False where there is no terminal to ask.
    """

    terminal: Terminal
    answers: Answers
    window: Window
    asked: bool


def probe(
    override: str = "auto", env: Mapping[str, str] | None = None, fd_in: int = 0, fd_out: int = 1
) -> Terminal:
    """Ask the terminal on `fd_in`/`fd_out` and choose a way of drawing; see `examine`."""
    return examine(override, env, fd_in, fd_out).terminal


def examine(
    override: str = "auto", env: Mapping[str, str] | None = None, fd_in: int = 0, fd_out: int = 1
) -> Finding:
    """Ask the terminal on `fd_in`/`fd_out` and tell everything.

    Without a terminal at either end, or with TERM=dumb, nothing is asked. The terminal's attributes are
    restored whatever happens; keys typed meanwhile are in `Terminal.typed`. Raises UsageError for an unknown
    `override`.
    """
    env = os.environ if env is None else env
    choose(Answers(), env, override)
    asked = os.isatty(fd_in) and os.isatty(fd_out) and env.get("TERM") != "dumb"
    raw = ask(fd_in, fd_out, tmux=bool(env.get("TMUX")), patience=patience(env)) if asked else b""
    answers, window = parse_answers(raw), window_of(fd_out)
    return Finding(choose(answers, env, override, window), answers, window, asked)


def patience(env: Mapping[str, str]) -> float:
    """Seconds to wait for the last answer: more when the line is an SSH connection."""
    return _PATIENCE_SSH if env.get("SSH_TTY") or env.get("SSH_CONNECTION") else _PATIENCE


def batch(*, tmux: bool) -> bytes:
    """The questions as sent; in tmux once wrapped for the terminal around it and once for tmux itself.

    The terminal around tmux is not asked for its size: turning its size reports on and off is tmux's.
    """
    if not tmux:
        return QUESTIONS + SIZE_REPORT + _ERASE_LINE + DA1
    return _wrapped() + _NAME + _ERASE_LINE + DA1


def _wrapped() -> bytes:
    return b"\x1bPtmux;" + (QUESTIONS + DA1).replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"


def ask(fd_in: int, fd_out: int, *, tmux: bool, patience: float) -> bytes:
    """Send the batch and return everything that came back, answers and typed keys alike."""
    with _raw_mode(fd_in):
        _write_all(fd_out, batch(tmux=tmux))
        end = time.monotonic() + patience
        raw = _read_until(fd_in, end, lambda raw: _DA1_ANSWER.search(raw) is not None)
        if tmux and _DA1_ANSWER.search(raw):
            half = _PASSTHROUGH_EXTRA / 2
            raw = _read_until(fd_in, min(end, time.monotonic() + half), _from_outside, raw)
            if not _from_outside(raw):  # tmux lets nothing through while it draws its screen anew
                _write_all(fd_out, _wrapped())
                raw = _read_until(fd_in, min(end, time.monotonic() + half), _from_outside, raw)
        return _stragglers(fd_in, raw)


def _from_outside(raw: bytes) -> bool:
    """Whether the terminal around tmux has answered too."""
    return len(_DA1_ANSWER.findall(raw)) >= 2


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


def _read_until(fd: int, end: float, enough: Callable[[bytes], bool], raw: bytes = b"") -> bytes:
    """`raw` and what follows it, until that is `enough`, the time is up or the terminal is gone."""
    while not enough(raw):
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            break
        chunk = b""
        with contextlib.suppress(OSError):
            chunk = os.read(fd, 4096)
        if not chunk:
            break
        raw += chunk
    return raw


def _stragglers(fd: int, raw: bytes) -> bytes:
    """`raw` and what comes before the line is quiet; an answer that has begun is waited for."""
    end = time.monotonic() + _STRAGGLERS
    while time.monotonic() < end:
        now = time.monotonic()
        more = _read_until(fd, end if unfinished(raw) else now + _QUIET, lambda more: len(more) > 0)
        if not more:
            break
        raw += more
    return raw
