"""The models of a labeling session: found at once, opened when they are needed.

What is absent is said before the labeler opens, in the words of the registry; what is damaged is said when it
is opened, because reading a large file to tell would keep the first picture waiting. Who insists on a
graphics card waits: the program must not start without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tui.app.late import Late, LateSegmenter
from tui.app.proposer import Finders
from tui.config import Config
from tui.errors import TtylabelError, UsageError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.registry import open_detector
from tui.inference.grounding.registry import open_grounder
from tui.inference.onnxfile import check_readable
from tui.inference.preference import preferred
from tui.inference.segmenters.registry import SEGMENTERS, open_segmenter
from tui.inference.store import StoredModel, check_present, find
from tui.pipelines.everything import Wish

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Models by name or file, None for what the settings say.

    `rules` map the detector's classes, `facts` say what its file does not.
    """

    segmenter: str | None = None
    detector: str | None = None
    grounder: str | None = None
    rules: tuple[str, ...] = ()
    facts: DetectorOptions = field(default_factory=DetectorOptions)


def find_segmenter(wanted: Wanted, config: Config) -> LateSegmenter:
    """The segmenter, to be opened. Raises ModelError when there is none of that name, or files are absent."""
    name = wanted.segmenter or config.segmenter
    model = find(name)
    if model.manifest.protocol not in SEGMENTERS:
        open_segmenter(name)  # says what it is instead
    check_present(model)
    return LateSegmenter(_late(model.manifest.name, lambda: open_segmenter(name)))


def find_finders(wanted: Wanted, config: Config) -> tuple[Finders, tuple[str, ...]]:
    """Detector and text model, to be opened, and what is to be said about those that are not there.

    A model that the command line names must be there: raises ModelError. One that only the settings name may
    be absent. Raises UsageError for words about a detector that nobody named.
    """
    if not (wanted.detector or config.detector) and (wanted.rules or wanted.facts != DetectorOptions()):
        raise UsageError(
            "--map and --detector-... say more of a detector", "there is none", "Name a --detector"
        )
    detector, no_detector = _finder(
        wanted.detector, config.detector, lambda name: open_detector(name, wanted.facts)
    )
    grounder, no_grounder = _finder(wanted.grounder, config.grounder, open_grounder)
    notices = tuple(filter(None, (no_detector, no_grounder)))
    return Finders(detector, grounder, _everything(config), wanted.rules), notices


def _finder(asked: str | None, configured: str, opener: Callable[[str], _T]) -> tuple[Late[_T] | None, str]:
    name = asked or configured
    if not name:
        return None, ""
    try:
        title = _present(name)
    except TtylabelError as error:
        if asked:
            raise
        return None, f"{error.sentence}. It is named in config.toml"
    return _late(title, lambda: opener(name)), ""


def _late(title: str, opener: Callable[[], _T]) -> Late[_T]:
    """To be opened when it is needed, or now where a person insists on a graphics card."""
    late = Late(title, opener)
    if preferred().required:
        late.get()
    return late


def _present(name: str) -> str:
    """The title of a model that is there. Raises ModelError."""
    path = Path(name).expanduser()
    if path.suffix.lower() == ".onnx":
        check_readable(path)
        return path.stem
    model: StoredModel = find(name)
    check_present(model)
    return model.manifest.name


def _everything(config: Config) -> Wish:
    """What the settings say about "everything"; 0 leaves it to the segmenter."""
    return Wish(
        side=config.everything_side or None,
        min_score=config.everything_score or None,
        min_stability=config.everything_stability or None,
    )
