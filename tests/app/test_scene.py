"""What the canvas shows of a state."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tui.app.colours import default_colour
from tui.app.scene import build_scene
from tui.geometry.polygons import join
from tui.render.scene import Canvas, Photo
from tui.session.events import Previewed
from tui.session.grid import Grid
from tui.session.handles import Edit
from tui.session.hints import Hints, Target
from tui.session.look import Look
from tui.session.proposals import Proposals, Proposed
from tui.session.state import Draft, ImageState, Mode, Options, Session, Viewport
from tui.types.instance import Candidate, Instance, Traced
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask, Polygon

CANVAS = Canvas(0, 0, 20, 10, (10, 20))
PHOTO = Photo("p", np.zeros((80, 100, 3), np.uint8))
RING = Polygon(((1, 1), (9, 1), (5, 8)))
READY = Session(
    Options(),
    ("cat", "dog"),
    image=ImageState(
        0, "a.jpg", (100, 80), "ready", instances=(Instance(0, Box(1, 2, 30, 40)), Instance(1, RING))
    ),
    view=Viewport(5, 6, 2.0, (200, 200)),
    cursor=(12, 13),
)


def test_view_cursor_and_instances() -> None:
    scene = build_scene(READY, CANVAS, PHOTO)
    assert (scene.view.x, scene.view.y, scene.view.scale) == (5, 6, 2.0)
    assert scene.cursor == (12, 13)
    box, ring = scene.shapes
    assert box.points == ((1, 2), (30, 2), (30, 40), (1, 40))
    assert (box.box, ring.box) == (True, False)
    assert ring.points is RING.points
    assert (box.colour, ring.colour) == (default_colour(0), default_colour(1))


def test_selected_instance_is_marked() -> None:
    scene = build_scene(replace(READY, selection=1), CANVAS, PHOTO)
    assert [mark.style for mark in scene.shapes] == ["solid", "selected"]


def test_draft_points_box_and_mask() -> None:
    mask = LogitMask(np.ones((4, 4), np.float32), Box(0, 0, 4, 4))
    draft = Draft(
        points=(Point(3, 4), Point(7, 8, False)),
        box=Box(0, 0, 9, 9),
        candidates=(Candidate(mask, 0.9, 1.0),),
    )
    scene = build_scene(replace(READY, draft=draft), CANVAS, PHOTO)
    assert scene.mask is not None
    assert scene.mask.mask is mask
    assert [(p.x, p.y, p.positive) for p in scene.points] == [(3, 4, True), (7, 8, False)]
    assert scene.shapes[-1].points[2] == (9, 9)


def test_open_corner_follows_the_cursor_in_any_direction() -> None:
    scene = build_scene(replace(READY, draft=Draft(corner=(40, 5))), CANVAS, PHOTO)
    mark = scene.shapes[-1]
    assert mark.style == "open"
    assert mark.points == ((11.5, 4.5), (40.5, 4.5), (40.5, 13.5), (11.5, 13.5))


def test_nothing_of_an_image_that_is_not_there() -> None:
    loading = replace(READY, image=replace(READY.image, status="loading"))
    for scene in (build_scene(loading, CANVAS, PHOTO), build_scene(READY, CANVAS, None)):
        assert scene.photo is None
        assert not scene.shapes
        assert scene.cursor is None


def test_class_names_stand_beside_instances_unless_hidden() -> None:
    scene = build_scene(READY, CANVAS, PHOTO)
    # Both begin beside the view: the box stands at its corner, the ring where its right side comes into it.
    assert [(t.text, t.x, t.y, t.anchor) for t in scene.texts] == [
        ("cat", 5, 6, "above"),
        ("dog", pytest.approx(6 + 1 / 7), 6, "above"),
    ]
    numbered = build_scene(replace(READY, look=Look(tags="numbers")), CANVAS, PHOTO)
    assert [(t.text, t.colour) for t in numbered.texts] == [(f"#{n}", default_colour(n)) for n in (0, 1)]
    assert not build_scene(replace(READY, look=Look(tags="none")), CANVAS, PHOTO).texts
    hidden = build_scene(replace(READY, hidden=frozenset({0})), CANVAS, PHOTO)
    assert [t.text for t in hidden.texts] == ["dog"]
    assert len(hidden.shapes) == 1
    other = build_scene(replace(READY, classes=("Schlüssel",)), CANVAS, PHOTO)
    assert [t.text for t in other.texts] == ["#0", "#1"]


def test_the_tag_of_a_polygon_stands_at_the_top_of_its_outline() -> None:
    heart = Polygon(((50, 70), (20, 30), (40, 20), (60, 30)))
    whole = replace(READY, image=replace(READY.image, instances=(Instance(0, heart),)))
    (tag,) = build_scene(whole, CANVAS, PHOTO).texts
    assert (tag.x, tag.y) == (40, 20)
    below = replace(whole, view=replace(READY.view, y=50))
    (tag,) = build_scene(below, CANVAS, PHOTO).texts
    assert (tag.x, tag.y) == (35, 50)
    assert not build_scene(replace(whole, view=replace(READY.view, y=71)), CANVAS, PHOTO).texts
    # In the middle of a large shape nothing of its outline is in sight.
    inside = replace(whole, view=Viewport(39, 31, 20.0, (200, 200)))
    assert not build_scene(inside, CANVAS, PHOTO).texts


def test_parts_are_drawn_without_their_seam_and_in_one_style() -> None:
    rings = tuple(tuple((x + dx, y) for x, y in RING.points) for dx in (0, 40))
    joined = Instance(1, Polygon(join(rings)))
    state = replace(READY, image=replace(READY.image, instances=(joined,)), selection=0)
    marks = build_scene(state, CANVAS, PHOTO).shapes
    assert {frozenset(mark.points) for mark in marks} == {frozenset(ring) for ring in rings}
    assert {(mark.style, mark.colour, mark.box) for mark in marks} == {("selected", default_colour(1), False)}


def test_own_colours_and_cues_of_shapes_tags_and_masks() -> None:
    own = replace(READY, options=Options(colours=(("dog", (9, 9, 9)),)), current_class=1)
    mask = LogitMask(np.ones((4, 4), np.float32), Box(0, 0, 4, 4))
    draft = Draft(points=(Point(3, 4),), candidates=(Candidate(mask, 0.9, 1.0),))
    scene = build_scene(replace(own, draft=draft), CANVAS, PHOTO)
    assert [mark.colour for mark in (*scene.shapes, *scene.texts)] == [default_colour(0), (9, 9, 9)] * 2
    assert scene.mask is not None
    assert scene.mask.colour == (9, 9, 9)
    assert [mark.cue for mark in scene.shapes] == ["0", "1"]
    many = replace(READY.image, instances=(Instance(10, RING),))
    assert build_scene(replace(READY, image=many), CANVAS, PHOTO).shapes[0].cue == "o"


def test_marked_instances_the_grid_the_map_and_a_polygon_under_way() -> None:
    scene = build_scene(replace(READY, marked=frozenset({0}), look=Look(minimap=True)), CANVAS, PHOTO)
    assert [mark.style for mark in scene.shapes] == ["selected", "solid"]
    assert scene.minimap
    grid = Grid(Box(0, 0, 100, 80), Mode.NAVIGATE, READY.view, READY.cursor)
    marks = build_scene(replace(READY, mode=Mode.GRID, grid=grid), CANVAS, PHOTO).grid
    assert marks is not None
    assert marks.keys[:2] == ("1", "2")
    assert marks.boxes[0] == Box(0, 0, 10, 20)
    drawn = build_scene(replace(READY, mode=Mode.DRAW, drawn=((1.5, 1.5),)), CANVAS, PHOTO).shapes[-1]
    assert drawn.points == ((1.5, 1.5), (12, 13))
    assert drawn.style == "open"


def test_the_mask_under_a_resting_cursor() -> None:
    mask = LogitMask(np.ones((4, 4), np.float32), Box(0, 0, 4, 4))
    seen = Previewed(0, 12, 13, Candidate(mask, 0.9, 1.0))
    state = replace(READY, previewed=seen, look=Look(preview=True, fill=1))
    scene = build_scene(state, CANVAS, PHOTO)
    assert scene.mask is not None
    assert scene.mask.mask is mask
    assert scene.mask.fill == 1
    assert build_scene(replace(state, cursor=(9.5, 9.5)), CANVAS, PHOTO).mask is None


def test_the_polygon_is_shown_while_it_is_simplified() -> None:
    mask = LogitMask(np.ones((4, 4), np.float32), Box(0, 0, 4, 4))
    traced = Traced(RING, Box(1, 1, 9, 8), (), 20, (), 0.9)
    draft = Draft(
        points=(Point(3, 4),),
        candidates=(Candidate(mask, 0.9, 1.0),),
        traced=MappingProxyType({0: traced}),
        coarseness=2.0,
    )
    assert build_scene(replace(READY, draft=draft), CANVAS, PHOTO).shapes[-1].points is RING.points


def proposed(key: int, class_id: int | None) -> Proposed:
    return Proposed(key, "detector", Box(40, 10, 60, 30), 0.8, "yolo", class_id, label="zebra")


def test_proposals_are_dashed_and_grey_while_nobody_knows_their_class() -> None:
    proposals = Proposals(offered=(proposed(1, 1), proposed(2, None)), selected=2)
    idle = build_scene(replace(READY, proposals=proposals), CANVAS, PHOTO).shapes[2:]
    assert [mark.style for mark in idle] == ["offered", "offered"]
    assert idle[0].colour == default_colour(1)
    assert idle[1].colour not in map(default_colour, range(8))
    front = build_scene(replace(READY, proposals=proposals, mode=Mode.PROPOSAL), CANVAS, PHOTO).shapes[2:]
    assert [mark.style for mark in front] == ["offered", "selected"]


def test_hints_show_what_is_still_to_be_typed() -> None:
    targets = (Target("ready", 1, 5, 6), Target("instance", 0, 15, 20), Target("ready", 2, 50, 60))
    hints = Hints(targets, ("f", "zj", "zk"))
    open_hints = replace(READY, mode=Mode.HINTS, hints=hints)
    labels = build_scene(open_hints, CANVAS, PHOTO).labels
    assert [(mark.text, mark.strong) for mark in labels] == [("f", True), ("zj", False), ("zk", True)]
    narrowed = replace(open_hints, hints=replace(hints, typed="z"))
    assert [mark.text for mark in build_scene(narrowed, CANVAS, PHOTO).labels] == ["j", "k"]
    assert not build_scene(replace(READY, hints=hints), CANVAS, PHOTO).labels


def test_after_the_first_letter_of_two_what_the_second_takes_is_drawn() -> None:
    one = Proposed(7, "hints", Box(3, 3, 9, 9), 0.9, "sam")
    hints = Hints((Target("ready", 7, 6, 6), Target("instance", 0, 6, 6)), ("zk", "f"))
    state = replace(READY, mode=Mode.HINTS, hints=hints, proposals=Proposals(ready=(one,)))
    assert len(build_scene(state, CANVAS, PHOTO).shapes) == 2
    typed = build_scene(replace(state, hints=replace(hints, typed="z")), CANVAS, PHOTO).shapes
    assert [(mark.points[0], mark.style) for mark in typed[2:]] == [((3, 3), "offered")]


def test_the_side_in_hand_stands_out_from_its_box() -> None:
    state = replace(READY, mode=Mode.EDIT, selection=0, edit=Edit(3))
    side = build_scene(state, CANVAS, PHOTO).shapes[-1]
    assert side.points == ((29.5, 2), (30, 2), (30, 40), (29.5, 40))
    assert side.colour == (255, 255, 255)
    assert len(build_scene(replace(state, edit=Edit()), CANVAS, PHOTO).shapes) == 2
    ring = build_scene(replace(state, selection=1), CANVAS, PHOTO).shapes
    assert len(ring) == 2
