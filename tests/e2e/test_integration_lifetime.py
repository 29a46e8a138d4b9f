"""However the program ends or pauses, the terminal is as it was before."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from datasets import DrawnDataset
from e2e.labeler import CELL, COLS, ROWS, Labeler, configure, labeler
from terminal.profiles import FOOT, KITTY, PLAIN, XTERM, Profile
from terminal.pty import Terminal

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    "profile",
    [
        pytest.param(KITTY, id="kitty"),
        pytest.param(XTERM, id="sixel"),
        pytest.param(PLAIN, id="halfblock"),
    ],
)


RUN = """
from tui.app import start
set_colours = start._set_colours
def then_break(colours):
    set_colours(colours)
    exec({breakage!r}, {{}})
start._set_colours = then_break
from tui.cli.main import main
main([{path!r}])
"""
"""The labeler, with something in it replaced once Textual may be imported."""

HANDLER = """
from tui.app import app
real = app.update
def update(session, event):
    if getattr(event, "name", "") == "l":
        raise RuntimeError("broken handler")
    return real(session, event)
app.update = update
"""
RENDER = """
from tui.app.widgets.lines import Readout
real = Readout.render
def render(self):
    if "," in self._text and not self._text.endswith("160,120"):  # the middle, where the cursor begins
        raise RuntimeError("broken render")
    return real(self)
Readout.render = render
"""
START = """
from tui.app import app
def broken(*_, **__):
    raise RuntimeError("broken start")
app.Dialogs = broken
"""
LANE = """
from tui.app import runner
def segment(*_):
    raise RuntimeError("broken lane")
runner.segment = segment
"""


@contextmanager
def broken(dataset: DrawnDataset, profile: Profile, home: Path, breakage: str) -> Iterator[Labeler]:
    """The labeler with a part of it broken."""
    configure(home)
    argv = [sys.executable, "-c", RUN.format(breakage=breakage, path=str(dataset.yaml))]
    with Terminal(argv, profile, home=home, cols=COLS, rows=ROWS, cell=CELL) as terminal:
        yield Labeler(terminal)


@KINDS
@pytest.mark.parametrize(("breakage", "word"), [(HANDLER, "handler"), (RENDER, "render"), (START, "start")])
def test_b9_a_crash_leaves_a_sentence_and_a_clean_terminal(
    profile: Profile, breakage: str, word: str, dataset: DrawnDataset, home: Path
) -> None:
    with broken(dataset, profile, home, breakage) as program:
        if breakage is not START:
            program.wait_photo(dataset.images[0])
            program.terminal.send(b"l" if profile is not KITTY else b"\x1b[108;;108u")
        assert program.terminal.wait_exit() == 1
        program.left_clean()
        said = " ".join(program.terminal.text().split())
        assert f"broken {word}" in said
        assert "ttylabel.log" in said.replace(" ", "")
        log = next(home.rglob("ttylabel.log")).read_text()
        assert "Traceback" in log
        assert f"broken {word}" in log


def test_b9_an_error_in_a_lane_is_said_and_the_program_lives_on(dataset: DrawnDataset, home: Path) -> None:
    with broken(dataset, KITTY, home, LANE) as program:
        program.wait_photo(dataset.images[0])
        program.terminal.press("q")
        program.says("broken lane")
        program.terminal.press("b")
        program.leave()


@KINDS
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_b2_a_signal_ends_it_with_its_code(
    profile: Profile, number: signal.Signals, code: int, dataset: DrawnDataset, home: Path
) -> None:
    with labeler(dataset.yaml, profile, home) as program:
        program.wait_photo(dataset.images[0])
        program.terminal.kill(number)
        assert program.terminal.wait_exit() == code
        program.left_clean()


def test_a_signal_with_a_dialog_open(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, KITTY, home) as program:
        program.wait_photo(dataset.images[0])
        program.terminal.press("?")
        program.terminal.kill(signal.SIGTERM)
        assert program.terminal.wait_exit() == 143
        program.left_clean()


def test_b1_a_closed_terminal_ends_it(dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, KITTY, home) as program:
        terminal = program.terminal
        program.wait_photo(dataset.images[0])
        process = terminal._process
        assert process is not None
        os.close(terminal._master)
        terminal._master = -1
        assert process.wait(20) == 129


ENTER = b"\x1b[?1049h"
"""Enters the alternate screen."""


def stopped(process_id: int) -> bool:
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(KITTY, id="kitty"),
        pytest.param(XTERM, id="sixel"),
        pytest.param(FOOT, id="sixel-sync"),
        pytest.param(PLAIN, id="halfblock"),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_b11_it_sleeps_and_wakes_with_its_picture(
    profile: Profile, number: signal.Signals, dataset: DrawnDataset, home: Path
) -> None:
    with labeler(dataset.yaml, profile, home) as program:
        terminal = program.terminal
        program.wait_photo(dataset.images[0])
        before = program.canvas()
        assert terminal._process is not None
        process_id = terminal._process.pid
        for times in (2, 3):
            terminal.kill(number)
            terminal.wait_for(lambda: stopped(process_id))
            terminal.wait_for(lambda: terminal.screen.alternate is (number == signal.SIGSTOP))
            if number == signal.SIGTSTP:
                program.left_clean()
            terminal.kill(signal.SIGCONT)
            terminal.wait_for(lambda times=times: terminal.output.count(ENTER) == times)
            terminal.wait_for(lambda: bool((np.abs(program.canvas().astype(int) - before) <= 2).all()))
            program.says("1/3")
        terminal.press("d")
        program.says("2/3")
        program.leave()
