"""What a session asks of the world. The app runs these; their answers come back as events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.session.proposals import Kind
from tui.types.instance import Candidate, Instance
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask, Shape

Dialog = Literal[
    "class",
    "command",
    "goto",
    "help",
    "quit",
    "text",
    "conflict",
    "classes",
    "held",
    "recover",
    "files",
    "instances",
    "stats",
    "settings",
    "filter",
    "note",
    "words",
    "summary",
]
"""The questions there are; `Ask` says what each is about."""


@dataclass(frozen=True, slots=True)
class Load:
    """Read image `index` and its label file -> Loaded or LoadFailed."""

    index: int


@dataclass(frozen=True, slots=True)
class Encode:
    """Encode image `index` ahead of the first prompt -> Encoded or EncodeFailed."""

    index: int


@dataclass(frozen=True, slots=True)
class Prefetch:
    """Load and encode these images when nothing else is to do; replaces the previous wish. No answer."""

    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Decode:
    """Decode `prompt` on image `index` -> Decoded or DecodeFailed, then TraceDone for the selected candidate.

    A newer Decode replaces one that still waits; then only the newer one is answered.
    """

    ticket: int
    index: int
    prompt: Prompt
    coarseness: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Bring one candidate of prompt `ticket` to full resolution -> TraceDone.

    `coarseness` multiplies how far a polygon may deviate from the mask.
    """

    ticket: int
    index: int
    candidate: Candidate
    coarseness: float = 1.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a point at (`x`, `y`) of image `index` would give, when nothing else is to do -> Previewed.

    Not answered when it cannot be had at once.
    """

    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Reshape:
    """Change a shape of image `index` through its pixels -> Reshaped or ReshapeFailed.

    `operation` is one of `tui.pipelines.reshape`; `mask` is what "join" and "cut" work with.
    """

    ticket: int
    index: int
    operation: str
    shape: Shape
    mask: LogitMask | None = None


@dataclass(frozen=True, slots=True)
class Snap:
    """Find the strongest edge of image `index` within `reach` pixels of (`x`, `y`) -> Snapped."""

    index: int
    x: float
    y: float
    reach: float


@dataclass(frozen=True, slots=True, eq=False)
class Propose:
    """Let a pipeline look at image `index` -> ProposalsFound as it finds, at last ProposalsEnded.

    `classes` are the dataset's, `text` is a text prompt, `instances` are those to be tightened, and
    `outlines`: those that are no boxes too. A newer Propose, and Cancel, end the one before.
    """

    ticket: int
    index: int
    kind: Kind
    classes: tuple[str, ...] = ()
    text: str = ""
    instances: tuple[Instance, ...] = ()
    outlines: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop proposing. No answer."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Find what hints can stand on in image `index` while nothing else is to do -> Suggested, repeatedly.

    A newer one replaces it.
    """

    ticket: int
    index: int
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodeRegion:
    """Encode a region of image `index` for small objects -> RegionEncoded; None: back to the whole."""

    index: int
    region: Box | None


@dataclass(frozen=True, slots=True)
class Save:
    """Write the label file of image `index` -> Saved or SaveFailed, carrying `revision`."""

    index: int
    instances: tuple[Instance, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Gather:
    """Read what a review can be made of -> Facts, several times. A newer Gather ends the one before.

    `fresh`: make a new mask for each object and compare. `rivals`: let the detector look too. `stop`: read
    nothing, only end the one before.
    """

    ticket: int
    fresh: bool = False
    rivals: bool = False
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """Record what a person decided on image `index` -> Judged.

    `state` is the image's, empty to leave it; `accepted` and `reopened` are label lines; a `note`
    replaces the one there is.
    """

    index: int
    state: str = ""
    accepted: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Seek:
    """Find the next image (`by` 1) or the one before (-1) that is "unlabeled" or "unverified" -> Sought."""

    index: int
    what: str
    by: int


@dataclass(frozen=True, slots=True)
class AddClass:
    """Append a class to the dataset's list -> ClassesChanged (or a notice that it could not)."""

    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """Note in the journal what image `index` holds now and what can be undone and redone. No answer."""

    index: int
    instances: tuple[Instance, ...]
    past: tuple[tuple[Instance, ...], ...]
    future: tuple[tuple[Instance, ...], ...]


@dataclass(frozen=True, slots=True)
class Accept:
    """From now on the label file of image `index` is the one somebody else wrote: saves build on it.

    `lost` is what the person did not choose; the journal keeps it. No answer.
    """

    index: int
    lost: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadClasses:
    """Read the class list anew -> ClassesChanged."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Open a dialog that ends by posting one `Invoke` (or nothing).

    "class": fuzzy class palette; its answer is `Invoke(command, argument=<class id>)`, or
    `Invoke("class.add", name)`. "command": command palette. "goto": image number or name. "help": the key
    table. "quit": what is unsaved, and whether to leave. "text": a text prompt. "conflict": yours, theirs or
    both. "classes": whether to go on with another class list. "held": somebody else labels this dataset;
    "recover": an earlier session left unsaved labels (both asked by the app, and answered to it). "files",
    "instances", "stats" and "settings" are panels; that of the instances answers more than once. "filter":
    words of a review's filter, "note": a note on the image, "summary": what a review came to. "words":
    `lines` to read, any key closes it. `command` is the command that the answer goes to, `lines` are facts to
    show.
    """

    dialog: Dialog
    command: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify:
    """Say one sentence to the person."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the program."""

    unsaved: int = 0


Effect = (
    Load
    | Encode
    | Prefetch
    | Decode
    | Trace
    | Preview
    | Reshape
    | Snap
    | Propose
    | Cancel
    | Suggest
    | EncodeRegion
    | Save
    | Gather
    | Judge
    | Seek
    | AddClass
    | Record
    | Accept
    | ReadClasses
    | Ask
    | Notify
    | Quit
)
