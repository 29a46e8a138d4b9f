"""What a person says about a detector's file, as text."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.told import told, told_size


def test_what_is_empty_stays_with_the_file() -> None:
    assert told() == DetectorOptions()
    assert told_size(DetectorOptions()) == ""


def test_text_becomes_options_and_a_size_text_again() -> None:
    options = told(("car", "dog"), "1280x736", "obb")
    assert options == DetectorOptions(names=("car", "dog"), input_wh=(1280, 736), task="obb")
    assert told_size(options) == "1280x736"
    assert told(size=" 640 ").input_wh == (640, 640)


@pytest.mark.parametrize("size", ["0", "640x", "-1", "640x0", "99999", "1e3", "six", "640 x 640"])
def test_a_size_that_cannot_be(size: str) -> None:
    with pytest.raises(UsageError, match="input size"):
        told(size=size)


def test_a_task_that_cannot_be_names_those_that_can() -> None:
    with pytest.raises(UsageError) as caught:
        told(task="pose")
    assert "detect, segment, obb" in caught.value.sentence
