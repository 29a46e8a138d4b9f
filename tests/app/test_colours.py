"""Class colours."""

from __future__ import annotations

from tui.app.colours import class_colour


def test_first_classes_differ_and_repeat_never_within_a_round() -> None:
    colours = [class_colour(i) for i in range(24)]
    assert len(set(colours[:8])) == 8
    assert len(set(colours)) >= 22


def test_any_class_id_has_a_valid_colour() -> None:
    assert all(0 <= channel <= 255 for i in range(1000) for channel in class_colour(i))
