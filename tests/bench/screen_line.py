"""A line to a terminal that counts and does not draw, so that its own work is not measured.

It answers what a program asks, keeps account of the pictures a kitty would store, and can be slow: bytes per
second towards the terminal and a round trip in seconds.
"""

from __future__ import annotations

import base64
import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from terminal.answers import AnsweringScreen
from terminal.keys import encode
from terminal.parser import Csi, String, Text, Token
from terminal.profiles import Profile
from terminal.pty import environment

_LAUNCHER = "import os, sys; os.open(os.ttyname(0), os.O_RDWR); os.execvp(sys.argv[1], sys.argv[1:])"
_PICTURE_CHARACTERS = frozenset("▀▄█\U0010eeee")
_QUIET_S, _BURST_BYTES = 0.12, 16384


class Ledger(AnsweringScreen):
    """A terminal that notes when a picture last changed and what it would have to keep."""

    def __init__(self, profile: Profile, cols: int, rows: int, cell: tuple[int, int]) -> None:
        super().__init__(profile, cols, rows, cell)
        self.stored: dict[str, int] = {}
        self.picture_at = 0.0

    def _take(self, token: Token) -> None:
        drawing = self.alternate
        match token:
            case Text() if drawing:
                self.counts["text"] += token.size
                if not _PICTURE_CHARACTERS.isdisjoint(token.value):
                    self.picture_at = time.monotonic()
            case Csi(final="m") if drawing:
                self.counts["csi"] += token.size
            case String(kind="_" | "P") if drawing and not token.body.startswith(b"$q"):
                self.counts["picture"] += token.size
                self.picture_at = time.monotonic()
                if token.body.startswith(b"G"):
                    self._account(token.body[1:])
            case _:
                super()._take(token)

    def _account(self, command: bytes) -> None:
        """Keep the books of kitty's store: sent pictures by id or number, freed ones go."""
        control, _, payload = command.partition(b";")
        keys = dict(part.split("=", 1) for part in control.decode("ascii").split(",") if "=" in part)
        action, name = keys.get("a", "t"), keys.get("i") or f"number {keys.get('I', '')}"
        if action in "tT" and ("i" in keys or "I" in keys):
            # Only a picture's first chunk tells its size.
            self.stored[name] = _decoded_bytes(keys, payload) or self.stored.get(name, 0)
        elif action == "d" and keys.get("d") in ("I", "N"):
            self.stored.pop(name, None)
        elif action == "d" and keys.get("d") == "R":
            low, high = int(keys.get("x", 0)), int(keys.get("y", 0))
            for known in [k for k in self.stored if k.isdigit() and low <= int(k) <= high]:
                del self.stored[known]
        elif action == "d" and keys.get("d") == "A":
            self.stored.clear()


def _decoded_bytes(keys: dict[str, str], payload: bytes) -> int:
    """Four bytes a pixel, as kitty keeps them; a PNG's size stands in its head."""
    if "s" in keys and "v" in keys:
        return int(keys["s"]) * int(keys["v"]) * 4
    head = base64.b64decode(payload[:64] + b"=" * (-len(payload[:64]) % 4))
    if head[:4] != b"\x89PNG":
        return 0
    width, height = struct.unpack(">II", head[16:24])
    return int(width) * int(height) * 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What a key cost: bytes until its picture was final (of them in picture commands), and milliseconds."""

    bytes: int
    picture: int
    ms: float


class Line:
    """A program on a pseudo-terminal behind a line; a context manager."""

    def __init__(
        self,
        argv: Sequence[str],
        profile: Profile,
        *,
        home: Path,
        size: tuple[int, int],
        cell: tuple[int, int] = (10, 20),
        bandwidth: float | None = None,
        rtt: float = 0.0,
    ) -> None:
        self.screen = Ledger(profile, *size, cell)
        self.bytes = 0
        self.alive = True
        self._rate, self._delay = bandwidth, rtt / 2
        self._arriving: deque[tuple[float, bytes]] = deque()
        self._leaving: deque[tuple[float, bytes]] = deque()
        self._allowance, self._counted = float(_BURST_BYTES), time.monotonic()
        self.started = time.monotonic()
        self._master, slave = os.openpty()
        pixels = (size[0] * cell[0], size[1] * cell[1])
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], *pixels))
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, *argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(profile, home),
            start_new_session=True,
        )
        os.close(slave)
        os.set_blocking(self._master, False)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            end = time.monotonic() + 5
            while self._process.poll() is None and time.monotonic() < end:
                self.pump()
            if self._process.poll() is None:
                self._process.kill()
        self._process.wait()
        os.close(self._master)

    def send(self, key: str) -> None:
        """Press a key; the program has it half a round trip later."""
        data = encode(key, self.screen.key_flags)
        self._leaving.append((time.monotonic() + self._delay, data))

    def press(self, key: str) -> Answer:
        """Press a key and wait until its picture is final."""
        mark, pictures, start = self.bytes, self.screen.counts["picture"], time.monotonic()
        self.send(key)
        self.rest()
        pictures = self.screen.counts["picture"] - pictures
        return Answer(self.bytes - mark, pictures, (max(self.screen.picture_at, start) - start) * 1e3)

    def rest(self, quiet: float = _QUIET_S, patience: float = 60.0) -> None:
        """Wait until nothing is on the line for `quiet` seconds and no thread of the program runs."""
        since = end = time.monotonic()
        end += patience
        while time.monotonic() - since < quiet:
            if time.monotonic() > end or not self.alive:
                raise TimeoutError("the program did not come to rest" if self.alive else "the program ended")
            if self.pump() or _running(self._process.pid):
                since = time.monotonic()

    def wait_picture(self, patience: float = 60.0) -> Answer:
        """Wait for the first picture to be final; counted from the program's start."""
        end = time.monotonic() + patience
        while not self.screen.picture_at:
            self.pump()
            if time.monotonic() > end or not self.alive:
                raise TimeoutError(f"no picture came:\n{self.screen.text()}")
        self.rest(0.6)
        pictures = self.screen.counts["picture"]
        return Answer(self.bytes, pictures, (self.screen.picture_at - self.started) * 1e3)

    def pump(self) -> bool:
        """Let time pass: bytes that are due arrive at either end. True while any are under way."""
        waited, _, _ = select.select([self._master], [], [], 0.002)
        now = time.monotonic()
        if self._rate is not None:
            self._allowance = min(_BURST_BYTES, self._allowance + (now - self._counted) * self._rate)
            self._counted = now
        if waited:
            self._take_from_program(now)
        while self._arriving and self._arriving[0][0] <= now:
            self.screen.feed(self._arriving.popleft()[1])
            replies, self.screen.replies = self.screen.replies, []
            self._leaving.extend((now + self._delay, reply) for reply in replies)
        while self._leaving and self._leaving[0][0] <= now:
            os.write(self._master, self._leaving.popleft()[1])
        return bool(waited or self._arriving or self._leaving)

    def _take_from_program(self, now: float) -> None:
        want = 65536 if self._rate is None else int(self._allowance)
        if want < 1:
            time.sleep(0.002)
            return
        try:
            data = os.read(self._master, want)
        except BlockingIOError:
            return
        except OSError:  # the program closed its side
            data = b""
        if not data:
            self.alive = False
            return
        self.bytes += len(data)
        if self._rate is not None:
            self._allowance -= len(data)
        self._arriving.append((now + self._delay, data))


def _running(process: int) -> bool:
    """Whether any thread of a process uses or waits for a CPU (always False without /proc)."""
    for status in Path(f"/proc/{process}/task").glob("*/stat"):
        try:
            if status.read_text().rpartition(")")[2].split()[0] in "RD":
                return True
        except (OSError, IndexError):
            continue
    return False
