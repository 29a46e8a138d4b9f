"""The review queue as a value: which objects to look at, the least certain first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from tui.errors import UsageError
from tui.types.instance import Instance
from tui.types.review import ImageFacts, ObjectFacts, Rival

Verdict = Literal["accepted", "rejected", "reclassed", "edited", "added"]
Phase = Literal["off", "on", "editing"]

OPEN_STATES = frozenset(("todo", "proposed"))
"""States of images that nobody has judged: what a review shows unless it is told otherwise."""

JUDGED = frozenset(("accepted", "corrected"))
"""States of images that a person stands behind."""

STATES = ("todo", "proposed", "accepted", "corrected", "rejected")

UNKNOWN = 0.5
"""How uncertain an object is that nothing is known of."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object to judge: the image it is in, its label line, and why it is asked about, in words.

    `rival`: what a detector says instead. `line` is empty for an object that only the detector sees.
    """

    index: int
    line: str
    class_id: int
    uncertainty: float
    why: str = ""
    rival: Rival | None = None

    @property
    def offered(self) -> bool:
        """Whether it is no label yet, but a model's proposal."""
        return not self.line and self.rival is not None


@dataclass(frozen=True, slots=True)
class Change:
    """What a judgement did to the labels of its image, for who takes it back.

    The image's undo history was `since` changes deep before and `depth` after. `made` are the instances that
    the judged objects became, by item.
    """

    since: int
    depth: int
    made: Mapping[Item, Instance] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Step:
    """A judgement that can be taken back; `state` is what the image's was before.

    `verdicts` and `became` are those of its items before it. `change` is None where the labels were left
    alone.
    """

    place: int
    items: tuple[Item, ...]
    verdict: Verdict
    state: str = ""
    change: Change | None = None
    verdicts: tuple[Verdict | None, ...] = ()
    became: tuple[Instance | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Interruption:
    """What the image in front held, and how deep its undo history was, when a review was interrupted."""

    instances: tuple[Instance, ...]
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """A review: off, on, or interrupted to edit the object in front.

    `ticket` counts gatherings, `gathering` is True until all facts are there, `read` counts images read so
    far. `place` is the item in front. `verdicts` holds what was decided, `past` the decisions in order,
    `became` what objects are now that were changed. `undoing` waits for its image to be shown. `partly` are
    the images of which the filter left open objects out: they are not judged as a whole. `owed` are changed
    labels, with the index of their image, to be recorded once they are saved. `interrupted`: since when the
    object in front is edited. `judged` counts the objects decided in this session, in earlier reviews too.
    """

    phase: Phase = "off"
    text: str = ""
    ticket: int = 0
    gathering: bool = False
    read: int = 0
    facts: tuple[ImageFacts, ...] = ()
    queue: tuple[Item, ...] = ()
    place: int = 0
    verdicts: Mapping[Item, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    past: tuple[Step, ...] = ()
    undoing: Step | None = None
    partly: frozenset[int] = frozenset()
    became: Mapping[Item, Instance] = field(default_factory=lambda: MappingProxyType({}))
    owed: tuple[tuple[int, Instance], ...] = ()
    interrupted: Interruption | None = None
    judged: int = 0

    @property
    def item(self) -> Item | None:
        """The item in front, or None."""
        return self.queue[self.place] if 0 <= self.place < len(self.queue) else None

    def following(self, start: int, by: int = 1) -> int | None:
        """The next place from `start` (itself included) that is not decided, stepping `by`."""
        return next((p for p in self._places(start, by) if self.queue[p] not in self.verdicts), None)

    def there(self, start: int, by: int = 1) -> int | None:
        """The next place from `start` (itself included), open or decided, whose object was not deleted."""
        places = self._places(start, by)
        return next((p for p in places if self.verdicts.get(self.queue[p]) != "rejected"), None)

    def _places(self, start: int, by: int) -> range:
        return range(start, len(self.queue)) if by > 0 else range(start, -1, -1)

    @property
    def ranked(self) -> bool:
        """Whether anything is known that some objects are less certain than others for."""
        return any(item.uncertainty != UNKNOWN for item in self.queue)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked at: a test of an image and one of an object, and what must be found out first."""

    image: Callable[[ImageFacts], bool]
    object: Callable[[ObjectFacts], bool]
    fresh: bool = False
    rivals: bool = False


def queue(facts: tuple[ImageFacts, ...], wanted: Filter) -> tuple[Item, ...]:
    """The objects that pass, the least certain first; among equals in the order of images and lines."""
    items = [
        Item(image.index, one.line, one.class_id, *_doubt(one), one.rival)
        for image in facts
        if wanted.image(image)
        for one in image.objects
        if wanted.object(one)
    ]
    return tuple(sorted(items, key=lambda item: (-item.uncertainty, item.index)))


def _doubt(one: ObjectFacts) -> tuple[float, str]:
    """How uncertain an object is, and why: a fault (3), a detector that disagrees (1..2, the surer the more),
    a fresh mask, a score or a mask's stability (0..1).
    """
    if one.fault:
        return 3.0, one.fault
    doubts = [(1 + one.rival.score, "")] if one.rival else []
    if one.fresh_iou is not None:
        doubts.append((1 - one.fresh_iou, f"a fresh mask agrees to {one.fresh_iou:.0%}"))
    if one.score is not None:
        doubts.append((1 - one.score, f"score {one.score:.2f}"))
    if one.stability is not None:
        doubts.append((1 - one.stability, f"stability {one.stability:.2f}"))
    return max(doubts, default=(UNKNOWN, ""))


WORDS = "state:proposed class:cat score<0.5 size<1 lint sam<0.7 disagree note all"
"""Examples of everything a filter can say."""

EXAMPLES = (
    "or words that must all hold:",
    "  class:cat,dog   score<0.5   lint   note",
    "  state:proposed  or todo, accepted, corrected, rejected",
    "  size<1          of the image, in percent",
    "  disagree        the detector says something else",
    "  sam<0.7         a mask made anew agrees less",
    "  all             what is judged already, too",
)
"""What can be typed, for whom the words are new."""

_WORD = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
"""What stands between spaces, but for those in quotes."""

_COMPARED = re.compile(r"(score|size|sam)(?:([<>])([0-9.]+)|:([0-9.]+)-([0-9.]+))")
_KNOWN = ("state:", "class:", "score<", "size<", "sam<", "lint", "disagree", "note", "all")


def partly(facts: tuple[ImageFacts, ...], wanted: Filter) -> frozenset[int]:
    """The images of which some open objects pass, but not all."""
    return frozenset(
        image.index for image in facts if image.objects and not all(map(wanted.object, image.objects))
    )


def parse_filter(text: str, classes: tuple[str, ...]) -> Filter:
    """A filter out of words, all of which must hold: see `WORDS`.

    A name with spaces stands in double quotes. `size` is the area in percent of the image, `sam` the IoU with
    a fresh mask. Without a word about states only images nobody has judged are looked at. Raises UsageError
    that names the word.
    """
    images: list[Callable[[ImageFacts], bool]] = []
    objects: list[Callable[[ObjectFacts], bool]] = []
    fresh = rivals = stated = False
    for word in (word.replace('"', "") for word in _WORD.findall(text)):
        if word == "all":
            stated = True
        elif word.startswith("state:"):
            images.append(_states(word))
            stated = True
        elif word == "note":
            images.append(lambda image: image.noted)
            stated = True
        else:
            objects.append(_object_test(word, classes))
            fresh, rivals = fresh or word.startswith("sam"), rivals or word == "disagree"
    if not stated:
        images.append(lambda image: image.state in OPEN_STATES)
    return Filter(
        lambda image: all(test(image) for test in images),
        lambda one: all(test(one) for test in objects),
        fresh,
        rivals,
    )


def _states(word: str) -> Callable[[ImageFacts], bool]:
    wanted = frozenset(word.removeprefix("state:").split(","))
    if not wanted <= set(STATES):
        raise UsageError(f"'{word}' names no state", "", f"States: {', '.join(STATES)}")
    return lambda image: image.state in wanted


def _object_test(word: str, classes: tuple[str, ...]) -> Callable[[ObjectFacts], bool]:
    if word == "lint":
        return lambda one: bool(one.fault)
    if word == "disagree":
        return lambda one: one.rival is not None
    if word.startswith("class:"):
        wanted = word.removeprefix("class:").split(",")
        numbers = {_class(name, classes) for name in wanted}
        return lambda one: one.class_id in numbers
    if found := _COMPARED.fullmatch(word):
        return _comparison(*found.groups(), word=word)
    near = difflib.get_close_matches(word, _KNOWN, 1, cutoff=0.4)
    raise UsageError(f"'{word}' is no filter", "", f"Did you mean '{near[0]}'?" if near else f"Try: {WORDS}")


def _class(name: str, classes: tuple[str, ...]) -> int:
    if name in classes:
        return classes.index(name)
    if name.isascii() and name.isdigit() and len(name) < 7:
        return int(name)
    near = difflib.get_close_matches(name, classes, 1)
    quoted = f'"{near[0]}"' if near and " " in near[0] else "".join(near)
    hint = f"Did you mean '{quoted}'?" if near else f"Classes: {', '.join(classes[:20])}"
    raise UsageError(f"There is no class '{name}'", "", hint)


def _comparison(
    what: str, sign: str | None, bound: str | None, low: str | None, high: str | None, *, word: str
) -> Callable[[ObjectFacts], bool]:
    try:
        floor = float(bound or 0) if sign == ">" else float(low or 0) if low else float("-inf")
        ceiling = float(bound or 0) if sign == "<" else float(high or 0) if high else float("inf")
    except ValueError as error:
        raise UsageError(f"'{word}' holds no number", "", f"Try: {WORDS}") from error
    get: dict[str, Callable[[ObjectFacts], float | None]] = {
        "score": lambda one: one.score,
        "size": lambda one: one.share * 100,
        "sam": lambda one: one.fresh_iou,
    }

    def test(one: ObjectFacts) -> bool:
        value = get[what](one)
        return value is not None and floor <= value <= ceiling

    return test


_SHORT = 64


def summary(review: Review) -> str:
    """What a review has come to, short enough for the last line of 80 columns."""
    count = {verdict: 0 for verdict in ("accepted", "reclassed", "edited", "added", "rejected")}
    for verdict in review.verdicts.values():
        count[verdict] += 1
    left = len(review.queue) - len(review.verdicts)
    parts = ", ".join(f"{number} {name}" for name, number in count.items() if number) or "nothing decided"
    text = f"{parts}; {left} left"
    return f"Review ended: {text}" if len(text) < _SHORT else text


_WORDS: dict[Verdict, str] = {
    "accepted": "accepted as they were",
    "reclassed": "given another class",
    "edited": "changed",
    "added": "added",
    "rejected": "deleted or turned down",
}


def report_lines(review: Review) -> tuple[str, ...]:
    """What a review has come to, a line for each verdict, and how often the person agreed."""
    verdicts = list(review.verdicts.values())
    lines = [f"{count:>5}  {words}" for name, words in _WORDS.items() if (count := verdicts.count(name))]
    images = len({item.index for item in review.verdicts})
    agreed = verdicts.count("accepted") / len(verdicts) if verdicts else 1.0
    where = f"in {images} image{'' if images == 1 else 's'}"
    return (*lines, f"{len(verdicts):>5}  in all, {where}; {agreed:.0%} needed no change")
