"""Whose turn it is to decode: the person's first, then a run that was asked for, then what nobody awaits.

A segmenter's decoder is used by one thread at a time. Patient work asks for a turn for each call of the
model; it gets none while a prompt waits, and what it is at is stopped and begun again when one comes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from tui.inference.cancel import Cancel, Interrupted, cancellable
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Limits, Segmenter
from tui.pipelines.everything import Batched
from tui.types.instance import Candidate
from tui.types.prompt import Prompt

_T = TypeVar("_T")

QUIET_S = 0.5
"""How long nobody must have asked for a mask before work that nobody awaits goes on."""


class Turns:
    """One decoder, shared."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._turn = threading.Condition()
        self._clock = clock
        self._busy = False
        self._prompts = 0
        self._last = clock() - QUIET_S
        self._patient: Cancel | None = None

    @contextmanager
    def prompt(self) -> Iterator[None]:
        """A turn for what a person waits for: the next one, and what is patient makes way at once."""
        with self._turn:
            self._prompts += 1
            patient = self._patient
        if patient is not None:
            patient.set()
        with self._turn:
            self._turn.wait_for(lambda: not self._busy)
            self._prompts -= 1
            self._busy = True
        try:
            yield
        finally:
            with self._turn:
                self._busy, self._last = False, self._clock()
                self._turn.notify_all()

    def patiently(self, work: Callable[[], _T], job: Cancel, *, quiet: float = 0.0) -> _T:
        """`work()` when nobody waits and for `quiet` seconds nobody has; again when a prompt came between.

        Raises Interrupted once `job` is set.
        """
        while True:
            with job.stopping(self._wake):
                attempt = self._enter(job, quiet)
            try:
                with job.stopping(attempt.set), cancellable(attempt):
                    return work()
            except Interrupted:
                if job.is_set:
                    raise
            finally:
                with self._turn:
                    self._busy, self._patient = False, None
                    self._turn.notify_all()

    def _enter(self, job: Cancel, quiet: float) -> Cancel:
        with self._turn:
            while True:
                if job.is_set:
                    raise Interrupted("stopped while it waited for its turn")
                rest = self._last + quiet - self._clock() if quiet else 0.0
                if not self._busy and not self._prompts and rest <= 0:
                    self._busy, self._patient = True, Cancel()
                    return self._patient
                self._turn.wait(rest if rest > 0 else None)

    def _wake(self) -> None:
        with self._turn:
            self._turn.notify_all()


class InTurn:
    """A segmenter whose decoder is used patiently, for one job; a `Segmenter` itself, without an encoder."""

    def __init__(self, segmenter: Segmenter, turns: Turns, job: Cancel, *, quiet: float = 0.0) -> None:
        self._segmenter, self._turns, self._job, self._quiet = segmenter, turns, job, quiet

    @property
    def name(self) -> str:
        return self._segmenter.name

    @property
    def provider(self) -> str:
        return self._segmenter.provider

    @property
    def fingerprint(self) -> str:
        return self._segmenter.fingerprint

    @property
    def limits(self) -> Limits:
        return self._segmenter.limits

    @property
    def batched(self) -> bool:
        """Whether several prompts are answered in one run."""
        return isinstance(self._segmenter, Batched) and self._segmenter.batched

    def encode(self, image: object) -> Embedding:
        """Raises RuntimeError: embeddings come from elsewhere."""
        raise RuntimeError("whoever decodes in turn has the embedding already")

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """As the segmenter's, when it is its turn. Raises Interrupted once the job is stopped."""
        return self._patiently(lambda: self._segmenter.decode(embedding, prompt))

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        """`decode` of each prompt, in one turn where the model can."""
        segmenter = self._segmenter
        if isinstance(segmenter, Batched):
            return self._patiently(lambda: segmenter.decode_many(embedding, prompts))
        return tuple(self.decode(embedding, prompt) for prompt in prompts)

    def close(self) -> None:
        """Nothing: the segmenter belongs to whoever opened it."""

    def _patiently(self, work: Callable[[], _T]) -> _T:
        return self._turns.patiently(work, self._job, quiet=self._quiet)
