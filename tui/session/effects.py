"""What a session asks of the world. The app runs these; their answers come back as events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.types.instance import Candidate, Instance
from tui.types.prompt import Prompt


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


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Bring one candidate of prompt `ticket` to full resolution -> TraceDone."""

    ticket: int
    index: int
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Save:
    """Write the label file of image `index` -> Saved or SaveFailed, carrying `revision`."""

    index: int
    instances: tuple[Instance, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class AddClass:
    """Append a class to the dataset's list -> ClassesChanged (or a notice that it could not)."""

    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Open a dialog that ends by posting one `Invoke` (or nothing).

    "class": fuzzy class palette; its answer is `Invoke(command, argument=<class id>)`, or
    `Invoke("class.add", name)`. "command": command palette. "goto": image number or name.
    "help": the key table. "quit": what is unsaved, and whether to leave.
    `command` is the command that the answer goes to.
    """

    dialog: Literal["class", "command", "goto", "help", "quit"]
    command: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """Say one sentence to the person."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the program."""

    unsaved: int = 0


Effect = Load | Encode | Prefetch | Decode | Trace | Save | AddClass | Ask | Notify | Quit
