"""What pipelines offer for the image in front, as values. Nothing is labelled before it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from tui.geometry.boxes import SAME_OBJECT, iou
from tui.types.instance import Candidate, Instance, Traced
from tui.types.prompt import Point
from tui.types.shapes import Box, Shape, bounds

Kind = Literal["detector", "everything", "text", "tighten", "hints"]
"""Who offers; "hints" are what was found ahead for hints to stand on, and the person took."""

KEPT_IMAGES = 100
"""Of how many images left behind the open proposals are kept, the latest."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposed:
    """An object offered as an instance.

    `key` is its own for as long as the program runs. `class_id` is None where nobody knows the dataset's
    class; `label` then says what the model calls it. `score` is the model's confidence or predicted IoU,
    `stability` as in `Candidate`, None where there is no mask. `origin` names the maker. `replaces` is the
    instance that this one is a better shape for. `point` is the click that gave `candidates`, of which
    `selected` is the one that is offered; both are there for what was found for hints.
    """

    key: int
    kind: Kind
    shape: Shape
    score: float
    origin: str
    class_id: int | None = None
    label: str = ""
    stability: float | None = None
    notes: tuple[str, ...] = ()
    replaces: Instance | None = None
    point: Point | None = None
    candidates: tuple[Candidate, ...] = ()
    selected: int = 0
    traced: Traced | None = None

    @property
    def box(self) -> Box:
        """The extent of the shape."""
        return bounds(self.shape)


@dataclass(frozen=True, slots=True)
class Run:
    """A pipeline at work: `done` of `total` steps (0: it does not say), `found` so far, `repeated` of those
    left out because they repeat what is there.
    """

    kind: Kind
    done: int = 0
    total: int = 0
    found: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A decision that can be taken back: what was `gone` from the offer, accepted or not, when the image's
    undo history was `depth` changes deep.
    """

    depth: int
    gone: tuple[Proposed, ...]
    accepted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """The open proposals of the image in front, in the order they are walked.

    `ticket` counts runs: answers to any but the newest are stale. `selected` is a key, meant in the mode
    "proposal" only. `ready` is what was found ahead for hints, best first, under `ready_ticket`; `sought` are
    the steps done and all of them (0: not known) while more is looked for; `letters` are the hint labels that
    objects of the image had so far, by kind and key. `kept` are open proposals of images that were left,
    without masks. `text` is the text prompt used last.
    """

    offered: tuple[Proposed, ...] = ()
    selected: int = 0
    ticket: int = 0
    run: Run | None = None
    past: tuple[Step, ...] = ()
    ready: tuple[Proposed, ...] = ()
    ready_ticket: int = 0
    sought: tuple[int, int] | None = None
    letters: Mapping[tuple[str, int], str] = field(default_factory=lambda: MappingProxyType({}))
    kept: Mapping[int, tuple[Proposed, ...]] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""

    def at(self, key: int) -> Proposed | None:
        """The open proposal with this key."""
        return next((one for one in self.offered if one.key == key), None)

    def without(self, keys: Collection[int]) -> Proposals:
        """The same without these on offer."""
        return replace(self, offered=tuple(one for one in self.offered if one.key not in keys))


def arrived(
    proposals: Proposals, found: tuple[Proposed, ...], gone: Collection[int], instances: tuple[Instance, ...]
) -> Proposals:
    """`found` added and `gone` taken off, without what repeats an instance or what is on offer already.

    Of two that repeat each other the one that knows its class stays, else the one that was there first.
    """
    run = proposals.run
    offered = [one for one in proposals.offered if one.key not in gone]
    fresh, left_out = len(offered) - len(proposals.offered), len(found)
    there = [bounds(instance.shape) for instance in instances]
    for one in found:
        if one.replaces is None and _repeats(one.box, there):
            continue
        twin = next((other for other in offered if _twins(one, other)), None)
        if twin is not None and (twin.class_id is not None or one.class_id is None):
            continue
        offered = [other for other in offered if other is not twin]
        offered.append(one)
        fresh, left_out = fresh + 1, left_out - 1
    if run is not None:
        run = replace(run, found=run.found + fresh, repeated=run.repeated + left_out)
    return replace(proposals, offered=tuple(offered), run=run)


def unrepeated(offered: tuple[Proposed, ...], instances: tuple[Instance, ...]) -> tuple[Proposed, ...]:
    """What of an offer repeats none of the instances."""
    there = [bounds(instance.shape) for instance in instances]
    return tuple(one for one in offered if one.replaces is not None or not _repeats(one.box, there))


def put_off(proposals: Proposals, index: int) -> Proposals:
    """Another image comes to the front: what is open for image `index` is kept, without its masks."""
    left = emptied(proposals, index)
    kept = dict(left.kept)
    if proposals.offered:
        kept[index] = tuple(light(one) for one in proposals.offered)
    for oldest in list(kept)[: max(0, len(kept) - KEPT_IMAGES)]:
        del kept[oldest]
    return replace(left, kept=MappingProxyType(kept))


def emptied(proposals: Proposals, index: int) -> Proposals:
    """Nothing on offer or on its way for image `index`: its picture is another one, or not in front."""
    kept = {other: offer for other, offer in proposals.kept.items() if other != index}
    return Proposals(
        ticket=proposals.ticket + 1,
        ready_ticket=proposals.ready_ticket + 1,
        kept=MappingProxyType(kept),
        text=proposals.text,
    )


def taken_up(proposals: Proposals, index: int) -> Proposals:
    """Image `index` is in front again: what was open for it is open again."""
    kept = {other: offer for other, offer in proposals.kept.items() if other != index}
    return replace(proposals, offered=proposals.kept.get(index, ()), kept=MappingProxyType(kept))


def renumbered(proposals: Proposals, moved: Callable[[int], int]) -> Proposals:
    """The indices of images have moved."""
    kept = {moved(index): offer for index, offer in proposals.kept.items()}
    return replace(proposals, kept=MappingProxyType(kept))


def light(one: Proposed) -> Proposed:
    """A proposal without its masks, which are large."""
    return replace(one, candidates=(), point=None, traced=None)


def _repeats(box: Box, others: list[Box]) -> bool:
    return any(iou(box, other) >= SAME_OBJECT for other in others)


def _twins(one: Proposed, other: Proposed) -> bool:
    """Whether two proposals are for the same object; a pipeline has told apart what it found itself."""
    if one.replaces is not None or other.replaces is not None:
        return one.replaces is other.replaces
    return one.kind != other.kind and iou(one.box, other.box) >= SAME_OBJECT
