"""Boxes: order, clipping, overlap and round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry import boxes
from tui.types.shapes import Box

coordinate = st.integers(-1000, 1000)
corner = st.tuples(coordinate, coordinate)


@given(corner, corner)
def test_corners_in_any_order_span_the_same_box(p, q):
    box = boxes.from_corners(p, q)
    assert box == boxes.from_corners(q, p) == boxes.from_corners((p[0], q[1]), (q[0], p[1]))
    assert box.x0 <= box.x1
    assert box.y0 <= box.y1


@given(corner, corner)
def test_clipping_stays_inside_and_is_idempotent(p, q):
    clipped = boxes.clip(boxes.from_corners(p, q), (640, 480))
    assert 0 <= clipped.x0 <= clipped.x1 <= 640
    assert 0 <= clipped.y0 <= clipped.y1 <= 480
    assert boxes.clip(clipped, (640, 480)) == clipped


@given(corner, corner)
def test_centre_form_round_trips(p, q):
    box = boxes.from_corners(p, q)
    assert boxes.from_cxcywh(*boxes.to_cxcywh(box)) == box


def test_iou():
    a = Box(0, 0, 10, 10)
    assert boxes.iou(a, a) == 1.0
    assert boxes.iou(a, Box(5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert boxes.iou(a, Box(20, 20, 30, 30)) == 0.0
    assert boxes.iou(Box(3, 3, 3, 3), Box(3, 3, 3, 3)) == 0.0


def test_polygon_keeps_the_extent():
    box = Box(1, 2, 5, 9)
    assert boxes.to_polygon(box).bounds == box
    assert len(boxes.to_polygon(box).points) == 4
