"""What every promptable segmenter offers, whatever is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tui.inference.embedding import Embedding
from tui.types.instance import Candidate
from tui.types.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model's graph cannot take; said to the person, and commands are unavailable for that reason."""

    boxes: bool = True
    negative_points: bool = True
    mask_input: bool = True
    max_points: int | None = None

    @property
    def missing(self) -> frozenset[str]:
        """The missing abilities in words."""
        words = {"boxes": self.boxes, "negative points": self.negative_points, "mask input": self.mask_input}
        return frozenset(word for word, there in words.items() if not there)


@runtime_checkable
class Segmenter(Protocol):
    """Encode an image once, decode any number of prompts on its embedding.

    Both calls are blocking and may run in different threads, but each is called by one thread at a time.
    """

    @property
    def name(self) -> str:
        """The manifest's name, for example `grabcut` or `mobile-sam`."""
        ...

    @property
    def provider(self) -> str:
        """What really runs it: `CPU`, `CUDA`, ..."""
        ...

    @property
    def fingerprint(self) -> str:
        """Digest of the encoder's files and preprocessing version; part of every cache key."""
        ...

    @property
    def limits(self) -> Limits: ...

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """`image` is RGB uint8 [H, W, 3], upright."""
        ...

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Candidates in the model's own order (whole, part, subpart where the model has such an order).

        Prompt coordinates are image pixels. An empty prompt raises ValueError; a prompt beyond `limits`
        raises `tui.errors.UsageError` that names the limit.
        """
        ...

    def close(self) -> None:
        """Release sessions and memory."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """A segmenter whose encode can be stopped, so that a prompt need not wait for work done ahead."""

    def interrupt(self) -> None:
        """Stop the encode in progress, if there is one; it raises `tui.inference.cancel.Interrupted`."""
        ...


def provider_note(model: object) -> str:
    """Why an opened model of any kind does not run where that was wanted; "" when it does."""
    return str(getattr(model, "note", ""))


@runtime_checkable
class EncodesAhead(Protocol):
    """A segmenter that has a way to encode which leaves a core free for the person who works."""

    def encode_ahead(self, image: NDArray[np.uint8]) -> Embedding:
        """`Segmenter.encode`, slower and more modest. Called by one thread at a time."""
        ...


def encode_ahead(segmenter: Segmenter, image: NDArray[np.uint8]) -> Embedding:
    """Encode an image that nobody waits for yet."""
    if isinstance(segmenter, EncodesAhead):
        return segmenter.encode_ahead(image)
    return segmenter.encode(image)
