"""What the canvas shows of a state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tui.app.colours import class_colour
from tui.app.scene import build_scene
from tui.render.scene import Canvas, Photo
from tui.session.state import Draft, ImageState, Options, Session, Viewport
from tui.types.instance import Candidate, Instance
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
    assert (box.colour, ring.colour) == (class_colour(0), class_colour(1))


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
