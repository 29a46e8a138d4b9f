"""When two annotations say the same."""

from __future__ import annotations

from dataclasses import replace

from tui.types.instance import Instance, same_annotation
from tui.types.shapes import Box

A = Instance(0, Box(1, 1, 2, 2), "line a")
B = Instance(1, Box(3, 3, 4, 4), None)


def test_equal_lines_or_equal_shapes_say_the_same() -> None:
    assert same_annotation((A, B), (A, B))
    assert same_annotation((A,), (replace(A, shape=Box(1, 1, 2, 2.00001)),))
    assert same_annotation((A,), (replace(A, source=None),))
    assert same_annotation((), ())


def test_order_class_number_and_count_matter() -> None:
    assert not same_annotation((A, B), (B, A))
    assert not same_annotation((A,), (A, A))
    assert not same_annotation((A,), (replace(A, class_id=1),))
    assert not same_annotation((B,), (replace(B, shape=Box(3, 3, 4, 5)),))
