"""The whole state of a labeling session as one frozen value.

Nothing here reads a clock, a file or a screen. `tui.session.update.update` is the only writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from tui.session.events import Key, Previewed
from tui.session.grid import Grid
from tui.session.handles import Edit, Reshaping
from tui.session.hints import Hints
from tui.session.look import Look
from tui.session.proposals import Proposals
from tui.session.review import Review
from tui.types.instance import Candidate, Instance, Task, Traced
from tui.types.place import Place
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask, Shape


class Mode(StrEnum):
    """What the keys mean now; always shown in the status line."""

    NAVIGATE = "navigate"
    POINTS = "points"
    BOX = "box"
    GRID = "grid"
    HINTS = "hints"
    PROPOSAL = "proposal"
    EDIT = "edit"
    DRAW = "draw"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Options:
    """What was decided before the session started, or became known when a model was loaded.

    `segmenter_limits` lists, in words, what the segmenter cannot do ("negative points", "boxes",
    "mask input"); commands that need it are unavailable with that reason. `max_points` is how many points it
    takes, the two corners of a box included. `detector` and `grounder` name the models that there are. `text`
    is the text prompt to begin with. `look_ahead`: find objects before anybody asks, for hints to stand on.
    `keys` are the person's own (`tui.session.keymap.OwnKeys`), and so are `colours`: class name and red,
    green, blue in 0..255.
    """

    task: Task = "detect"
    autosave: bool = True
    read_only: str = ""
    segmenter: str = ""
    segmenter_limits: frozenset[str] = frozenset()
    max_points: int | None = None
    detector: str = ""
    grounder: str = ""
    text: str = ""
    look_ahead: bool = True
    prefetch: tuple[int, ...] = (1, -1, 2)
    keys: tuple[tuple[str, str, str], ...] = ()
    colours: tuple[tuple[str, tuple[int, int, int]], ...] = ()


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
    still says the same. `wh` is the image's size then: shapes are in its pixels.
    """

    past: tuple[tuple[Instance, ...], ...] = ()
    future: tuple[tuple[Instance, ...], ...] = ()
    present: tuple[Instance, ...] = ()
    wh: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class ImageState:
    """The image in front of the person.

    `saved` is what the label file holds (by our last read or write); the image is dirty when `instances`
    differs from it: computed, never a flag. `has_file` tells an empty label file from none.
    `state` and `note` are what the sidecar says of it. `region` is the
    part that was encoded on its own, for small objects.
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
    state: str = ""
    note: str = ""
    encoded: bool = False
    encode_error: str = ""
    region: Box | None = None
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The object being made: the prompt so far and what the segmenter offers for it.

    `ticket` counts prompts; `answered` is the ticket that `candidates` belong to. `corner` is the first
    corner of a box not yet closed. `previous` is fed back to the decoder while points are appended.
    `traced` maps candidate index to its full-resolution shape (None: the mask is empty). `manual`: the
    open corner belongs to a box that is drawn without the segmenter. `box_at` counts the points that were
    there when the box was added, so that the prompt can be taken back in the order it was given. `offered`:
    it was found ahead and taken by its hint; giving it a class keeps it. `coarseness` is how much coarser
    than usual polygons are to follow the mask. `replaces`: the instance that gets the mask for its shape;
    `beside`: the one that was selected when the prompt began. `told`: the shape of which the person was told
    that it repeats an instance.
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
    offered: bool = False
    coarseness: float = 1.0
    replaces: int | None = None
    beside: int | None = None
    told: Shape | None = None
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


@dataclass(frozen=True, slots=True)
class Spread:
    """Instances on their way onto the images after `origin`.

    `left` images are to go; `images` got them, `skipped` could not or had all of them.
    """

    instances: tuple[Instance, ...]
    origin: int
    left: int
    images: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One person labeling one dataset.

    `image_count` grows while the folder is listed (`listing` is True meanwhile). `held` are keys that wait
    for an answer of a lane (a confirm pressed before the mask arrived): they are replayed in order.
    `unsaved` are instances of images that were left while their save was on its way or had failed, by
    image index; `histories` keep undo for images visited before. `hidden` are instances of the image in front
    that are not drawn, `marked` those that the next command is for. `edit`: what the keys move in edit mode;
    `reshaping`: a change of pixels on its way, `reshapes` counts them. `drawn` are the vertices of a polygon
    being drawn, `clipboard` what was copied, `previous` what the image held that was left last. `warned`: the
    person was told that leaving drops the draft. `leaving`: quit once the saves on their way have landed.
    `class_command` is the command that the open class palette answers to, `class_adding` the new name it
    waits for. `theirs` is what somebody else wrote to label files that also changed here, by image index,
    until the person chooses. `spread`: instances that are being put onto the next images. `reopening`: where
    the last session stopped, until that is in sight.
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
    grid: Grid | None = None
    look: Look = field(default_factory=Look)
    hidden: frozenset[int] = frozenset()
    previewed: Previewed | None = None
    edit: Edit = field(default_factory=Edit)
    reshaping: Reshaping | None = None
    reshapes: int = 0
    drawn: tuple[tuple[float, float], ...] = ()
    marked: frozenset[int] = frozenset()
    clipboard: tuple[Instance, ...] = ()
    previous: tuple[Instance, ...] = ()
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
    hints: Hints = field(default_factory=Hints)
    proposals: Proposals = field(default_factory=Proposals)
    theirs: Mapping[int, tuple[Instance, ...]] = field(default_factory=lambda: MappingProxyType({}))
    review: Review = field(default_factory=Review)
    spread: Spread | None = None
    reopening: Place | None = None

    @property
    def resting(self) -> Mode:
        """The mode in which nothing is being made."""
        return Mode.REVIEW if self.review.phase == "on" else Mode.NAVIGATE

    @property
    def dirty(self) -> bool:
        """True when the image in front is there and holds something else than its label file."""
        return self.image.status == "ready" and self.image.instances != self.image.saved

    @property
    def selected_candidate(self) -> Candidate | None:
        """The candidate shown, or None when there is none."""
        draft = self.draft
        return draft.candidates[draft.selected] if draft.candidates else None
