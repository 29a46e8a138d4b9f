"""Models that are opened in a thread of their own, so that the first picture waits for none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Interruptible, Limits, Segmenter, encode_ahead
from tui.pipelines.everything import Batched
from tui.types.instance import Candidate
from tui.types.prompt import Prompt

_T = TypeVar("_T")


class Late(Generic[_T]):
    """Something that is opened once, when it is first wanted. Thread-safe.

    `name` is what is known of it before.
    """

    def __init__(self, name: str, opener: Callable[[], _T]) -> None:
        self.name = name
        self._opener = opener
        self._lock = threading.Lock()
        self._begun = False
        self._done = threading.Event()
        self._opened: _T | None = None
        self._failure: Exception | None = None

    @property
    def opened(self) -> _T | None:
        """It, if it is open already."""
        return self._opened

    def start(self, then: Callable[[], None] = lambda: None) -> None:
        """Open it now; `then` is called in a thread when it is open or has failed."""

        def run() -> None:
            self._open()
            then()

        threading.Thread(target=run, name=f"wait-{self.name}", daemon=True).start()

    def get(self) -> _T:
        """It, opened if need be. Blocks; raises what opening it raised."""
        self._open()
        if self._failure is not None:
            raise self._failure
        assert self._opened is not None
        return self._opened

    def _open(self) -> None:
        """Open it, in a thread that the program does not end before: native code that comes back to an
        interpreter that has gone aborts, and whoever asks may be a lane, which is left behind.
        """

        def run() -> None:
            try:
                self._opened = self._opener()
            except Exception as error:  # kept for whoever asks for it
                self._failure = error
            self._done.set()

        with self._lock:
            mine, self._begun = not self._begun, True
        if mine:
            context = copy_context()
            threading.Thread(target=context.run, args=(run,), name=f"open-{self.name}", daemon=False).start()
        self._done.wait()


class LateSegmenter:
    """A `Segmenter` that is still being opened: whoever encodes or decodes waits for it.

    `provider` and `limits` are asked on the event loop and never block: until it is open nothing is known of
    what it cannot do.
    """

    def __init__(self, late: Late[Segmenter]) -> None:
        self._late = late

    @property
    def name(self) -> str:
        return self._late.name

    @property
    def ready(self) -> bool:
        """Whether it is open."""
        return self._late.opened is not None

    @property
    def provider(self) -> str:
        opened = self._late.opened
        return opened.provider if opened is not None else "loading…"

    @property
    def note(self) -> str:
        """Why it does not run where it was wanted, "" when it does or is not open."""
        return str(getattr(self._late.opened, "note", ""))

    @property
    def fingerprint(self) -> str:
        """Blocks until it is open; raises what opening it raised."""
        return self._late.get().fingerprint

    @property
    def limits(self) -> Limits:
        opened = self._late.opened
        return opened.limits if opened is not None else Limits()

    @property
    def batched(self) -> bool:
        """Whether several prompts are answered in one run."""
        opened = self._late.opened
        return isinstance(opened, Batched) and opened.batched

    def opened(self) -> Segmenter:
        """The model itself. Blocks; raises what opening it raised."""
        return self._late.get()

    def start(self, then: Callable[[], None]) -> None:
        """See `Late.start`."""
        self._late.start(then)

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        return self._late.get().encode(image)

    def encode_ahead(self, image: NDArray[np.uint8]) -> Embedding:
        """Encode an image that nobody waits for yet."""
        return encode_ahead(self._late.get(), image)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        return self._late.get().decode(embedding, prompt)

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        """`decode` of each prompt, in one run where the model can."""
        opened = self._late.get()
        if isinstance(opened, Batched):
            return opened.decode_many(embedding, prompts)
        return tuple(opened.decode(embedding, prompt) for prompt in prompts)

    def interrupt(self) -> None:
        """Stop the encode in progress, if there is one that can be stopped."""
        if isinstance(self._late.opened, Interruptible):
            self._late.opened.interrupt()

    def close(self) -> None:
        """Release the model if it is open; one that is being opened is left to the program's end."""
        if self._late.opened is not None:
            self._late.opened.close()


def opened(segmenter: Segmenter) -> Segmenter:
    """The segmenter behind one that was opened late; blocks until it is open, raises what that raised."""
    return segmenter.opened() if isinstance(segmenter, LateSegmenter) else segmenter


def is_ready(segmenter: Segmenter) -> bool:
    """Whether a segmenter can be asked for its fingerprint without waiting."""
    return segmenter.ready if isinstance(segmenter, LateSegmenter) else True
