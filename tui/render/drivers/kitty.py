"""Kitty graphics: everything is a placement under the text.

What a scene asks for is compared with what the terminal holds, and only the difference is sent: a key is one
placement that moved. Zooming and panning name another part of the stored photo, which arrives in stages
(`tui.render.photofeed`): a preview with the update, the rest through `refine`. Marks are in
`tui.render.kittymarks`.

Placements are addressed by cursor, except inside tmux, where they hang on an anchor cell
(`tui.render.kittyplaces` says why). tmux hands commands to the terminal only while its pane is in sight:
what is sent to a hidden one is lost, and so is everything when tmux is attached to another terminal; `erase`
and a full update bring it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tui.render import kittycode, png, sentphoto
from tui.render.kittymarks import (
    DETAIL,
    LABELS,
    MASK,
    PREVIEW,
    SHAPES,
    TEXTS,
    WHOLE,
    Z_PHOTO,
    MarkPlanner,
    Plan,
)
from tui.render.kittyplaces import BY_CURSOR, ByAnchor, Put, Route
from tui.render.photofeed import Held, PhotoFeed, Piece
from tui.render.scene import Canvas, Photo, Scene
from tui.render.sentphoto import Sent
from tui.render.terminal import Terminal

_STAGES = {"preview": PREVIEW, "whole": WHOLE, "detail": DETAIL}
"""Picture ids of a photo's stages, which are also their order from below."""
_VOLATILE = (PREVIEW, WHOLE, DETAIL, MASK, SHAPES, TEXTS, LABELS)
"""Freed when no longer wanted; sprites and strips are small and come back."""

_LOWEST_BASE, _BASES = 10_000, 50_000
_ANCHORS = 255


class KittyDriver:
    """Draws with kitty graphics; see the module's text for how.

    Quirks it asks for: `frame-edits` (stored pictures can be patched: the photo comes in pieces, else in
    one), `text-erases` (text written over a placement removes it), `stretch-from-offset` (a placement has the
    full size of its cells, wherever in the first one it begins). `base` is the first picture id; a random
    one keeps two programs in one terminal apart. `low_bandwidth` sends photos in 256 colours.
    """

    def __init__(self, terminal: Terminal, *, base: int | None = None, low_bandwidth: bool = False) -> None:
        self._tmux = terminal.tmux
        self._under_text = "text-erases" not in terminal.quirks and not terminal.tmux
        self._whole_cells = "stretch-from-offset" in terminal.quirks
        self._base = _LOWEST_BASE + secrets.randbelow(_BASES) if base is None else base
        self._route: Route = BY_CURSOR
        self._stored: dict[int, object] = {}
        self._shown: dict[tuple[int, int], Put] = {}
        self._feed = PhotoFeed(patches="frame-edits" in terminal.quirks, frugal=low_bandwidth)
        self._marks = MarkPlanner(self._base)

    @property
    def name(self) -> str:
        return "kitty"

    @property
    def under_text(self) -> bool:
        """False inside tmux too: text over the anchor cell hides everything until `update(None, scene)`."""
        return self._under_text

    @property
    def rest_s(self) -> float:
        return 0.0

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Every pixel of every cell."""
        return canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]

    def placed(self, canvas: Canvas) -> Canvas:
        """All of the canvas."""
        return canvas

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """Send what the terminal lacks, move what moved, take off what went.

        With `old=None` everything is placed again; pictures that are stored are not sent again.
        """
        anchor = self._anchor(new.canvas, fresh=old is None)
        return _restoring_cursor(anchor + self._synchronize(new, fresh=old is None))

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """Inside tmux the anchor cell, if it is among them; placements survive text."""
        if isinstance(self._route, ByAnchor) and cells.any() and cells[0, 0]:
            return _restoring_cursor(self._route.cell())
        return b""

    def refine(self, scene: Scene) -> bytes:
        """The next piece of the photo, nearest to the view's middle first; see `tui.render.drivers.base`.

        Without `frame-edits` a piece is a whole picture, of any size. Nothing while the photo is hidden.
        """
        photos = {self._base + stage for stage in _STAGES.values()}
        if scene.photo is None or not any(image in photos for image, _ in self._shown):
            return b""
        piece = self._feed.piece(scene, scene.photo)
        if piece is None:
            return b""
        return _restoring_cursor(self._upload(piece) + self._synchronize(scene))

    def hide(self, old: Scene) -> bytes:
        """Take all placements off; every picture stays in the terminal's memory."""
        images = {image for image, _ in self._shown}
        self._shown.clear()
        return b"".join(kittycode.remove(image, route=self._route) for image in sorted(images))

    def erase(self) -> bytes:
        """Free every picture this driver has sent; the next update sends all of them again."""
        images = sorted(self._stored)
        route, self._route = self._route, BY_CURSOR
        self._stored.clear()
        self._shown.clear()
        self._feed.forget()
        self._marks.forget()
        return b"".join(kittycode.free(image, route) for image in images)

    def _anchor(self, canvas: Canvas, *, fresh: bool) -> bytes:
        """Inside tmux: the anchor cell when it may be missing, and its picture once."""
        if not (self._tmux and canvas.cols and canvas.rows):
            return b""
        route = ByAnchor(self._base % _ANCHORS + 1, canvas.row, canvas.col)
        moved, self._route = route != self._route, route
        parts = []
        if route.image not in self._stored:
            self._stored[route.image] = "anchor"
            parts.append(kittycode.anchor(route, png.clear_png(1, 1)))
        if moved or fresh:
            parts.append(route.cell())
        return b"".join(parts)

    def _synchronize(self, scene: Scene, *, fresh: bool = False) -> bytes:
        """Make the terminal hold and show what the scene asks for; `fresh` places everything again."""
        if not (scene.canvas.cols and scene.canvas.rows):
            return self._take_off(list(self._shown))
        plan = self._plan(scene)
        leftover = list(self._shown)
        if fresh:
            self._shown.clear()
        parts = [self._send(plan, image) for image in plan.pictures if self._is_new(plan, image)]
        for key, put in plan.puts.items():
            if self._shown.get(key) != put:
                parts.append(kittycode.place(put, self._route))
                self._shown[key] = put
        parts.append(self._free(plan))
        gone = [key for key in leftover if key not in plan.puts and key[0] in self._stored]
        return b"".join([*parts, self._take_off(gone)])

    def _is_new(self, plan: Plan, image: int) -> bool:
        return image not in self._stored or self._stored[image] != plan.pictures[image][0]

    def _send(self, plan: Plan, image: int) -> bytes:
        """Store a picture; one with a single placement is shown by the same command."""
        content, encode = plan.pictures[image]
        self._replace(image, content)
        puts = [put for key, put in plan.puts.items() if key[0] == image]
        at_once = puts[0] if len(puts) == 1 else None
        if at_once is not None:
            self._shown[at_once.key] = at_once
        return kittycode.transmit(image, encode(), at_once, self._route)

    def _upload(self, piece: Piece) -> bytes:
        """Store a piece; the placements follow from the scene."""
        image = self._base + _STAGES[piece.role]
        if piece.rect is None:
            self._replace(image, piece.sent)
            return kittycode.transmit(image, piece.png, route=self._route)
        parts = []
        if piece.opens:
            self._replace(image, piece.sent)
            (width, height), (right, below) = piece.sent.wh, piece.sent.margin
            empty = png.clear_png(width + right, height + below)
            parts.append(kittycode.transmit(image, empty, route=self._route))
        parts.append(kittycode.patch(image, piece.rect, piece.png, self._route))
        return b"".join(parts)

    def _replace(self, image: int, content: object) -> None:
        """A picture is sent under an id: placements of the one before go with it."""
        for key in [key for key in self._shown if key[0] == image]:
            del self._shown[key]
        self._stored[image] = content

    def _take_off(self, keys: Iterable[tuple[int, int]]) -> bytes:
        parts = []
        for image, placement in keys:
            self._shown.pop((image, placement), None)
            parts.append(kittycode.remove(image, placement, self._route))
        return b"".join(parts)

    def _free(self, plan: Plan) -> bytes:
        volatile = (self._base + which for which in _VOLATILE)
        gone = [image for image in volatile if image in self._stored and image not in plan.pictures]
        for image in gone:
            self._replace(image, None)
            del self._stored[image]
        return b"".join(kittycode.free(image, self._route) for image in gone)

    def _plan(self, scene: Scene) -> Plan:
        plan = Plan()
        if scene.photo is not None:
            for held in self._feed.held(scene, scene.photo):
                self._plan_stage(plan, scene, scene.photo, held)
        self._marks.plan(plan, scene, self.device_wh(scene.canvas))
        return plan

    def _plan_stage(self, plan: Plan, scene: Scene, photo: Photo, held: Held) -> None:
        stage = _STAGES[held.role]
        image = self._base + stage
        if held.at_once or self._stored.get(image) == held.sent:
            plan.pictures[image] = held.sent, lambda: self._feed.picture(photo, held)
            if held.shown:
                plan.put(self._window(scene, photo, held.sent, stage))

    def _window(self, scene: Scene, photo: Photo, sent: Sent, stage: int) -> Put | None:
        """The placement that shows the view from a stage's picture; None when the photo is out of sight."""
        canvas = scene.canvas
        window = sentphoto.locate(sent, photo, scene.view, canvas, whole_cells=self._whole_cells)
        if window is None:
            return None
        (col, dx), (row, dy) = (divmod(at, side) for at, side in zip(window.at, canvas.cell, strict=True))
        at = canvas.row + row, canvas.col + col
        return Put(self._base + stage, 1, *at, Z_PHOTO + stage, (dx, dy), window.source, window.cells)


def _restoring_cursor(body: bytes) -> bytes:
    """Cursor and colours as they were, where anything but graphics commands is among the bytes."""
    return b"\x1b7" + body + b"\x1b8" if b"\x1b[" in body else body
