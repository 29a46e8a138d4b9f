"""From a path to a running labeler: everything that happens before Textual is imported.

Order matters: the dataset and the model are opened first (their errors are plain sentences on an ordinary
terminal), then the terminal is probed, then Textual is imported with the colour depth the probe found.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tui.app.farewell import farewell
from tui.app.keeper import Keeper
from tui.app.library import Library
from tui.app.logs import failed, log_to
from tui.app.models import Wanted, find_finders, find_segmenter
from tui.app.proposer import Finders
from tui.app.recorder import Recorder
from tui.config import Config, embedding_dir, state_dir
from tui.data.dataset import Dataset, open_dataset
from tui.data.description import absolute
from tui.data.places import image_of, read_place
from tui.errors import TerminalError, UsageError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.names import names_of
from tui.inference.detectors.told import told_size
from tui.inference.diskcache import DiskCache
from tui.render.drivers.base import Driver
from tui.render.drivers.registry import make_driver
from tui.render.probe import probe
from tui.render.terminal import Terminal
from tui.session.log import Header
from tui.session.ownkeys import checked
from tui.session.review import parse_filter
from tui.session.state import Options
from tui.types.instance import Task

if TYPE_CHECKING:
    from tui.app.app import LabelApp


_KEYS_TOLD = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for; None means "as configured, or as found"."""

    path: Path
    task: Task | None = None
    segmenter: str | None = None
    classes_file: Path | None = None
    graphics: str | None = None
    keymap: str | None = None
    labels_dir: Path | None = None
    read_only: bool = False
    autosave: bool = True
    low_bandwidth: bool = False
    verbose: bool = False
    record: Path | None = None
    detector: str | None = None
    detector_facts: DetectorOptions = field(default_factory=DetectorOptions)
    grounder: str | None = None
    rules: tuple[str, ...] = ()
    text: str = ""
    review: str | None = None


def run_labeler(request: Request, config: Config, say: Callable[[str], None] = lambda _: None) -> int:
    """Open the labeler and stay until the person leaves; returns the exit code.

    `say` is given lines about what was done, for the ordinary screen, when all of it is on disk.

    Raises TerminalError without a terminal, UsageError for a filter that says nothing, what opening the
    dataset, the model or the keymap raises, and TtylabelError when the program itself failed: what happened
    is in the log.
    """
    keymap = request.keymap or config.keymap
    taken = checked(keymap, config.keys)
    dataset = _dataset(request)
    parse_filter(request.review or "", dataset.classes.names)
    _need_terminal()
    read_only = "opened with --read-only" if request.read_only else dataset.read_only_reason()
    place = read_place(dataset)
    library = Library(dataset, config, first=image_of(dataset, place), read_only=bool(read_only))
    keeper = _keeper(library, read_only)
    wanted = _wanted(request)
    segmenter, (finders, absent) = find_segmenter(wanted, config), find_finders(wanted, config)
    terminal, driver = (ask := _asking(request, config))()
    _set_colours(terminal.colours)

    from tui.app.app import LabelApp
    from tui.app.setup import Setup

    options = replace(
        _options(request, config, finders), task=dataset.task, read_only=read_only, segmenter=segmenter.name
    )
    recorder = _recorder(request, library, options, keymap)
    setup = Setup(
        library=library,
        segmenter=segmenter,
        terminal=terminal,
        driver=driver,
        options=options,
        classes=dataset.classes.names,
        keymap=keymap,
        memory_bytes=config.embedding_memory_mb * 1_000_000,
        notices=(*dataset.warnings, *absent, *_own_keys(taken)),
        verbose=request.verbose,
        recorder=recorder,
        keeper=keeper,
        finders=finders,
        disk=embeddings_on_disk(config),
        ask=ask,
        review=request.review,
        # A recording begins with what its header says: the image, all of it, and the first class.
        place=None if recorder else place,
    )
    app = LabelApp(setup)
    with contextlib.closing(keeper), contextlib.closing(recorder) if recorder else contextlib.nullcontext():
        code = _run(app, state_dir() / "ttylabel.log")
    return _left(app, code, request, keeper, say)


def _left(app: LabelApp, code: int, request: Request, keeper: Keeper, say: Callable[[str], None]) -> int:
    """The exit code, once the person has read what was done.

    With a thread that waits for the terminal it ends here: tidying up would wait for a lock it holds.
    """
    if _stuck(app):
        os._exit(code)
    if code == 0:
        for line in farewell(request.path, keeper.written):
            say(line)
    return code


def _asking(request: Request, config: Config) -> Callable[[], tuple[Terminal, Driver]]:
    """What asks the terminal what it is and makes the driver for it."""

    def ask() -> tuple[Terminal, Driver]:
        screen = sys.__stderr__.fileno() if sys.__stderr__ else 2
        found = probe(request.graphics or config.graphics, fd_out=screen)
        return found, make_driver(found, low_bandwidth=request.low_bandwidth)

    return ask


def _dataset(request: Request) -> Dataset:
    """What the command line names; its classes may be those of a model file."""
    return open_dataset(
        request.path,
        labels_dir=request.labels_dir,
        classes_file=request.classes_file,
        class_names=names_of(request.classes_file),
        task=request.task,
    )


def _own_keys(taken: tuple[str, ...]) -> tuple[str, ...]:
    """What is said of the person's own keys: only what the preset lost for good."""
    lost = [text for text in taken if text.endswith("left there")]
    return (f"Your keys: {'; '.join(lost[:_KEYS_TOLD])}. `ttylabel keys` tells all",) if lost else ()


def _wanted(request: Request) -> Wanted:
    return Wanted(
        request.segmenter, request.detector, request.grounder, request.rules, request.detector_facts
    )


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise TerminalError(
            "There is no terminal to draw in",
            "standard input and standard error must be a terminal",
            "Over ssh use `ssh -t`; without a terminal use `ttylabel segment` or `ttylabel demo --headless`",
        )


def embeddings_on_disk(config: Config) -> DiskCache | None:
    """Embeddings on disk, those of `ttylabel encode` too; None where the settings leave them no room."""
    quota = config.embedding_disk_mb * 1_000_000
    return DiskCache(embedding_dir(), quota) if quota else None


def _options(request: Request, config: Config, finders: Finders) -> Options:
    """What the person and the settings say, without what the dataset and the segmenter add."""
    return Options(
        autosave=request.autosave and config.autosave,
        detector=finders.detector.name if finders.detector else "",
        grounder=finders.grounder.name if finders.grounder else "",
        text=request.text,
        look_ahead=config.look_ahead,
        keys=config.keys,
        colours=config.colours,
    )


def _recorder(request: Request, library: Library, options: Options, keymap: str) -> Recorder | None:
    """The recording that was asked for; SaveError where it cannot be made."""
    if request.record is None:
        return None
    header = Header(
        dataset=str(absolute(request.path)),
        first=library.name(library.path(0)),
        task=options.task,
        segmenter=options.segmenter,
        keymap=keymap,
        classes=library.dataset.classes.names,
        autosave=options.autosave,
        read_only=options.read_only,
        detector=request.detector or "",
        detector_names=request.detector_facts.names or (),
        detector_size=told_size(request.detector_facts),
        detector_task=request.detector_facts.task or "",
        grounder=request.grounder or "",
        text=options.text,
        rules=request.rules,
        look_ahead=options.look_ahead,
        keys=tuple("\t".join(own) for own in options.keys),
    )
    return Recorder(request.record, library, header)


def _keeper(library: Library, read_only: str) -> Keeper:
    """What keeps labels safe; where nothing can be edited it has nothing to do."""
    keeper = Keeper(library)
    if not read_only:
        keeper.begin()
    return keeper


def _run(app: LabelApp, log: Path) -> int:
    """Run the app with descriptor 2 in the log; see `run_labeler`."""
    descriptor = _Descriptor2(log)
    with descriptor as screen:
        try:
            result = app.run()
        finally:
            # Again after Textual has gone, for the case that it fell before the app could clean up.
            descriptor.stuck = _stuck(app)
            with contextlib.suppress(OSError):  # the line is cut
                if not descriptor.stuck:
                    screen.write(app.pictures_off().decode("utf-8", "surrogateescape"))
                    screen.flush()
    if app.failure is not None and not descriptor.stuck:
        raise failed(app.failure, log)
    return result if result is not None else (app.return_code or 0)


def _stuck(app: LabelApp) -> bool:
    """Whether the terminal reads nothing any more, and a thread waits for it."""
    lifeline = getattr(app, "lifeline", None)  # not there where the app fell at its start
    return lifeline is not None and lifeline.stuck


def _set_colours(colours: str) -> None:
    """Textual reads its colour depth from the environment, once, when it is imported."""
    if "textual" in sys.modules:
        raise UsageError("Textual was imported before the terminal was asked for its colours")
    systems = {"truecolor": "truecolor", "256": "256", "16": "standard"}
    if colours in systems:
        os.environ["TEXTUAL_COLOR_SYSTEM"] = systems[colours]


class _Descriptor2:
    """While the app runs, file descriptor 2 is the log.

    Textual draws on standard error; ONNX Runtime, libjpeg and others complain there too, in the middle of the
    picture. So Textual gets a descriptor of its own and the number 2 goes to the log file.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self.stuck = False
        """Whether somebody waits for the terminal, which closing it would do too."""

    def __enter__(self) -> TextIO:
        self._kept = sys.__stderr__
        self._saved = os.dup(2)
        self.screen = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="surrogateescape")
        log_to(self._log)
        log = self._opened()
        os.dup2(log, 2)
        os.close(log)
        # Textual's driver takes its output from this name, and offers no other way to give it one; the stubs
        # call the name final.
        sys.__stderr__ = self.screen  # type: ignore[misc]
        faulthandler.enable(2)
        return self.screen

    def _opened(self) -> int:
        """The log's descriptor; where there can be none, that of nothing: the labeler works without."""
        try:
            return os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError:
            return os.open(os.devnull, os.O_WRONLY)

    def __exit__(self, *_: object) -> None:
        faulthandler.disable()
        sys.__stderr__ = self._kept  # type: ignore[misc]  # as in `__enter__`
        os.dup2(self._saved, 2)
        os.close(self._saved)
        if not self.stuck:
            with contextlib.suppress(OSError):  # what could not be written to a cut line
                self.screen.close()
