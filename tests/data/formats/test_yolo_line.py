"""One line of YOLO text, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.formats.yolo_line import MAX_LINE, NotUnderstoodError, format_instance, parse_line
from tui.geometry.boxes import iou
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

sizes = st.tuples(st.integers(10, 12_000), st.integers(10, 12_000))
part = st.floats(0, 1)


@given(sizes, st.lists(part, min_size=4, max_size=4))
def test_boxes_survive_to_a_hundredth_of_a_pixel(image_wh, parts):
    w, h = image_wh
    x0, x1 = sorted(p * w for p in parts[:2])
    y0, y1 = sorted(p * h for p in parts[2:])
    if x1 - x0 < 1 or y1 - y0 < 1:
        return
    box = Box(x0, y0, x1, y1)
    back = parse_line(format_instance(Instance(3, box), image_wh), image_wh)
    assert back.class_id == 3
    assert back.shape.xyxy == pytest.approx(box.xyxy, abs=0.02)
    assert iou(back.shape, box) > 0.9


@given(sizes, st.lists(st.tuples(part, part), min_size=3, max_size=9))
def test_polygons_survive(image_wh, points):
    w, h = image_wh
    polygon = Polygon(((0, 0), (w, 0), (w, h), *((x * w, y * h) for x, y in points)))
    text = format_instance(Instance(0, polygon), image_wh)
    back = parse_line(text, image_wh)
    assert back.source == text
    assert back.shape.bounds.xyxy == pytest.approx(polygon.bounds.xyxy, abs=0.02)
    assert format_instance(Instance(0, back.shape), image_wh) == text


def test_repeated_vertices_are_written_once_but_seams_stay():
    seam = Polygon(((0, 0), (0, 0), (50, 0), (50, 50), (80, 50), (80, 80), (50, 50), (0, 50)))
    numbers = format_instance(Instance(0, seam), (100, 100)).split()
    assert len(numbers) == 1 + 2 * 7
    assert numbers.count("0.800000") == 3


def test_a_line_of_many_megabytes_is_not_taken_apart():
    with pytest.raises(NotUnderstoodError, match="longer than 4 MB"):
        parse_line("0" + " 0.5" * MAX_LINE, (10, 10))


def test_an_endless_word_is_cut_in_the_message():
    with pytest.raises(NotUnderstoodError) as caught:
        parse_line("0 " + "x" * 10_000 + " 0 0 0", (10, 10))
    assert len(str(caught.value)) < 100
