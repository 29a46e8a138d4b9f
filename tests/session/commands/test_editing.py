"""Editing one instance by keys."""

from __future__ import annotations

from math import cos, sin

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session.commands.editing import MOST_LETTERS
from tui.session.effects import Save
from tui.session.events import Key
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape

RING = Polygon(((100, 100), (300, 100), (300, 300), (100, 300)))


def world(*xyxy: tuple[float, float, float, float]) -> World:
    """Boxes, the first of them in edit mode, one pixel a key."""
    w = World(labels={0: boxes(*(xyxy or ((100, 100, 300, 200),)))})
    w.press("[ [ n w")
    return w


def polygons() -> World:
    w = World(labels={0: (Instance(1, RING, "line"),)}, options=Options(task="segment"))
    w.press("[ [ n w")
    return w


def shape(w: World) -> Shape:
    return w.session.image.instances[w.session.selection or 0].shape


@pytest.mark.parametrize(
    ("command", "box"),
    [
        ("edit.left", Box(99, 100, 299, 200)),
        ("edit.right", Box(101, 100, 301, 200)),
        ("edit.up", Box(100, 99, 300, 199)),
        ("edit.down", Box(100, 101, 300, 201)),
        ("edit.far_left", Box(90, 100, 290, 200)),
        ("edit.far_right", Box(110, 100, 310, 200)),
        ("edit.far_up", Box(100, 90, 300, 190)),
        ("edit.far_down", Box(100, 110, 300, 210)),
    ],
)
def test_keys_move_the_whole(command: str, box: Box) -> None:
    w = world()
    w.invoke(command)
    assert shape(w) == box
    assert w.session.image.instances[0].source is not None
    assert w.labels[0][0].shape == box
    w.press("u")
    assert shape(w) == Box(100, 100, 300, 200)
    assert w.session.mode is Mode.EDIT
    assert not w.session.dirty


def test_counts_and_arrows_work_as_for_the_cursor() -> None:
    w = world()
    w.press("' 1 2 l left")
    assert shape(w) == Box(111, 100, 311, 200)


@pytest.mark.parametrize(
    ("tabs", "keys", "box"),
    [
        (1, "h", Box(99, 100, 300, 200)),
        (2, "k", Box(100, 99, 300, 200)),
        (3, "l", Box(100, 100, 301, 200)),
        (4, "j", Box(100, 100, 300, 201)),
        (5, "l", Box(101, 100, 301, 200)),
    ],
)
def test_tab_goes_through_the_sides_and_back_to_the_whole(tabs: int, keys: str, box: Box) -> None:
    w = world()
    w.press("tab " * tabs + keys)
    assert shape(w) == box


def test_a_side_says_when_it_does_not_move() -> None:
    w = world()
    w.invoke("edit.next")
    w.press("j")
    assert w.said() == "The left side moves left and right only"
    assert not w.session.image.history.past
    w.invoke("edit.previous")
    assert w.session.edit.handle == 0


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("h", "The whole object is at the image's edge"),
        ("tab h", "The left side is at the image's edge"),
        ("tab tab k", "The top side is at the image's edge"),
        ("tab L tab tab h", "The right side is as near to the left side as it can be"),
    ],
)
def test_what_does_not_move_says_why(keys: str, said: str) -> None:
    w = world((0, 0, 11, 40))
    w.press(keys)
    assert w.said() == said


def test_sides_have_the_letters_of_their_names_wherever_they_are() -> None:
    for box in ((0, 0, 640, 480), (100, 100, 300, 200), (0, 20, 50, 480)):
        w = world(box)
        w.press("f")
        assert w.session.hints.labels == ("l", "t", "r", "b")
        assert all(0 < t.x < 640 and 0 < t.y < 480 for t in w.session.hints.targets)
        w.press("b")
        assert w.session.edit.handle == 4


def test_after_undo_the_cursor_is_on_the_side_in_hand() -> None:
    w = world()
    w.press("tab L L u")
    assert w.session.edit.handle == 1
    assert int(w.session.cursor[0]) == 110
    w.press("U")
    assert int(w.session.cursor[0]) == 120


def test_moves_in_quick_succession_are_one_change() -> None:
    w = world()
    for repeat in range(5):
        w.give(Key("l", repeat))
    assert shape(w) == Box(105, 100, 305, 200)
    assert len(w.session.image.history.past) == 1
    w.give(Key("j", 0))
    assert len(w.session.image.history.past) == 2
    w.press("u u")
    assert shape(w) == Box(100, 100, 300, 200)


def test_a_held_key_saves_no_more_than_the_disk_keeps_up_with() -> None:
    w = world()
    w.patient = True
    w.forget()
    for repeat in range(20):
        w.give(Key("l", repeat))
    assert len(w.asked(Save)) == 1
    w.answer(Save)
    assert len(w.asked(Save)) == 2
    w.settle()
    assert not w.session.dirty
    assert w.labels[0][0].shape == shape(w)


def test_vertices_are_walked_added_moved_and_taken_away() -> None:
    w = polygons()
    w.press("tab tab l")
    assert shape(w) == Polygon(((100, 100), (301, 100), (300, 300), (100, 300)))
    w.invoke("edit.insert")
    longer = shape(w)
    assert isinstance(longer, Polygon)
    assert len(longer.points) == 5
    assert w.session.edit.handle == 3
    w.invoke("edit.remove")
    w.press("u u u")
    assert shape(w) == RING
    w.press("tab")
    w.invoke("edit.remove")
    assert shape(w) == Polygon(RING.points[:3])
    w.press("x")
    assert "three vertices" in w.said()


def test_a_vertex_is_taken_by_its_letter() -> None:
    w = polygons()
    w.invoke("edit.hints")
    assert w.session.mode is Mode.HINTS
    letter = w.session.hints.labels[2]
    w.press(" ".join(letter))
    assert w.session.mode is Mode.EDIT
    assert w.session.edit.handle == 3
    w.press("j")
    assert shape(w) == Polygon(((100, 100), (300, 100), (300, 301), (100, 300)))


def test_what_is_in_hand_is_brought_to_a_cell_of_the_grid() -> None:
    w = world()
    w.press("tab tab tab space p space")
    box = shape(w)
    assert isinstance(box, Box)
    assert box.x1 > 500
    assert (box.x0, box.y0, box.y1) == (100, 100, 200)
    w.at(50, 50)
    w.invoke("edit.to_cursor")
    assert w.session.mode is Mode.EDIT


def test_boxes_have_no_vertices_and_say_so() -> None:
    w = world()
    w.press("q")
    assert "no vertices" in w.said()


def test_editing_begins_at_the_cursor_and_ends_with_escape() -> None:
    w = World(labels={0: boxes((100, 100, 300, 200))})
    w.at(500, 400)
    w.invoke("edit.enter")
    assert "none is at the cursor" in w.said()
    w.at(150, 150).press("w")
    assert w.session.selection == 0
    w.press("escape")
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.selection == 0
    w.press("w")
    w.invoke("edit.leave")
    assert w.session.mode is Mode.NAVIGATE


def test_other_commands_say_that_an_instance_is_edited() -> None:
    w = world()
    w.invoke("point.positive")
    assert "being edited" in w.said()


def test_undoing_the_instance_away_ends_editing() -> None:
    w = World()
    w.at(10, 10).press("R")
    w.at(60, 60).press("R n w u")
    check(w.session)
    assert w.session.mode is Mode.NAVIGATE
    w.press("U")
    check(w.session)


def test_leaving_the_image_ends_editing() -> None:
    w = world()
    w.press("d")
    assert w.session.mode is Mode.NAVIGATE
    check(w.session)


def test_a_shape_beyond_the_border_is_cut_on_request() -> None:
    w = world((600, 100, 700, 200))
    w.invoke("instance.clamp")
    assert shape(w) == Box(600, 100, 640, 200)
    w.invoke("instance.clamp")
    assert "inside the image already" in w.said()


def test_digits_reclass_while_editing() -> None:
    w = world()
    w.press("2")
    assert w.session.image.instances[0].class_id == 1
    assert w.session.mode is Mode.EDIT


def test_nothing_is_edited_where_labels_are_blocked() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))}, blocked={0: "line 3 is no text"})
    w.press("n w")
    assert "line 3 is no text" in w.said()
    assert w.session.mode is Mode.NAVIGATE


def test_an_outline_of_many_vertices_keeps_most_of_its_letters_to_itself() -> None:
    ring = Polygon(tuple((320 + 200 * cos(n / 50), 240 + 200 * sin(n / 50)) for n in range(314)))
    w = World(labels={0: (Instance(0, ring, "a"),)}, options=Options(task="segment"))
    w.press("n w f")
    assert 50 <= len(w.session.hints.targets) <= MOST_LETTERS
    assert "Every 6th of 314 vertices has letters: Tab goes on" in w.said()
    w.press(" ".join(w.session.hints.labels[1]))
    assert w.session.edit.handle == 7
    w.press("tab")
    assert w.session.edit.handle == 8


def test_a_polygon_without_area_is_never_given_a_vertex_that_is_not_there() -> None:
    """A label file may hold one: it is shown and can be deleted, or a vertex moved away."""
    flat = Instance(0, Polygon(((10, 10), (60, 10), (30, 10))), "flat")
    w = World(labels={0: (flat,)}, options=Options(task="segment"))
    w.press("n w q")
    assert "without area" in w.said()
    assert w.session.edit.handle == 0
    w.press("n n n q x")
    check(w.session)
    assert w.session.image.instances == (flat,)
    w.press("j")
    assert w.session.image.instances != (flat,)


def test_a_refused_change_leaves_the_vertex_in_hand() -> None:
    spike = Instance(0, Polygon(((10, 10), (60, 10), (30, 10), (30, 40))), "spike")
    w = World(labels={0: (spike,)}, options=Options(task="segment"))
    w.press("n w ' 4 n x")
    assert "without area" in w.said()
    assert w.session.edit.handle == 4
