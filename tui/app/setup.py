"""What the app is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tui.app.keeper import Keeper
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.app.recorder import Recorder
from tui.inference.diskcache import DiskCache
from tui.inference.segmenters.base import Segmenter
from tui.render.drivers.base import Driver
from tui.render.terminal import Terminal
from tui.session.state import Options
from tui.types.place import Place


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """Everything the app is given: what was found and decided before it starts."""

    library: Library
    segmenter: Segmenter
    terminal: Terminal
    driver: Driver
    options: Options
    classes: tuple[str, ...]
    keymap: str
    memory_bytes: int
    notices: tuple[str, ...] = ()
    verbose: bool = False
    recorder: Recorder | None = None
    keeper: Keeper | None = None
    finders: Finders = field(default_factory=Finders)
    disk: DiskCache | None = None
    review: str | None = None
    """The filter of a review to begin with; None begins with labeling."""
    place: Place | None = None
    """Where the last session stopped."""
    ask: Callable[[], tuple[Terminal, Driver]] | None = None
    """Asks the terminal anew, which nothing else may read from meanwhile."""
