"""The log: one file, in which nothing acts on the terminal it is read in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.app.logs import failed, log_to

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


def test_a_failure_of_the_program_is_one_sentence_with_the_log(tmp_path: Path) -> None:
    error = failed(ValueError("first\nsecond"), tmp_path / "ttylabel.log")
    assert error.exit_code == 1
    assert "ValueError: first" in error.sentence
    assert "second" not in error.sentence
    assert str(tmp_path / "ttylabel.log") in error.sentence
    assert failed(ValueError(), tmp_path).why == "ValueError"


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    with log_in(tmp_path / "file"):
        logging.getLogger("ttylabel").error("goes nowhere")
    assert (tmp_path / "file").read_text() == "in the way of a folder"
