"""Everything that can happen to a session: keys, answers of the lanes, facts about the window.

An answer carries what it answers (an image index, a ticket); `tui.session.update` drops the stale ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.proposals import Proposed
from tui.types.instance import Candidate, Instance, Traced
from tui.types.review import ImageFacts
from tui.types.shapes import Box, Shape


@dataclass(frozen=True, slots=True)
class Key:
    """One key press, named portably: `"q"`, `"H"`, `"["`, `"left"`, `"enter"`, `"escape"`, `"tab"`,
    `"shift+tab"`, `"space"`, `"backspace"`, `"ctrl+s"`. `repeat` counts how often the same key came before
    it in quick succession (0 for a first press); the app has the clock, the session has none.
    """

    name: str
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Invoke:
    """A command by name, from the palette, a dialog or a script; `argument` is what the dialog gave."""

    command: str
    argument: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Pointed:
    """The mouse named a place: image pixels. `action` is "move", "positive", "negative", "press" or "release"
    ("press" and "release" are the two corners of a dragged box).
    """

    x: float
    y: float
    action: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The dataset knows `count` images so far; `complete` once the whole folder was read.

    `index` is where the current image stands now (sorting may have moved it).
    """

    count: int
    complete: bool
    index: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """Image `index` was read. `wh` is its upright size in pixels.

    `has_file` tells "labelled, nothing in it" from "never labelled". `blocked` says why the label file
    cannot be edited (it could not be read), `warning` what else the person should know about this image
    (damaged but decodable, lines kept verbatim). `past` and `future` are undo and redo of an earlier session
    for just these instances. `changed`: the label file is not what this session last knew; the world keeps
    to what it knew until `Accept`. `state` and `note` come from the sidecar.
    """

    index: int
    name: str
    wh: tuple[int, int]
    instances: tuple[Instance, ...]
    has_file: bool
    blocked: str = ""
    warning: str = ""
    past: tuple[tuple[Instance, ...], ...] = ()
    future: tuple[tuple[Instance, ...], ...] = ()
    changed: bool = False
    state: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Image `index` cannot be shown."""

    index: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """The embedding of image `index` is ready."""

    index: int
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class EncodeFailed:
    index: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The decoder answered prompt `ticket`; `selected` is the pipeline's choice among `candidates`."""

    ticket: int
    candidates: tuple[Candidate, ...]
    selected: int
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class DecodeFailed:
    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class TraceDone:
    """Candidate `index` of prompt `ticket` at full resolution; `traced` is None when the mask is empty."""

    ticket: int
    index: int
    traced: Traced | None
    coarseness: float = 1.0


@dataclass(frozen=True, slots=True)
class Rested:
    """No key came for a while: the cursor rests where it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Previewed:
    """The mask that a point at (`x`, `y`) of image `index` would give."""

    index: int
    x: float
    y: float
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Reshaped:
    """What reshape `ticket` made of its instance: one shape or several, and remarks."""

    ticket: int
    shapes: tuple[Shape, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReshapeFailed:
    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class Snapped:
    """The strongest edge near (`x`, `y`) of image `index` is at `to`, or there is none."""

    index: int
    x: float
    y: float
    to: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class ProposalsFound:
    """Run `ticket` found more; the keys in `gone` are no longer offered (something better was found).

    `done` of `total` steps are behind it; a total of 0 means that there is no telling.
    """

    ticket: int
    found: tuple[Proposed, ...]
    gone: frozenset[int] = frozenset()
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ProposalsEnded:
    """Run `ticket` is over: all found, or failed for `reason`. `note` is what else there is to know."""

    ticket: int
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Suggested:
    """What hints can stand on, found ahead under `ticket`: all of it so far, best first.

    `done` of `total` steps (0: it does not say); `ended`: there will be no more.
    """

    ticket: int
    found: tuple[Proposed, ...]
    done: int = 0
    total: int = 0
    ended: bool = True


@dataclass(frozen=True, slots=True)
class RegionEncoded:
    """Prompts inside `region` of image `index` are answered at its own resolution now; None: no longer."""

    index: int
    region: Box | None


@dataclass(frozen=True, slots=True)
class ModelReady:
    """The segmenter is loaded: what it cannot do (as in `Options`) is known now."""

    limits: frozenset[str] = frozenset()
    max_points: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The label file of image `index` holds `instances` (with their new `source` lines) on disk, fsynced."""

    index: int
    instances: tuple[Instance, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """The label file of image `index` was not written; `revision` is the save's, 0 when it is not known."""

    index: int
    reason: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """More of what gathering `ticket` asked for; `read` images were read so far.

    `problem` says what could not be found out.
    """

    ticket: int
    images: tuple[ImageFacts, ...]
    read: int
    complete: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The sidecar's record of image `index` now; `problem` says why it could not be written."""

    index: int
    state: str
    note: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """The image that a Seek from image `start` was for, or None."""

    start: int
    what: str
    by: int
    found: int | None


@dataclass(frozen=True, slots=True)
class ClassesChanged:
    """The class list on disk is now `names`; a class id is a position in it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Save `revision` of image `index` found a label file that somebody else had written: `theirs`."""

    index: int
    theirs: tuple[Instance, ...]
    revision: int
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class LabelsChanged:
    """Somebody else wrote the label file of image `index`; it holds `theirs` now. `blocked` as in Loaded."""

    index: int
    theirs: tuple[Instance, ...]
    has_file: bool
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class ImageReplaced:
    """The picture of image `index` is another one than the one shown."""

    index: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What an earlier session had not saved of image `index`, with its undo and redo; `saved` is what the
    label file holds, `wh` the image's size. `theirs`: the label file was changed since, and holds this.
    """

    index: int
    wh: tuple[int, int]
    instances: tuple[Instance, ...]
    past: tuple[tuple[Instance, ...], ...] = ()
    future: tuple[tuple[Instance, ...], ...] = ()
    saved: tuple[Instance, ...] = ()
    theirs: tuple[Instance, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClassesReordered:
    """The class list on disk is `names` now, and a class this session knows is not where it was."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewOnly:
    """Labels cannot be changed any more, or (empty reason) can be again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resized:
    """The canvas is now `width` x `height` device pixels (half-blocks: 1 x 2 a cell)."""

    width: int
    height: int


Event = (
    Key
    | Invoke
    | Pointed
    | Listed
    | Loaded
    | LoadFailed
    | Encoded
    | EncodeFailed
    | Decoded
    | DecodeFailed
    | TraceDone
    | Rested
    | Previewed
    | Reshaped
    | ReshapeFailed
    | Snapped
    | ProposalsFound
    | ProposalsEnded
    | Suggested
    | RegionEncoded
    | ModelReady
    | Saved
    | SaveFailed
    | Facts
    | Judged
    | Sought
    | ClassesChanged
    | Conflicted
    | LabelsChanged
    | ImageReplaced
    | Restored
    | ClassesReordered
    | ViewOnly
    | Resized
)
