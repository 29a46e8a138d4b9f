"""The picture in words."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Ask
from tui.session.spoken import page, place
from tui.session.state import Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

TWO = boxes((10, 10, 130, 90), (500, 400, 620, 470))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ((0, 0), "upper left"),
        ((320, 10), "upper centre"),
        ((639, 240), "middle right"),
        ((320, 240), "centre"),
        ((640, 480), "lower right"),
    ],
)
def test_places(at: tuple[float, float], words: str) -> None:
    assert place(at, (640, 480)) == words


def test_the_cursor_and_what_is_under_it() -> None:
    w = World(labels={0: TWO})
    w.at(50, 40).press("_")
    assert w.said() == "Cursor 50,40, upper left; on 1 cat 120x80 upper left"
    w.at(300, 200).press("_")
    assert w.said() == "Cursor 300,200, centre; on no instance"


def test_what_is_being_made() -> None:
    w = World(labels={0: TWO})
    w.at(300, 200).press("q _")
    assert "mask 2 of 3, IoU 0.40, stability 0.90, 40x40 centre" in w.said()
    w.press("r _")
    assert "box open from 300,200" in w.said()
    w.press("escape b n w tab _")
    assert "the keys move the left side" in w.said()
    w = World(options=Options(task="segment"))
    w.press("p l l q _")
    assert "polygon of 2 so far" in w.said()
    w = World()
    w.press("space d _")
    assert "grid over 64x120 px" in w.said()


def test_everything_in_the_image_a_line_each() -> None:
    outline = Instance(1, Polygon(((10, 10), (60, 20), (30, 70))), "x")
    w = World(labels={0: (*TWO, outline)}, options=Options(detector="yolo"))
    w.press("n . i %")
    asked = w.last(Ask)
    assert isinstance(asked, Ask)
    assert asked.dialog == "words"
    lines = asked.lines
    assert lines[0] == "img_0.jpg: image 1 of 3, 640x480 px"
    assert "  1 cat 120x80 upper left, selected, hidden" in lines
    assert "  2 cat 120x70 lower right" in lines
    assert "  3 dog 50x60 upper left, polygon of 3" in lines
    assert any(line.startswith("  1 dog 60x50 ") and "score 0.80" in line for line in lines)


def test_open_hints_are_read_with_their_letters() -> None:
    w = World(labels={0: TWO}, sees=(Box(300, 200, 380, 290),))
    w.press("f")
    lines = page(w.session)
    assert "  F: object 80x90 centre" in lines
    assert "  J: 1 cat 120x80 upper left" in lines
    w = World(labels={0: (Instance(0, Polygon(((10, 10), (60, 20), (30, 70))), "x"),)})
    w.press("n w f")
    assert "  F: vertex 1 of 3 upper left" in page(w.session)


def test_letters_on_sides_are_read_as_sides_whatever_is_on_offer() -> None:
    w = World(labels={0: TWO}, options=Options(detector="yolo"))
    w.press("i n n n n w")
    assert {one.key for one in w.session.proposals.offered} >= {1, 2, 3}
    w.press("f")
    lines = page(w.session)
    letters = lines[lines.index("Letters") + 1 : lines.index("Letters") + 5]
    assert [line.split(": ")[1] for line in letters] == [
        "left side upper left",
        "top side upper left",
        "right side upper left",
        "bottom side upper left",
    ]
