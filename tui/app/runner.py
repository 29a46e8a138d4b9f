"""Runs the session's effects in lanes and posts their answers as events.

Answers name images by index at the moment they are posted: while the folder is still being listed an image's
index may move, its path does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from tui.app.ahead import Ahead
from tui.app.lanes import Job, Lane
from tui.app.library import Library
from tui.errors import TtylabelError
from tui.inference.cache import EmbeddingCache, EmbeddingKey
from tui.inference.embedding import Embedding
from tui.inference.runtime import Interrupted
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.segment import segment, trace_candidate
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Candidate, Task
from tui.types.text import printable


class Runner:
    """The world outside the session: images, embeddings, masks, label files.

    `post` takes an event from any thread to the event loop. Public methods are called from the event loop.
    """

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        *,
        task: Task,
        memory_bytes: int,
        post: Callable[[ev.Event | fx.Notify], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._library, self._segmenter, self._task, self._post = library, segmenter, task, post
        self._cache = EmbeddingCache(memory_bytes)
        self._load = Lane("load", ("image",), on_error)
        self._encode = Lane("encode", ("image",), on_error)
        self._decode = Lane("decode", ("prompt", "trace"), on_error)
        self._saver = ThreadPoolExecutor(1, "save")
        self._saves: set[Future[None]] = set()
        self._waiting: tuple[fx.Decode, Path] | None = None
        self._prompted: tuple[int, Path] = (0, Path())
        self._front: tuple[EmbeddingKey, Embedding] | None = None
        self._on_error = on_error
        self._ahead = Ahead(segmenter)

    def run(self, effect: fx.Effect) -> None:
        """Start one effect; dialogs, notices and leaving are the app's own and raise TypeError here."""
        match effect:
            case fx.Load():
                path = self._library.path(effect.index)
                self._load.submit("image", lambda: self._load_image(path))
            case fx.Encode():
                self._encode_now(self._library.path(effect.index))
            case fx.Prefetch():
                paths = tuple(self._library.path(i) for i in effect.indices)
                self._encode.when_idle(tuple(self._prefetch_job(p) for p in paths))
            case fx.Decode():
                self._run_decode(effect)
            case fx.Trace():
                self._run_trace(effect)
            case fx.Save():
                path = self._library.path(effect.index)
                self._submit_save(lambda: self._save(path, effect))
            case fx.AddClass():
                self._submit_save(lambda: self._add_class(effect.name))
            case _:
                raise TypeError(f"not an effect of the runner: {effect!r}")

    def embedded(self) -> None:
        """The embedding of the image in front is there: decode what waited for it."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._run_decode(waiting[0])

    def not_embedded(self, reason: str) -> None:
        """The image in front cannot be encoded: what waited for it has failed too."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._post(ev.DecodeFailed(waiting[0].ticket, reason))

    def finish_saves(self, seconds: float) -> bool:
        """Wait for label files on their way to disk; False when some are still not there. Blocks."""
        return not wait(self._saves, seconds).not_done

    def close(self) -> None:
        """Stop all lanes. Saves under way are completed."""
        self._ahead.close()
        for lane in (self._load, self._encode, self._decode):
            lane.close(0.5)
        self._saver.shutdown(wait=True, cancel_futures=False)
        self._segmenter.close()

    @property
    def busy(self) -> bool:
        """True while anything is loading, encoding, decoding or saving."""
        return self._load.busy or self._encode.busy or self._decode.busy or bool(self._saves)

    # Loading and encoding

    def _load_image(self, path: Path) -> None:
        try:
            loaded = self._library.load(path)
        except Exception as error:
            reason = self._reason(error)
            self._post_at(path, lambda index: ev.LoadFailed(index, path.name, reason))
            return
        self._post_at(
            path,
            lambda index: ev.Loaded(
                index,
                path.name,
                loaded.picture.wh,
                loaded.instances,
                loaded.has_file,
                loaded.blocked,
                loaded.warning,
            ),
        )

    def _key(self, path: Path) -> EmbeddingKey:
        return EmbeddingKey(self._library.identity(path), self._segmenter.fingerprint)

    def _embedding(self, path: Path) -> Embedding:
        """From memory, or encoded now."""
        key = self._key(path)
        found = self._cache.get(key)
        if found is None:
            found = self._segmenter.encode(self._library.picture(path).rgb)
            self._cache.put(key, found)
        return found

    def _ready_embedding(self, path: Path) -> Embedding | None:
        """The embedding if it is in memory. The one in front is kept even when the cache is too small."""
        key = self._key(path)
        if self._front is not None and self._front[0] == key:
            return self._front[1]
        return self._cache.get(key)

    def _encode_now(self, path: Path) -> None:
        """Encode for the person who waits; what runs for images to come makes way."""
        self._encode.submit("image", lambda: self._encode_image(path))
        self._ahead.make_way(path)

    def _encode_image(self, path: Path) -> None:
        start = time.perf_counter()
        try:
            self._front = (self._key(path), self._embedding(path))
        except Interrupted:
            return  # the program is leaving
        except Exception as error:
            reason = self._reason(error)
            self._post_at(path, lambda index: ev.EncodeFailed(index, reason))
            return
        ms = (time.perf_counter() - start) * 1e3
        self._post_at(path, lambda index: ev.Encoded(index, ms))

    def _prefetch_job(self, path: Path) -> Job:
        def prefetch() -> None:
            try:
                while not self._encode.waiting("image"):
                    if self._ahead.run(path, lambda: self._embedding(path)):
                        return
            except TtylabelError:
                return  # said when the person gets there

        return prefetch

    def _reason(self, error: Exception) -> str:
        """A failure in words. An error of the program itself also goes to the log; either way there is an
        answer, since keys may be waiting for one.
        """
        if isinstance(error, TtylabelError):
            return printable(error.sentence)
        self._on_error(error)
        return printable(f"internal error: {error}")

    # Prompts

    def _run_decode(self, effect: fx.Decode) -> None:
        path = self._library.path(effect.index)
        self._prompted = (effect.ticket, path)
        embedding = self._ready_embedding(path)
        if embedding is None:
            self._waiting = (effect, path)
            self._encode_now(path)
            return
        self._ahead.make_way(None)
        self._decode.submit("prompt", lambda: self._decode_prompt(effect, path, embedding))

    def _decode_prompt(self, effect: fx.Decode, path: Path, embedding: Embedding) -> None:
        try:
            answer = segment(self._segmenter, embedding, effect.prompt)
        except Exception as error:
            self._post(ev.DecodeFailed(effect.ticket, self._reason(error)))
            return
        self._post(ev.Decoded(effect.ticket, answer.candidates, answer.selected, answer.ms))
        if not self._decode.waiting("prompt"):
            self._trace(effect.ticket, answer.selected, answer.candidates[answer.selected], path)

    def _run_trace(self, effect: fx.Trace) -> None:
        ticket, path = self._prompted
        if ticket == effect.ticket:
            self._decode.submit("trace", lambda: self._trace(ticket, effect.index, effect.candidate, path))

    def _trace(self, ticket: int, index: int, candidate: Candidate, path: Path) -> None:
        try:
            traced = trace_candidate(candidate, self._library.picture(path).wh, self._task)
        except Exception as error:  # a confirm may wait for the answer
            self._on_error(error)
            traced = None
        self._post(ev.TraceDone(ticket, index, traced))

    # Saving

    def _submit_save(self, job: Job) -> None:
        future = self._saver.submit(job)
        self._saves.add(future)
        future.add_done_callback(self._saves.discard)

    def _save(self, path: Path, effect: fx.Save) -> None:
        try:
            instances = self._library.save(path, effect.instances)
        except Exception as error:
            reason = self._reason(error)
            self._post_at(path, lambda index: ev.SaveFailed(index, reason, effect.revision))
            return
        self._post_at(path, lambda index: ev.Saved(index, instances, effect.revision))
        if warning := self._library.stale_cache_warning():
            self._post(fx.Notify(printable(warning), "warning"))

    def _add_class(self, name: str) -> None:
        try:
            names = self._library.add_class(name)
        except TtylabelError as error:
            self._post(fx.Notify(printable(error.sentence), "error"))
            return
        self._post(ev.ClassesChanged(names))

    def _post_at(self, path: Path, event: Callable[[int], ev.Event]) -> None:
        index = self._library.index(path)
        if index is not None:
            self._post(event(index))
