"""A terminal that does not read for a while, and one whose font or quality changes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from datasets import DrawnDataset, draw_dataset, write_image
from e2e.labeler import CELL, COLS, ROWS, Labeler, labeler
from terminal.profiles import KITTY, XTERM, Profile
from terminal.pty import PATIENCE_S

pytestmark = pytest.mark.e2e


def one_label_left(path: Path) -> None:
    """Wait until a label file has one line, while nobody reads what the program writes."""
    end = time.monotonic() + PATIENCE_S
    while len(path.read_text().splitlines()) != 1:
        assert time.monotonic() < end, "the program stands still while its terminal does not read"
        time.sleep(0.02)


def grained(tmp_path: Path) -> DrawnDataset:
    """One labelled photo that takes many bytes to draw."""
    dataset = draw_dataset(tmp_path / "set", count=1, labelled=True)
    image = dataset.images[0]
    grain = np.random.default_rng(1).integers(-9, 10, image.rgb.shape)
    write_image(image.path, np.clip(image.rgb + grain, 0, 255).astype(np.uint8))
    return dataset


def fill_the_line(program: Labeler) -> None:
    """A full frame of a grained photo fills the line, and far more status lines than may wait follow."""
    for key in b"z" + b"12" * 120 + b"Z":
        os.write(program.terminal._master, bytes([key]))
        time.sleep(0.02)


def test_labels_are_saved_while_the_terminal_does_not_read_and_the_picture_comes_back(
    tmp_path: Path, home: Path
) -> None:
    dataset = grained(tmp_path)
    image = dataset.images[0]
    with labeler(dataset.yaml, XTERM, home) as program:
        terminal = program.terminal
        program.wait_photo(image)
        program.wait_encoded()
        fill_the_line(program)
        os.write(terminal._master, b"nx")  # deletes the first object, which is saved
        one_label_left(image.label_path)
        terminal.wait_for(lambda: "1 instance" in program.status())
        program.wait_photo(image)
        before = program.canvas()
        terminal.press("?")
        terminal.press("escape")
        terminal.wait_for(lambda: bool((np.abs(program.canvas().astype(int) - before) <= 2).all()))
        program.leave()


def test_b2_a_terminal_that_never_reads_again_does_not_keep_the_program(tmp_path: Path, home: Path) -> None:
    dataset = grained(tmp_path)
    image = dataset.images[0]
    with labeler(dataset.yaml, XTERM, home) as program:
        program.wait_photo(image)
        program.wait_encoded()
        fill_the_line(program)
        os.write(program.terminal._master, b"nx")
        one_label_left(image.label_path)
        process = program.terminal._process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 143, "the program waits for a terminal that does not read"


@pytest.mark.parametrize("profile", [KITTY, XTERM], ids=lambda profile: profile.name)
def test_another_font_keeps_the_photo_where_it_belongs(profile: Profile, tmp_path: Path, home: Path) -> None:
    dataset = draw_dataset(tmp_path / "set", count=1, labelled=True)
    image = dataset.images[0]
    with labeler(dataset.yaml, profile, home) as program:
        terminal = program.terminal
        before = program.wait_photo(image), program.canvas()
        larger = (CELL[0] + 2, CELL[1] + 4)
        terminal.resize(COLS, ROWS, larger)
        terminal.wait_for(lambda: (found := program.find(image)) is not None and found.scale > 2.2)
        terminal.resize(COLS, ROWS, CELL)
        terminal.wait_for(lambda: bool((np.abs(program.canvas().astype(int) - before[1]) <= 2).all()))
        assert program.find(image) == before[0]
        program.leave()


def test_a_slow_line_gets_less_first_and_all_of_it_at_rest(tmp_path: Path, home: Path) -> None:
    dataset = draw_dataset(tmp_path / "set", count=1)
    sent = {}
    for options in ((), ("--low-bandwidth",)):
        with labeler(dataset.yaml, KITTY, home, *options) as program:
            placement = program.wait_photo(dataset.images[0])
            sent[options] = program.terminal.screen.counts["kitty_data"]
            assert program.likeness(dataset.images[0], placement) > 0.97
            program.leave()
    assert sent["--low-bandwidth",] < 0.6 * sent[()]
