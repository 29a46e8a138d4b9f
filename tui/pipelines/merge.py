"""Proposals against what is labelled already.

    keep      an image that is labelled stays as it is, also one labelled as empty
    merge     what a person made stays; a proposal that repeats it is dropped, one that repeats a model's
              instance takes its place, and any other is added
    replace   the proposals take the place of everything

Only the last can touch what a person made, and only because the person asks for it by that word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from tui.geometry.boxes import SAME_OBJECT
from tui.geometry.boxes import iou as box_iou
from tui.types.detections import Proposal
from tui.types.instance import Instance
from tui.types.shapes import bounds

Policy = Literal["keep", "merge", "replace"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The instances that result, in order.

    `added` maps a position in `instances` to the index of the proposal it comes from. `removed` are the
    indices of existing instances that are no longer there. `repeated` are the indices of proposals that were
    dropped because they repeat an instance that stays.
    """

    instances: tuple[Instance, ...]
    added: dict[int, int]
    removed: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.added or self.removed)


def merge(
    existing: Sequence[Instance] | None,
    proposals: Sequence[Proposal],
    policy: Policy = "keep",
    *,
    human: Collection[int] | None = None,
    iou: float = SAME_OBJECT,
) -> Merged:
    """What an image's instances become.

    `existing` None means that the image was never labelled; an empty sequence that it is labelled as empty.
    `human` are the indices of the existing instances that a person made or accepted; None means all of them,
    which is what a label file without provenance must be taken for.
    """
    if existing is None or policy == "replace":
        instances = tuple(p.instance for p in proposals)
        return Merged(instances, {i: i for i in range(len(instances))}, tuple(range(len(existing or ()))))
    if policy == "keep":
        return Merged(tuple(existing), {})
    return _merged(existing, proposals, frozenset(range(len(existing)) if human is None else human), iou)


def _merged(
    existing: Sequence[Instance], proposals: Sequence[Proposal], human: frozenset[int], iou: float
) -> Merged:
    """Best proposals first, so that of two that repeat one instance the better takes its place."""
    old = [bounds(instance.shape) for instance in existing]
    taken: dict[int, int] = {}
    repeated: list[int] = []
    free: list[int] = []
    for index in sorted(range(len(proposals)), key=lambda i: -proposals[i].score):
        box = bounds(proposals[index].instance.shape)
        overlaps = [box_iou(box, other) for other in old]
        same = {i for i, overlap in enumerate(overlaps) if overlap >= iou}
        replaceable = sorted(same - taken.keys(), key=lambda i: -overlaps[i])
        if same & human or (same and not replaceable):
            repeated.append(index)
        elif same:
            taken[replaceable[0]] = index
        else:
            free.append(index)
    kept = [proposals[taken[i]].instance if i in taken else instance for i, instance in enumerate(existing)]
    free.sort()
    added = taken | {len(kept) + n: index for n, index in enumerate(free)}
    instances = (*kept, *(proposals[i].instance for i in free))
    return Merged(instances, dict(sorted(added.items())), tuple(sorted(taken)), tuple(sorted(repeated)))
