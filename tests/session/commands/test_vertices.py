from __future__ import annotations

from session.world import World, boxes
from tui.session.commands.vertices import take_vertex


def test_a_side_is_taken_in_hand_with_the_cursor_on_it() -> None:
    w = World(labels={0: boxes((100, 100, 300, 200))})
    assert take_vertex(w.session, 1)[0] is w.session
    w.press("n w")
    session, effects = take_vertex(w.session, 2)
    assert session.edit.handle == 2
    assert session.cursor == (200.5, 100.5)
    assert not effects
