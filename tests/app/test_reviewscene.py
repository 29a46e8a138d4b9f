"""In a review the object that is judged is seen: over the others, and not under its own marks."""

from __future__ import annotations

from typing import Any

import numpy as np

from session.world import World, boxes
from tui.app.reviewscene import dim
from tui.app.scene import build_scene
from tui.render.scene import Canvas, Photo, Scene
from tui.types.review import Rival
from tui.types.shapes import Box

PHOTO = Photo("p", np.zeros((480, 640, 3), np.uint8))


def scene(w: World) -> Scene:
    return build_scene(w.session, Canvas(0, 1, 104, 39, (10, 20)), PHOTO)


def world(**options: Any) -> World:
    found = boxes((10, 10, 200, 300), (20, 20, 190, 290), (400, 100, 410, 420))
    return World(labels={0: found}, **options)


def test_the_object_that_is_judged_is_drawn_last_and_the_others_step_back() -> None:
    w = world()
    before = scene(w)
    w.press("ctrl+e")
    during = scene(w)
    colour = before.shapes[0].colour
    assert [mark.colour for mark in during.shapes] == [dim(colour), dim(colour), colour]
    assert during.shapes[-1].points == before.shapes[0].points
    assert [text.colour for text in during.texts] == [dim(colour), dim(colour), colour]
    assert [mark.style for mark in during.shapes] == ["solid", "solid", "selected"]
    w.press("ctrl+e")
    assert [mark.colour for mark in scene(w).shapes] == [colour] * 3


def test_a_narrow_object_has_its_frame_around_it_and_no_handles() -> None:
    w = world(canvas=(80, 44))
    w.press("ctrl+e d d")
    front, out = scene(w).shapes[-1], 1 / w.session.view.scale
    assert front.style == "solid"
    assert (front.points[0], front.points[2]) == ((400 - out, 100 - out), (410 + out, 420 + out))


def test_the_cursor_is_hidden_until_it_is_moved() -> None:
    w = world()
    w.press("ctrl+e")
    assert scene(w).cursor is None
    w.press("right")
    assert scene(w).cursor == w.session.cursor
    w.press("d")
    assert scene(w).cursor is None
    w.press("ctrl+e")
    assert scene(w).cursor == w.session.cursor


def test_the_cursor_is_hidden_too_where_only_a_model_sees_something() -> None:
    w = World(labels={0: ()}, unlabelled={0: Rival(1, Box(50, 50, 90, 91), 0.8)})
    w.invoke("review.filter", "disagree")
    assert scene(w).cursor is None
