"""A display of its own under Xvfb with one terminal window: keys by xdotool, pixels by ImageMagick."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

SCREEN = (1400, 900)
TOOLS = ("Xvfb", "xdotool", "import")

SHOTS = "TTYLABEL_SCREENSHOTS"
"""Environment variable: a folder into which every settled screen is saved, to be looked at."""

_SHOT_S, _TOOL_S, _POLL_S = 30.0, 30.0, 0.1
PATIENCE_S = 60.0
_NAMES = {
    "escape": "Escape",
    "tab": "Tab",
    "enter": "Return",
    "'": "apostrophe",
    "?": "question",
    "[": "bracketleft",
    "]": "bracketright",
}


class DisplayError(AssertionError):
    """The display or its window did not do what was waited for; carries the logs."""


def absent(programs: Sequence[str]) -> list[str]:
    """Those of the programs that are not installed; sshd lies outside an ordinary PATH."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    return [program for program in programs if shutil.which(program, path=path) is None]


def x_name(key: str) -> str:
    """X's name of a key."""
    return _NAMES.get(key, key)


def grab(window: str, env: Mapping[str, str]) -> NDArray[np.uint8]:
    """A screenshot of an X window, RGB [height, width, 3]."""
    command = ["import", "-silent", "-window", window, "ppm:-"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=_SHOT_S, check=False)
    except subprocess.TimeoutExpired:  # it waits for ever on a window that went away
        raise DisplayError("no screenshot: the window is gone") from None
    bgr = cv2.imdecode(np.frombuffer(done.stdout, np.uint8), cv2.IMREAD_COLOR) if done.stdout else None
    if bgr is None:
        raise DisplayError(f"no screenshot: {done.stderr.decode()}")
    return np.ascontiguousarray(bgr[..., ::-1], np.uint8)


class Window:
    """A terminal's window: pixels to look at, keys to press."""

    name = "window"
    _shots = 0

    def keys(self, *names: str) -> None:
        """Press keys, named as the program names them."""
        raise NotImplementedError

    def image(self) -> NDArray[np.uint8]:
        """The window's pixels, RGB [height, width, 3]."""
        raise NotImplementedError

    def wait_for(self, condition: Callable[[], bool], timeout: float = PATIENCE_S) -> None:
        """Wait until `condition()` is true."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise DisplayError(f"{timeout} s passed")
            time.sleep(_POLL_S)

    def settle(self, still: float = 0.4, timeout: float = PATIENCE_S) -> NDArray[np.uint8]:
        """Wait until the pixels have not changed for a while; the last of them."""
        end = time.monotonic() + timeout
        last, since = self.image(), time.monotonic()
        while time.monotonic() - since < still:
            if time.monotonic() > end:
                raise DisplayError(f"the window was not still for {timeout} s")
            time.sleep(_POLL_S)
            now = self.image()
            if not np.array_equal(now, last):
                last, since = now, time.monotonic()
        self._keep(last)
        return last

    def _keep(self, picture: NDArray[np.uint8]) -> None:
        folder = os.environ.get(SHOTS)
        if folder:
            self._shots += 1
            path = Path(folder) / f"{self.name}-{self._shots:02}.png"
            path.write_bytes(cv2.imencode(".png", picture[..., ::-1])[1].tobytes())


class Display(Window):
    """An X server without a screen and what runs on it; use it as a context manager."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._window = ""

    def __enter__(self) -> Display:
        self._home = tempfile.TemporaryDirectory(prefix="ttylabel-display-", ignore_cleanup_errors=True)
        self.folder = Path(self._home.name)
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, AssertionError):
            error.add_note(self.logs())
            if self._window:
                self._keep(self.image())
        self.close()

    def spawn(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start a program on the display; what it says goes to the logs."""
        program = Path(argv[0]).name
        with (self.folder / f"{program}.log").open("ab") as log:
            child = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self._env, **(env or {})},
                start_new_session=True,
            )
        self._children.append(child)

    def find_window(self, timeout: float = PATIENCE_S) -> None:
        """Wait for the window of the program started last and give it the keyboard."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._children[-1].poll() is None:
            for window in self._tool("xdotool", "search", "--onlyvisible", "--name", ".*").split():
                geometry = self._tool("xdotool", "getwindowgeometry", "--shell", window)
                sizes = dict(part.split("=") for part in geometry.split() if "=" in part)
                size = int(sizes.get("WIDTH", 0)), int(sizes.get("HEIGHT", 0))
                if size != SCREEN and min(size) > 100:  # the root window is as large as the screen
                    self._window = window
                    self._tool("xdotool", "windowmove", window, "0", "0")
                    self._tool("xdotool", "windowfocus", window)
                    return
            time.sleep(0.05)
        raise DisplayError("no window appeared")

    def keys(self, *names: str) -> None:
        x_names = map(x_name, names)
        self._tool("xdotool", "windowfocus", self._window, "key", "--delay", "25", *x_names)

    def image(self) -> NDArray[np.uint8]:
        return grab(self._window, self._env)

    def logs(self) -> str:
        """What the programs of the display said."""
        texts = ((log.name, log.read_text("utf-8", "replace")[-1000:]) for log in self.folder.glob("*.log"))
        return "\n".join(f"== {name}\n{text}" for name, text in sorted(texts) if text)

    def close(self) -> None:
        """End everything on the display, then the display."""
        for child in reversed(self._children):
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(child.pid, number)
                    child.wait(2)
                except ProcessLookupError:
                    child.poll()
                except subprocess.TimeoutExpired:
                    continue
                break
        self._children.clear()
        self._home.cleanup()

    def _start(self) -> None:
        read, write = os.pipe()
        size = f"{SCREEN[0]}x{SCREEN[1]}x24"
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-noreset", "-nolisten", "tcp"]
        with (self.folder / "Xvfb.log").open("wb") as log:
            child = subprocess.Popen(
                [*server, "-ac", "+extension", "GLX"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[write],
                start_new_session=True,
            )
        self._children.append(child)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise DisplayError(f"Xvfb did not start\n{self.logs()}")
        self._env = {
            "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "DISPLAY": f":{number}",
        }

    def _tool(self, *argv: str) -> str:
        done = subprocess.run(
            argv, env=self._env, capture_output=True, text=True, timeout=_TOOL_S, check=False
        )
        return done.stdout
