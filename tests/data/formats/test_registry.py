"""The registered formats."""

from __future__ import annotations

from tui.data.formats import registry, yolo


def test_yolo_is_the_default_and_names_are_unique():
    assert registry.FORMATS[0] is yolo
    assert len({f.NAME for f in registry.FORMATS}) == len(registry.FORMATS)
