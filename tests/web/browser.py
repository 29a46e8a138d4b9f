"""A headless Chromium, driven by the DevTools protocol over a pair of pipes: no port, no server."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

# Chromium reads commands on descriptor 3 and answers on 4.
_LAUNCHER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execvp(sys.argv[3], sys.argv[3:])"
)
_SPARE_DESCRIPTORS = 20


def installed() -> str | None:
    """Path of a Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class BrowserError(RuntimeError):
    """The browser ended, did not answer, or answered with an error."""


class Browser:
    """One page in a browser of its own; use it as a context manager."""

    def __init__(self, program: str, url: str, *, wh: tuple[int, int], timeout: float = 60.0) -> None:
        self._program, self._url, self._wh, self._timeout = program, url, wh, timeout
        self._number = 0
        self._session: str | None = None
        self._inbox = bytearray()
        self.events: list[dict[str, Any]] = []
        """Events that nobody has looked at yet: `{"method": ..., "params": ...}`."""

    def __enter__(self) -> Browser:
        self._profile = tempfile.TemporaryDirectory(prefix="ttylabel-browser-", ignore_cleanup_errors=True)
        try:
            self._start()
            self._open_page()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a command of the DevTools protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": dict(params or {})}
        if self._session:
            message["sessionId"] = self._session
        self._write(json.dumps(message).encode() + b"\0")
        end = time.monotonic() + self._timeout
        while time.monotonic() < end:
            answer = self._next(end)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return dict(answer.get("result", {}))
            self.events.append(answer)
        raise BrowserError(f"no answer to {method} in {self._timeout} s")

    def run(self, expression: str) -> Any:
        """Value of a JavaScript expression; a promise is awaited."""
        result = self.call(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression[:80]}: {result['exceptionDetails']}")
        return result.get("result", {}).get("value")

    def screenshot(self, wh: tuple[float, float]) -> bytes:
        """PNG of the page's top left corner, `wh` in CSS pixels."""
        clip = {"x": 0, "y": 0, "width": wh[0], "height": wh[1], "scale": 1}
        return base64.b64decode(self.call("Page.captureScreenshot", {"clip": clip})["data"])

    def close(self) -> None:
        """End the browser and forget its profile."""
        process = getattr(self, "_process", None)
        if process is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(3)
                except ProcessLookupError:
                    process.poll()
                except subprocess.TimeoutExpired:
                    continue
                break
            os.close(self._to_browser)
            os.close(self._from_browser)
            self._process = None
        self._profile.cleanup()

    def _start(self) -> None:
        pipes = (*os.pipe(), *os.pipe())
        # Out of the way of 3 and 4, which the launcher fills.
        commands, self._to_browser, self._from_browser, answers = (
            fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _SPARE_DESCRIPTORS) for end in pipes
        )
        for end in pipes:
            os.close(end)
        flags = [
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={self._profile.name}",
            f"--window-size={self._wh[0]},{self._wh[1]}",
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
        ]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(commands), str(answers)]
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            [*launch, self._program, *flags, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(commands, answers),
            start_new_session=True,
            env={**os.environ, "HOME": self._profile.name},
        )
        os.close(commands)
        os.close(answers)

    def _open_page(self) -> None:
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.call("Runtime.enable")
        self.call("Page.enable")
        width, height = self._wh
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", metrics)
        self.call("Runtime.addBinding", {"name": "toProgram"})
        self.call("Page.navigate", {"url": self._url})
        end = time.monotonic() + self._timeout
        while self.run("document.readyState") != "complete" or self.run("location.href") != self._url:
            if time.monotonic() > end:
                raise BrowserError(f"{self._url} was not loaded in {self._timeout} s")
            time.sleep(0.02)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._to_browser, data) :]

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._inbox:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._from_browser], [], [], left)[0]:
                raise BrowserError("the browser does not answer")
            data = os.read(self._from_browser, 1 << 16)
            if not data:
                raise BrowserError("the browser ended")
            self._inbox += data
        message, _, rest = bytes(self._inbox).partition(b"\0")
        self._inbox = bytearray(rest)
        return dict(json.loads(message))
