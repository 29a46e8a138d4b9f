"""PyTorch's answers, reproduced from the exported files: every head that the reference models have."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import refmodels
from tui.geometry.masks import full_mask
from tui.inference.detectors import letterbox, yolo
from tui.inference.detectors.base import Thresholds
from tui.inference.detectors.letterbox import Letterbox
from tui.inference.detectors.prototypes import canvas_mask
from tui.inference.detectors.registry import open_detector
from tui.inference.detectors.yolo import Yolo
from tui.types.shapes import Box

MODELS = {
    "yolo11n_det": "yolo11n_det",
    "yolo11n_det_dynamic": "yolo11n_det",
    "yolo11n_det_nms": "yolo11n_det",
    "yolo26n_det_raw": "yolo26n_det_raw",
    "yolo26n_det_end2end": "yolo26n_det_end2end",
    "yolov8n_seg": "yolov8n_seg",
    "fastsam_s": "fastsam_s",
    "yolo26n_seg_end2end": "yolo26n_seg_end2end",
}
"""Model to the golden file of the same weights."""

SEGMENT = ("yolov8n_seg", "fastsam_s", "yolo26n_seg_end2end")


def thresholds(golden: str) -> Thresholds:
    values = refmodels.golden(golden)
    return Thresholds(confidence=float(values["conf"]), iou=float(values["iou"]))


def opened(model: str) -> Yolo:
    detector = open_detector(refmodels.tiny(model))
    assert isinstance(detector, Yolo)
    return detector


def distance(found: NDArray[np.float64], reference: NDArray[np.generic]) -> float:
    """The largest difference, in pixels, of a reference row (box, score, class) to its nearest equal."""
    worst = 0.0
    for row in reference:
        same = (found[:, 5] == row[5]) & (abs(found[:, 4] - row[4]) < 0.01)
        near = abs(found[same, :4] - row[:4]).max(axis=1, initial=0)
        worst = max(worst, near.min(initial=np.inf))
    return worst


@pytest.mark.parametrize("model", [m for m in MODELS if m != "yolo26n_seg_end2end"])
@pytest.mark.parametrize("image", refmodels.IMAGES)
def test_boxes_scores_and_classes(model: str, image: str) -> None:
    """All boxes, also those without area that random weights give and that a label cannot hold.

    Of yolo26n_seg most masks are empty, so its boxes are compared with their masks below.
    """
    found, fit, _ = opened(model).answer(refmodels.sample_image(image), thresholds(MODELS[model]))
    reference = refmodels.golden(MODELS[model])[f"{image}/boxes"]
    rows = np.column_stack([fit.boxes_to_image(found.boxes), found.scores, found.classes])
    assert len(rows) == len(reference)
    assert distance(rows, reference) < 0.5


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("image", refmodels.IMAGES)
def test_detections_are_the_reference_boxes_that_have_an_area(model: str, image: str) -> None:
    detections = opened(model).detect(refmodels.sample_image(image), thresholds(MODELS[model]))
    rows = np.array([(*d.box.xyxy, d.score, d.class_id) for d in detections]).reshape(-1, 6)
    reference = refmodels.golden(MODELS[model])[f"{image}/boxes"]
    labelled = reference[(reference[:, 2] > reference[:, 0]) & (reference[:, 3] > reference[:, 1])]
    assert len(rows) == len(labelled)
    assert distance(rows, labelled) < 0.5


def reference_masks(golden: str, image: str) -> NDArray[np.bool_]:
    """The first six masks of the reference on the canvas, [n, h, w]."""
    values = refmodels.golden(golden)
    if f"{image}/mask_bits" not in values:
        return np.zeros((0, 1, 1), np.bool_)
    count, height, width = (int(v) for v in values[f"{image}/mask_shape"])
    shape = (min(count, 6), height, width)
    bits = np.unpackbits(values[f"{image}/mask_bits"].astype(np.uint8))[: int(np.prod(shape))]
    return bits.reshape(shape).astype(np.bool_)


@pytest.mark.parametrize("model", SEGMENT)
@pytest.mark.parametrize("image", refmodels.IMAGES)
def test_masks_on_the_canvas(model: str, image: str) -> None:
    found, fit, prototypes = opened(model).answer(refmodels.sample_image(image), thresholds(model))
    assert prototypes is not None
    width, height = fit.canvas_wh
    x, y = np.arange(width), np.arange(height)[:, None]
    drawn = []
    for box, coefficients in zip(found.boxes.tolist(), found.coefficients, strict=True):
        mask = canvas_mask(coefficients, prototypes, Box(*box), fit.canvas_wh)
        if mask is not None:
            inside = (x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3])
            drawn.append(full_mask(mask, fit.canvas_wh) & inside)
    values = refmodels.golden(model)
    areas = sorted(m.sum() for m in drawn)
    assert len(areas) == len(values[f"{image}/boxes"])
    assert areas == pytest.approx(sorted(values.get(f"{image}/mask_area", [])), abs=4, rel=0.01)
    for reference in reference_masks(model, image):
        if reference.sum() > 40:
            overlaps = [(reference & m).sum() / (reference | m).sum() for m in drawn]
            assert max(overlaps) > 0.995


def _bgr(image: NDArray[np.uint8], fit: Letterbox) -> NDArray[np.float32]:
    return letterbox.paint(np.ascontiguousarray(image[..., ::-1]), fit)


def _black(image: NDArray[np.uint8], fit: Letterbox) -> NDArray[np.float32]:
    canvas = letterbox.paint(image, fit).copy()
    canvas[:, :, : fit.top], canvas[:, :, fit.top + fit.inner_wh[1] :] = 0, 0
    canvas[..., : fit.left], canvas[..., fit.left + fit.inner_wh[0] :] = 0, 0
    return canvas


def _nearest(image: NDArray[np.uint8], fit: Letterbox) -> NDArray[np.float32]:
    return letterbox.paint(np.asarray(cv2.resize(image, fit.inner_wh, interpolation=cv2.INTER_NEAREST)), fit)


def _stretched(image: NDArray[np.uint8], fit: Letterbox) -> NDArray[np.float32]:
    whole = np.asarray(cv2.resize(image, fit.canvas_wh, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(whole.transpose(2, 0, 1)[None]).astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("mistake", [_bgr, _black, _nearest, _stretched])
def test_a_typical_mistake_would_be_seen(mistake: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yolo, "paint", mistake)
    worst = 0.0
    for image in refmodels.IMAGES:
        found, fit, _ = opened("yolo11n_det").answer(refmodels.sample_image(image), thresholds("yolo11n_det"))
        rows = np.column_stack([fit.boxes_to_image(found.boxes), found.scores, found.classes])
        worst = max(worst, distance(rows, refmodels.golden("yolo11n_det")[f"{image}/boxes"]))
    assert worst > 1
