"""What is written is counted; what changes nothing is not written."""

from __future__ import annotations

import contextlib
import io
import os
import pty
from queue import Queue

from tui.app.terminaldriver import MOST_WAITING, Line, TerminalDriver
from tui.app.textpage import KEEP, TextPage


class Owner:
    """An app to the driver: a meter and pictures to free."""

    def __init__(self) -> None:
        self.count = 0

    def bytes_written(self, count: int) -> None:
        self.count += count

    def pictures_off(self) -> bytes:
        return b"<free>"


class Thread:
    """A writer thread that keeps what it is given."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.alive = True
        self._queue: Queue[str] = Queue()

    def is_alive(self) -> bool:
        return self.alive

    def write(self, text: str) -> None:
        self.text.append(text)


def a_driver() -> tuple[TerminalDriver, Owner, Thread]:
    """A driver that was not started: only its output is looked at."""
    owner, thread = Owner(), Thread()
    driver = TerminalDriver.__new__(TerminalDriver)
    driver._app = owner
    driver._writer_thread = thread
    driver._lost = driver._leaving = driver.stuck = False
    driver._last = []
    driver.page = TextPage()
    driver._file, driver.fileno = io.StringIO(), os.open(os.devnull, os.O_RDWR)
    return driver, owner, thread


def test_what_is_written_is_counted_in_bytes() -> None:
    driver, owner, thread = a_driver()
    driver.write("\x1b[1;1Hab▀")
    driver.write("\x1b[1;1Hab▀")
    driver.write(KEEP * 200)
    driver.write_picture(b"\xff")
    assert thread.text == ["\x1b[1;1Hab▀", "\udcff"]
    assert owner.count == 11 + 1
    os.close(driver.fileno)


def test_a_line_without_another_end_is_quiet() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal:
        line = Line(terminal)
        assert line.isatty()
        assert line.fileno() == slave
        line.write("here")
        line.flush()
        assert os.read(master, 4) == b"here"
        os.close(master)
        line.write("gone")
        line.flush()
        with contextlib.suppress(OSError):
            terminal.close()


def test_a_terminal_that_does_not_read_is_neither_waited_for_nor_hoarded_for() -> None:
    driver, owner, thread = a_driver()
    for _ in range(MOST_WAITING):
        thread._queue.put("not read yet")
    driver.write("\x1b[1;1Hab")
    assert (thread.text, owner.count) == ([], 0)
    assert not driver.caught_up()
    while not thread._queue.empty():
        thread._queue.get()
    assert [driver.caught_up(), driver.caught_up()] == [True, False]
    os.close(driver.fileno)


def test_after_the_end_nothing_is_written() -> None:
    driver, owner, thread = a_driver()
    thread.alive = False
    driver.write("lost")
    assert thread.text == []
    assert owner.count == 0
    os.close(driver.fileno)
