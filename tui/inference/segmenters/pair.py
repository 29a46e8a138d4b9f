"""What every segmenter made of an encoder graph and a decoder graph has in common.

A family says how its two graphs are connected (`Wiring`), how an image is laid into the model's square, what
the encoder takes of it and what the decoder takes of a prompt. Running, checking, caching keys and turning
logits into candidates are the same for all.

Which masks are offered. A decoder with four masks has one (index 0) for prompts that leave no doubt and three
(1..3: whole, part, subpart) for a prompt that does. One click alone is such a prompt: the three are offered.
Everything else (a box, several clicks, a click on a previous mask) gets index 0 alone, as in the reference
predictors with `multimask_output=False`: in training the three saw first prompts only, so their scores for
a longer prompt cannot be compared with index 0's, and offering them beside it would let a meaningless score
win. A decoder with one or three masks made that choice when it was exported: all it gives are offered.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError, UsageError
from tui.geometry.masks import stability
from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.runtime import SessionOptions, open_session
from tui.inference.segmenters.base import Limits
from tui.inference.signature import Graph
from tui.inference.store import StoredModel, verify
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import LogitMask

Feeds = dict[str, NDArray[np.generic]]

_WITH_SINGLE = 4
"""Masks of a decoder that gives the single mask and the three alternatives."""


class Runnable(Graph, Protocol):
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


@dataclass(frozen=True, slots=True)
class Wiring:
    """How a pair's graphs are connected.

    `source` is the encoder's input; `features` maps the decoder's inputs to the encoder's outputs; `logits`
    and `scores` are the decoder's outputs. `mask_side` is the side of the logits' grid, None where only an
    answer shows it. `batch` names the axis along which prompts are stacked, for each input that depends on
    what they say; empty where the graph takes one prompt at a time.
    """

    source: str
    features: Mapping[str, str]
    logits: str
    scores: str
    mask_side: int | None = None
    batch: Mapping[str, int] = field(default_factory=dict)


class EncoderDecoder(ABC):
    """An encoder and a decoder as a `Segmenter`; a family is a subclass.

    They are separate sessions, so a decode may run while the next image is encoded.
    """

    limits = Limits()

    def __init__(
        self, encoder: Runnable, decoder: Runnable, *, name: str, digest: str, side: int | None = None
    ) -> None:
        """`digest` identifies the encoder's files; `side` is the model's square where the graph is silent.

        Raises ModelError when the graphs are not in the family's layout or do not belong together.
        """
        self._encoder, self._decoder = encoder, decoder
        self._name = name
        self._wiring = self._connect(side)
        version = f"preprocess {preprocess.PREPROCESS_VERSION} {side or ''}"
        self._fingerprint = digest_of(digest, version, *sorted(self._wiring.features))

    @abstractmethod
    def _connect(self, side: int | None) -> Wiring:
        """Read the layout from both graphs. Raises ModelError when it is not the family's."""

    @abstractmethod
    def fit(self, image_wh: tuple[int, int]) -> Fit:
        """How an image of that size lies in the model's square."""

    @abstractmethod
    def _picture(self, image: NDArray[np.uint8], fit: Fit) -> NDArray[np.generic]:
        """The encoder's input."""

    @abstractmethod
    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        """The decoder's inputs for one prompt, by name."""

    def _alike(self, prompts: Sequence[Prompt]) -> bool:
        """Whether one run can answer all of these, as far as the prompts decide it."""
        return len({prompt.previous is None for prompt in prompts}) == 1

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
    def batched(self) -> bool:
        """Whether `decode_many` answers several prompts in one run."""
        return bool(self._wiring.batch)

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """Raises ModelError when the model fails, `runtime.Interrupted` after `interrupt`."""
        fit = self.fit((image.shape[1], image.shape[0]))
        features = self._wiring.features
        answers = self._encoder.run(list(features.values()), {self._wiring.source: self._picture(image, fit)})
        if not all(np.isfinite(answer).all() for answer in answers):
            raise ModelError(f"{self._encoder.label} failed", "its embedding is not finite")
        return Embedding(dict(zip(features, answers, strict=True)), fit.image_wh, self._fingerprint)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Candidates in the model's own order.

        Raises ModelError when the model fails; UsageError for a prompt beyond `limits`; ValueError for an
        empty prompt, an embedding of another segmenter or a previous mask not of this decoder's grid.
        """
        return self.decode_many(embedding, (prompt,))[0]

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        """`decode` of each prompt: in one run where the graph takes several and they have the same form."""
        if embedding.encoder != self._fingerprint:
            raise ValueError("the embedding was made by another segmenter")
        if not prompts:
            return ()
        for prompt in prompts:
            check_limits(self._name, self.limits, prompt)
        fit = self.fit(embedding.image_wh)
        feeds = [self.feeds(embedding, prompt, fit) for prompt in prompts]
        stacked = _stack(feeds, self._wiring.batch) if self._alike(prompts) else None
        logits, scores = self._answers(feeds, stacked)
        return tuple(self._candidates(prompt, fit, logits[i], scores[i]) for i, prompt in enumerate(prompts))

    def interrupt(self) -> None:
        """Stop the encode in progress, if there is one; it raises `runtime.Interrupted`."""
        self._encoder.terminate()

    def close(self) -> None:
        self._encoder.close()
        self._decoder.close()

    def _candidates(
        self, prompt: Prompt, fit: Fit, logits: NDArray[np.float32], scores: NDArray[np.float32]
    ) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                LogitMask(logits[i], fit.region, via=fit.via),
                score=float(np.clip(scores[i], 0.0, 1.0)),
                stability=stability(logits[i]),
            )
            for i in offered(len(scores), prompt)
        )

    def _answers(
        self, feeds: Sequence[Feeds], stacked: Feeds | None
    ) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
        """Logits [K, h, w] and scores [K] for each of the feeds; `stacked` is all as one, if possible."""
        found = (
            [self._answer(one, 1) for one in feeds]
            if stacked is None
            else [self._answer(stacked, len(feeds))]
        )
        return [low for logits, _ in found for low in logits], [one for _, scores in found for one in scores]

    def _answer(self, feeds: Feeds, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits [count, K, h, w] and scores [count, K]. Raises ModelError when they make no sense."""
        low, quality = self._decoder.run([self._wiring.logits, self._wiring.scores], feeds)
        side = self._wiring.mask_side or low.shape[-1]
        if (
            low.ndim < 3
            or low.shape[-2:] != (side, side)
            or not quality.size
            or quality.size % count
            or low.size != quality.size * side**2
        ):
            raise ModelError(
                f"{self._decoder.label} failed", f"its answer has the shapes {low.shape} and {quality.shape}"
            )
        logits = low.reshape(count, -1, side, side).astype(np.float32, copy=False)
        scores = quality.reshape(count, -1).astype(np.float32, copy=False)
        if not (np.isfinite(logits).all() and np.isfinite(scores).all()):
            raise ModelError(f"{self._decoder.label} failed", "its answer is not finite")
        return logits, scores


Family = TypeVar("Family", bound=EncoderDecoder)


def open_pair(model: StoredModel, family: type[Family], options: SessionOptions | None = None) -> Family:
    """Verify and open a manifest's encoder and decoder as one of the families. Raises ModelError."""
    manifest = model.manifest
    for role in ("encoder", "decoder"):
        manifest.file(role)
    files = verify(model)
    options = options or SessionOptions()
    decoder = open_session(files["decoder"].path, replace(options, spinning=True))
    encoder = open_session(files["encoder"].path, options)
    weights = [file.sha256 for key, file in files.items() if key != "decoder"]
    return family(encoder, decoder, name=manifest.name, digest=digest_of(*weights), side=manifest.input_side)


def check_limits(name: str, limits: Limits, prompt: Prompt) -> None:
    """Raise ValueError for an empty prompt, UsageError that names the limit for one the model cannot take."""
    if prompt.empty:
        raise ValueError("an empty prompt has no answer")
    if prompt.box and not limits.boxes:
        raise UsageError(
            f"'{name}' takes no boxes", "its graph has no input for them", "Give a click instead"
        )
    if not limits.negative_points and not all(p.positive for p in prompt.points):
        raise UsageError(
            f"'{name}' takes no negative points", "the model has none", "Give positive points or a box"
        )
    if prompt.previous and not limits.mask_input:
        raise UsageError(f"'{name}' takes no mask input", "its graph has no input for it")
    count = len(prompt.points) + (2 if prompt.box else 0)
    if limits.max_points is not None and count > limits.max_points:
        raise UsageError(
            f"'{name}' takes at most {limits.max_points} points",
            f"these are {count}, the two corners of a box included",
            "Remove some",
        )


def previous_logits(prompt: Prompt, side: int) -> NDArray[np.float32]:
    """The previous mask as a decoder takes it, [1, 1, side, side]: the logits as they were, or zeros.

    Raises ValueError for a mask of another grid.
    """
    if prompt.previous is None:
        return np.zeros((1, 1, side, side), np.float32)
    if prompt.previous.logits.shape != (side, side):
        raise ValueError("the previous mask was made by another segmenter")
    return prompt.previous.logits[None, None]


def has_previous(prompt: Prompt) -> NDArray[np.float32]:
    """`has_mask_input`: exactly 0 or 1, because the graphs blend with it."""
    return np.array([prompt.previous is not None], np.float32)


def offered(masks: int, prompt: Prompt) -> range:
    """Indices of the masks that are offered for a prompt; the module's docstring says why."""
    if masks != _WITH_SINGLE:
        return range(masks)
    ambiguous = len(prompt.points) == 1 and prompt.box is None and prompt.previous is None
    return range(1, masks) if ambiguous else range(1)


def digest_of(*parts: str) -> str:
    """One short hex digest of several texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _stack(feeds: Sequence[Feeds], batch: Mapping[str, int]) -> Feeds | None:
    """Several prompts' feeds as one, or None when the graph or their shapes do not allow it."""
    first = feeds[0]
    if len(feeds) == 1:
        return first
    if not batch or any(one[name].shape != first[name].shape for one in feeds for name in batch):
        return None
    return {
        name: np.concatenate([one[name] for one in feeds], axis=batch[name]) if name in batch else array
        for name, array in first.items()
    }
