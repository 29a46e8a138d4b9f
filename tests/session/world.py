"""A synchronous world for sessions: images with sizes, a decoder of discs, a label store.

`World` runs the effects that sessions emit. With `patient=False` every effect is answered at once, in order;
with `patient=True` answers wait until `answer(kind)` lets them through, as slow lanes do: a newer wish of a
kind in `ONE_SLOT` replaces the one that waits, which is then never answered.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from tui.errors import UsageError
from tui.pipelines.reshape import reshape
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.proposals import Kind, Proposed
from tui.session.start import start
from tui.session.state import Options, Session
from tui.session.update import update
from tui.types.instance import Candidate, Instance, Traced
from tui.types.prompt import Point, Prompt
from tui.types.review import ImageFacts, ObjectFacts, Rival
from tui.types.shapes import Box, LogitMask, bounds

_Effect = TypeVar("_Effect", bound=fx.Effect)

RADII = (40.0, 20.0, 8.0)
"""Radii of the three discs that the fake decoder offers: whole, part, subpart."""


ONE_SLOT = (fx.Load, fx.Encode, fx.Prefetch, fx.Decode, fx.Trace, fx.Propose, fx.Suggest, fx.EncodeRegion)


def disc(prompt: Prompt, radius: float) -> Box:
    """What a candidate of `radius` covers: around the box, or around the positive points."""
    if prompt.box is not None:
        return prompt.box
    xs = [p.x for p in prompt.points if p.positive]
    ys = [p.y for p in prompt.points if p.positive]
    return Box(min(xs) - radius, min(ys) - radius, max(xs) + radius, max(ys) + radius)


def candidate(prompt: Prompt, radius: float) -> Candidate:
    logits = np.ones((2, 2), np.float32)
    return Candidate(LogitMask(logits, disc(prompt, radius)), score=radius / 50, stability=0.9)


def source_line(instance: Instance) -> str:
    return f"{instance.class_id} {instance.shape!r}"


@dataclass
class World:
    """See the module. `log` has every event given to the session, `effects` everything it asked for."""

    sizes: tuple[tuple[int, int], ...] = ((640, 480),) * 3
    labels: dict[int, tuple[Instance, ...]] = field(default_factory=dict)
    classes: tuple[str, ...] = ("cat", "dog", "bird")
    options: Options = field(default_factory=Options)
    keymap: str = "anylabeling"
    canvas: tuple[int, int] = (1040, 780)
    patient: bool = False
    trace: Callable[[Box], Traced | None] = lambda box: Traced(box, box, (), int(box.area))
    edge: tuple[float, float] | None = None
    blocked: dict[int, str] = field(default_factory=dict)
    unreadable: dict[int, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    rivals: dict[str, Rival] = field(default_factory=dict)
    unlabelled: dict[int, Rival] = field(default_factory=dict)
    no_saves: str = ""
    no_masks: str = ""
    no_embedding: str = ""
    no_classes: str = ""
    finds: tuple[Box, ...] = (Box(100, 100, 160, 150), Box(300, 200, 380, 290), Box(20, 300, 90, 420))
    sees: tuple[Box, ...] = ()
    no_proposals: str = ""

    theirs: tuple[Instance, ...] | None = None

    def __post_init__(self) -> None:
        self.log: list[ev.Event] = []
        self.effects: list[fx.Effect] = []
        self.states: dict[int, str] = {}
        self.waiting: list[fx.Effect] = []
        self._keys = itertools.count(1)
        self.session, effects = start(self.options, self.classes, self.keymap)
        self.first: Session = self.session
        self._take(effects)
        self.give(ev.Resized(*self.canvas))
        self.give(ev.Listed(len(self.sizes), True, 0))

    # What a person does

    def press(self, keys: str) -> Session:
        """Keys separated by spaces, for example `press("q l l e f")`; returns the session after them."""
        for name in keys.split():
            self.give(ev.Key(name))
        return self.session

    def invoke(self, command: str, argument: str | None = None) -> Session:
        return self.give(ev.Invoke(command, argument))

    def at(self, x: float, y: float) -> World:
        """The cursor brought to a pixel, as a mouse would."""
        self.give(ev.Pointed(x, y, "move"))
        return self

    def give(self, event: ev.Event) -> Session:
        self.log.append(event)
        self.session, effects = update(self.session, event)
        self._take(effects)
        return self.session

    # What the world did

    def asked(self, kind: type[_Effect]) -> list[_Effect]:
        """All effects of a kind so far, the latest last."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def last(self, kind: type[_Effect]) -> _Effect:
        return self.asked(kind)[-1]

    def said(self) -> str:
        """The newest sentence, empty when nothing was said."""
        notices = self.asked(fx.Notify)
        return notices[-1].text if notices else ""

    def forget(self) -> World:
        """Start counting effects anew."""
        self.effects.clear()
        return self

    # How it answers

    def answer(self, *kinds: type) -> Session:
        """Answer the waiting effects of these kinds (all, if none is named)."""
        for effect in list(self.waiting):
            if effect in self.waiting and (not kinds or isinstance(effect, kinds)):
                self.waiting.remove(effect)
                self.run(effect)
        return self.session

    def settle(self) -> Session:
        """Answer until nothing waits."""
        while self.waiting:
            self.answer()
        return self.session

    def _take(self, effects: tuple[fx.Effect, ...]) -> None:
        self.effects += effects
        for effect in effects:
            if self.patient:
                if isinstance(effect, ONE_SLOT):
                    self.waiting = [w for w in self.waiting if type(w) is not type(effect)]
                self.waiting.append(effect)
            else:
                self.run(effect)

    def run(self, effect: fx.Effect) -> None:
        """Answer one effect."""
        match effect:
            case fx.Load(index):
                self._load(index)
            case fx.Encode(index):
                failed = ev.EncodeFailed(index, self.no_embedding)
                self.give(failed if self.no_embedding else ev.Encoded(index))
            case fx.Decode():
                self._decode(effect)
            case fx.Trace(ticket, index, wanted, coarseness):
                self.give(ev.TraceDone(ticket, index, self.trace(wanted.mask.region), coarseness))
            case fx.Preview(index, x, y):
                self.give(ev.Previewed(index, x, y, candidate(Prompt((Point(x, y),)), RADII[1])))
            case fx.Snap(index, x, y, _):
                self.give(ev.Snapped(index, x, y, self.edge))
            case fx.Reshape():
                self._reshape(effect)
            case fx.Propose():
                self._propose(effect)
            case fx.Suggest(ticket):
                self.give(ev.Suggested(ticket, tuple(map(self.ready, self.sees))))
            case fx.EncodeRegion(index, region):
                self.give(ev.RegionEncoded(index, region))
            case fx.Save():
                self._save(effect)
            case fx.Gather(stop=True):
                pass
            case fx.Gather(ticket):
                self.give(ev.Facts(ticket, self._facts(), len(self.sizes), True))
            case fx.Judge():
                state, note = effect.state or self.states.get(effect.index, "todo"), effect.note or ""
                self.states[effect.index] = state
                self.give(ev.Judged(effect.index, state, note))
            case fx.Seek(index, what, by):
                others = [i for i in range(len(self.sizes)) if i != index and i not in self.labels]
                self.give(ev.Sought(index, what, by, others[0] if others else None))
            case fx.Accept(index) if self.theirs is not None:
                self.labels[index], self.theirs = self.theirs, None
            case fx.ReadClasses():
                self.give(ev.ClassesChanged(self.classes))
            case fx.AddClass(name) if not self.no_classes:
                self.classes = (*self.classes, name)
                self.give(ev.ClassesChanged(self.classes))
            case _:
                pass

    def _facts(self) -> tuple[ImageFacts, ...]:
        """Every labelled object, with what `scores` and `rivals` say of their lines; and the `unlabelled`."""
        return tuple(
            ImageFacts(
                index,
                self.states.get(index, "todo"),
                False,
                (
                    *(
                        ObjectFacts(
                            i.source or "",
                            i.class_id,
                            0.1,
                            self.scores.get(i.source or ""),
                            rival=self.rivals.get(i.source or ""),
                        )
                        for i in instances
                    ),
                    *(
                        ObjectFacts("", rival.class_id or 0, 0.1, rival=rival)
                        for at, rival in self.unlabelled.items()
                        if at == index
                    ),
                ),
            )
            for index, instances in self.labels.items()
        )

    def _load(self, index: int) -> None:
        name = f"img_{index}.jpg"
        if index in self.unreadable:
            self.give(ev.LoadFailed(index, name, self.unreadable[index]))
            return
        known = self.labels.get(index)
        blocked = self.blocked.get(index, "")
        self.give(ev.Loaded(index, name, self.sizes[index], known or (), known is not None, blocked))

    def _decode(self, effect: fx.Decode) -> None:
        if self.no_masks:
            self.give(ev.DecodeFailed(effect.ticket, self.no_masks))
            return
        offered = tuple(candidate(effect.prompt, radius) for radius in RADII)
        self.give(ev.Decoded(effect.ticket, offered, 1))
        if effect.ticket == self.session.draft.ticket:
            traced = self.trace(offered[1].mask.region)
            self.give(ev.TraceDone(effect.ticket, 1, traced, effect.coarseness))

    def _reshape(self, effect: fx.Reshape) -> None:
        wh = self.sizes[effect.index]
        try:
            done = reshape(effect.operation, effect.shape, wh, self.options.task, effect.mask)
        except UsageError as error:
            self.give(ev.ReshapeFailed(effect.ticket, error.sentence))
        else:
            self.give(ev.Reshaped(effect.ticket, done.shapes, done.notes))

    def proposed(self, box: Box, kind: Kind = "detector", class_id: int | None = 1) -> Proposed:
        """A proposal as a pipeline makes it; of a class the dataset has, or of none it knows."""
        return Proposed(next(self._keys), kind, box, 0.8, "yolo", class_id, label="cat")

    def ready(self, box: Box) -> Proposed:
        """What is found ahead: a click and the masks it gives."""
        point = Point(*box.center)
        offered = tuple(candidate(Prompt((point,)), radius) for radius in RADII)
        return Proposed(
            next(self._keys),
            "hints",
            box,
            0.9,
            "fake",
            stability=0.95,
            point=point,
            candidates=offered,
            selected=1,
            traced=self.trace(box),
        )

    def _propose(self, effect: fx.Propose) -> None:
        """One batch for each box; what a detector finds has a class, the rest is for the person to name."""
        if self.no_proposals:
            self.give(ev.ProposalsEnded(effect.ticket, self.no_proposals))
            return
        named = 1 if effect.kind in ("detector", "text") else None
        found = [self.proposed(box, effect.kind, named) for box in self.finds]
        if effect.kind == "tighten":
            found = [self._tighter(instance) for instance in effect.instances]
        for done, one in enumerate(found, start=1):
            self.give(ev.ProposalsFound(effect.ticket, (one,), done=done, total=len(found)))
        self.give(ev.ProposalsEnded(effect.ticket))

    def _tighter(self, instance: Instance) -> Proposed:
        x0, y0, x1, y1 = bounds(instance.shape).xyxy
        box = Box(x0 + 1, y0 + 1, x1 - 1, y1 - 1)
        return replace(self.proposed(box, "tighten", instance.class_id), replaces=instance)

    def _save(self, effect: fx.Save) -> None:
        if self.theirs is not None:
            self.give(ev.Conflicted(effect.index, self.theirs, effect.revision))
            return
        if self.no_saves:
            self.give(ev.SaveFailed(effect.index, self.no_saves, effect.revision))
            return
        written = tuple(replace(i, source=i.source or source_line(i)) for i in effect.instances)
        self.labels[effect.index] = written
        self.give(ev.Saved(effect.index, written, effect.revision))


def boxes(*xyxy: tuple[float, float, float, float], class_id: int = 0) -> tuple[Instance, ...]:
    """Instances as a label file gives them, each with its line."""
    return tuple(Instance(class_id, Box(*b), f"line {n}") for n, b in enumerate(xyxy))
