"""The line between program and terminal: questions behind big frames, and the meter of what was sent."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from datasets import DrawnDataset, write_image
from e2e.labeler import Labeler, labeler
from terminal.profiles import FOOT, PLAIN, XTERM, Profile

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    "profile",
    [
        pytest.param(XTERM, id="sixel"),
        pytest.param(FOOT, id="sixel-sync"),
        pytest.param(PLAIN, id="halfblock"),
    ],
)


READOUT = 120
"""Bytes of the meter itself, which may have been written while the key's bytes were still collected."""


def meter(program: Labeler) -> int:
    """Bytes of the last key, once the keys rest."""
    pattern = re.compile(r"([\d,]+) B [\d.]+ ms +\d+% \d+,\d+")
    program.terminal.wait_for(lambda: pattern.search(program.status()) is not None)
    found = pattern.search(program.status())
    assert found is not None
    return int(found[1].replace(",", ""))


@KINDS
def test_a_big_frame_is_answered_for_and_the_answer_is_no_key(
    profile: Profile, dataset: DrawnDataset, home: Path
) -> None:
    # Grain makes every driver's first frame big, and a grey photo's shapes are still found by their colours.
    grain = np.random.default_rng(1).integers(-9, 10, dataset.images[0].rgb.shape)
    write_image(dataset.images[0].path, np.clip(dataset.images[0].rgb + grain, 0, 255).astype(np.uint8))
    with labeler(dataset.yaml, profile, home) as program:
        program.wait_photo(dataset.images[0])
        asked = program.terminal.screen.questions.count("6n")
        assert asked >= 1
        program.terminal.press("l")
        assert program.terminal.screen.questions.count("6n") == asked
        assert program.cursor()[1] == 120
        assert "navigate" in program.status()
        program.leave()


def test_a_terminal_that_never_tells_its_cursor(dataset: DrawnDataset, home: Path) -> None:
    silent = dataclasses.replace(PLAIN, cursor_reports=False)
    with labeler(dataset.yaml, silent, home) as program:
        for image in dataset.images:
            program.wait_photo(image)
            program.terminal.press("d")
        program.leave()


@KINDS
def test_the_meter_counts_pictures_and_text(profile: Profile, dataset: DrawnDataset, home: Path) -> None:
    with labeler(dataset.yaml, profile, home, "-v", "--low-bandwidth") as program:
        program.wait_photo(dataset.images[0])
        for key in ("l", "z", "l"):
            burst = program.terminal.press(key)
            sent = burst.bytes
            program.terminal.wait_for(lambda sent=sent: sent - READOUT <= meter(program) <= sent)
        program.leave()
