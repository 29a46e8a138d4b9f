"""Runs a real program on a pseudo-terminal and plays its terminal.

    with Terminal([sys.executable, "-m", "tui", "demo"], KITTY, home=tmp_path) as terminal:
        terminal.wait_for("ready")
        burst = terminal.press("right")
        assert burst.bytes < 100 and terminal.errors == []

Nothing sleeps for a fixed time: a burst is over when the line is quiet and no thread of the program
runs, so a slow machine makes tests slow and not wrong.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from terminal.answers import AnsweringScreen
from terminal.keys import encode
from terminal.profiles import Profile

_QUIET_S = 0.06
_ESCAPE_S = 0.15
"""Longer than programs wait to see whether ESC begins a sequence: a key sent earlier would be Alt's."""
_POLL_S = 0.01
_LOOK_S = 0.1
_LARGEST_READ = 65536
PATIENCE_S = 60.0
"""How long something may take on a machine that others use too. What works takes a fraction of a second."""
_REPOSITORY = Path(__file__).resolve().parents[2]
# A session leader that opens a terminal gets it as its controlling one: SIGWINCH and /dev/tty work.
_LAUNCHER = "import os, sys; os.open(os.ttyname(0), os.O_RDWR); os.execvp(sys.argv[1], sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Burst:
    """What a program wrote in answer to something."""

    raw: bytes
    kinds: Counter[str]
    """Bytes by kind: text, csi, control, string, kitty_data, kitty_place, kitty_delete, sixel."""
    ms: float
    """From the key to the last byte."""

    @property
    def bytes(self) -> int:
        return len(self.raw)


class WaitTimeout(AssertionError):
    """What a test waited for did not come; carries the screen's text."""


class Terminal:
    """A program on a pseudo-terminal; use it as a context manager.

    `home` becomes HOME and the XDG directories: the program never sees the real ones.
    """

    def __init__(
        self,
        argv: Sequence[str],
        profile: Profile,
        *,
        home: Path,
        cols: int = 100,
        rows: int = 30,
        cell: tuple[int, int] = (10, 20),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        rtt: float = 0.0,
        bandwidth: float | None = None,
    ) -> None:
        """`rtt` and `bandwidth` imitate a slow line: keys come half `rtt` late, answers a whole one,
        and the program's writes block when they are more than `bandwidth` bytes a second.
        """
        self.argv, self.profile = list(argv), profile
        self.screen = AnsweringScreen(profile, cols, rows, cell)
        self.output = bytearray()
        self.exit_code: int | None = None
        self._cwd = cwd or home
        self._env = environment(profile, home) | dict(env or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._master = -1
        self._last_output = 0.0
        self._outbox = bytearray()
        self._rtt, self._bandwidth = rtt, bandwidth
        self._travelling: deque[tuple[float, bytes]] = deque()
        self._allowance, self._allowed_at = 0.0, time.monotonic()

    def __enter__(self) -> Terminal:
        self._master, slave = os.openpty()
        self._set_winsize()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _LAUNCHER, *self.argv],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=self._cwd,
                env=self._env,
                start_new_session=True,
            )
        finally:
            os.close(slave)
        os.set_blocking(self._master, False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What a person does

    def send(self, data: bytes) -> None:
        """Put bytes into the program's input: a paste, a mouse report."""
        self._send_late(data, self._rtt / 2)

    def press(
        self, key: str, *, until: Callable[[], bool] | None = None, timeout: float = PATIENCE_S
    ) -> Burst:
        """Press a key and return what came back once the program is at rest (and `until` is true)."""
        data = encode(key, self.screen.key_flags)
        quiet = _ESCAPE_S if data == b"\x1b" else _QUIET_S
        return self.act(lambda: self.send(data), until=until, timeout=timeout, quiet=quiet)

    def type(self, keys: str) -> Burst:
        """Press keys one after the other: names and letters separated by blanks, `"l l q tab"`."""
        return self.act(lambda: [self.send(encode(key, self.screen.key_flags)) for key in keys.split()])

    def resize(self, cols: int, rows: int, cell: tuple[int, int] | None = None) -> Burst:
        """Give the window another size."""

        def change() -> None:
            self.screen.resize(cols, rows, cell)
            self._set_winsize()
            if "2048" in self.screen.modes and self.profile.inband_resize:
                self.send(self.screen.size_report())

        return self.act(change)

    def act(
        self,
        action: Callable[[], object],
        *,
        until: Callable[[], bool] | None = None,
        timeout: float = PATIENCE_S,
        quiet: float = _QUIET_S,
    ) -> Burst:
        """Do something and return what the program wrote until it was at rest: `quiet` seconds of silence in
        which no thread of it runs.
        """
        self._read()
        mark, kinds, start = len(self.output), Counter(self.screen.counts), time.monotonic()
        self._last_output = start
        action()
        self._rest(until, timeout, quiet)
        return Burst(
            bytes(self.output[mark:]), self.screen.counts - kinds, (self._last_output - start) * 1000
        )

    def cover(self) -> Burst:
        """Lay another window over the terminal, work there, and come back."""

        def change() -> None:
            focus = "1004" in self.screen.modes
            self.send(b"\x1b[O" if focus else b"")
            self.screen.expose()
            self.send(b"\x1b[I" if focus else b"")

        return self.act(change)

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    # What a test waits for

    def wait_for(self, what: str | Callable[[], bool], timeout: float = PATIENCE_S) -> None:
        """Wait until the screen's text holds `what`, or until `what()` is true.

        Raises WaitTimeout, with the screen, when that does not happen or the program ends before.
        """
        condition = (lambda: what in self.text()) if isinstance(what, str) else what
        end = time.monotonic() + timeout
        looked = -_LOOK_S
        while True:
            ended = self._ended()
            # Looking may cost a picture of the screen: only when there is something new, or files may be.
            if self._read() or ended or time.monotonic() - looked > _LOOK_S:
                if condition():
                    return
                looked = time.monotonic()
            if ended or looked > end:
                reason = f"the program ended with {self.exit_code}" if ended else f"{timeout} s passed"
                raise WaitTimeout(f"{reason} before {what!r} came:\n{self.text()}")
            self._wait(_POLL_S)

    def settle(self, timeout: float = PATIENCE_S) -> Burst:
        """Wait until the program is at rest."""
        return self.act(lambda: None, timeout=timeout)

    def wait_exit(self, timeout: float = PATIENCE_S) -> int:
        """The exit code, once the program has ended."""
        end = time.monotonic() + timeout
        while not self._ended():
            if time.monotonic() > end:
                raise WaitTimeout(f"still running after {timeout} s:\n{self.text()}")
            self._read()
            self._wait(_POLL_S)
        self._read()
        assert self.exit_code is not None
        return self.exit_code

    # What a test looks at

    def text(self) -> str:
        """The screen's text."""
        return self.screen.text()

    def image(self) -> NDArray[np.uint8]:
        """What a person sees, RGB [height, width, 3]."""
        return self.screen.image()

    @property
    def errors(self) -> list[str]:
        """What would go wrong on the real terminal."""
        return self.screen.errors

    def close(self) -> None:
        """End the program (politely, then not) and the line."""
        process = self._process
        if process is not None:
            for end in (signal.SIGTERM, signal.SIGKILL):
                if self._ended():
                    break
                process.send_signal(end)
                self._until_ended(3.0)
            self._process = None
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
            self._travelling.clear()

    # The line

    def _until_ended(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        while not self._ended() and time.monotonic() < end:
            self._read()
            self._wait(_POLL_S)

    def _ended(self) -> bool:
        if self.exit_code is None and self._process is not None:
            self.exit_code = self._process.poll()
        return self.exit_code is not None

    def _set_winsize(self) -> None:
        screen = self.screen
        pixels = (screen.cols * screen.cell[0], screen.rows * screen.cell[1])
        width, height = pixels if self.profile.pixel_winsize else (0, 0)
        size = struct.pack("HHHH", screen.rows, screen.cols, width, height)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def _wait(self, seconds: float) -> None:
        if self._bandwidth is not None:  # what has not come through yet is there to be read
            time.sleep(seconds)
            return
        select.select([self._master], [self._master] if self._outbox else [], [], seconds)

    def _send_late(self, data: bytes, delay: float) -> None:
        if data:
            self._travelling.append((time.monotonic() + delay, data))
        self._flush()

    def _flush(self) -> None:
        while self._travelling and self._travelling[0][0] <= time.monotonic():
            self._outbox += self._travelling.popleft()[1]
        while self._outbox:
            try:
                sent = os.write(self._master, self._outbox)
            except BlockingIOError:
                return
            del self._outbox[:sent]

    def _admitted(self) -> int:
        """Bytes that the line lets through now."""
        if self._bandwidth is None:
            return _LARGEST_READ
        now = time.monotonic()
        self._allowance += (now - self._allowed_at) * self._bandwidth
        self._allowance = min(self._allowance, self._bandwidth * _LOOK_S)
        self._allowed_at = now
        return int(self._allowance)

    @property
    def _underway(self) -> bool:
        """Whether anything is on the line in either direction."""
        late = self._bandwidth is not None and bool(select.select([self._master], [], [], 0)[0])
        return bool(self._outbox or self._travelling) or (late and not self._ended())

    def _read(self) -> bool:
        """Take in all that is there; True when there was something."""
        got = False
        self._flush()
        while (most := self._admitted()) > 0:
            try:
                data = os.read(self._master, most)
            except (BlockingIOError, OSError):  # OSError: the program closed its side
                return got
            if not data:
                return got
            got = True
            self._allowance -= len(data)
            self._last_output = time.monotonic()
            self.output += data
            self.screen.feed(data)
            replies, self.screen.replies = self.screen.replies, []
            self._send_late(b"".join(replies), self._rtt)
        return got

    def _rest(self, until: Callable[[], bool] | None, timeout: float, quiet: float) -> None:
        """Read until the line is quiet, nothing runs, and `until` is true."""
        start = quiet_since = time.monotonic()
        while time.monotonic() < start + timeout:
            ended = self._ended()
            if self._read() or self._underway or _running(self._process):
                quiet_since = time.monotonic()
            elif ended:
                return
            elif time.monotonic() - quiet_since > quiet:
                if until is None or until():
                    return
                quiet_since = time.monotonic()
            self._wait(_POLL_S)
        raise WaitTimeout(f"the program was not at rest after {timeout} s:\n{self.text()}")


def environment(profile: Profile | None, home: Path) -> dict[str, str]:
    """A small environment: the repository importable, all of the user's directories below `home`."""
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }
    if profile is not None:
        env["TERM"] = profile.term
        if profile.truecolor:
            env["COLORTERM"] = "truecolor"
        env |= profile.env
    return env


def _running(process: subprocess.Popen[bytes] | None) -> bool:
    """Whether any thread of the program uses or waits for a CPU (always False without /proc)."""
    if process is None:
        return False
    for status in Path(f"/proc/{process.pid}/task").glob("*/stat"):
        try:
            state = status.read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if state in "RD":
            return True
    return False
