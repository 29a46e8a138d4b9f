"""Every head is told by its shape and gives the same boxes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.detectors import tinyyolo
from tui.errors import ModelError
from tui.inference.detectors import heads
from tui.inference.detectors.base import Thresholds
from tui.inference.detectors.heads import Head, decode, recognise

SQUARE = (640, 640)


@pytest.mark.parametrize(
    ("shape", "known", "head"),
    [
        ((84, 8400), {"classes": 80}, Head("raw", 80)),
        ((84, 8400), {"classes": None}, Head("raw", 80)),
        ((116, 8400), {"classes": 80, "coefficients": 32}, Head("raw", 80, 32)),
        ((116, 8400), {"classes": None, "coefficients": 32}, Head("raw", 80, 32)),
        ((20, 8400), {"classes": 15, "oriented": True}, Head("raw", 15, oriented=True)),
        ((25200, 85), {"classes": 80}, Head("anchors", 80)),
        ((25200, 85), {"classes": None}, Head("anchors", 80)),
        ((25200, 117), {"classes": 80, "coefficients": 32}, Head("anchors", 80, 32)),
        ((25200, 6), {"classes": 1}, Head("anchors", 1)),
        ((25200, 6), {"classes": None}, Head("anchors", 1)),
        ((25500, 6), {"classes": 1}, Head("anchors", 1)),
        ((300, 6), {"classes": 80}, Head("final", 80)),
        ((300, 6), {"classes": 1}, Head("final", 1)),
        ((300, 6), {"classes": None}, Head("final", 1)),
        ((25200, 6), {"classes": 1, "finished": True}, Head("final", 1)),
        ((300, 38), {"classes": 80, "coefficients": 32}, Head("final", 80, 32)),
        ((300, 7), {"classes": 15, "oriented": True}, Head("final", 15, oriented=True)),
        ((5, 8400), {"classes": 1}, Head("raw", 1)),
        ((84, 8400), {"classes": 3}, None),
        ((300, 7), {"classes": 80}, None),
        ((4, 8400), {"classes": None}, None),
        ((25200, 5), {"classes": None}, None),
    ],
)
def test_shapes(shape: tuple[int, int], known: dict[str, int], head: Head | None) -> None:
    # An anchor head has 25,200 boxes on three grids of this canvas and 25,500 on four.
    assert recognise(shape, SQUARE, **known) == head


HEADS = {
    "raw": (tinyyolo.raw(), Head("raw", 3)),
    "anchors": (tinyyolo.anchors(), Head("anchors", 3)),
    "final": (tinyyolo.final(), Head("final", 3)),
}


@pytest.mark.parametrize("name", HEADS)
def test_all_heads_say_the_same(name: str) -> None:
    answer, head = HEADS[name]
    found = decode(answer, head, Thresholds())
    assert found.classes.tolist() == [0, 1]
    np.testing.assert_allclose(found.scores, (0.875, 0.75), rtol=1e-6)
    np.testing.assert_allclose(found.boxes, [tinyyolo.ROWS[2][:4], tinyyolo.ROWS[0][:4]], atol=1e-5)


@pytest.mark.parametrize("name", HEADS)
def test_thresholds(name: str) -> None:
    answer, head = HEADS[name]
    assert decode(answer, head, Thresholds(confidence=0.1)).classes.tolist() == [0, 1, 2]
    assert decode(answer, head, Thresholds(confidence=0.1, classes=frozenset({2, 1}))).classes.tolist() == [
        1,
        2,
    ]
    assert decode(answer, head, Thresholds(limit=1)).classes.tolist() == [0]
    assert decode(answer, head, Thresholds(confidence=0.99)).boxes.shape == (0, 4)


def test_mild_suppression_keeps_the_second_car() -> None:
    assert decode(tinyyolo.raw(), Head("raw", 3), Thresholds(iou=0.95)).classes.tolist() == [0, 1, 1]


def test_of_too_many_boxes_the_best_enter_suppression(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "_MOST_BOXES", 2)
    found = decode(tinyyolo.raw(), Head("raw", 3), Thresholds(confidence=0.1, iou=1.0))
    np.testing.assert_allclose(found.scores, (0.875, 0.75))


def test_objectness_counts_before_it_is_multiplied() -> None:
    answer = tinyyolo.anchors()
    answer[:, 4] = 0.2
    assert not len(decode(answer, Head("anchors", 3), Thresholds()).scores)


@pytest.mark.parametrize(
    ("answer", "form", "scores"),
    [
        (tinyyolo.raw(extra=tinyyolo.angles()), "raw", [0.875, 0.75]),
        (tinyyolo.final_oriented(), "final", [0.875]),
    ],
)
def test_oriented_boxes_keep_centre_size_and_angle(
    answer: NDArray[np.float32], form: str, scores: list[float]
) -> None:
    found = decode(answer, Head(form, 3, oriented=True), Thresholds())
    assert found.scores.tolist() == scores
    assert found.boxes.shape == (len(scores), 5)
    assert set(found.boxes[:, 4].tolist()) == {tinyyolo.ANGLE}


def test_coefficients_follow_their_boxes() -> None:
    found = decode(tinyyolo.raw(extra=tinyyolo.coefficients()), Head("raw", 3, 32), Thresholds())
    assert found.coefficients[:, 0].tolist() == [-1, 1]
    assert found.coefficients.shape == (2, 32)


def test_an_answer_that_is_not_finite_is_a_failure() -> None:
    answer = tinyyolo.raw()
    answer[5, 3] = np.nan
    with pytest.raises(ModelError, match="finite"):
        decode(answer, Head("raw", 3), Thresholds())
