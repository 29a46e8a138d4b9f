"""What every segmenter made of an encoder graph and a decoder graph has in common.

A family says how its two graphs are connected (`Wiring`), how an image is laid into the model's square, what
the encoder takes of it and what the decoder takes of a prompt. Running, checking, caching keys and turning
logits into candidates are the same for all.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.masks import stability
from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preference import preferred
from tui.inference.preprocess import Fit
from tui.inference.runtime import Feed, Pinned, Session, SessionOptions, core_count, open_session
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.prompt_rules import check_limits, offered
from tui.inference.signature import Graph
from tui.inference.store import StoredModel, verify
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import LogitMask

Feeds = dict[str, Feed]

_LARGEST_TWICE = 500_000_000
"""Bytes of the largest encoder of which a second copy is opened for work ahead."""


class Runnable(Graph, Protocol):
    """The part of `runtime.Session` that a segmenter uses."""

    @property
    def provider(self) -> str: ...

    @property
    def note(self) -> str: ...

    def pin(self, name: str, array: NDArray[np.generic]) -> Feed: ...

    def run(self, outputs: Sequence[str], feeds: Mapping[str, Feed]) -> tuple[NDArray[np.generic], ...]: ...

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
        self,
        encoder: Runnable,
        decoder: Runnable,
        *,
        name: str,
        digest: str,
        side: int | None = None,
        ahead: Callable[[], Runnable] | None = None,
    ) -> None:
        """`digest` identifies the encoder's files; `side` is the model's square where the graph is silent.

        `ahead` opens the encoder for `encode_ahead`; None: that shares the session of `encode`.

        Raises ModelError when the graphs are not in the family's layout or do not belong together.
        """
        self._encoder, self._decoder = encoder, decoder
        self._ahead: Runnable | None = None
        self._front: tuple[Embedding, Feeds] | None = None
        self._open_ahead = ahead or (lambda: encoder)
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
        """Raises ModelError when the model fails, `Interrupted` after `interrupt` or a set token."""
        return self._encode(self._encoder, image)

    def encode_ahead(self, image: NDArray[np.uint8]) -> Embedding:
        """`encode` on a session of its own that leaves a core free; opened when it is first needed.

        A decode while it runs takes twice its time alone, beside an encoder on all cores three times.
        """
        if self._ahead is None:
            self._ahead = self._open_ahead()
        return self._encode(self._ahead, image)

    def _encode(self, encoder: Runnable, image: NDArray[np.uint8]) -> Embedding:
        fit = self.fit((image.shape[1], image.shape[0]))
        features = self._wiring.features
        answers = encoder.run(list(features.values()), {self._wiring.source: self._picture(image, fit)})
        if not all(np.isfinite(answer).all() for answer in answers):
            raise ModelError(f"{encoder.label} failed", "its embedding is not finite")
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
        feeds = [self._pinned(embedding, self.feeds(embedding, prompt, fit)) for prompt in prompts]
        stacked = _stack(feeds, self._wiring.batch) if self._alike(prompts) else None
        logits, scores = self._answers(feeds, stacked)
        return tuple(self._candidates(prompt, fit, logits[i], scores[i]) for i, prompt in enumerate(prompts))

    def _pinned(self, embedding: Embedding, feeds: Feeds) -> Feeds:
        """The feeds with those that only the image decides where the decoder runs; kept for one image."""
        if self._front is None or self._front[0] is not embedding:
            pins = {name: self._decoder.pin(name, _array(feeds[name])) for name in self._wiring.features}
            self._front = (embedding, pins)
        return {**feeds, **self._front[1]}

    def bare(self, image: NDArray[np.uint8], prompt: Prompt) -> tuple[Callable[[], object], ...]:
        """The runtime calls that an encode and a decode come down to, on inputs made ready: for measuring."""
        fit, wiring = self.fit((image.shape[1], image.shape[0])), self._wiring
        features, picture = list(wiring.features.values()), {wiring.source: self._picture(image, fit)}
        feeds = self.feeds(self.encode(image), prompt, fit)
        wanted = [wiring.logits, wiring.scores]
        return (
            lambda: self._encoder.run(features, picture),
            lambda: self._decoder.run(wanted, feeds),
        )

    def interrupt(self) -> None:
        """Stop the encodes in progress; they raise `Interrupted`."""
        self._encoder.terminate()
        if self._ahead is not None and self._ahead is not self._encoder:
            self._ahead.terminate()

    def close(self) -> None:
        self._encoder.close()
        self._decoder.close()
        if self._ahead is not None:
            self._ahead.close()

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
    decoder = open_session(
        files["decoder"].path, replace(_for_decoder(options), digest=files["decoder"].sha256)
    )
    options = replace(options, digest=files["encoder"].sha256)
    encoder = open_session(files["encoder"].path, options)
    weights = [file.sha256 for key, file in files.items() if key != "decoder"]
    return family(
        encoder,
        decoder,
        name=manifest.name,
        digest=digest_of(*weights),
        side=manifest.input_side,
        ahead=_opener_ahead(files["encoder"].path, encoder, options),
    )


def _for_decoder(options: SessionOptions) -> SessionOptions:
    """Decoders do not run in TensorRT: the size they are fed shapes their output."""
    wish = options.preference or preferred()
    if wish.asked == "TensorRT":
        wish = replace(wish, providers=wish.providers[1:], asked=wish.providers[1])
    return replace(options, spinning=True, preference=wish)


def _opener_ahead(path: Path, encoder: Session, options: SessionOptions) -> Callable[[], Session] | None:
    """What opens an encoder for work ahead; None where the one that is open serves as well.

    It does where threads do not decide the speed, and where a second copy would take too much memory.
    """
    threads = options.threads or core_count()
    if encoder.provider != "CPU" or threads == 1 or path.stat().st_size > _LARGEST_TWICE:
        return None
    return lambda: open_session(path, replace(options, threads=threads - 1))


def digest_of(*parts: str) -> str:
    """One short hex digest of several texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _stack(feeds: Sequence[Feeds], batch: Mapping[str, int]) -> Feeds | None:
    """Several prompts' feeds as one, or None when the graph or their shapes do not allow it."""
    first = feeds[0]
    if len(feeds) == 1:
        return first
    parts = {name: [_array(one[name]) for one in feeds] for name in batch}
    if not batch or any(part.shape != same[0].shape for same in parts.values() for part in same):
        return None
    return {
        name: np.concatenate(parts[name], axis=batch[name]) if name in batch else feed
        for name, feed in first.items()
    }


def _array(feed: Feed) -> NDArray[np.generic]:
    """A feed that a family made, which is never pinned."""
    if isinstance(feed, Pinned):
        raise TypeError("pinned twice")
    return feed
