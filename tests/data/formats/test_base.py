"""What a label file says of itself."""

from __future__ import annotations

from pathlib import Path

from tui.data.formats.base import Kept, LabelFile, Line
from tui.types.instance import Instance
from tui.types.shapes import Box


def test_a_kept_line_is_one_sentence_with_file_and_line():
    assert str(Kept("a.txt", 3, "a comment")) == "a.txt line 3: a comment"


def test_instances_are_the_understood_lines_in_order():
    first, second = (Instance(k, Box(k, 0, k + 1, 1), str(k)) for k in (1, 2))
    lines = (Line("1", "\n", first), Line("# x", "\n"), Line("", "\n"), Line("2", "", second))
    assert LabelFile(Path("a.txt"), b"", True, b"", lines, "\n", ()).instances == (first, second)
