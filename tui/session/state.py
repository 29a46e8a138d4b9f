"""The whole state of a labeling session as one frozen value.

Nothing here reads a clock, a file or a screen. `tui.session.update.update` is the only writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from tui.session.events import Key
from tui.types.instance import Candidate, Instance, Task, Traced
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask


class Mode(StrEnum):
    """What the keys mean now; always shown in the status line."""

    NAVIGATE = "navigate"
    POINTS = "points"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Options:
    """What was decided before the session started.

    `segmenter_limits` lists, in words, what the segmenter cannot do ("negative points", "boxes",
    "mask input"); commands that need it are unavailable with that reason.
    """

    task: Task = "detect"
    autosave: bool = True
    read_only: str = ""
    segmenter: str = ""
    segmenter_limits: frozenset[str] = frozenset()
    prefetch: tuple[int, ...] = (1, -1, 2)


@dataclass(frozen=True, slots=True)
class Viewport:
    """The part of the image on the canvas.

    Image point (`x`, `y`) lies at the canvas' top-left corner; `scale` is device pixels per image pixel.
    `canvas` is the canvas (width, height) in device pixels. `fitted` views are fitted anew on resize.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    canvas: tuple[int, int] = (0, 0)
    fitted: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Undo and redo of one image: earlier and later instance tuples, nearest last.

    `present` is what the image held when it was left: a history is taken up again only when the label file
    still says the same.
    """

    past: tuple[tuple[Instance, ...], ...] = ()
    future: tuple[tuple[Instance, ...], ...] = ()
    present: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageState:
    """The image in front of the person.

    `saved` is what the label file holds (by our last read or write); the image is dirty when `instances`
    differs from it: computed, never a flag. `has_file` tells an empty label file from none.
    """

    index: int
    name: str = ""
    wh: tuple[int, int] = (0, 0)
    status: Literal["loading", "ready", "failed"] = "loading"
    reason: str = ""
    blocked: str = ""
    warning: str = ""
    instances: tuple[Instance, ...] = ()
    saved: tuple[Instance, ...] = ()
    has_file: bool = False
    encoded: bool = False
    encode_error: str = ""
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The object being made: the prompt so far and what the segmenter offers for it.

    `ticket` counts prompts; `answered` is the ticket that `candidates` belong to. `corner` is the first
    corner of a box not yet closed. `previous` is fed back to the decoder while points are appended.
    `traced` maps candidate index to its full-resolution shape (None: the mask is empty). `manual`: the
    open corner belongs to a box that is drawn without the segmenter. `box_at` counts the points that were
    there when the box was added, so that the prompt can be taken back in the order it was given.
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None
    corner: tuple[float, float] | None = None
    previous: LogitMask | None = None
    ticket: int = 0
    answered: int = 0
    candidates: tuple[Candidate, ...] = ()
    selected: int = 0
    traced: Mapping[int, Traced | None] = field(default_factory=lambda: MappingProxyType({}))
    manual: bool = False
    box_at: int = 0
    decode_ms: float = 0.0
    error: str = ""

    @property
    def empty(self) -> bool:
        """True when there is neither a prompt nor an open corner."""
        return not self.points and self.box is None and self.corner is None

    @property
    def waiting(self) -> bool:
        """True while the newest prompt has no answer yet."""
        return self.answered != self.ticket


@dataclass(frozen=True, slots=True)
class Pending:
    """Keys typed of a sequence or count that is not complete: shown in the status line."""

    count: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One person labeling one dataset.

    `image_count` grows while the folder is listed (`listing` is True meanwhile). `held` are keys that wait
    for an answer of a lane (a confirm pressed before the mask arrived): they are replayed in order.
    `unsaved` are instances of images that were left while their save was on its way or had failed, by
    image index; `histories` keep undo for images visited before. `warned`: the person was told that leaving
    drops the draft. `leaving`: quit once the saves on their way have landed. `class_command` is the command
    that the open class palette answers to, `class_adding` the new name it waits for.
    """

    options: Options = field(default_factory=Options)
    classes: tuple[str, ...] = ()
    image_count: int = 0
    listing: bool = True
    image: ImageState = field(default_factory=lambda: ImageState(0))
    view: Viewport = field(default_factory=Viewport)
    cursor: tuple[float, float] = (0.0, 0.0)
    step: int = 2
    mode: Mode = Mode.NAVIGATE
    draft: Draft = field(default_factory=Draft)
    current_class: int = 0
    selection: int | None = None
    pending: Pending = field(default_factory=Pending)
    held: tuple[Key, ...] = ()
    revision: int = 0
    saving: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    save_errors: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    unsaved: Mapping[int, tuple[Instance, ...]] = field(default_factory=lambda: MappingProxyType({}))
    histories: Mapping[int, History] = field(default_factory=lambda: MappingProxyType({}))
    keymap: str = "anylabeling"
    warned: bool = False
    leaving: bool = False
    class_command: str = ""
    class_adding: str = ""

    @property
    def dirty(self) -> bool:
        """True when the image in front holds something its label file does not."""
        return self.image.instances != self.image.saved

    @property
    def selected_candidate(self) -> Candidate | None:
        """The candidate shown, or None when there is none."""
        draft = self.draft
        return draft.candidates[draft.selected] if draft.candidates else None
