"""Lets models look at an image's labels for a review: a fresh mask each, and a detector's opinion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tui.app.embeddings import Embeddings
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.app.turns import InTurn, Turns
from tui.data.formats.yolo import read_labels
from tui.errors import TtylabelError, UsageError
from tui.inference.cancel import Cancel, cancellable
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.classmap import class_map
from tui.pipelines.detect import detect
from tui.pipelines.recheck import disagreements, fresh_agreement, share_of
from tui.session import effects as fx
from tui.types.instance import Instance, Task
from tui.types.review import ImageFacts, ObjectFacts


class Recheck:
    """Blocks: it belongs in a lane of its own. Prompts of the person come between its runs of the decoder."""

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        finders: Finders,
        embeddings: Embeddings,
        turns: Turns,
        *,
        task: Task,
        reason: Callable[[Exception], str],
    ) -> None:
        self._library, self._segmenter, self._finders = library, segmenter, finders
        self._embeddings, self._turns, self._task = embeddings, turns, task
        self._reason = reason

    def missing(self, effect: fx.Gather) -> str:
        """Why models cannot look as asked, in words, or an empty text."""
        if effect.rivals and self._finders.detector is None:
            return "There is no detector to disagree: --detector names one"
        return ""

    def look(self, path: Path, facts: ImageFacts, effect: fx.Gather, job: Cancel) -> tuple[ImageFacts, str]:
        """What is known of an image and what models say of it, and in words what failed.

        Raises Interrupted once `job` is set.
        """
        try:
            with cancellable(job):
                return self._looked(path, facts, effect, job), ""
        except (TtylabelError, OSError) as error:
            return facts, self._reason(error)

    def _looked(self, path: Path, facts: ImageFacts, effect: fx.Gather, job: Cancel) -> ImageFacts:
        wh = self._library.picture(path).wh
        # Not through the library, which would take this reading for what the person saw last.
        instances = read_labels(self._library.dataset.label_path(path), wh).instances
        if effect.fresh:
            facts = replace(facts, objects=self._masked(path, facts.objects, instances, job))
        if effect.rivals:
            facts = replace(facts, objects=self._contested(path, facts.objects, instances))
        return facts

    def _masked(
        self, path: Path, objects: tuple[ObjectFacts, ...], instances: tuple[Instance, ...], job: Cancel
    ) -> tuple[ObjectFacts, ...]:
        shapes = {instance.source: instance.shape for instance in instances}
        segmenter = InTurn(self._segmenter, self._turns, job)
        embedding = self._embeddings.of(path, ahead=True) if objects else None
        return tuple(
            replace(one, fresh_iou=fresh_agreement(segmenter, embedding, shapes[one.line]))
            if embedding is not None and one.line in shapes
            else one
            for one in objects
        )

    def _contested(
        self, path: Path, objects: tuple[ObjectFacts, ...], instances: tuple[Instance, ...]
    ) -> tuple[ObjectFacts, ...]:
        late = self._finders.detector
        if late is None:
            return objects
        detector, picture = late.get(), self._library.picture(path)
        classes = class_map(detector.classes, self._library.dataset.classes.names, self._finders.rules)
        if not classes.used:
            raise UsageError(
                "The detector has no class of the dataset's",
                "",
                "--map 'its class -> yours' says which is which",
            )
        found = list(detect(detector, picture.rgb, classes, self._task))
        known = {target for target in classes.targets if target is not None}
        rivals, extra = disagreements(instances, found, known)
        by_line = {instances[index].source: rival for index, rival in rivals.items()}
        contested = tuple(replace(one, rival=by_line.get(one.line)) for one in objects)
        unlabelled = tuple(
            ObjectFacts("", rival.class_id, share_of(rival.shape, picture.wh), rival=rival)
            for rival in extra
            if rival.class_id is not None and rival.shape is not None
        )
        return contested + unlabelled
