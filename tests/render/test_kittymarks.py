"""Marks as pictures and placements."""

from __future__ import annotations

from dataclasses import replace

from render.drawn import CANVAS, FULL, PLAIN, YELLOW
from tui.render.kittymarks import CURSOR, FIRST_STRIP, MASK, MAX_EDGED_BOXES, SHAPES, MarkPlanner, Plan
from tui.render.kittyplaces import UNDER_BACKGROUND
from tui.render.scene import Scene, ShapeMark, box_points
from tui.types.shapes import Box

BASE = 1000
WH = (CANVAS.cols * 10, CANVAS.rows * 20)


def planned(scene: Scene, planner: MarkPlanner | None = None) -> Plan:
    plan = Plan()
    (planner or MarkPlanner(BASE)).plan(plan, scene, WH)
    return plan


def boxes(count: int) -> Scene:
    marks = tuple(ShapeMark(box_points(Box(n, n, n + 40, n + 40)), YELLOW) for n in range(count))
    return replace(PLAIN, shapes=marks, cursor=None)


def test_a_cursor_alone_is_one_placement_of_one_picture() -> None:
    plan = planned(PLAIN)
    assert list(plan.pictures) == [BASE + CURSOR]
    assert list(plan.puts) == [(BASE + CURSOR, 1)]


def test_everything_lies_under_text_with_a_background() -> None:
    plan = planned(FULL)
    assert BASE + MASK in plan.pictures
    assert all(put.z < UNDER_BACKGROUND for put in plan.puts.values())


def test_a_box_is_four_cuts_of_two_strips() -> None:
    plan = planned(boxes(1))
    assert set(plan.pictures) == {BASE + FIRST_STRIP, BASE + FIRST_STRIP + 1}
    assert len(plan.puts) == 4


def test_many_boxes_share_a_picture() -> None:
    assert set(planned(boxes(MAX_EDGED_BOXES + 1)).pictures) == {BASE + SHAPES}


def test_strips_keep_their_ids_between_scenes_until_forgotten() -> None:
    planner = MarkPlanner(BASE)
    planned(FULL, planner)
    one = set(planned(boxes(1), planner).pictures)
    planner.forget()
    assert set(planned(boxes(1), planner).pictures) != one


def test_pictures_encode_to_png_and_identities_tell_them_apart() -> None:
    first, second = planned(FULL), planned(replace(FULL, shapes=FULL.shapes[2:3]))
    assert all(encode().startswith(b"\x89PNG") for _, encode in first.pictures.values())
    assert first.pictures[BASE + MASK][0] == second.pictures[BASE + MASK][0]
    assert first.pictures[BASE + SHAPES][0] == second.pictures[BASE + SHAPES][0]
