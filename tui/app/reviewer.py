"""Serves a review: reads facts, finds images that wait for somebody, and records what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tui.app.lanes import Job, Worker
from tui.app.library import Library
from tui.app.recheck import Recheck
from tui.data.reviewfacts import around, facts_of, next_unlabeled, next_unverified
from tui.data.sidecar import matched
from tui.data.sidecar_records import Origin, State, line_digest
from tui.inference.cancel import Cancel, Interrupted
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.review import ImageFacts

_CHUNK = 1_000
"""Images whose facts are told at once."""

Post = Callable[[ev.Event], None]


class Reviewer:
    """`lane` has the slots "gather" and "seek"; `save` runs a job behind the saves asked for before it.

    `recheck` lets models look at an image's objects, where the filter asks for it.
    """

    def __init__(
        self,
        library: Library,
        *,
        lane: Worker,
        save: Callable[[Job], None],
        post: Post,
        recheck: Recheck,
    ) -> None:
        self._library, self._lane, self._save, self._post = library, lane, save, post
        self._recheck = recheck
        self._job = Cancel()

    def run(self, effect: fx.Gather | fx.Judge | fx.Seek) -> None:
        """Start one effect."""
        match effect:
            case fx.Gather():
                self._job.set()
                job = self._job = Cancel()
                if not effect.stop:
                    self._lane.submit("gather", lambda: self._gather(effect, job))
            case fx.Seek():
                self._lane.submit("seek", lambda: self._seek(effect))
            case fx.Judge():
                path = self._library.path(effect.index)
                self._save(lambda: self._judge(path, effect))

    def close(self) -> None:
        """Whatever is read is no longer wanted."""
        self._job.set()

    def _gather(self, effect: fx.Gather, job: Cancel) -> None:
        with suppress(Interrupted):
            self._read(effect, job)

    def _read(self, effect: fx.Gather, job: Cancel) -> None:
        """Read all images, and let models look where that is asked for; tells more the slower it goes."""
        library, asked = self._library, effect.fresh or effect.rivals
        problem = self._recheck.missing(effect)
        images: list[ImageFacts] = []
        read = 0
        for index, path in enumerate([] if problem else library.paths()):
            if job.is_set:
                return
            found = facts_of(library.dataset, library.sidecar, path, index, empty=effect.rivals)
            if found is not None and asked:
                found, failure = self._recheck.look(path, found, effect, job)
                problem = problem or failure
            images += [found] if found is not None else []
            read = index + 1
            if read % (1 if asked else _CHUNK) == 0:
                self._post(ev.Facts(effect.ticket, tuple(images), read, False))
                images = []
        self._post(ev.Facts(effect.ticket, tuple(images), read, True, problem))

    def saved(self, path: Path, objects: int) -> None:
        """A person's labels are on disk: how many there are; what was checked before is corrected now."""
        sidecar = self._library.sidecar
        before = sidecar.state(path)
        state: State | None = "corrected" if before.state == "accepted" else None
        if sidecar.update(path, state=state, objects=objects) and state is not None:
            self._library.located(path, lambda index: self._post(ev.Judged(index, state, before.note)))

    def _seek(self, effect: fx.Seek) -> None:
        library = self._library
        images = around(library.paths(), effect.index, effect.by)
        found = (
            next_unlabeled(library.dataset, images)
            if effect.what == "unlabeled"
            else next_unverified(library.sidecar, images)
        )
        self._post(ev.Sought(effect.index, effect.what, effect.by, found))

    def _judge(self, path: Path, effect: fx.Judge) -> None:
        sidecar = self._library.sidecar
        state: State | None = next((s for s in _STATES if s == effect.state), None)
        done = sidecar.update(path, state=state, note=effect.note, origins=self._origins(path, effect))
        now = sidecar.state(path)
        problem = (
            "" if done else (sidecar.problems[-1] if sidecar.problems else "Review states are read only here")
        )
        self._library.located(path, lambda index: self._post(ev.Judged(index, now.state, now.note, problem)))

    def _origins(self, path: Path, effect: fx.Judge) -> Sequence[Origin] | None:
        """The image's origins with the lines that were judged marked; None when no line was."""
        if not effect.accepted and not effect.reopened:
            return None
        origins = list(self._library.sidecar.record(path).origins)
        for lines, accepted in ((effect.accepted, True), (effect.reopened, False)):
            for line, origin in zip(lines, matched(origins, lines), strict=True):
                if origin is not None:
                    origins[origins.index(origin)] = replace(origin, accepted=accepted)
                elif accepted:
                    origins.append(Origin(line_digest(line), accepted=True))
        return origins


_STATES: tuple[State, ...] = ("todo", "proposed", "accepted", "corrected", "rejected")
