"""Bars of block characters."""

from __future__ import annotations

import pytest

from tui.cli.bars import bar, bars


@pytest.mark.parametrize(
    ("count", "most", "expected"),
    [(0, 9, ""), (8, 8, "████"), (4, 8, "██"), (5, 8, "██▌"), (1, 9999, "▏"), (0, 0, "")],
)
def test_a_bar_in_eighths(count: int, most: int, expected: str) -> None:
    assert bar(count, most, 4) == expected


def test_names_numbers_and_bars_stand_under_each_other() -> None:
    assert bars([], 40) == []
    assert bars([("a", 1000), ("long\x1b", 0)], 30) == [
        "  a         1,000  ███████████",
        "  long\\x1b      0",
    ]
    assert all(len(line) <= 40 for line in bars([("x" * 90, 7), ("y", 3)], 40))
