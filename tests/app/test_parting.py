"""What a terminal answers late is read before the shell would read it."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tui.app import parting
from tui.app.parting import LAST_QUESTION, read_answers

LATE = b"\x1b[12;40R\x1b[?2026;2$y"
PATIENCE_S = 30.0


@contextmanager
def line() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal in raw mode: what a person has, and what the program reads."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(slave, False)
    try:
        yield master, slave
    finally:
        os.close(slave)
        os.close(master)


@pytest.fixture(autouse=True)
def _in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "in_front", lambda fd: True)


def test_nothing_is_left_when_the_terminal_answers_late_and_in_pieces() -> None:
    def answer() -> None:
        assert os.read(master, 99) == LAST_QUESTION.encode()
        for piece in (LATE, b"ls\r", b"\x1b[", b"0n"):
            os.write(master, piece)

    with line() as (master, slave):
        terminal = threading.Thread(target=answer)
        terminal.start()
        os.write(slave, LAST_QUESTION.encode())
        assert read_answers(slave, PATIENCE_S)
        terminal.join()
        with pytest.raises(BlockingIOError):
            os.read(slave, 99)


@pytest.mark.parametrize("data", [b"\x03", LATE + b"\x03"])
def test_ctrl_c_ends_the_wait(data: bytes) -> None:
    with line() as (master, slave):
        os.write(master, data)
        assert not read_answers(slave, PATIENCE_S)


def test_a_silent_terminal_costs_the_patience_and_no_more() -> None:
    with line() as (_master, slave):
        assert not read_answers(slave, 0.01)


def test_a_program_in_the_background_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "in_front", lambda fd: False)
    with line() as (master, slave):
        os.write(master, b"\x1b[0n")
        assert not read_answers(slave, PATIENCE_S)
        assert os.read(slave, 9) == b"\x1b[0n"
