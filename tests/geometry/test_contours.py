"""Outlines enclose exactly the mask; shapes stay close to it and say what they cannot hold."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tui.geometry.contours import outlines, trace, trace_pixels
from tui.geometry.polygons import rasterize_polygon, rasterize_rings, signed_area
from tui.types.shapes import Box, LogitMask, Polygon


def blob(seed: int, side: int = 200) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(7, 7)).astype(np.float32)
    return cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC) > 0.3


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return np.count_nonzero(a & b) / max(1, np.count_nonzero(a | b))


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
@settings(max_examples=400)
def test_outlines_enclose_exactly_the_pixels(pixels):
    rings = [ring.tolist() for ring in outlines(pixels)[0]]
    assert np.array_equal(rasterize_rings(rings, pixels.shape[::-1]), pixels)


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_outlines_have_corners_only_and_run_along_edges(pixels):
    for ring in outlines(pixels)[0]:
        step = np.roll(ring, -1, axis=0) - ring
        assert ((step == 0).sum(axis=1) == 1).all()
        turns = step[:, 0] * np.roll(step[:, 1], -1) - step[:, 1] * np.roll(step[:, 0], -1)
        assert (turns != 0).all()


def test_one_pixel_is_a_unit_square():
    pixels = np.zeros((9, 9), bool)
    pixels[5, 3] = True
    traced = trace_pixels(pixels, "segment")
    assert traced.box == Box(3, 5, 4, 6)
    assert set(traced.rings[0]) == {(3, 5), (3, 6), (4, 6), (4, 5)}
    assert traced.area == 1
    assert set(traced.shape.points) == set(traced.rings[0])


def test_box_is_half_open_and_plain_floats():
    pixels = np.zeros((50, 60), bool)
    pixels[10:20, 5:45] = True
    traced = trace_pixels(pixels, "detect", origin=(100, 200))
    assert traced.shape == traced.box == Box(105, 210, 145, 220)
    assert all(type(v) is float for v in traced.box.xyxy)
    assert traced.notes == ()


def test_a_rectangle_keeps_its_four_corners():
    pixels = np.zeros((50, 60), bool)
    pixels[10:20, 5:45] = True
    assert len(trace_pixels(pixels, "segment").shape.points) == 4


def test_a_slanted_edge_is_a_line_not_a_stair():
    pixels = np.tri(200, dtype=bool)
    polygon = trace_pixels(pixels, "segment").shape
    assert len(polygon.points) <= 6
    assert iou(rasterize_polygon(polygon.points, (200, 200)), pixels) > 0.99


def test_outer_rings_run_counter_to_holes():
    pixels = np.zeros((30, 30), bool)
    pixels[2:28, 2:28] = True
    pixels[8:14, 8:14] = pixels[20:24, 20:24] = False
    traced = trace_pixels(pixels, "segment")
    areas = [signed_area(np.array(ring)) for ring in traced.rings]
    assert [round(a) for a in areas] == [-676, 36, 16] or [round(a) for a in areas] == [-676, 16, 36]
    assert traced.area == 676 - 52
    assert "2 holes are bridged by a seam" in traced.notes
    assert np.array_equal(rasterize_polygon(traced.shape.points, (30, 30)), pixels)


def test_parts_are_joined_and_said():
    pixels = np.zeros((40, 90), bool)
    pixels[5:35, 5:35] = pixels[10:30, 60:80] = True
    traced = trace_pixels(pixels, "segment")
    assert traced.notes == ("2 parts are joined by seams",)
    assert traced.box == Box(5, 5, 80, 35)
    assert np.array_equal(rasterize_polygon(traced.shape.points, (90, 40)), pixels)


@pytest.mark.parametrize("task", ["detect", "segment"])
def test_specks_do_not_blow_up_the_box(task):
    pixels = np.zeros((100, 100), bool)
    pixels[10:50, 10:50] = True
    pixels[95, 95] = pixels[90:92, 3] = True
    traced = trace_pixels(pixels, task)
    assert traced.box == Box(10, 10, 50, 50)
    assert traced.area == 1600
    assert traced.notes == ("2 specks dropped (3 px in all)",)


def test_tiny_holes_are_filled_in_the_polygon_only():
    pixels = np.ones((60, 60), bool)
    pixels[30, 30] = False
    traced = trace_pixels(pixels, "segment")
    assert len(traced.rings) == 2
    assert len(traced.shape.points) == 4
    assert traced.notes == ("1 tiny hole filled",)


@pytest.mark.parametrize("seed", range(6))
def test_polygon_stays_within_a_pixel_of_the_mask(seed):
    pixels = blob(seed)
    traced = trace_pixels(pixels, "segment")
    exact = rasterize_rings(traced.rings, (200, 200))
    filled = rasterize_polygon(traced.shape.points, (200, 200))
    assert iou(filled, exact) > 0.985
    kernel = np.ones((3, 3), np.uint8)
    assert not (filled & ~cv2.dilate(exact.astype(np.uint8), kernel).astype(bool)).any()
    assert not (cv2.erode(exact.astype(np.uint8), kernel).astype(bool) & ~filled).any()
    assert len(traced.shape.points) < 0.5 * sum(map(len, traced.rings))


def test_more_tolerance_means_fewer_vertices():
    pixels = blob(1)
    counts = [len(trace_pixels(pixels, "segment", tolerance=t).shape.points) for t in (0.5, 1, 2, 5)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_trace_of_logits_lies_in_image_pixels():
    yy, xx = np.mgrid[:256, :256]
    logits = (30 - np.hypot(yy - 96, xx - 128)).astype(np.float32)
    traced = trace(LogitMask(logits, Box(0, 0, 2048, 2048), via=1024), (2048, 1536), "segment")
    assert isinstance(traced.shape, Polygon)
    assert traced.box.center == pytest.approx((1028, 772), abs=2)
    assert traced.area == pytest.approx(np.pi * 240**2, rel=0.01)


def test_an_empty_mask_has_no_trace():
    empty = LogitMask(np.full((64, 64), -1, np.float32), Box(0, 0, 640, 640), via=1024)
    assert trace(empty, (640, 480), "segment") is None


def test_a_mask_of_noise_is_traced_by_its_largest_parts():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (256, 256)).astype(np.float32)
    traced = trace(LogitMask(noise, Box(0, 0, 640, 640), via=1024), (640, 480), "segment")
    assert traced is not None
    assert isinstance(traced.shape, Polygon)
    assert any("dropped" in note for note in traced.notes)
    assert any("64 parts" in note for note in traced.notes)


def test_coarser_outlines_have_fewer_vertices_and_say_what_they_kept() -> None:
    y, x = np.mgrid[:200, :200]
    disc = (np.hypot(x - 100, y - 100) < 80) & ~(np.hypot(x - 60, y - 100) < 20)
    usual = trace_pixels(disc, "segment")
    assert usual is not None
    assert usual.kept is None
    counts, kept = [], []
    for coarseness in (0.5, 2.0, 8.0, 32.0):
        traced = trace_pixels(disc, "segment", coarseness=coarseness, origin=(7, 9))
        assert traced is not None
        assert isinstance(traced.shape, Polygon)
        assert traced.kept is not None
        counts.append(len(traced.shape.points))
        kept.append(traced.kept)
    assert counts == sorted(counts, reverse=True)
    assert kept == sorted(kept, reverse=True)
    assert kept[0] > 0.99
    assert 0.6 < kept[-1] < kept[0]
    box = trace_pixels(disc, "detect", coarseness=4.0)
    assert box is not None
    assert box.kept is None
