"""A small network's masks, cut along the edges of the picture.

A decoder in SAM v1's layout answers on a grid of 256 samples for the whole image; a small one also blurs what
it is not sure of. Around its best scored mask a crop is scaled to 80 pixels, as `grabcut_window` does it for
the classical segmenter; the network's logits are the prior of a graph cut there, the clicks its hard seeds.
The answer is the mean of both, so a cut that finds no edge changes little; one that collapses is not taken.
It lies on a grid twice as fine, for the network's detail and for clicks close together. The alternatives to
the best mask stay as the network made them: cutting all three would cost more than the network does. Where
only clicks say what is meant, parts that no click lies on are left out of all of them (`clicked`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.embedding import Embedding
from tui.inference.segmenters.clicked import clicked_parts
from tui.inference.segmenters.grabcut_cut import Logits, look, segment_view
from tui.inference.segmenters.grabcut_mask import CLIP, hold, soft_edge, steadiness, touched
from tui.inference.segmenters.grabcut_prior import FORBIDDEN, measure_previous, seed_map
from tui.inference.segmenters.grabcut_score import mask_iou
from tui.inference.segmenters.grabcut_window import Window, clamp_points, resample, window_over
from tui.inference.segmenters.refined_box import beyond_box, meet
from tui.inference.segmenters.sam import Sam
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

PICTURE = "picture"
"""The embedding's array that holds the image itself, for the crops."""

LARGEST = 1600
"""Longest side of that picture in pixels: more would make embeddings several times as large, in memory and on
disk, for detail that only objects under a hundredth of a large photo's side have."""

_FINER = 2
_OUTSIDE = -8.0


@dataclass(frozen=True, slots=True)
class Blend:
    """How the cut is made and mixed; chosen on the validation photos, see `models/sprout/CARD.md`.

    `gain` turns the network's logits into the prior's log-odds, `reach` bounds them; `share` is the cut's
    part in the answer; under `agreement` (IoU with the network's mask) the cut is not taken; `margin` is the
    crop's, of the mask's size per side. `side` is the cut's grid in pixels; its palette is learned from
    `samples` pixels in `steps` rounds.
    """

    gain: float = 0.8
    reach: float = 5.0
    share: float = 0.5
    agreement: float = 0.55
    margin: float = 0.15
    side: int = 80
    samples: int = 600
    steps: int = 3


class Refined:
    """`Segmenter` made of a SAM v1 pair and a graph cut; see the module's docstring."""

    def __init__(self, inner: Sam, blend: Blend | None = None) -> None:
        self._inner, self._blend = inner, blend or Blend()
        self.limits = inner.limits
        self._front: tuple[Embedding, Embedding] | None = None

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def provider(self) -> str:
        """Of the network; the cut runs on the CPU."""
        return self._inner.provider

    @property
    def note(self) -> str:
        """Why the provider is not the wanted one, "" when it is."""
        return self._inner.note

    @property
    def fingerprint(self) -> str:
        return f"{self._inner.fingerprint}-picture-{LARGEST}"

    @property
    def batched(self) -> bool:
        """Whether `decode_many` answers several prompts in one run."""
        return self._inner.batched

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """The network's embedding and the image (RGB uint8 [H, W, 3]), at `LARGEST` pixels at most.

        Raises ModelError when the model fails, `Interrupted` after `interrupt` or a set token.
        """
        return self._with_picture(self._inner.encode(image), image)

    def encode_ahead(self, image: NDArray[np.uint8]) -> Embedding:
        """`encode` on a session of its own that leaves a core free."""
        return self._with_picture(self._inner.encode_ahead(image), image)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """The network's candidates in its own order, the best scored one cut along the picture's edges.

        Raises as `EncoderDecoder.decode`.
        """
        candidates = self._inner.decode(self._for_network(embedding), self.as_network_sees(embedding, prompt))
        image = np.asarray(embedding.arrays[PICTURE], dtype=np.uint8)
        best = max(candidates, key=lambda candidate: candidate.score)
        return _clicked(
            [
                self._cut(candidate, image, embedding.image_wh, prompt) if candidate is best else candidate
                for candidate in candidates
            ],
            prompt,
        )

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        """The network's own answers to many prompts, uncut: for looking over a whole image."""
        answers = self._inner.decode_many(
            self._for_network(embedding), [self.as_network_sees(embedding, prompt) for prompt in prompts]
        )
        return tuple(_clicked(answer, prompt) for answer, prompt in zip(answers, prompts, strict=True))

    def bare(self, image: NDArray[np.uint8], prompt: Prompt) -> tuple[Callable[[], object], ...]:
        """The network's runtime calls without what is around them and without the cut: for measuring."""
        return self._inner.bare(image, prompt)

    def interrupt(self) -> None:
        """Stop the encodes in progress; they raise `Interrupted`."""
        self._inner.interrupt()

    def close(self) -> None:
        self._inner.close()

    def _with_picture(self, found: Embedding, image: NDArray[np.uint8]) -> Embedding:
        arrays = {**found.arrays, PICTURE: _bounded(image)}
        return Embedding(arrays, found.image_wh, self.fingerprint)

    def _for_network(self, embedding: Embedding) -> Embedding:
        """The network's part of an embedding, the same one as long as the same one is asked for: its decoder
        keeps the last it was given. Raises ValueError when the embedding is another segmenter's.
        """
        if embedding.encoder != self.fingerprint:
            raise ValueError("the embedding was made by another segmenter")
        front = self._front
        if front is None or front[0] is not embedding:
            arrays = {name: array for name, array in embedding.arrays.items() if name != PICTURE}
            front = embedding, Embedding(arrays, embedding.image_wh, self._inner.fingerprint)
            self._front = front
        return front[1]

    def as_network_sees(self, embedding: Embedding, prompt: Prompt) -> Prompt:
        """The prompt with its previous mask on the network's own grid."""
        if prompt.previous is None:
            return prompt
        fit = self._inner.fit(embedding.image_wh)
        side = self._inner.mask_side
        if prompt.previous.region == fit.region and prompt.previous.logits.shape == (side, side):
            return prompt
        logits = resample(prompt.previous, fit.region, (side, side), _OUTSIDE)
        return replace(prompt, previous=LogitMask(logits, fit.region, via=fit.via))

    def _cut(
        self, candidate: Candidate, image: NDArray[np.uint8], image_wh: tuple[int, int], prompt: Prompt
    ) -> Candidate:
        """`image` is the picture for the crops; a candidate and its prompt are in pixels of `image_wh`."""
        shrink = image.shape[1] / image_wh[0], image.shape[0] / image_wh[1]
        mask = replace(candidate.mask, region=_scaled(candidate.mask.region, *shrink))
        points = tuple(Point(p.x * shrink[0], p.y * shrink[1], p.positive) for p in prompt.points)
        points = clamp_points(points, (image.shape[1], image.shape[0]))
        box = _scaled(prompt.box, *shrink) if prompt.box else None
        found = measure_previous(mask)
        if found is None:
            return candidate
        window = window_over(
            found.extent,
            (image.shape[1], image.shape[0]),
            margin=self._blend.margin,
            side=self._blend.side,
        )
        logits = self._blended(window, mask, image, points, box)
        region = _scaled(window.region, 1 / shrink[0], 1 / shrink[1])
        logits = hold(logits, region, clamp_points(prompt.points, image_wh))
        return Candidate(LogitMask(logits, region), candidate.score, steadiness(logits))

    def _blended(
        self,
        window: Window,
        mask: LogitMask,
        image: NDArray[np.uint8],
        points: Sequence[Point],
        box: Box | None,
    ) -> Logits:
        """The network's logits on a grid twice as fine as the window's, mixed with the cut they lead."""
        w, h = window.grid_wh
        fine = replace(window, grid_wh=(_FINER * w, _FINER * h))
        given = fine.resample(mask, _OUTSIDE)
        coarse = cv2.resize(given, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)
        if box is not None:
            beyond = beyond_box(fine, box, points)
            given[beyond] = np.minimum(given[beyond], -1.0)
        given = given.clip(-CLIP, CLIP)
        cut = self._cut_out(window, coarse, window.sample(image), points, box)
        if mask_iou(cut, coarse > 0) < self._blend.agreement:
            return given
        edge = cv2.resize(soft_edge(cut), fine.grid_wh, interpolation=cv2.INTER_LINEAR)
        mixed = ((1 - self._blend.share) * given + self._blend.share * edge).astype(np.float32)
        return mixed if box is None else meet(mixed, given)

    def _cut_out(
        self, window: Window, given: Logits, crop: NDArray[np.uint8], points: Sequence[Point], box: Box | None
    ) -> NDArray[np.bool_]:
        """The cut for which the network's logits `given` are the prior, bool on the window's grid."""
        blend = self._blend
        prior = (blend.gain * given).clip(-blend.reach, blend.reach)
        seeds = seed_map(window, points)
        if box is not None:
            beyond = beyond_box(window, box, points)
            prior[beyond], seeds[beyond] = FORBIDDEN, -1
        return touched(segment_view(look(crop, blend.samples, blend.steps), prior, seeds).mask, seeds)


def _clicked(candidates: Sequence[Candidate], prompt: Prompt) -> tuple[Candidate, ...]:
    """The candidates without what lies apart from the clicks; a box says itself how far the object goes."""
    if prompt.box is not None:
        return tuple(candidates)
    return tuple(replace(one, mask=clicked_parts(one.mask, prompt.points)) for one in candidates)


def _bounded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`image` with no side longer than `LARGEST`; not copied when it has none."""
    shrink = LARGEST / max(image.shape[:2])
    if shrink >= 1:
        return np.ascontiguousarray(image)
    wh = max(1, round(image.shape[1] * shrink)), max(1, round(image.shape[0] * shrink))
    return np.asarray(cv2.resize(image, wh, interpolation=cv2.INTER_AREA), np.uint8)


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down)
