"""Image to proposals through a detector, alone and with a segmenter."""

from __future__ import annotations

import numpy as np
import pytest

from fakes import FakeSegmenter
from fakes_detect import FakeDetector
from inference import refmodels
from inference.detectors import tinyyolo
from pipelines.boxfiller import BoxFiller, scene
from tui.errors import ModelError
from tui.inference.detectors.base import Thresholds
from tui.inference.detectors.registry import open_detector
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.classmap import class_map
from tui.pipelines.detect import detect
from tui.pipelines.refine import encoder
from tui.types.shapes import Box, Polygon

CLASSES = class_map(("red", "green", "blue"), ("green", "red"))


def test_boxes_in_the_datasets_classes() -> None:
    found = list(detect(FakeDetector(), scene(), CLASSES, "detect"))
    assert {(p.instance.class_id, p.instance.shape) for p in found} == {
        (1, Box(20, 30, 60, 70)),
        (0, Box(100, 10, 180, 90)),
    }
    assert {p.origin for p in found} == {"fake-detector"}


def test_what_leads_nowhere_is_not_looked_for() -> None:
    detector = FakeDetector()
    assert list(detect(detector, scene(), class_map(detector.classes, ("x",)), "detect")) == []
    assert detector.calls == 0
    only = Thresholds(classes=frozenset({0}))
    (one,) = detect(detector, scene(), CLASSES, "detect", thresholds=only)
    assert one.instance.class_id == 1


def test_boxes_become_polygons_through_a_segmenter() -> None:
    image = scene()
    found = list(detect(FakeDetector(), image, CLASSES, "segment", refiner=encoder(BoxFiller(), image)))
    assert len(found) == 2
    for proposal in found:
        assert isinstance(proposal.instance.shape, Polygon)
        assert len(proposal.instance.shape.points) > 4
        assert proposal.origin == "fake-detector + fake"


def test_a_mask_that_does_not_fit_leaves_the_detectors_box() -> None:
    image = scene()
    found = list(detect(FakeDetector(), image, CLASSES, "detect", refiner=encoder(FakeSegmenter(), image)))
    assert {p.instance.shape for p in found} == {Box(20, 30, 60, 70), Box(100, 10, 180, 90)}
    assert all("does not fit" in p.notes[0] for p in found)


def test_with_a_real_segmenter_loose_boxes_become_tight() -> None:
    image = np.zeros((160, 320, 3), np.uint8)
    image[30:130, 90:190] = (200, 180, 40)  # the hand-made detector's car is at (80, 20)-(200, 140)
    detector = tinyyolo.opened(tinyyolo.model(tinyyolo.raw()))
    segmenter = open_segmenter("grabcut")
    classes = class_map(detector.classes, ("car",))
    (car,) = detect(detector, image, classes, "detect", refiner=encoder(segmenter, image))
    assert isinstance(car.instance.shape, Box)
    np.testing.assert_allclose(car.instance.shape.xyxy, (90, 30, 190, 130), atol=3)
    assert car.origin == "tiny + grabcut"


def test_a_segment_head_needs_no_segmenter() -> None:
    detector = open_detector(refmodels.tiny("yolov8n_seg"))
    image = refmodels.sample_image("land")
    found = list(detect(detector, image, class_map(detector.classes, detector.classes), "segment"))
    assert found
    assert all(isinstance(p.instance.shape, Polygon) for p in found)
    for proposal in found:
        box = proposal.instance.shape.bounds
        assert 0 <= box.x0 < box.x1 <= image.shape[1]
        assert 0 <= box.y0 < box.y1 <= image.shape[0]


def test_a_failing_detector_and_a_foreign_map() -> None:
    def fail() -> None:
        raise ModelError("m.onnx failed")

    with pytest.raises(ModelError, match="failed"):
        list(detect(FakeDetector(delay=fail), scene(), CLASSES, "detect"))
    with pytest.raises(ValueError, match="another detector"):
        list(detect(FakeDetector(classes=("x",)), scene(), CLASSES, "detect"))
