"""The program ends in the middle of labeling; the next start has the work."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from datasets import Drawn, DrawnDataset, draw_dataset
from e2e.labeler import SETTINGS, Labeler, labeler, read_boxes
from terminal.profiles import KITTY, PLAIN
from tui.data import recovery
from tui.types.shapes import Box

pytestmark = pytest.mark.e2e

BY_HAND = SETTINGS + "autosave = false\n"
MOVES = 50
IGNORING = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh")
"""Runs a command that begins with SIGHUP ignored, as nohup does."""


@pytest.fixture
def labelled(tmp_path: Path) -> DrawnDataset:
    return draw_dataset(tmp_path / "set", labelled=True)


def in_journal(dataset: DrawnDataset) -> Box | None:
    """The first object of the first image as the journal on disk has it."""
    for left in recovery.find(dataset.root):
        kept = left.images.get(dataset.images[0].path)
        if kept is not None:
            assert isinstance(kept.instances[0].shape, Box)
            return kept.instances[0].shape
    return None


def drag(program: Labeler, image: Drawn, count: int) -> None:
    """Take the first object in hand and move it right by `count` pixels."""
    program.wait_photo(image)
    program.finest_step()
    program.terminal.type("n w")
    for _ in range(count):
        program.terminal.send(b"l" if program.terminal.profile is PLAIN else b"\x1b[108;;108u")


def end_by(program: Labeler) -> int:
    """The process ended although nobody reads from it any more."""
    process = program.terminal._process
    assert process is not None
    return process.wait(60)


def test_b4_kill_9_in_the_middle_of_moving_loses_what_was_not_on_disk_yet_and_no_more(
    labelled: DrawnDataset, home: Path
) -> None:
    image = labelled.images[0]
    content = image.label_path.read_bytes()
    start = image.box(0)[0]
    with labeler(labelled.yaml, PLAIN, home, settings=BY_HAND) as program:
        drag(program, image, MOVES - 10)

        def journalled() -> bool:
            box = in_journal(labelled)
            return box is not None and abs(box.x0 - start - (MOVES - 10)) < 0.5

        program.terminal.wait_for(journalled)  # nobody asked for it: the journal's thread wrote it
        program.terminal.send(b"l" * 10)
        program.terminal.kill(signal.SIGKILL)
        assert program.terminal.wait_exit() == -signal.SIGKILL
    assert image.label_path.read_bytes() == content
    kept = in_journal(labelled)
    assert kept is not None
    moved = round(kept.x0 - start)
    assert MOVES - 10 <= moved <= MOVES
    with labeler(labelled.yaml, PLAIN, home, settings=BY_HAND) as program:
        program.says("Unsaved labels of 1 image", "recover: bring them back")
        program.terminal.press("r")
        program.says("unsaved")
        program.terminal.press("s")
        program.terminal.wait_for(lambda: image.label_path.read_bytes() != content)
        (_, box), _ = read_boxes(image.label_path, image.wh, 2)
        assert box[0] == pytest.approx(start + moved, abs=0.01)
        saved = image.label_path.read_bytes()
        program.terminal.type("u s")
        program.terminal.wait_for(lambda: image.label_path.read_bytes() != saved)
        program.leave()
    (_, box), _ = read_boxes(image.label_path, image.wh, 2)
    assert start - 0.01 <= box[0] < start + moved - 0.5  # undo came back too
    assert not [left for left in recovery.find(labelled.root) if left.unsaved]


@pytest.mark.parametrize("prefix", [pytest.param((), id="b1"), pytest.param(IGNORING, id="b3")])
def test_b1_b3_a_closed_terminal_ends_it_and_the_next_start_has_the_edits(
    labelled: DrawnDataset, home: Path, prefix: tuple[str, ...]
) -> None:
    image = labelled.images[0]
    with labeler(labelled.yaml, KITTY, home, settings=BY_HAND, prefix=prefix) as program:
        drag(program, image, 5)
        program.says("unsaved")
        program.terminal.settle()
        os.close(program.terminal._master)
        program.terminal._master = -1
        assert end_by(program) == 129
    kept = in_journal(labelled)
    assert kept is not None
    assert kept.x0 == pytest.approx(image.box(0)[0] + 5, abs=0.01)
