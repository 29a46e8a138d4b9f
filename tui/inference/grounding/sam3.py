"""SAM 3 by text, in the layout that osam and samexporter publish: three graphs and CLIP's vocabulary.

    encoder   image uint8 [3, S, S], stretched, RGB -> vision_pos_enc_0..2, backbone_fpn_0..2
    text      tokens int64 [1, 32] -> text_attention_mask bool [1, 32] (True: no word there),
              text_memory [32, 1, 256], text_embeds
    decoder   those under the names language_mask, language_features, language_embeds, whichever of them it
              has; original_height, original_width int64; box_coords [K, 1, 4], box_labels, box_masks (True:
              no box) -> boxes [N, 4] in pixels, scores [N], masks bool [N, 1, H, W]; or, in newer exports,
              pred_logits, presence_logit_dec, pred_boxes (centre, size in 0..1), pred_masks (logits)

Read from wkentaro/osam `_models/sam3.py` and vietanhdev/samexporter `export_sam3.py`, `sam3_onnx.py`. Each
phrase is a run of the text graph and of the decoder; the picture is encoded once for all. No trained file was
run where this was written: the tests hold it to graphs made by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.nms import class_nms
from tui.inference import preprocess
from tui.inference.grounding.base import GroundingThresholds
from tui.inference.grounding.words import Words
from tui.inference.recognise import describe
from tui.inference.runtime import Session
from tui.types.detections import Detection
from tui.types.shapes import Box, LogitMask

_TEXT_OUTPUTS: Mapping[str, str] = {
    "language_mask": "text_attention_mask",
    "language_features": "text_memory",
    "language_embeds": "text_embeds",
}
"""The decoder's text inputs, and the text graph's outputs where those are not called the same."""

_FINISHED = ("boxes", "scores", "masks")
_RAW = ("pred_logits", "presence_logit_dec", "pred_boxes", "pred_masks")
_USUAL_SIDE = 1008
_CONFIDENCE = 0.5
"""The reference's threshold (`Sam3Processor`), which older exports have inside the graph."""

Arrays = dict[str, NDArray[np.generic]]


class Sam3:
    """A SAM 3 as a `Grounder` whose detections have masks."""

    def __init__(
        self, encoder: Session, text: Session, decoder: Session, words: Words, *, name: str, digest: str
    ) -> None:
        """Raises ModelError when the graphs are not in this layout or do not belong together."""
        self._encoder, self._text, self._decoder, self._words = encoder, text, decoder, words
        self._name, self._digest = name, digest
        self._outputs = next((o for o in (_RAW, _FINISHED) if set(o) <= decoder.outputs.keys()), ())
        if not self._outputs:
            raise ModelError(f"{decoder.label} is no SAM 3 text decoder", describe(decoder))
        self._source = _one_input(encoder)
        self._tokens = _one_input(text)
        self._from_text = {
            name: _text_output(text, decoder, name) for name in _TEXT_OUTPUTS if name in decoder.inputs
        }
        own = {"original_height", "original_width", "box_coords", "box_labels", "box_masks"}
        self._features = tuple(n for n in decoder.inputs if n not in self._from_text and n not in own)
        lacking = [name for name in self._features if name not in encoder.outputs]
        if lacking or not self._features:
            raise ModelError(
                f"{encoder.label} and {decoder.label} do not belong together",
                f"the decoder takes {', '.join(lacking) or 'no image'}",
                "Use the files of one model",
            )

    @property
    def name(self) -> str:
        return self._name

    @property
    def provider(self) -> str:
        return self._encoder.provider

    @property
    def note(self) -> str:
        """Why the provider is not the wanted one, "" when it is."""
        return self._encoder.note or self._decoder.note

    @property
    def fingerprint(self) -> str:
        return self._digest

    def ground(
        self,
        image: NDArray[np.uint8],
        phrases: Sequence[str],
        thresholds: GroundingThresholds | None = None,
    ) -> tuple[Detection, ...]:
        """Every instance that a phrase describes; a box that several phrases describe is given for each."""
        if not phrases:
            raise ValueError("no phrase to look for")
        limits = thresholds or GroundingThresholds(confidence=_CONFIDENCE)
        picture = self._picture(image)
        features = dict(zip(self._features, self._encoder.run(self._features, picture), strict=True))
        image_wh = (image.shape[1], image.shape[0])
        found: list[Detection] = []
        for number, phrase in enumerate(phrases):
            boxes, scores, masks = self._answer(features, phrase, image_wh)
            sized = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
            some = np.flatnonzero((scores > limits.confidence) & sized)
            same = np.zeros(len(some), np.intp)
            for i in some[class_nms(boxes[some], scores[some], same, limits.iou, limit=limits.limit)]:
                mask = LogitMask(_logits(masks[i]), Box(0.0, 0.0, *map(float, image_wh)))
                found.append(Detection(Box(*boxes[i].tolist()), float(scores[i]), number, mask))
        found.sort(key=lambda detection: -detection.score)
        return tuple(found[: limits.limit])

    def bare(self, image: NDArray[np.uint8], phrases: Sequence[str]) -> Callable[[], object]:
        """The runtime calls that a search comes down to, on inputs made ready: for measuring."""
        picture, tokens = self._picture(image), [self._words.ids(phrase) for phrase in phrases]
        features = dict(zip(self._features, self._encoder.run(self._features, picture), strict=True))

        def run() -> None:
            self._encoder.run(self._features, picture)
            for ids in tokens:
                self._decoder.run(self._outputs, self._feeds(features, ids))

        return run

    def interrupt(self) -> None:
        for session in (self._encoder, self._text, self._decoder):
            session.terminate()

    def close(self) -> None:
        for session in (self._encoder, self._text, self._decoder):
            session.close()

    def _picture(self, image: NDArray[np.uint8]) -> Arrays:
        """The picture stretched over the square; normalised only for a graph that takes no bytes."""
        info = self._encoder.inputs[self._source]
        fit = preprocess.fit_stretched((image.shape[1], image.shape[0]), info.shape[-1] or _USUAL_SIDE)
        prepare = preprocess.to_bytes if info.dtype == "uint8" else preprocess.to_nchw_plain
        planes: NDArray[np.generic] = prepare(image, fit)
        return {self._source: planes if len(info.shape) == 4 else planes[0]}

    def _feeds(self, features: Arrays, ids: NDArray[np.int64]) -> Arrays:
        """The decoder's inputs for one phrase and no box.

        The size told is that of the square, not the image's: the graph enlarges its masks to it, and boxes
        are scaled back here. Exports in which tracing froze that size answer the same.
        """
        names = list(self._from_text)
        answers = self._text.run([self._from_text[name] for name in names], {self._tokens: ids})
        side = np.array(self._encoder.inputs[self._source].shape[-1] or _USUAL_SIDE, np.int64)
        slots = self._decoder.inputs["box_coords"].shape[0] if "box_coords" in self._decoder.inputs else 1
        count = slots or 1
        every: Arrays = {
            **features,
            **dict(zip(names, answers, strict=True)),
            "original_height": side,
            "original_width": side,
            "box_coords": np.zeros((count, 1, 4), np.float32),
            "box_labels": np.ones((count, 1), np.int64),
            "box_masks": np.ones((1, count), np.bool_),
        }
        return {name: array for name, array in every.items() if name in self._decoder.inputs}

    def _answer(
        self, features: Arrays, phrase: str, image_wh: tuple[int, int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.generic]]:
        """Boxes [N, 4] in the image, cut to it; scores [N]; masks [N, h, w], bool or logits."""
        feeds = self._feeds(features, self._words.ids(phrase))
        answers = dict(zip(self._outputs, self._decoder.run(self._outputs, feeds), strict=True))
        if self._outputs == _RAW:
            presence = _logistic(np.asarray(answers["presence_logit_dec"], np.float64).reshape(-1)[:1])
            scores = _logistic(np.asarray(answers["pred_logits"], np.float64).reshape(-1)) * presence
            boxes = np.asarray(answers["pred_boxes"], np.float64).reshape(-1, 4)
            corners = np.concatenate(
                [boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], axis=1
            )
            masks = answers["pred_masks"]
        else:
            side = float(self._encoder.inputs[self._source].shape[-1] or _USUAL_SIDE)
            corners = np.asarray(answers["boxes"], np.float64).reshape(-1, 4) / side
            scores, masks = np.asarray(answers["scores"], np.float64).reshape(-1), answers["masks"]
        shape = masks.shape
        flat = masks.reshape(-1, *shape[-2:])
        if (
            not (len(flat) == len(scores) == len(corners))
            or not np.isfinite(scores).all()
            or not np.isfinite(corners).all()
        ):
            raise ModelError(
                f"{self._decoder.label} failed",
                f"its answer has the shapes {corners.shape}, {scores.shape} and {shape}, or is not finite",
            )
        limits = np.array((*image_wh, *image_wh), np.float64)
        return np.clip(corners * limits, 0, limits), scores, flat


def _logits(mask: NDArray[np.generic]) -> NDArray[np.float32]:
    """A mask as logits: as they are, or 1 inside and -1 outside."""
    if mask.dtype == np.bool_:
        return np.where(mask, np.float32(1), np.float32(-1))
    return np.asarray(mask, np.float32)


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1 + np.tanh(values / 2)))


def _one_input(session: Session) -> str:
    if len(session.inputs) != 1:
        raise ModelError(f"{session.label} is no such part of SAM 3", describe(session))
    return next(iter(session.inputs))


def _text_output(text: Session, decoder: Session, name: str) -> str:
    """The text graph's output that feeds a decoder input."""
    for output in (name, _TEXT_OUTPUTS[name]):
        if output in text.outputs:
            return output
    raise ModelError(
        f"{text.label} and {decoder.label} do not belong together",
        f"'{name}' is wanted; {describe(text)}",
        "Use the files of one model",
    )
