"""The log: one file, in which nothing acts on the terminal it is read in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.app.logs import log_to

HOSTILE = "\x1b]52;c;x\x07 \x9b2J \u202e caf\udce9"


@contextmanager
def log_in(folder: Path) -> Iterator[Path]:
    """A log beside which nobody else listens: pytest's own handlers come behind fixtures, and what they catch
    travels between processes as UTF-8, which holds no lone surrogates.
    """
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = []
    log_to(folder / "ttylabel.log")
    try:
        yield folder / "ttylabel.log"
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:] = before


def test_e4_foreign_text_in_messages_and_tracebacks_is_shown_escaped(tmp_path: Path) -> None:
    with log_in(tmp_path) as log:
        try:
            raise OSError(HOSTILE)
        except OSError as error:
            logging.getLogger("ttylabel").error("reading %s\nfailed", HOSTILE, exc_info=error)
        text = log.read_text("utf-8")
    shown = "\\x1b]52;c;x\\x07 \\x9b2J \\u{202e} caf\\xe9"
    assert text.count(shown) == 2
    assert "Traceback" in text
    assert not any(c != "\n" and not c.isprintable() for c in text)


def test_it_is_added_to(tmp_path: Path) -> None:
    with log_in(tmp_path) as log:
        logging.getLogger("ttylabel").error("one")
        log_to(log)
        logging.getLogger("ttylabel").error("two")
        lines = [line.split()[-2:] for line in log.read_text().splitlines()]
    assert lines == [["ERROR", "one"], ["ERROR", "two"]]
