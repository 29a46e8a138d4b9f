"""One class, every head: boxes, masks and oriented boxes in image pixels; foreign graphs refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from inference import onnxmini
from inference.detectors import tinyyolo
from tui.errors import ModelError
from tui.geometry.masks import rasterize
from tui.inference.detectors.base import DetectorOptions, Thresholds
from tui.inference.detectors.yolo import Yolo
from tui.inference.runtime import open_session
from tui.types.detections import Detection

WIDE = np.zeros((160, 320, 3), np.uint8)
"""On the 64-pixel canvas: a fifth of its size, with 16 canvas pixels above and below."""


def boxes(found: tuple[Detection, ...]) -> list[tuple[float, ...]]:
    return [tuple(round(v, 3) for v in d.box.xyxy) for d in found]


PLAIN = {
    "raw": tinyyolo.model(tinyyolo.raw()),
    "raw, shapes open": tinyyolo.model(tinyyolo.raw(), symbolic=True),
    "anchors": tinyyolo.model(tinyyolo.anchors()),
    "final": tinyyolo.model(tinyyolo.final()),
    "free input": tinyyolo.model(
        tinyyolo.raw(),
        shape=("b", 3, "h", "w"),
        symbolic=True,
        metadata={"names": "['person', 'car', 'dog']", "imgsz": "64"},
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_boxes_in_image_pixels(name: str) -> None:
    detector = tinyyolo.opened(PLAIN[name])
    assert (detector.classes, detector.task) == (tinyyolo.NAMES, "detect")
    found = detector.detect(WIDE)
    assert boxes(found) == [(210, 0, 300, 160), (80, 20, 200, 140)]
    assert [(d.class_id, d.mask, d.outline) for d in found] == [(0, None, None), (1, None, None)]
    assert [d.score for d in found] == pytest.approx([0.875, 0.75])


def test_a_box_in_the_padding_is_dropped() -> None:
    rows = ((10.0, 2.0, 30.0, 14.0, 0.9, 1), (10.0, 20.0, 30.0, 30.0, 0.8, 0))
    found = tinyyolo.opened(tinyyolo.model(tinyyolo.raw(rows))).detect(WIDE)
    assert [d.class_id for d in found] == [0]


def test_masks_count_inside_their_boxes() -> None:
    content = tinyyolo.model(tinyyolo.raw(extra=tinyyolo.coefficients()), masks=tinyyolo.prototypes())
    detector = tinyyolo.opened(content)
    assert detector.task == "segment"
    person, car = detector.detect(WIDE)
    assert car.mask is not None
    drawn, (x, y) = rasterize(car.mask, (320, 160), car.box)
    assert (x, y) == (80, 20)
    assert drawn[:, : 155 - x].all(), "the prototype ends at canvas x = 32, image x = 160"
    assert not drawn[:, 165 - x :].any()
    assert person.mask is not None
    assert person.mask.logits.size < tinyyolo.GRID**2, "only the cells around the box are kept"


def test_an_empty_mask_drops_its_detection() -> None:
    nothing = tinyyolo.model(tinyyolo.raw(extra=tinyyolo.coefficients()), masks=-abs(tinyyolo.prototypes()))
    assert [d.class_id for d in tinyyolo.opened(nothing).detect(WIDE)] == [0]


@pytest.mark.parametrize(
    ("answer", "metadata"),
    [
        (tinyyolo.raw(extra=tinyyolo.angles()), {"names": "['a', 'b', 'c']", "task": "obb"}),
        (tinyyolo.raw(extra=tinyyolo.angles()), {"names": "['a', 'b', 'c']"}),
        (tinyyolo.final_oriented(), {"names": "['a', 'b', 'c']", "task": "obb"}),
    ],
)
def test_oriented_boxes_become_outlines(answer: np.ndarray, metadata: dict[str, str]) -> None:
    detector = tinyyolo.opened(tinyyolo.model(answer, metadata=metadata))
    assert detector.task == "obb"
    for detection in detector.detect(WIDE):
        assert detection.outline is not None
        assert len(detection.outline.points) >= 4
        assert detection.box == detection.outline.bounds
        assert 0 <= detection.box.x0 < detection.box.x1 <= 320
        assert 0 <= detection.box.y0 < detection.box.y1 <= 160


def test_an_oriented_box_by_numbers() -> None:
    detector = tinyyolo.opened(
        tinyyolo.model(tinyyolo.final_oriented(), metadata={"names": "['a', 'b', 'c']", "task": "obb"})
    )
    (found,) = detector.detect(WIDE)
    assert found.outline is not None
    ring = np.array(found.outline.points)
    assert ring.mean(axis=0) == pytest.approx((160, 80))
    side = ring[1] - ring[0]
    assert np.hypot(*side) == pytest.approx(100)
    assert np.arctan2(side[1], side[0]) == pytest.approx(tinyyolo.ANGLE)
    assert (found.class_id, found.score) == (2, pytest.approx(0.875))


def test_names_and_task_from_the_person() -> None:
    bare = tinyyolo.model(tinyyolo.raw(), metadata={})
    assert tinyyolo.opened(bare).classes == ("class 0", "class 1", "class 2")
    assert tinyyolo.opened(bare, DetectorOptions(names=("a", "b", "c"))).classes == ("a", "b", "c")
    with pytest.raises(ModelError, match="4 classes"):
        tinyyolo.opened(bare, DetectorOptions(names=("a", "b", "c", "d")))
    oriented = tinyyolo.model(tinyyolo.raw(extra=tinyyolo.angles()), metadata={})
    assert tinyyolo.opened(oriented, DetectorOptions(task="obb")).classes == ("class 0", "class 1", "class 2")


def test_a_free_input_takes_the_size_from_the_person_in_whole_strides() -> None:
    content = tinyyolo.model(tinyyolo.raw(), shape=(1, 3, "h", "w"), metadata={})
    detector = tinyyolo.opened(content, DetectorOptions(input_wh=(60, 40)))
    _, fit, _ = detector.answer(WIDE, Thresholds())
    assert fit.canvas_wh == (64, 64)


def test_a_free_input_may_follow_the_image() -> None:
    content = tinyyolo.model(tinyyolo.raw(), shape=(1, 3, "h", "w"), metadata={"imgsz": "64"})
    detector = tinyyolo.opened(content, DetectorOptions(rectangular=True))
    _, fit, _ = detector.answer(WIDE, Thresholds())
    assert fit.canvas_wh == (64, 32)
    fixed = tinyyolo.opened(tinyyolo.model(tinyyolo.raw()), DetectorOptions(rectangular=True))
    assert fixed.answer(WIDE, Thresholds())[1].canvas_wh == (64, 64)


def test_fastsam_is_told_by_its_one_class() -> None:
    rows = np.zeros((37, 84), np.float32)
    content = tinyyolo.model(rows, masks=tinyyolo.prototypes(), metadata={"names": "{0: 'object'}"})
    assert tinyyolo.opened(content).thresholds == Thresholds(confidence=0.4, iou=0.9)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (onnxmini.doubler(), "no RGB image"),
        (tinyyolo.model(tinyyolo.raw(), shape=(8, 3, 64, 64)), "8 images at once"),
        (tinyyolo.model(tinyyolo.raw(), shape=(1, 1, 64, 64)), "no RGB image"),
        (onnxmini.doubler((1, 3, 64, 64)), "list of boxes"),
        (tinyyolo.model(tinyyolo.raw(), metadata={"task": "pose"}), "pose"),
        (tinyyolo.model(np.zeros((300, 2), np.float32)), "no known layout"),
    ],
)
def test_foreign_graphs_are_refused_in_words(content: bytes, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        tinyyolo.opened(content)


def test_a_model_that_answers_nonsense_is_a_failure() -> None:
    answer = tinyyolo.raw()
    answer[0] = np.inf
    with pytest.raises(ModelError, match="finite"):
        tinyyolo.opened(tinyyolo.model(answer)).detect(WIDE)


def test_what_it_says_of_itself() -> None:
    detector = Yolo(open_session(tinyyolo.model(tinyyolo.raw())), name="n", digest="d")
    assert (detector.name, detector.provider, detector.note, detector.fingerprint) == ("n", "CPU", "", "d")
