"""The YOLO family as exported to ONNX by Ultralytics and those before it; FastSAM is one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.clipping import clip_ring
from tui.geometry.oriented import corners
from tui.inference.detectors.base import DetectorOptions, DetectorTask, Thresholds
from tui.inference.detectors.heads import Found, Head, decode, recognise
from tui.inference.detectors.letterbox import Letterbox, fit_letterbox, paint
from tui.inference.detectors.metadata import Facts, read_facts
from tui.inference.detectors.prototypes import canvas_mask
from tui.inference.runtime import Session
from tui.types.detections import Detection
from tui.types.shapes import Box, LogitMask, Polygon

_USUAL_SIDE = 640
_FASTSAM = Thresholds(confidence=0.4, iou=0.9)
"""FastSAM's own thresholds: parts of objects overlap, so suppression must be mild."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The graph's tensors: `boxes` is the output with the detections, `prototypes` that with masks or ""."""

    input: str
    boxes: str
    prototypes: str
    canvas_wh: tuple[int, int]
    free: bool


class Yolo:
    """One model as a `Detector`."""

    def __init__(
        self, session: Session, *, name: str, digest: str, options: DetectorOptions | None = None
    ) -> None:
        """Raises ModelError when the graph is not in a layout of this family or contradicts the options."""
        options = options or DetectorOptions()
        facts = read_facts(session.metadata, options, session.label)
        self._session, self._name, self._digest = session, name, digest
        self._layout = _read_layout(session, facts)
        self._stride = facts.stride if options.rectangular and self._layout.free else None
        self._head = self._recognise(facts)
        self._classes = _class_names(facts.names, self._head)

    @property
    def name(self) -> str:
        return self._name

    @property
    def provider(self) -> str:
        return self._session.provider

    @property
    def note(self) -> str:
        """Why the provider is not the wanted one, "" when it is."""
        return self._session.note

    @property
    def fingerprint(self) -> str:
        return self._digest

    @property
    def classes(self) -> tuple[str, ...]:
        return self._classes

    @property
    def task(self) -> DetectorTask:
        if self._head.oriented:
            return "obb"
        return "segment" if self._head.coefficients else "detect"

    @property
    def thresholds(self) -> Thresholds:
        return _FASTSAM if self.task == "segment" and self._classes == ("object",) else Thresholds()

    def detect(self, image: NDArray[np.uint8], thresholds: Thresholds | None = None) -> tuple[Detection, ...]:
        """Boxes are cut to the image; one without area (it lay wholly in the padding) is dropped."""
        found, fit, prototypes = self.answer(image, thresholds or self.thresholds)
        if self._head.oriented:
            return tuple(_oriented(found, fit))
        return tuple(_upright(found, fit, prototypes))

    def answer(
        self, image: NDArray[np.uint8], thresholds: Thresholds
    ) -> tuple[Found, Letterbox, NDArray[np.float32] | None]:
        """What the model finds, in canvas pixels, as its reference implementation gives it.

        With it, where the image lies on the canvas, and the prototype masks [M, h, w] of a segment head.
        """
        fit = fit_letterbox((image.shape[1], image.shape[0]), self._layout.canvas_wh, stride=self._stride)
        answer, prototypes = self._run(paint(image, fit))
        if self._fitting(answer.shape, fit.canvas_wh) != self._head:
            raise ModelError(f"{self._session.label} failed", f"its answer has the shape {answer.shape}")
        return decode(answer, self._head, thresholds), fit, prototypes

    def bare(self, image: NDArray[np.uint8]) -> Callable[[], object]:
        """The runtime call that a detection comes down to, on an input made ready: for measuring."""
        fit = fit_letterbox((image.shape[1], image.shape[0]), self._layout.canvas_wh, stride=self._stride)
        canvas = paint(image, fit)
        return lambda: self._run(canvas)

    def interrupt(self) -> None:
        self._session.terminate()

    def close(self) -> None:
        self._session.close()

    def _run(self, canvas: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """The answer [rows, columns] and the prototypes [M, h, w] for one canvas."""
        wanted = [name for name in (self._layout.boxes, self._layout.prototypes) if name]
        outputs = self._session.run(wanted, {self._layout.input: canvas})
        answer, *rest = (output.astype(np.float32, copy=False) for output in outputs)
        if answer.ndim != 3 or any(output.shape[0] != 1 for output in (answer, *rest)):
            raise ModelError(f"{self._session.label} failed", f"its answer has the shape {answer.shape}")
        return answer[0], rest[0][0] if rest else None

    def _recognise(self, facts: Facts) -> Head:
        """The head, from the graph's shapes, or from a run on a grey canvas where they are open."""
        layout, session = self._layout, self._session
        declared = session.outputs[layout.boxes].shape[1:]
        prototypes = session.outputs[layout.prototypes].shape if layout.prototypes else (1, 0)
        if None in declared or prototypes[1] is None:
            width, height = layout.canvas_wh
            answer, masks = self._run(np.full((1, 3, height, width), 0.5, np.float32))
            declared, prototypes = answer.shape, (1, 0 if masks is None else masks.shape[0])
        self._facts, self._coefficients = facts, prototypes[1] or 0
        shape = tuple(int(side or 0) for side in declared)
        head = self._fitting(shape, layout.canvas_wh)
        if head is None:
            raise _no_head(session.label, shape, facts)
        return head

    def _fitting(self, shape: Sequence[int], canvas_wh: tuple[int, int]) -> Head | None:
        """The head of an answer's shape; the task says whether there is an angle, or else the class names."""
        facts, rows, columns = self._facts, *shape
        classes = len(facts.names) if facts.names else None
        oriented = facts.task == "obb" or (
            facts.task is None
            and not self._coefficients
            and classes is not None
            and rows == 5 + classes
            and columns > rows
        )
        return recognise(
            (rows, columns),
            canvas_wh,
            classes=classes,
            coefficients=self._coefficients,
            oriented=oriented,
            finished=facts.finished,
        )


def _read_layout(session: Session, facts: Facts) -> _Layout:
    label = session.label
    if len(session.inputs) != 1:
        raise _foreign(label, f"it has {len(session.inputs)} inputs")
    (source,) = session.inputs.values()
    if len(source.shape) != 4 or source.shape[1] not in (3, None):
        raise _foreign(label, f"its input '{source.name}' is no RGB image")
    if source.shape[0] not in (1, None):
        raise ModelError(
            f"{label} takes {source.shape[0]} images at once", "", "Export it with batch=1 or dynamic axes"
        )
    boxes = [name for name, info in session.outputs.items() if len(info.shape) == 3]
    masks = [name for name, info in session.outputs.items() if len(info.shape) == 4]
    if not boxes:
        raise _foreign(label, "no output is a list of boxes")
    height, width = source.shape[2:]
    wanted = facts.input_wh or (_USUAL_SIDE, _USUAL_SIDE)
    canvas_wh = (
        width or _whole_strides(wanted[0], facts.stride),
        height or _whole_strides(wanted[1], facts.stride),
    )
    segments = facts.task in ("segment", None)
    return _Layout(
        source.name, boxes[0], masks[0] if masks and segments else "", canvas_wh, not (width and height)
    )


def _whole_strides(side: int, stride: int) -> int:
    """The model's grid needs whole cells."""
    return -(-side // stride) * stride


def _upright(found: Found, fit: Letterbox, prototypes: NDArray[np.float32] | None) -> list[Detection]:
    detections = []
    for i, in_image in enumerate(fit.boxes_to_image(found.boxes).tolist()):
        box, mask = Box(*in_image), None
        if box.width <= 0 or box.height <= 0:
            continue
        if prototypes is not None:
            on_canvas = Box(*found.boxes[i].tolist())
            mask = canvas_mask(found.coefficients[i], prototypes, on_canvas, fit.canvas_wh)
            if mask is None:
                continue
            mask = LogitMask(mask.logits, fit.region_to_image(mask.region))
        detections.append(Detection(box, _score(found, i), int(found.classes[i]), mask))
    return detections


def _oriented(found: Found, fit: Letterbox) -> list[Detection]:
    detections = []
    for i, ring in enumerate(fit.to_image(corners(found.boxes))):
        outline = Polygon(clip_ring(ring, fit.image_wh))
        if not outline.points or outline.bounds.area <= 0:
            continue
        detections.append(Detection(outline.bounds, _score(found, i), int(found.classes[i]), outline=outline))
    return detections


def _score(found: Found, index: int) -> float:
    return float(np.clip(found.scores[index], 0.0, 1.0))


def _class_names(names: tuple[str, ...] | None, head: Head) -> tuple[str, ...]:
    return names or tuple(f"class {i}" for i in range(head.classes))


def _no_head(label: str, shape: Sequence[int], facts: Facts) -> ModelError:
    told = f"{len(facts.names)} classes" if facts.names else "an unknown number of classes"
    why = f"it answers with {shape[0]} x {shape[1]} numbers, which fits no head with {told}"
    return ModelError(
        f"{label} is of no known layout",
        why,
        "Give its --detector-names, --detector-size and --detector-task",
    )


def _foreign(label: str, why: str) -> ModelError:
    return ModelError(f"{label} is no YOLO detector", why, "Detectors are ONNX exports of YOLO v5 to 26")
