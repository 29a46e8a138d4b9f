"""How far the images of a dataset are, and how fast people were, from what the records keep."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from tui.data.sidecar import Sidecar
from tui.data.sidecar_records import ImageState, State

SPAN_S = 600
"""Seconds: spans of this length in which a person did something are taken for working time."""


@dataclass(slots=True)
class Standing:
    """`states` counts images with a record by their state, `empty` those that are labelled as empty, `noted`
    those with a note. `days` counts the images that a person did last on a day (`2026-11-25`).
    """

    states: Counter[State] = field(default_factory=Counter)
    empty: int = 0
    noted: int = 0
    days: Counter[str] = field(default_factory=Counter)
    _spans: set[int] = field(default_factory=set)

    @property
    def known(self) -> int:
        """Images that something is recorded of; the others were never opened."""
        return self.states.total()

    @property
    def done(self) -> int:
        """Images that a person did something to."""
        return self.days.total()

    @property
    def hours(self) -> float:
        """Hours in which people worked, as far as the records tell: each image keeps its last change only."""
        return len(self._spans) * SPAN_S / 3600

    @property
    def per_hour(self) -> float:
        """Images an hour of working time; 0 before there is any."""
        return self.done / self.hours if self._spans else 0.0

    def rows(self, images: int) -> list[tuple[str, int]]:
        """How many of `images` are in each state; those that nothing is recorded of were never opened."""
        stated = [(state, self.states[state]) for state in get_args(State)]
        return [*stated, ("never opened", max(0, images - self.known))]

    def add(self, image: ImageState) -> None:
        """Take an image's record in."""
        self.states[image.state] += 1
        self.empty += image.labelled_empty
        self.noted += bool(image.note)
        by_person = image.state in _JUDGED or (image.state == "todo" and image.objects is not None)
        if by_person and image.time:
            self.days[time.strftime("%Y-%m-%d", time.localtime(image.time))] += 1
            self._spans.add(image.time // SPAN_S)


_JUDGED = ("accepted", "corrected", "rejected")


def standing_of(
    sidecar: Sidecar, root: Path, holds: Callable[[Path], bool], *, stop: Callable[[], bool] = lambda: False
) -> Standing:
    """How far the images are that `holds` says yes to; they are known by their path below `root`."""
    found = Standing()
    for image in sidecar.states():
        if stop():
            break
        if holds(root / image.key):
            found.add(image)
    return found
