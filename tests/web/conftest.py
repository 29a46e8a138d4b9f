"""The browser of the web terminal tests; what is absent skips them, by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from web.browser import Browser, installed

_HERE = Path(__file__).resolve().parent
WINDOW = (1400, 900)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A headless Chromium with the page of the terminal."""
    program = installed()
    if program is None:
        pytest.skip("no Chromium is installed")
    if not (_HERE / "node_modules" / "@xterm" / "xterm").is_dir():
        pytest.skip("xterm.js is not installed: run `npm ci` in tests/web")
    with Browser(program, (_HERE / "page.html").as_uri(), wh=WINDOW) as browser:
        yield browser
