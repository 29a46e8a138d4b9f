"""xterm.js as the terminal of a program: what VS Code's terminal and those of the browsers are made of.

    with WebTerminal([sys.executable, "-m", "tui", ...], browser, home=home, cols=120, rows=32) as terminal:
        terminal.wait_for("1/3")
        terminal.press("l")

The program runs on a pseudo-terminal; its output goes to the page, keys are pressed in the page, and what
is on the screen comes from a screenshot.
"""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from terminal.profiles import Profile
from terminal.pty import PATIENCE_S, Burst, Terminal
from web.browser import Browser

XTERMJS = Profile(name="xterm.js", term="xterm-256color", pixel_winsize=False, truecolor=False)
"""As over ssh out of VS Code: no COLORTERM, and a window size without pixels. It answers for itself."""

_NAMED = {
    "escape": ("Escape", 27),
    "tab": ("Tab", 9),
    "enter": ("Enter", 13),
    "backspace": ("Backspace", 8),
    "left": ("ArrowLeft", 37),
    "up": ("ArrowUp", 38),
    "right": ("ArrowRight", 39),
    "down": ("ArrowDown", 40),
}
_PUNCTUATION_CODE = 222


class _WebPage:
    """The part of a screen's page that the tests read."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def lines(self) -> list[str]:
        """The text of the rows."""
        return list(self._browser.run("screenText()"))


class WebScreen:
    """The page as a screen: feed it output, look at its text and pixels, collect its answers."""

    def __init__(self, browser: Browser, cols: int, rows: int, font_size: float) -> None:
        self._browser = browser
        self.cols, self.rows = cols, rows
        width, height = browser.run(f"openTerminal({cols}, {rows}, {font_size})")
        self.css_cell = float(width), float(height)
        self.cell = round(width), round(height)
        self.counts: Counter[str] = Counter()
        self.errors: list[str] = []
        self.page = _WebPage(browser)
        self._replies: list[bytes] = []

    @property
    def replies(self) -> list[bytes]:
        """What the terminal said or was typed into it since the last time; setting it forgets the rest."""
        for event in self._browser.events:
            if event.get("method") == "Runtime.bindingCalled":
                self._replies.append(event["params"]["payload"].encode())
            elif event.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                self.errors.append(json.dumps(event["params"])[:400])
        self._browser.events.clear()
        return self._replies

    @replies.setter
    def replies(self, value: list[bytes]) -> None:
        self._replies = value

    def feed(self, data: bytes) -> None:
        """The program's output."""
        self._browser.run(f'feed("{base64.b64encode(data).decode()}")')

    def text(self) -> str:
        """The screen's text."""
        return "\n".join(self.page.lines())

    def image(self) -> NDArray[np.uint8]:
        """A screenshot, RGB [height, width, 3]."""
        self._browser.run("painted()")
        png = self._browser.screenshot((self.css_cell[0] * self.cols, self.css_cell[1] * self.rows))
        bgr = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
        assert bgr is not None
        return np.ascontiguousarray(bgr[..., ::-1], np.uint8)

    def state(self) -> dict[str, Any]:
        """What the program has switched on."""
        return dict(self._browser.run("state()"))


class WebTerminal(Terminal):
    """A program whose terminal is the page."""

    def __init__(
        self,
        argv: Sequence[str],
        browser: Browser,
        *,
        home: Path,
        cols: int,
        rows: int,
        font_size: float = 13,
    ) -> None:
        self.web = WebScreen(browser, cols, rows, font_size)
        super().__init__(argv, XTERMJS, home=home, cols=cols, rows=rows, cell=self.web.cell)
        self.screen = self.web
        self._browser = browser

    def press(
        self, key: str, *, until: Callable[[], bool] | None = None, timeout: float = PATIENCE_S
    ) -> Burst:
        """Press a key in the page."""
        return self.act(lambda: self._key(key), until=until, timeout=timeout)

    def type(self, keys: str) -> Burst:
        """Press keys in the page, separated by blanks."""
        return self.act(lambda: [self._key(key) for key in keys.split()])

    def _key(self, name: str) -> None:
        char = name[-1]
        # Key codes are not characters: 39 is the right arrow, not an apostrophe.
        code = ord(char.upper()) if char.isalnum() else _PUNCTUATION_CODE
        key, code = _NAMED.get(name, (name, code))
        event: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code}
        if name.startswith("ctrl+"):
            event |= {"key": name[-1], "modifiers": 2}
        elif name not in _NAMED:
            event |= {"text": name, "modifiers": 8 if name.isupper() else 0}
        self._browser.call("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        self._browser.call("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        self._typed()

    def _typed(self) -> None:
        """Hand on what the page says without having been written to."""
        replies, self.web.replies = self.web.replies, []
        if replies:
            self._last_output = time.monotonic()
            self.send(b"".join(replies))
