"""Answers that come while the labeler runs are no keys; keys typed before it listened are."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import CELL, COLS, ROWS, Labeler, configure, labeler
from terminal.profiles import PLAIN
from terminal.pty import Terminal

pytestmark = pytest.mark.e2e

LATE = (
    b"\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;18;9t\x1b[4;720;1080t\x1b[?1;0;1024S\x1bP1$r0;48:2:1:2:3m\x1b\\"
    b"\x1b_Gi=4211;OK\x1b\\\x1b[?62;4;22c"
)
CURSOR = re.compile(r" (\d+),(\d+)\b")


def test_late_answers_change_nothing_and_keys_still_count(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.root, PLAIN, home) as person:
        person.wait_photo(dataset.images[0])
        before = person.terminal.text()
        person.terminal.act(lambda: person.terminal.send(LATE))
        assert person.terminal.text() == before
        # Cut within answers: what cuts at their first bytes leave is a matter of time, see the sieve's tests.
        for piece in (LATE[:9], LATE[9:34], LATE[34:50], LATE[50:-4], LATE[-4:]):
            person.terminal.send(piece)
        person.terminal.settle()
        assert person.terminal.text() == before
        person.leave()


def test_keys_typed_while_the_terminal_is_asked_belong_to_the_labeler(
    dataset: DrawnDataset, home: Path
) -> None:
    with labeler(dataset.root, PLAIN, home) as person:
        person.terminal.send(b"\x1b[C\x1b[C\x1b[C")
        person.wait_photo(dataset.images[0])
        person.terminal.press("h")
        person.terminal.wait_for(lambda: CURSOR.search(person.terminal.text()) is not None)
        found = CURSOR.search(person.terminal.text())
        assert found
        assert int(found[1]) > dataset.images[0].wh[0] / 2
        person.leave()


SHELL = """
import os, select, subprocess, sys, termios, tty
subprocess.run([sys.executable, "-m", "tui", sys.argv[1]], check=True)
tty.setcbreak(0, termios.TCSANOW)
print("typed:", os.read(0, 99) if select.select([0], [], [], 1.5)[0] else "nothing", flush=True)
"""
"""What a shell would read after the labeler has left."""


def test_answers_on_their_way_when_it_leaves_do_not_reach_the_shell(
    dataset: DrawnDataset, home: Path
) -> None:
    configure(home)
    argv = [sys.executable, "-c", SHELL, str(dataset.root)]
    with Terminal(argv, PLAIN, home=home, cols=COLS, rows=ROWS, cell=CELL, rtt=1.0) as terminal:
        Labeler(terminal).wait_photo(dataset.images[0])
        terminal.send(b"z")
        terminal.wait_for(lambda: terminal.screen.questions[-1] == "6n")
        terminal.send(b"Q")
        terminal.wait_for("typed:")
        assert "typed: nothing" in terminal.text()
        assert "^[" not in terminal.text()
