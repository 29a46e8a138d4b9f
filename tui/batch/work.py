"""One image through the pipeline and onto the disk, in three steps that may run in three threads.

    load    decode the image, read its labels, see whether there is anything to do
    infer   the models
    store   merge with what is labelled, record where it comes from, write the label file

Where instances come from is recorded before the label file is written: killed in between, an instance without
a label is forgotten, but a label without an origin would be taken for a person's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tui.batch.models import Models
from tui.batch.recipe import About, Outcome, Recipe, Result, Task
from tui.data.atomic import write_checked
from tui.data.formats.yolo import LabelFile, format_instance, read_labels, render, save_labels
from tui.data.image import DecodedImage, read_image
from tui.data.sidecar import ImageRecord, Sidecar, matched
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import ConflictError, InputError, ModelError, SaveError, UsageError
from tui.pipelines.merge import merge
from tui.pipelines.refine import Tightened
from tui.types.detections import Proposal
from tui.types.instance import Instance
from tui.types.shapes import Box

REPLACED = "replaced"
"""Folder beside the records in which `--existing replace` keeps the label files it replaced."""

_JUDGED = ("accepted", "corrected")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A task whose image is decoded and whose labels are read."""

    task: Task
    picture: DecodedImage
    labels: LabelFile
    record: ImageRecord


@dataclass(frozen=True, slots=True, eq=False)
class Inferred:
    """What the models offer for an image; `tightened` belong to instances by their index."""

    loaded: Loaded
    proposals: tuple[Proposal, ...]
    tightened: tuple[Tightened, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an image's instances become, and where the new ones come from, by their position."""

    instances: tuple[Instance, ...]
    origins: dict[int, Origin]


class Worker:
    """Does tasks by a recipe. `targets` maps the models' classes to the dataset's.

    Label files are written inside `root` only; `run` names the run among the replaced files.
    """

    def __init__(
        self, models: Models, sidecar: Sidecar, *, targets: Sequence[int | None], root: Path, run: str
    ) -> None:
        self._models, self._sidecar = models, sidecar
        self._targets, self._root, self._run = tuple(targets), root, run
        self._about: About = models.about

    @property
    def _recipe(self) -> Recipe:
        return self._models.recipe

    def do(self, task: Task) -> Result:
        """All steps of one task."""
        loaded = self.load(task)
        if isinstance(loaded, Result):
            return loaded
        inferred = self.infer(loaded)
        return inferred if isinstance(inferred, Result) else self.store(inferred)

    def load(self, task: Task) -> Loaded | Result:
        """The decoded image and its labels, or the result where there is nothing to infer."""
        recipe, image, labelled = self._recipe, Path(task.image), _has_labels(task)
        keep = recipe.existing == "keep" and recipe.mode != "tighten"
        if keep and labelled:
            return Result(task.key, "kept", "it is labelled")
        if recipe.mode == "tighten" and not labelled:
            return Result(task.key, "nothing", "it has no labels")
        record = self._sidecar.record(image)
        if recipe.existing != "replace" and record.image.state == "rejected":
            return Result(task.key, "kept", "a person rejected the image")
        if keep and record.image.state in _JUDGED:
            return Result(task.key, "kept", "a person found nothing in it")
        try:
            picture = read_image(image, max_bytes=recipe.max_bytes, max_pixels=recipe.max_pixels)
            return Loaded(task, picture, read_labels(Path(task.label), picture.wh), record)
        except InputError as error:
            if not image.exists():
                return Result(task.key, "gone")
            return Result(task.key, "failed", error.sentence)

    def infer(self, loaded: Loaded) -> Inferred | Result:
        """The models' answer, or the result when one of them fails."""
        start = time.perf_counter()
        proposals: list[Proposal] = []
        tightened: list[Tightened] = []
        try:
            if self._recipe.mode == "tighten":
                tightened = self._tighten(loaded)
            else:
                proposals = self._models.propose(loaded.picture.rgb, self._targets)
        except (ModelError, UsageError, MemoryError) as error:
            reason = error.sentence if not isinstance(error, MemoryError) else "there is not enough memory"
            return Result(loaded.task.key, "failed", reason)
        ms = (time.perf_counter() - start) * 1e3
        return Inferred(loaded, tuple(proposals), tuple(tightened), ms)

    def store(self, inferred: Inferred) -> Result:
        """Merge, record, write; reads the labels again once when somebody changed them meanwhile."""
        try:
            try:
                return self._store(inferred)
            except ConflictError:
                return self._store(replace(inferred, loaded=self._again(inferred.loaded)))
        except InputError as error:
            return Result(inferred.loaded.task.key, "failed", error.sentence, ms=inferred.ms)
        except SaveError as error:
            outcome: Outcome = "unsaved" if _is_the_disk(error) else "failed"
            return Result(inferred.loaded.task.key, outcome, error.sentence, ms=inferred.ms)

    def _again(self, loaded: Loaded) -> Loaded:
        task = loaded.task
        labels = read_labels(Path(task.label), loaded.picture.wh)
        return replace(loaded, labels=labels, record=self._sidecar.record(Path(task.image)))

    def _store(self, inferred: Inferred) -> Result:
        loaded, wh = inferred.loaded, inferred.loaded.picture.wh
        key, labels = loaded.task.key, loaded.labels
        existing = labels.instances
        known = matched(loaded.record.origins, [instance.source or "" for instance in existing])
        if self._recipe.mode == "tighten":
            new = self._tightened(inferred, existing, wh)
        else:
            new = self._merged(inferred, existing, known)
        if new is None:
            return Result(key, "kept", "it is labelled", len(existing), ms=inferred.ms)
        self._record(loaded, new, existing, known)
        count, added = len(new.instances), len(new.origins)
        if not labels.exists and not count:
            return Result(key, "nothing", ms=inferred.ms)
        data = render(labels, new.instances, wh)
        if labels.exists and data == labels.data:
            return Result(key, "unchanged", objects=count, ms=inferred.ms)
        if self._recipe.existing == "replace" and labels.exists:
            self._keep_replaced(loaded)
        save_labels(labels, new.instances, wh, root=self._root)
        return Result(key, "labelled", objects=count, added=added, ms=inferred.ms)

    def _merged(
        self, inferred: Inferred, existing: Sequence[Instance], known: Sequence[Origin | None]
    ) -> _Outcome | None:
        """By the policy; None when everything stays."""
        loaded = inferred.loaded
        proposals = [p for p in inferred.proposals if _expressible(p.instance, loaded.picture.wh)]
        labelled = loaded.labels.exists or _judged(loaded)
        human = None if _judged(loaded) else _human(known)
        merged = merge(existing if labelled else None, proposals, self._recipe.existing, human=human)
        if labelled and self._recipe.existing == "keep":
            return None
        origins = {
            position: self._origin(proposals[index], merged.instances[position], loaded.picture.wh)
            for position, index in merged.added.items()
        }
        return _Outcome(merged.instances, origins)

    def _tighten(self, loaded: Loaded) -> list[Tightened]:
        """Of what may be touched; indices count all instances of the image."""
        instances = loaded.labels.instances
        known = matched(loaded.record.origins, [instance.source or "" for instance in instances])
        human = frozenset[int]() if self._recipe.existing == "replace" else _human(known)
        if _judged(loaded) and self._recipe.existing != "replace":
            human = frozenset(range(len(instances)))
        open_to_change = [i for i in range(len(instances)) if i not in human]
        if not open_to_change:
            return []
        found = self._models.tighten(loaded.picture.rgb, [instances[i] for i in open_to_change])
        return [replace(one, index=open_to_change[one.index]) for one in found]

    def _tightened(
        self, inferred: Inferred, existing: Sequence[Instance], wh: tuple[int, int]
    ) -> _Outcome | None:
        instances, origins = list(existing), dict[int, Origin]()
        for one in inferred.tightened:
            if one.index < len(instances) and _expressible(one.instance, wh):
                old = instances[one.index].shape
                instances[one.index] = one.instance
                origins[one.index] = Origin(
                    line_digest(format_instance(one.instance, wh)),
                    source=self._about.name,
                    sha256=_joined(self._about.fingerprints),
                    pipeline="tighten",
                    score=one.score,
                    stability=one.stability,
                    box=old if isinstance(old, Box) else old.bounds,
                )
        return _Outcome(tuple(instances), origins) if origins else None

    def _origin(self, proposal: Proposal, instance: Instance, wh: tuple[int, int]) -> Origin:
        return Origin(
            line_digest(format_instance(instance, wh)),
            source=self._about.name,
            sha256=_joined(self._about.fingerprints),
            pipeline=proposal.origin if self._recipe.mode == "text" else self._recipe.mode,
            score=proposal.score,
            stability=proposal.stability,
            points=proposal.points,
            box=proposal.box,
        )

    def _record(
        self,
        loaded: Loaded,
        new: _Outcome,
        existing: Sequence[Instance],
        known: Sequence[Origin | None],
    ) -> None:
        """Write down where everything comes from. The old lines stay known until the new ones are on disk."""
        kept = {id(instance): origin for instance, origin in zip(existing, known, strict=True) if origin}
        origins = [new.origins.get(i) or kept.get(id(one)) for i, one in enumerate(new.instances)]
        lines = {origin.line for origin in origins if origin}
        gone = [origin for origin in known if origin and origin.line not in lines]
        if new.origins or not loaded.labels.exists:
            self._sidecar.update(
                Path(loaded.task.image),
                state="proposed",
                objects=len(new.instances),
                origins=[origin for origin in (*origins, *gone) if origin],
            )

    def _keep_replaced(self, loaded: Loaded) -> None:
        """Copy the old label file to where a person can take it back from; the first copy of a run stays."""
        folder = self._sidecar.folder
        if folder is None:
            raise SaveError("Not replaced", "there is no place to keep the old labels")
        label = Path(loaded.task.label)
        inside = label.relative_to(self._root) if label.is_relative_to(self._root) else Path(label.name)
        with suppress(ConflictError):  # an earlier attempt at this image kept what was there before
            write_checked(folder / REPLACED / self._run / inside, loaded.labels.data, expected=None)


def _is_the_disk(error: SaveError) -> bool:
    """Whether the system refused to write; everything else is this label file's own affair."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__
    return cause is not None


def _has_labels(task: Task) -> bool:
    """Whether there is a label file, or something else in its place that must not be overwritten."""
    label = Path(task.label)
    return label.exists() or label.is_symlink()


def _judged(loaded: Loaded) -> bool:
    """Whether a person stands behind the image as a whole."""
    return loaded.record.image.state in _JUDGED


def _human(known: Sequence[Origin | None]) -> frozenset[int]:
    """The instances that a person stands behind, which those without an origin must be taken for."""
    return frozenset(i for i, origin in enumerate(known) if origin is None or origin.by_person)


def _expressible(instance: Instance, wh: tuple[int, int]) -> bool:
    """Whether a label line can hold it: a sliver of less than a millionth of the image cannot be."""
    try:
        format_instance(instance, wh)
    except SaveError:
        return False
    return True


def _joined(fingerprints: Sequence[str]) -> str:
    return "+".join(fingerprints)
