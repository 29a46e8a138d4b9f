"""What the app is given where nothing was asked for."""

from __future__ import annotations

from fakes import FakeSegmenter
from tui.app.library import Library
from tui.app.setup import Setup
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.pipelines.everything import Wish
from tui.render.drivers.recording import RecordingDriver
from tui.render.terminal import Terminal
from tui.session.state import Options


def test_nothing_is_found_kept_or_asked_unless_it_is_given(dataset) -> None:
    opened = open_dataset(dataset.root)
    setup = Setup(
        library=Library(opened, Config()),
        segmenter=FakeSegmenter(),
        terminal=Terminal("kitty"),
        driver=RecordingDriver(),
        options=Options(task=opened.task),
        classes=opened.classes.names,
        keymap="anylabeling",
        memory_bytes=1,
    )
    finders = setup.finders
    assert (finders.detector, finders.grounder, finders.everything, finders.rules) == (None, None, Wish(), ())
    assert (setup.keeper, setup.disk, setup.ask) == (None, None, None)
