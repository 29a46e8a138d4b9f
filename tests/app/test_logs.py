"""The log: one file, in which nothing acts on the terminal it is read in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.app.logs import log_to

HOSTILE = "\x1b]52;c;x\x07 \x9b2J \u202e caf\udce9"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = []
    log_to(tmp_path / "ttylabel.log")
    yield tmp_path / "ttylabel.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before


def test_e4_foreign_text_in_messages_and_tracebacks_is_shown_escaped(log: Path) -> None:
    try:
        raise OSError(HOSTILE)
    except OSError as error:
        logging.getLogger("ttylabel").error("reading %s\nfailed", HOSTILE, exc_info=error)
    text = log.read_text("utf-8")
    shown = "\\x1b]52;c;x\\x07 \\x9b2J \\u{202e} caf\\xe9"
    assert text.count(shown) == 2
    assert "Traceback" in text
    assert not any(c != "\n" and not c.isprintable() for c in text)


def test_it_is_added_to(log: Path) -> None:
    logging.getLogger("ttylabel").error("one")
    log_to(log)
    logging.getLogger("ttylabel").error("two")
    assert [line.split()[-2:] for line in log.read_text().splitlines()] == [
        ["ERROR", "one"],
        ["ERROR", "two"],
    ]
