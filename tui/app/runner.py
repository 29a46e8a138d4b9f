"""Runs the session's effects in lanes and posts their answers as events.

Answers name images by index at the moment they are posted: while the folder is still being listed an image's
index may move, its path does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from pathlib import Path

from tui.app.ahead import Ahead
from tui.app.embeddings import Embeddings
from tui.app.handwork import Handwork
from tui.app.keeper import Keeper
from tui.app.lanes import Job, Lane, MakeLane
from tui.app.late import LateSegmenter
from tui.app.library import Library
from tui.app.proposer import Finders, Proposer
from tui.app.recheck import Recheck
from tui.app.reviewer import Reviewer
from tui.app.turns import Turns
from tui.errors import ConflictError, TtylabelError
from tui.inference.cancel import Cancel, Interrupted, cancellable
from tui.inference.diskcache import DiskCache
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter, provider_note
from tui.pipelines.segment import segment, trace_candidate
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Task
from tui.types.shapes import Box
from tui.types.text import printable


class Runner:
    """The world outside the session: images, embeddings, masks, label files.

    `post` takes an event from any thread to the event loop. Public methods are called from the event loop.
    `lanes` and `saver` are the threads; `tui.app.headless` gives others that run nothing by themselves.
    """

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        *,
        task: Task,
        memory_bytes: int,
        finders: Finders | None = None,
        disk: DiskCache | None = None,
        post: Callable[[ev.Event | fx.Notify], None],
        on_error: Callable[[BaseException], None],
        lanes: MakeLane = Lane,
        saver: Executor | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._library, self._segmenter, self._task, self._post = library, segmenter, task, post
        self._keeper = keeper or Keeper(library)
        self._embeddings = Embeddings(library, segmenter, memory_bytes, disk)
        self._turns = Turns()
        self._load = lanes("load", ("image",), on_error)
        self._decode = lanes("decode", ("prompt", "trace", *Handwork.SLOTS), on_error)
        self._encode = lanes("encode", ("image", "region"), on_error)
        self._saver = saver or ThreadPoolExecutor(1, "save")
        self._saves: set[Future[None]] = set()
        self._waiting: tuple[fx.Decode, Path] | None = None
        self._front, self._ticket = Path(), 0
        self._on_error = on_error
        self._handwork = Handwork(
            library,
            segmenter,
            self._decode,
            task=task,
            embedding=self._embeddings.ready,
            turn=self._turns.prompt,
            post=post,
            on_error=on_error,
        )
        self._review = lanes("review", ("gather", "seek"), on_error)
        self._reviewer = Reviewer(
            library,
            lane=self._review,
            save=self._submit_save,
            post=post,
            recheck=self._recheck(finders or Finders()),
        )
        self._leaving, self._ahead = Cancel(), Ahead()
        self._proposer = Proposer(
            library,
            segmenter,
            finders or Finders(),
            self._embeddings,
            self._turns,
            task=task,
            post=post,
            reason=self._reason,
            on_error=on_error,
            lanes=lanes,
        )
        if isinstance(segmenter, LateSegmenter):
            segmenter.start(self._opened)

    def _recheck(self, finders: Finders) -> Recheck:
        shared = self._library, self._segmenter, finders, self._embeddings, self._turns
        return Recheck(*shared, task=self._task, reason=self._reason)

    def run(self, effect: fx.Effect) -> None:
        """Start one effect; dialogs, notices and leaving are the app's own and raise TypeError here."""
        match effect:
            case fx.Load():
                path = self._front = self._library.path(effect.index)
                self._waiting = None
                self._proposer.left()
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
            case fx.Preview() | fx.Reshape() | fx.Snap():
                self._handwork.run(effect)
            case fx.Propose():
                self._proposer.propose(effect)
            case fx.Suggest():
                self._proposer.suggest(effect)
            case fx.Cancel():
                self._proposer.cancel()
            case fx.EncodeRegion():
                self._encode_region(effect)
            case fx.Save():
                self._save_next(self._library.path(effect.index), effect)
            case fx.Gather() | fx.Judge() | fx.Seek():
                self._reviewer.run(effect)
            case fx.Record():
                self._keeper.record(self._library.path(effect.index), effect)
            case fx.Accept():
                self._keeper.accept(self._library.path(effect.index), effect.lost)
            case fx.ReadClasses():
                self._submit_save(self._read_classes)
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
        self._leaving.set()
        self._ahead.close()
        self._reviewer.close()
        self._proposer.close()
        for lane in (self._load, self._encode, self._decode, self._review):
            lane.close(0.5)
        self._saver.shutdown(wait=True, cancel_futures=False)
        self._segmenter.close()

    @property
    def busy(self) -> bool:
        """True while anything is loading, encoding, decoding, proposing, read for a review or saving."""
        lanes = (self._load, self._encode, self._decode, self._review, self._proposer)
        return bool(self._saves) or any(lane.busy for lane in lanes)

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
                loaded.past,
                loaded.future,
                loaded.changed,
                loaded.state,
                loaded.note,
            ),
        )

    def _opened(self) -> None:
        """The segmenter is open, or could not be opened: then whoever encodes is told why."""
        limits = self._segmenter.limits
        self._post(ev.ModelReady(limits.missing, limits.max_points))
        if note := provider_note(self._segmenter):
            self._post(fx.Notify(printable(note), "warning"))

    def _encode_now(self, path: Path) -> None:
        """Encode for the person who waits; what runs for images to come makes way."""
        self._embeddings.begin(path)
        self._encode.submit("image", lambda: self._encode_image(path))
        self._ahead.make_way(path)

    def _encode_image(self, path: Path) -> None:
        start = time.perf_counter()
        try:
            with cancellable(self._leaving):
                self._embeddings.bring(path)
        except Interrupted:
            return
        except Exception as error:
            reason = self._reason(error)
            self._embeddings.fail(path, reason)
            self._post_at(path, lambda index: ev.EncodeFailed(index, reason))
            return
        ms = (time.perf_counter() - start) * 1e3
        self._post_at(path, lambda index: ev.Encoded(index, ms))

    def _encode_region(self, effect: fx.EncodeRegion) -> None:
        path, view = self._library.path(effect.index), effect.region
        if view is None:
            self._embeddings.look_at_all()
            self._post(ev.RegionEncoded(effect.index, None))
            return
        self._encode.submit("region", lambda: self._look_into(path, view))
        self._ahead.make_way(path)

    def _look_into(self, path: Path, view: Box) -> None:
        try:
            with cancellable(self._leaving):
                region = self._embeddings.look_into(path, view)
        except Interrupted:
            return
        except Exception as error:
            self._post(fx.Notify(self._reason(error), "error"))
            return
        self._post_at(path, lambda index: ev.RegionEncoded(index, region))

    def _prefetch_job(self, path: Path) -> Job:
        def prefetch() -> None:
            try:
                while not self._encode.waiting("image"):
                    if self._ahead.run(path, lambda: self._embeddings.of(path, ahead=True)):
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
        path = self._front = self._library.path(effect.index)
        self._ticket = effect.ticket
        source = self._embeddings.source(path, effect.prompt)
        if source is None:
            self._waiting = (effect, path)
            self._encode_now(path)
            return
        self._ahead.make_way(None)
        self._decode.submit("prompt", lambda: self._decode_prompt(effect, path, *source))

    def _decode_prompt(
        self, effect: fx.Decode, path: Path, segmenter: Segmenter, embedding: Embedding
    ) -> None:
        try:
            with self._turns.prompt():
                answer = segment(segmenter, embedding, effect.prompt)
        except Exception as error:
            self._post(ev.DecodeFailed(effect.ticket, self._reason(error)))
            return
        self._post(ev.Decoded(effect.ticket, answer.candidates, answer.selected, answer.ms))
        if not self._decode.waiting("prompt"):
            candidate = answer.candidates[answer.selected]
            self._trace(fx.Trace(effect.ticket, answer.selected, candidate, effect.coarseness), path)

    def _run_trace(self, effect: fx.Trace) -> None:
        """A prompt of a hint has no decode before it: only a trace of an older prompt is not wanted."""
        path = self._front
        if effect.ticket >= self._ticket:
            self._decode.submit("trace", lambda: self._trace(effect, path))

    def _trace(self, effect: fx.Trace, path: Path) -> None:
        try:
            wh = self._library.in_hand(path).wh
            traced = trace_candidate(effect.candidate, wh, self._task, effect.coarseness)
        except Exception as error:  # a confirm may wait for the answer
            self._on_error(error)
            traced = None
        self._post(ev.TraceDone(effect.ticket, effect.index, traced, effect.coarseness))

    # Saving

    def _submit_save(self, job: Job) -> None:
        def run() -> None:
            try:
                job()
            except Exception as error:  # an executor keeps it for somebody who never asks
                self._on_error(error)

        future = self._saver.submit(run)
        self._saves.add(future)
        future.add_done_callback(self._saves.discard)

    def _save_next(self, path: Path, effect: fx.Save) -> None:
        self._library.labels.queued(path, +1)

        def job() -> None:
            try:
                self._save(path, effect)
            finally:
                self._library.labels.queued(path, -1)

        self._submit_save(job)

    def _save(self, path: Path, effect: fx.Save) -> None:
        try:
            instances = self._library.save(path, effect.instances)
            self._keeper.saved(path, instances)
        except ConflictError:
            theirs = self._library.labels.theirs(path)
            self._post_at(
                path, lambda index: ev.Conflicted(index, theirs.instances, effect.revision, theirs.blocked)
            )
            return
        except Exception as error:
            reason = self._reason(error)
            self._post_at(path, lambda index: ev.SaveFailed(index, reason, effect.revision))
            return
        self._post_at(path, lambda index: ev.Saved(index, instances, effect.revision))
        self._reviewer.saved(path, len(instances))
        if warning := self._library.stale_cache_warning():
            self._post(fx.Notify(printable(warning), "warning"))

    def _add_class(self, name: str) -> None:
        try:
            names = self._library.add_class(name)
        except TtylabelError as error:
            self._post(fx.Notify(printable(error.sentence), "error"))
            return
        self._post(ev.ClassesChanged(names))

    def _read_classes(self) -> None:
        try:
            self._post(ev.ClassesChanged(self._library.read_classes()))
        except TtylabelError as error:
            self._post(fx.Notify(printable(error.sentence), "error"))

    def _post_at(self, path: Path, event: Callable[[int], ev.Event]) -> None:
        self._library.located(path, lambda index: self._post(event(index)))
