"""The mask under a resting cursor."""

from __future__ import annotations

from session.world import World, boxes
from tui.session import preview
from tui.session.effects import Decode, Preview
from tui.session.events import Previewed, Rested


def test_a_resting_cursor_shows_what_a_point_would_give_once_asked_for() -> None:
    w = World()
    w.give(Rested())
    assert not w.asked(Preview)
    w.invoke("look.preview")
    w.at(50, 60).give(Rested())
    assert preview.shown(w.session) is not None
    w.give(Rested())
    assert len(w.asked(Preview)) == 1
    w.press("l")
    assert preview.shown(w.session) is None
    assert not w.asked(Decode)
    assert not w.session.image.instances


def test_there_is_none_beside_a_prompt_or_a_selection_and_none_before_the_embedding() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.press("* n")
    w.give(Rested())
    assert not w.asked(Preview)
    w.press("escape q")
    w.give(Rested())
    assert not w.asked(Preview)
    late = World(no_embedding="no memory")
    late.press("*")
    late.give(Rested())
    assert not late.asked(Preview)


def test_a_late_answer_for_another_place_is_dropped() -> None:
    w = World()
    w.press("*")
    w.at(50, 60).give(Rested())
    there = w.session.previewed
    assert there is not None
    w.at(10, 10).give(Previewed(there.index, there.x, there.y, there.candidate))
    assert preview.shown(w.session) is None
    w.press("*")
    w.at(50, 60)
    assert preview.shown(w.session) is None
