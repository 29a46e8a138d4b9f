from __future__ import annotations

from session.world import World, boxes
from tui.session.editing import still_editing
from tui.session.state import Mode


def test_editing_goes_on_while_there_is_something_to_edit() -> None:
    w = World(labels={0: boxes((1, 1, 50, 50))})
    w.press("n w tab tab")
    session = still_editing(w.session, 0)
    assert session.mode is Mode.EDIT
    assert session.edit.handle == 2
    assert still_editing(w.session, 7).mode is Mode.NAVIGATE
    assert still_editing(w.session, None).selection is None
    w.press("escape")
    assert still_editing(w.session, 7) is w.session
