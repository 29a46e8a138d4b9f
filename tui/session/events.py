"""Everything that can happen to a session: keys, answers of the lanes, facts about the window.

An answer carries what it answers (an image index, a ticket); `tui.session.update` drops the stale ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.types.instance import Candidate, Instance, Traced


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
    (damaged but decodable, lines kept verbatim).
    """

    index: int
    name: str
    wh: tuple[int, int]
    instances: tuple[Instance, ...]
    has_file: bool
    blocked: str = ""
    warning: str = ""


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
class ClassesChanged:
    """The class list on disk is now `names`; a class id is a position in it."""

    names: tuple[str, ...]


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
    | Saved
    | SaveFailed
    | ClassesChanged
    | Resized
)
