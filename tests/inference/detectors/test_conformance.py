"""The contract of `Detector`, asked of every layout and of the fake that stands for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes_detect import FakeDetector
from inference import refmodels
from inference.detectors import tinyyolo
from tui.inference.detectors.base import Detector, Thresholds
from tui.inference.detectors.registry import open_detector

SIZES = [(90, 60), (40, 100), (1, 1), (300, 7)]
LOW = Thresholds(confidence=0.01)


def _reference(name: str) -> Callable[[], Detector]:
    return lambda: open_detector(refmodels.tiny(name))


SENSIBLE: dict[str, Callable[[], Detector]] = {
    "fake": FakeDetector,
    "raw": lambda: tinyyolo.opened(tinyyolo.model(tinyyolo.raw())),
    "anchors": lambda: tinyyolo.opened(tinyyolo.model(tinyyolo.anchors())),
    "final": lambda: tinyyolo.opened(tinyyolo.model(tinyyolo.final())),
    "masks": lambda: tinyyolo.opened(
        tinyyolo.model(tinyyolo.raw(extra=tinyyolo.coefficients()), masks=tinyyolo.prototypes())
    ),
    "oriented": lambda: tinyyolo.opened(tinyyolo.model(tinyyolo.raw(extra=tinyyolo.angles()))),
}
"""Detectors that find something; the reference models have random weights and only answer in form."""

ALL = SENSIBLE | {f"reference-{name}": _reference(name) for name in ("yolo11n_det", "yolov8n_seg")}


@pytest.fixture(scope="module", params=ALL)
def any_detector(request: pytest.FixtureRequest) -> Iterator[Detector]:
    detector = ALL[request.param]()
    yield detector
    detector.close()


@pytest.fixture(scope="module", params=SENSIBLE)
def detector(request: pytest.FixtureRequest) -> Iterator[Detector]:
    detector = SENSIBLE[request.param]()
    yield detector
    detector.close()


def picture(wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Noise with a red and a green rectangle."""
    width, height = wh
    image = np.random.default_rng(3).integers(0, 40, (height, width, 3)).astype(np.uint8)
    image[height // 4 : height // 2 + 1, width // 8 : width // 3 + 1] = (230, 20, 10)
    image[height // 2 :, width // 2 :] = (10, 220, 30)
    return image


@pytest.mark.parametrize("wh", SIZES)
def test_detections_are_well_formed(any_detector: Detector, wh: tuple[int, int]) -> None:
    image = picture(wh)
    before = image.copy()
    found = any_detector.detect(image, LOW)
    np.testing.assert_array_equal(image, before)
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    for detection in found:
        assert 0 < detection.score <= 1
        assert 0 <= detection.class_id < len(any_detector.classes)
        assert 0 <= detection.box.x0 < detection.box.x1 <= wh[0]
        assert 0 <= detection.box.y0 < detection.box.y1 <= wh[1]
        assert (detection.mask is not None) == (any_detector.task == "segment")
        assert (detection.outline is not None) == (any_detector.task == "obb")


def test_the_same_image_gets_the_same_answer(any_detector: Detector) -> None:
    first, second = (any_detector.detect(picture((90, 60)), LOW) for _ in range(2))
    assert [(d.box, d.score, d.class_id) for d in first] == [(d.box, d.score, d.class_id) for d in second]


def test_thresholds_are_obeyed(detector: Detector) -> None:
    image = picture((90, 60))
    every = detector.detect(image, LOW)
    assert every
    best = every[0]
    assert [d.score for d in detector.detect(image, Thresholds(0.01, limit=1))] == [best.score]
    only = detector.detect(image, Thresholds(0.01, classes=frozenset({best.class_id})))
    assert {d.class_id for d in only} == {best.class_id}
    assert not detector.detect(image, Thresholds(0.01, classes=frozenset()))
    assert all(d.score > 0.5 for d in detector.detect(image, Thresholds(0.5)))


def test_it_says_what_it_is(any_detector: Detector) -> None:
    assert any_detector.name
    assert any_detector.provider == "CPU"
    assert any_detector.fingerprint
    assert any_detector.classes
    assert any_detector.thresholds.confidence > 0


def test_an_interrupt_without_work_does_nothing(detector: Detector) -> None:
    detector.interrupt()
    assert detector.detect(picture((90, 60)), LOW)
