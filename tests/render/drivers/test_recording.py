"""The driver that draws nothing."""

from __future__ import annotations

from render.drawn import CANVAS, FULL, PLAIN
from tui.render.drivers.recording import RecordingDriver


def test_it_remembers_scenes_and_calls() -> None:
    driver = RecordingDriver()
    driver.update(None, PLAIN)
    driver.update(PLAIN, FULL)
    driver.hide(FULL)
    driver.erase()
    assert driver.scenes == [PLAIN, FULL]
    assert driver.calls == ["paint", "update", "hide", "erase"]


def test_it_stands_for_either_kind_of_driver() -> None:
    assert RecordingDriver().under_text
    assert not RecordingDriver(draws_under_text=False).under_text
    assert RecordingDriver().device_wh(CANVAS) == (400, 360)


def test_its_marker_counts_scenes() -> None:
    driver = RecordingDriver()
    assert driver.update(None, PLAIN) != driver.update(PLAIN, PLAIN)
