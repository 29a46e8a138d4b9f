"""What becomes of the canvas' cells in Textual's output, and what is written at the end."""

from __future__ import annotations

import contextlib
import io
import os
import pty

from rich.cells import cell_len

from tui.app.terminaldriver import CLEAR, KEEP, Line, TerminalDriver, to_terminal
from tui.types.text import printable


def test_cells_to_keep_are_passed_by_the_cursor() -> None:
    assert to_terminal(f"a{KEEP * 12}b") == "a\x1b[12Cb"


def test_cells_to_clear_become_blanks_without_colours() -> None:
    assert to_terminal(CLEAR * 3) == "\x1b7\x1b[m   \x1b8\x1b[3C"


def test_a_style_of_their_own_goes_and_a_shared_one_stays() -> None:
    assert to_terminal(f"\x1b[38;2;1;2;3;48;5;7m{KEEP * 4}\x1b[0m") == "\x1b[4C"
    assert to_terminal(f"\x1b[1mab{KEEP * 4}\x1b[0m") == "\x1b[1mab\x1b[4C\x1b[0m"


def test_runs_of_both_kinds_stay_apart() -> None:
    assert to_terminal(f"{KEEP}{CLEAR}{KEEP}") == "\x1b[1C\x1b7\x1b[m \x1b8\x1b[1C\x1b[1C"


def test_other_text_is_not_touched() -> None:
    assert to_terminal("\x1b[1;1Hpicture ▀\ue000") == "\x1b[1;1Hpicture ▀\ue000"


def test_the_markers_are_one_cell_wide_and_no_file_name_can_hold_them() -> None:
    assert cell_len(KEEP + CLEAR) == 2
    assert KEEP not in printable(f"a{KEEP}{CLEAR}b")
    assert CLEAR not in printable(f"a{KEEP}{CLEAR}b")


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
    driver._file, driver.fileno = io.StringIO(), os.open(os.devnull, os.O_RDWR)
    return driver, owner, thread


def test_what_is_written_is_counted_in_bytes() -> None:
    driver, owner, thread = a_driver()
    driver.write("ab▀")
    driver.write(KEEP * 200)
    driver.write("\udcff")
    assert thread.text == ["ab▀", "\x1b[200C", "\udcff"]
    assert owner.count == 5 + 6 + 1
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


def test_after_the_end_nothing_is_written() -> None:
    driver, owner, thread = a_driver()
    thread.alive = False
    driver.write("lost")
    assert thread.text == []
    assert owner.count == 0
    os.close(driver.fileno)
