"""Pipelines at work for the app: what was asked for, and what is found ahead for hints to stand on.

One lane runs them, so that a detector, a run over everything and the search ahead never work at once. They
share the segmenter's decoder with the prompts (`app.turns`), which always come first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from tui.app.embeddings import Embeddings
from tui.app.lanes import Lane, MakeLane
from tui.app.late import Late, opened
from tui.app.library import Library
from tui.app.turns import QUIET_S, InTurn, Turns
from tui.errors import TtylabelError, UsageError
from tui.inference.cancel import Cancel, Interrupted, cancellable
from tui.inference.detectors.base import Detector
from tui.inference.grounding.base import Grounder
from tui.inference.grounding.prompt import parse_text_prompt
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.detect import detect
from tui.pipelines.everything import EverythingOptions, Found, Progress, Wish, everything, suited
from tui.pipelines.ground import ground
from tui.pipelines.openclasses import OpenClasses, open_classes, open_phrases
from tui.pipelines.refine import Refiner, tighten
from tui.pipelines.salience import most_salient
from tui.pipelines.segment import ranked, trace_candidate
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.proposals import Kind, Proposed, light
from tui.types.detections import Proposal
from tui.types.instance import Task
from tui.types.text import printable

_Model = TypeVar("_Model")

AHEAD = EverythingOptions(side=8, min_score=0.0, min_stability=0.0, max_iou=0.6)
"""What is looked at ahead: few clicks, and the best of what they give, whatever the model's scores mean."""

BATCH = 16
"""Clicks in one run of the decoder: a prompt waits for no more of them."""

READY = 40
"""How much of that is kept: letters for more would hide the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Finders:
    """The models that look for objects by themselves, None where there is none, and the settings.

    `rules` map the detector's classes to the dataset's (`pipelines.classmap`).
    """

    detector: Late[Detector] | None = None
    grounder: Late[Grounder] | None = None
    everything: Wish = field(default_factory=Wish)
    rules: tuple[str, ...] = ()


class Proposer:
    """Runs `Propose` and `Suggest`; `post` takes the answers from any thread.

    Public methods are called from the event loop.
    """

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        finders: Finders,
        embeddings: Embeddings,
        turns: Turns,
        *,
        task: Task,
        post: Callable[[ev.Event], None],
        reason: Callable[[Exception], str],
        on_error: Callable[[BaseException], None],
        lanes: MakeLane = Lane,
    ) -> None:
        self._library, self._segmenter, self._finders = library, segmenter, finders
        self._embeddings, self._turns, self._task = embeddings, turns, task
        self._post, self._reason = post, reason
        self._lane = lanes("propose", ("asked", "ahead"), on_error)
        self._asked, self._ahead = Cancel(), Cancel()
        self._sought: tuple[fx.Suggest, Path] | None = None
        self._keys = itertools.count(1)

    def propose(self, effect: fx.Propose) -> None:
        """Begin a run; one that is at work makes way, and so does the search ahead, which is begun again."""
        path = self._library.path(effect.index)
        self._asked.set()
        self._ahead.set()
        job = self._asked = Cancel()
        self._lane.submit("asked", lambda: self._run(effect, path, job))
        if self._sought is not None:
            self._seek(*self._sought)

    def suggest(self, effect: fx.Suggest) -> None:
        """Look at the image in front when nothing else is to do."""
        self._ahead.set()
        self._seek(effect, self._library.path(effect.index))

    def cancel(self) -> None:
        """Stop the run at work."""
        self._asked.set()

    def left(self) -> None:
        """Another image comes to the front."""
        self._asked.set()
        self._ahead.set()
        self._sought = None

    @property
    def busy(self) -> bool:
        """True while a run or the search ahead is at work."""
        return self._lane.busy

    def close(self) -> None:
        """Stop all work and release the models."""
        self.left()
        self._lane.close(0.5)
        for late in (self._finders.detector, self._finders.grounder):
            if late is not None and late.opened is not None:
                late.opened.close()

    # What was asked for

    def _run(self, effect: fx.Propose, path: Path, job: Cancel) -> None:
        try:
            with cancellable(job):
                note = self._take(effect, path, job)
        except Interrupted:
            return  # nobody waits for it any more
        except Exception as error:
            self._post(ev.ProposalsEnded(effect.ticket, self._reason(error)))
            return
        self._post(ev.ProposalsEnded(effect.ticket, "", note))

    def _take(self, effect: fx.Propose, path: Path, job: Cancel) -> str:
        """Post what a run finds, one by one; returns what else there is to say."""
        if effect.kind == "everything":
            self._everything(effect, path, job)
            return ""
        if effect.kind == "tighten":
            self._tighten(effect, path, job)
            return ""
        proposals, classes = self._by_model(effect, path, job)
        for proposal in proposals:
            one = self._named(proposal, effect.kind, classes)
            self._post(ev.ProposalsFound(effect.ticket, (one,)))
            if job.is_set:
                raise Interrupted("stopped between two proposals")
        return classes.note

    def _by_model(
        self, effect: fx.Propose, path: Path, job: Cancel
    ) -> tuple[Iterator[Proposal], OpenClasses]:
        image, refiner = self._library.picture(path).rgb, self._refiner(path, job)
        if effect.kind == "detector":
            detector = _needed(self._finders.detector).get()
            classes = open_classes(detector.classes, effect.classes, self._finders.rules)
            return detect(detector, image, classes.map, self._task, refiner=refiner), classes
        prompt = parse_text_prompt(effect.text)
        grounder = _needed(self._finders.grounder).get()
        classes = open_phrases(prompt, effect.classes)
        return ground(grounder, image, prompt, classes.map, self._task, refiner=refiner), classes

    def _refiner(self, path: Path, job: Cancel) -> Refiner:
        segmenter = InTurn(self._segmenter, self._turns, job)
        return Refiner(segmenter, lambda: self._embeddings.wait(path, job))

    def _named(self, proposal: Proposal, kind: Kind, classes: OpenClasses) -> Proposed:
        class_id, label = classes.of(proposal.instance.class_id)
        return Proposed(
            next(self._keys),
            kind,
            proposal.instance.shape,
            proposal.score,
            printable(proposal.origin),
            class_id,
            printable(label),
            proposal.stability,
            tuple(map(printable, proposal.notes)),
        )

    def _tighten(self, effect: fx.Propose, path: Path, job: Cancel) -> None:
        instances = effect.instances
        for better in tighten(instances, self._refiner(path, job), self._task, outlines=effect.outlines):
            old = instances[better.index]
            one = Proposed(
                next(self._keys),
                "tighten",
                better.instance.shape,
                better.score,
                self._segmenter.name,
                old.class_id,
                stability=better.stability,
                replaces=old,
            )
            self._post(ev.ProposalsFound(effect.ticket, (one,), done=better.index + 1, total=len(instances)))

    def _everything(self, effect: fx.Propose, path: Path, job: Cancel) -> None:
        """Post what stands after every row of the grid: what is new, and what something better displaced."""
        shown: dict[int, tuple[Found, Proposed | None]] = {}

        def progress(state: Progress) -> None:
            stands = {id(found.candidate): found for found in state.found}
            gone = [shown.pop(key)[1] for key in list(shown) if key not in stands]
            fresh = {
                key: (found, self._offered(found, "everything", path))
                for key, found in stands.items()
                if key not in shown
            }
            shown.update(fresh)
            self._post(
                ev.ProposalsFound(
                    effect.ticket,
                    tuple(light(one) for _, one in fresh.values() if one is not None),
                    frozenset(one.key for one in gone if one is not None),
                    state.done,
                    state.total,
                )
            )

        options = suited(opened(self._segmenter), self._finders.everything)
        self._search(path, job, replace(options, batch=BATCH), progress)

    def _search(
        self,
        path: Path,
        job: Cancel,
        options: EverythingOptions,
        progress: Callable[[Progress], None],
        *,
        quiet: float = 0.0,
    ) -> None:
        """`everything` in the region that is looked into, else in the whole image."""
        region = self._embeddings.region(path)
        segmenter: Segmenter = self._segmenter if region is None else region[0]
        embedding = self._embeddings.wait(path, job) if region is None else region[1]
        everything(
            InTurn(segmenter, self._turns, job, quiet=quiet),
            embedding,
            options,
            area=None if region is None else region[0].region,
            progress=progress,
        )

    def _offered(self, found: Found, kind: Kind, path: Path) -> Proposed | None:
        """A find at full resolution, with all masks of its click; None when nothing of it is left there."""
        traced = trace_candidate(found.candidate, self._library.in_hand(path).wh, self._task)
        if traced is None:
            return None
        return Proposed(
            next(self._keys),
            kind,
            traced.shape,
            found.candidate.score,
            self._segmenter.name,
            stability=found.candidate.stability,
            notes=traced.notes,
            point=found.point,
            candidates=ranked(found.answers, found.candidate),
            traced=traced,
        )

    # What is found ahead

    def _seek(self, effect: fx.Suggest, path: Path) -> None:
        self._sought = sought = effect, path
        job = self._ahead = Cancel()

        def seek() -> None:
            if self._look_ahead(effect, path, job) and self._sought is sought:
                self._sought = None

        self._lane.submit("ahead", seek)

    def _look_ahead(self, effect: fx.Suggest, path: Path, job: Cancel) -> bool:
        """A few clicks, and what the detector finds, best first; whether it came to its end.

        Failures are said when somebody asks.
        """
        latest: tuple[Proposed, ...] = ()
        try:
            with cancellable(job):
                latest = named = self._detected(effect, path)
                self._post(ev.Suggested(effect.ticket, named, ended=False))
                traced: dict[int, tuple[Found, Proposed | None]] = {}
                wh = self._library.picture(path).wh

                def progress(state: Progress) -> None:
                    nonlocal latest
                    best = most_salient(state.found, wh, READY)
                    for found in best:
                        if id(found.candidate) not in traced:
                            traced[id(found.candidate)] = found, self._offered(found, "hints", path)
                    offers = (traced[id(found.candidate)][1] for found in best)
                    latest = (*named, *(one for one in offers if one))
                    self._post(ev.Suggested(effect.ticket, latest, state.done, state.total, ended=False))

                self._search(path, job, AHEAD, progress, quiet=QUIET_S)
        except Interrupted:
            return False
        except TtylabelError:
            pass
        self._post(ev.Suggested(effect.ticket, latest))
        return True

    def _detected(self, effect: fx.Suggest, path: Path) -> tuple[Proposed, ...]:
        """What the detector finds, as boxes of its own: refining them is left to who takes one."""
        if self._finders.detector is None:
            return ()
        detector = self._finders.detector.get()
        classes = open_classes(detector.classes, effect.classes, self._finders.rules)
        found = detect(detector, self._library.picture(path).rgb, classes.map, self._task)
        return tuple(self._named(proposal, "hints", classes) for proposal in found)


def _needed(late: Late[_Model] | None) -> Late[_Model]:
    """The session asks for a run only where there is a model for it."""
    if late is None:
        raise UsageError("There is no model for this", "", "Name one on the command line")
    return late
