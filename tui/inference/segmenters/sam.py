"""SAM v1: ViT-H/L/B, MobileSAM and everything else exported in the official decoder's layout.

The decoder's full-size `masks` output is never used. The widespread exports froze its crop to 683 x 1024,
which is wrong for every portrait picture, and it costs time; `low_res_masks` with our own up-sampling
(`geometry.masks`) is right for all of them.

Which masks are offered. A decoder with four masks has one (index 0) for prompts that leave no doubt and three
(1..3: whole, part, subpart) for a prompt that does. One click alone is such a prompt: the three are offered.
Everything else (a box, several clicks, a click on a previous mask) gets index 0 alone, as in the reference
predictor with `multimask_output=False`: in training the three saw first prompts only, so their scores for
a longer prompt cannot be compared with index 0's, and offering them beside it would let a meaningless score
win. A decoder with one mask makes the same choice inside the graph, by the number of prompt tokens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.masks import stability
from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.runtime import SessionOptions, open_session
from tui.inference.segmenters import sam_layout as layout
from tui.inference.segmenters.base import Limits
from tui.inference.store import StoredModel, verify
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import LogitMask

_NEGATIVE, _POSITIVE, _TOP_LEFT, _BOTTOM_RIGHT, _PADDING = 0, 1, 2, 3, -1
"""Point labels of the prompt encoder."""


class Runnable(layout.Graph, Protocol):
    """The part of `runtime.Session` that a segmenter uses."""

    @property
    def provider(self) -> str: ...

    @property
    def note(self) -> str: ...

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.generic]]
    ) -> tuple[NDArray[np.generic], ...]: ...

    def terminate(self) -> None: ...

    def close(self) -> None: ...


def open_sam(model: StoredModel, options: SessionOptions | None = None) -> Sam:
    """Verify and open a manifest's encoder and decoder. Raises ModelError."""
    manifest = model.manifest
    for role in ("encoder", "decoder"):
        manifest.file(role)
    files = verify(model)
    options = options or SessionOptions()
    decoder = open_session(files["decoder"].path, replace(options, spinning=True))
    encoder = open_session(files["encoder"].path, options)
    weights = [file.sha256 for key, file in files.items() if key != "decoder"]
    return Sam(encoder, decoder, name=manifest.name, digest=_digest(*weights), side=manifest.input_side)


class Sam:
    """A SAM v1 encoder and decoder as a `Segmenter`.

    Encoder and decoder are separate sessions, so a decode may run while the next image is encoded.
    """

    def __init__(
        self, encoder: Runnable, decoder: Runnable, *, name: str, digest: str, side: int | None = None
    ) -> None:
        """`digest` identifies the encoder's files; `side` is the model's square where the graph is silent.

        Raises ModelError when the graphs are not in the SAM v1 layout or do not belong together.
        """
        self._decoder_layout = layout.read_decoder(decoder)
        self._encoder_layout = layout.read_encoder(encoder, self._decoder_layout, side=side)
        layout.check_pair(encoder, self._encoder_layout.output, decoder)
        self._encoder, self._decoder = encoder, decoder
        self._name = name
        self._fingerprint = _digest(digest, f"preprocess {preprocess.PREPROCESS_VERSION}")
        side = self._decoder_layout.mask_side
        self._no_mask = np.zeros((1, 1, side, side), np.float32)

    @property
    def name(self) -> str:
        return self._name

    @property
    def provider(self) -> str:
        """The provider of both halves, or "encoder/decoder" when they differ."""
        return "/".join(dict.fromkeys((self._encoder.provider, self._decoder.provider)))

    @property
    def note(self) -> str:
        """Why the provider is not the wanted one, "" when it is."""
        return self._encoder.note or self._decoder.note

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def limits(self) -> Limits:
        return Limits()

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """Raises ModelError when the model fails, `runtime.Interrupted` after `interrupt`."""
        fit = self._fit((image.shape[1], image.shape[0]))
        graph = self._encoder_layout
        feed = preprocess.to_hwc(image, fit) if graph.normalises else preprocess.to_nchw(image, fit)
        (features,) = self._encoder.run([graph.output], {graph.input: feed})
        if not np.isfinite(features).all():
            raise ModelError(f"{self._encoder.label} failed", "its embedding is not finite")
        return Embedding({layout.EMBEDDING: features}, fit.image_wh, self._fingerprint)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Three candidates for one click alone on a four-mask decoder, otherwise one.

        Raises ModelError when the model fails; ValueError for an empty prompt, an embedding of another
        segmenter or a previous mask that is not of this decoder's grid.
        """
        if prompt.empty:
            raise ValueError("an empty prompt has no answer")
        if embedding.encoder != self._fingerprint:
            raise ValueError("the embedding was made by another segmenter")
        fit = self._fit(embedding.image_wh)
        logits, scores = self._answer(embedding, prompt, fit)
        return tuple(
            Candidate(
                LogitMask(logits[i], fit.region, via=fit.side),
                score=float(np.clip(scores[i], 0.0, 1.0)),
                stability=stability(logits[i]),
            )
            for i in _offered(len(scores), prompt)
        )

    def interrupt(self) -> None:
        """Stop the encode in progress, if there is one; it raises `runtime.Interrupted`."""
        self._encoder.terminate()

    def close(self) -> None:
        self._encoder.close()
        self._decoder.close()

    def _fit(self, image_wh: tuple[int, int]) -> preprocess.Fit:
        return preprocess.fit_longest(image_wh, self._encoder_layout.side)

    def _answer(
        self, embedding: Embedding, prompt: Prompt, fit: preprocess.Fit
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The decoder's logits [K, side, side] and scores [K]. Raises ModelError when they make no sense."""
        feeds = self.feeds(embedding, prompt, fit)
        low, quality = self._decoder.run([layout.LOGITS, layout.SCORES], feeds)
        side = self._decoder_layout.mask_side
        if (
            low.shape[-2:] != (side, side)
            or low.size // side**2 != quality.size
            or quality.size not in (1, 4)
        ):
            raise ModelError(
                f"{self._decoder.label} failed", f"its answer has the shapes {low.shape} and {quality.shape}"
            )
        logits = low.reshape(-1, side, side).astype(np.float32, copy=False)
        scores = quality.reshape(-1).astype(np.float32, copy=False)
        if not (np.isfinite(logits).all() and np.isfinite(scores).all()):
            raise ModelError(f"{self._decoder.label} failed", "its answer is not finite")
        return logits, scores

    def feeds(
        self, embedding: Embedding, prompt: Prompt, fit: preprocess.Fit
    ) -> dict[str, NDArray[np.generic]]:
        """The decoder's inputs for a prompt, by name.

        `orig_im_size` is (1, 1): it only drives the up-sampling of the unused `masks`, which then costs
        next to nothing. `has_mask_input` is exactly 0 or 1, because the graph blends with it.
        """
        coordinates, labels = tokens(prompt, fit)
        feeds: dict[str, NDArray[np.generic]] = {
            layout.EMBEDDING: embedding.arrays[layout.EMBEDDING],
            "point_coords": coordinates,
            "point_labels": labels,
            "mask_input": self._mask_input(prompt.previous),
            "has_mask_input": np.array([prompt.previous is not None], np.float32),
        }
        if self._decoder_layout.sized:
            feeds[layout.ORIGINAL_SIZE] = np.ones(2, np.float32)
        return feeds

    def _mask_input(self, previous: LogitMask | None) -> NDArray[np.float32]:
        if previous is None:
            return self._no_mask
        if previous.logits.shape != self._no_mask.shape[2:]:
            raise ValueError("the previous mask was made by another segmenter")
        return previous.logits[None, None]


def tokens(prompt: Prompt, fit: preprocess.Fit) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Prompt tokens: coordinates [1, N, 2] in model pixels and labels [1, N].

    Points in entry order, then the box's corners. Without a box one padding token follows, as the prompt
    encoder of the reference adds it; a missing or an extra one moves the logits by 1 to 78 standard
    deviations.
    """
    coordinates = [(p.x, p.y) for p in prompt.points]
    labels = [_POSITIVE if p.positive else _NEGATIVE for p in prompt.points]
    if prompt.box:
        coordinates += [(prompt.box.x0, prompt.box.y0), (prompt.box.x1, prompt.box.y1)]
        labels += [_TOP_LEFT, _BOTTOM_RIGHT]
    scaled = fit.to_model(np.array(coordinates, np.float64))
    if not prompt.box:
        scaled = np.concatenate([scaled, np.zeros((1, 2), np.float32)])
        labels.append(_PADDING)
    return scaled[None], np.array([labels], np.float32)


def _offered(masks: int, prompt: Prompt) -> range:
    """Indices of the masks that are offered for a prompt; the module's docstring says why."""
    ambiguous = len(prompt.points) == 1 and prompt.box is None and prompt.previous is None
    return range(1, masks) if masks > 1 and ambiguous else range(1)


def _digest(*parts: str) -> str:
    """One short hex digest of several texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
