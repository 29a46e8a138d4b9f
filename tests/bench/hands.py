"""Robots that label one object the way a good user does: one with keys, one with a mouse.

Both see what a person sees: the photo, the mask on the screen, the letters of open hints, the cells of the
grid. They know where the object is, as a person who looks at it does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from quality import Mask, Truth, mask_iou

from tui.app.headless import Headless
from tui.app.screens.pick import Item, rank
from tui.geometry.masks import full_mask
from tui.geometry.polygons import rasterize_polygon
from tui.session import events as ev
from tui.session.grid import cells
from tui.session.keymap import load_keymap
from tui.session.state import Mode
from tui.types.shapes import Polygon

GOOD = 0.85
"""The IoU at which a person is content and names the object."""

OTHER_SIZE = 0.6
"""Below this IoU the mask is of something else: another candidate is looked at, then a box is drawn."""

POINTS = 3
INNER = 0.3
"""How deep in the region a point is put at least, as a part of the deepest place's depth."""

CORNER = 0.06
"""How far a corner of a box may be off, as a part of the box."""

TRIES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The photo's pixels that do not count."""

    ignore: Mask


@dataclass(frozen=True, slots=True)
class Labeled:
    """One object: what it cost and what was saved.

    `moves` are pointing movements of a mouse, `buttons` presses and releases of its button; `way` is what
    gave the mask; `typed` is for reading.
    """

    key: str
    source: str
    keys: int
    moves: int
    buttons: int
    iou: float
    way: str
    typed: str


class Robot(ABC):
    """What both hands share: looking at the mask, trying candidates, correcting, naming."""

    def __init__(self, world: Headless, scene: Scene) -> None:
        self.world, self._scene = world, scene
        self._keymap = load_keymap("anylabeling")

    def label(self, truth: Truth, class_id: int, source: str) -> Labeled:
        """Label the object and say what it cost."""
        self._truth, self.typed, self.moves, self.buttons = truth, [""][:0], 0, 0
        before = len(self.world.session.image.instances)
        self._depth = _depth(truth.mask)
        way = self._made()
        self._name(class_id)
        instances = self.world.session.image.instances
        if len(instances) != before + 1 or instances[-1].class_id != class_id:
            raise RuntimeError(f"{truth.key}: {' '.join(self.typed)} did not label it")
        shape = instances[-1].shape
        assert isinstance(shape, Polygon)
        mask = rasterize_polygon(shape.points, self.world.session.image.wh)
        iou = mask_iou(mask, truth.mask, self._scene.ignore)
        return Labeled(
            truth.key, source, len(self.typed), self.moves, self.buttons, iou, way, " ".join(self.typed)
        )

    def press(self, *keys: str) -> None:
        """Type, and wait for what it brings."""
        self.typed += keys
        self.world.press(*keys)

    @property
    def iou(self) -> float:
        """Of the mask on the screen; 0 where there is none."""
        mask = self._mask()
        return mask_iou(mask, self._truth.mask, self._scene.ignore) if mask.any() else 0.0

    def _mask(self) -> Mask:
        candidate = self.world.session.selected_candidate
        if candidate is None:
            return np.zeros_like(self._truth.mask)
        return full_mask(candidate.mask, self.world.session.image.wh)

    def _made(self) -> str:
        """Get a mask by the cheapest way that leads to a good one; which way it was."""
        if self._begun() and self._good():
            return self.first
        if not self.world.session.draft.empty:
            self.press("b")
        self._box()
        if self.iou < GOOD:
            self._corrected(POINTS)
        return "box"

    first = "points"

    def _begun(self) -> bool:
        self._point(self._truth.mask, positive=True)
        return True

    def _good(self) -> bool:
        if self.iou < OTHER_SIZE:
            self._other_candidate()
        if OTHER_SIZE <= self.iou < GOOD:
            self._corrected(POINTS)
        return self.iou >= GOOD

    def _other_candidate(self) -> None:
        """Look at the candidates, once around, and stay with the first that is good or else the best."""
        draft = self.world.session.draft
        best, at = self.iou, draft.selected
        for _ in range(len(draft.candidates) - 1):
            self.press("tab")
            if self.iou > best:
                best, at = self.iou, self.world.session.draft.selected
            if best >= GOOD:
                return
        count = len(draft.candidates)
        back = (self.world.session.draft.selected - at) % count
        self.press(*(["shift+tab"] * back if back <= count // 2 else ["tab"] * (count - back)))

    def _corrected(self, most: int) -> None:
        """Points on the largest errors, until the mask is good, or points no longer help."""
        for _ in range(most):
            before, mask, true = self.iou, self._mask(), self._truth.mask
            missed, spilled = _depth(true & ~mask), _depth(mask & ~true)
            positive = missed.max() >= spilled.max()
            self._point((true & ~mask) if positive else (mask & ~true), positive=positive)
            if self.iou < before - 0.02:
                self.press("u")
                return
            if self.iou >= GOOD:
                return

    def _name(self, class_id: int) -> None:
        """Give the object its class and keep it."""
        session = self.world.session
        if session.current_class == class_id and not session.draft.offered:
            self.press("f")
        elif class_id < 10:
            self.press(str((class_id + 1) % 10))
        else:
            self._by_palette(class_id)
        for _ in range(2):  # a second time where the mask repeats an instance
            if not self.world.session.draft.empty:
                self.press("f")

    def _by_palette(self, class_id: int) -> None:
        """The letters after which the palette offers the class first, and Enter."""
        self.press("c")
        names = self.world.session.classes
        items = [Item(name, str(number)) for number, name in enumerate(names)]
        letters = names[class_id]
        need = next(
            n for n in range(1, len(letters) + 1) if rank(items, letters[:n])[0].value == str(class_id)
        )
        self.typed += [*letters[:need], "enter"]
        self.world.give(ev.Invoke(self.world.asked[-1].command, str(class_id)))
        self.world.settle()

    @abstractmethod
    def _point(self, region: Mask, *, positive: bool) -> None:
        """Point at the middle of a region."""

    @abstractmethod
    def _box(self) -> None:
        """Put a box around the object."""


class Keyboard(Robot):
    """Hints, else the grid."""

    def _begun(self) -> bool:
        """A mask by hint, else by a point of the grid."""
        self.first = "hint"
        self.press("f")
        if self.world.session.mode is not Mode.HINTS:
            self.first = "points"
            return super()._begun()
        letters = self._letters_on_it()
        if letters is None:
            self.first = "points"
            return super()._begun()
        self.press(*letters)
        return True

    def _letters_on_it(self) -> str | None:
        """The letters of the hint deepest in the object, or None."""
        hints = self.world.session.hints
        on_it = [
            (self._depth[int(t.y), int(t.x)], label)
            for label, t in zip(hints.labels, hints.targets, strict=True)
            if t.kind in ("ready", "proposal") and self._depth[int(t.y), int(t.x)] > 0
        ]
        return max(on_it)[1] if on_it else None

    def _point(self, region: Mask, *, positive: bool) -> None:
        depth = _depth(region)
        target = np.unravel_index(int(depth.argmax()), depth.shape)
        self._aim(float(target[1]), float(target[0]), lambda x, y: bool(depth[y, x] >= INNER * depth.max()))
        self._act("space" if positive else "E", "q" if positive else "e")

    def _box(self) -> None:
        x0, y0, x1, y1 = self._truth.box
        near = CORNER * (x1 - x0), CORNER * (y1 - y0)
        self._aim(x0, y0, lambda x, y: abs(x - x0) <= near[0] and abs(y - y0) <= near[1])
        self._act("R", "r")
        self._aim(x1 - 1, y1 - 1, lambda x, y: abs(x - x1) <= near[0] and abs(y - y1) <= near[1])
        self._act("space", "r")

    def _act(self, in_grid: str, after_it: str) -> None:
        """Do something at the cell's middle, or at the cursor where the grid has ended on a pixel."""
        self.press(in_grid if self.world.session.grid is not None else after_it)

    def _aim(self, x: float, y: float, close: Callable[[int, int], bool]) -> None:
        """Open the grid and go to the cells that hold (x, y) until the middle is close enough."""
        self.press("space")
        for _ in range(TRIES):
            grid = self.world.session.grid
            if grid is None:
                return
            self.press(next(k for k, c in cells(grid.area).items() if c.x0 <= x < c.x1 and c.y0 <= y < c.y1))
            cx, cy = self.world.session.cursor
            if close(int(cx), int(cy)):
                return


class Grid(Keyboard):
    """The grid alone, as on a photo in which nothing was found ahead."""

    def _begun(self) -> bool:
        self.first = "points"
        return Robot._begun(self)


class Mouse(Robot):
    """Clicks and a drag; the other hand has the keys."""

    def _point(self, region: Mask, *, positive: bool) -> None:
        depth = _depth(region)
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        self._give("positive" if positive else "negative", float(x) + 0.5, float(y) + 0.5)
        self.moves, self.buttons = self.moves + 1, self.buttons + 2

    def _box(self) -> None:
        x0, y0, x1, y1 = self._truth.box
        self._give("press", x0 + 0.5, y0 + 0.5)
        self._give("release", x1 - 0.5, y1 - 0.5)
        self.moves, self.buttons = self.moves + 2, self.buttons + 2

    def _give(self, action: str, x: float, y: float) -> None:
        self.world.give(ev.Pointed(x, y, action))
        self.world.settle()


def _depth(mask: Mask) -> np.ndarray:
    """How far each pixel is from the edge of its region, 0 outside."""
    return cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
