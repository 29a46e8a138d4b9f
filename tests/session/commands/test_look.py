"""How the picture is shown; nothing of it may touch a label."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Save
from tui.session.look import Look


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        ("look.equalise", "equalised", True),
        ("look.names", "tags", "numbers"),
        ("look.bare", "bare", True),
        ("look.keep", "kept", True),
        ("look.preview", "preview", True),
        ("look.minimap", "minimap", True),
        ("look.darker", "brightness", -1),
        ("look.brighter", "brightness", 1),
        ("look.flatter", "contrast", -1),
        ("look.stronger", "contrast", 1),
        ("look.fill", "fill", 3),
        ("look.outlines", "fill", 0),
    ],
)
def test_a_command_changes_its_part_of_the_look_only(command: str, field: str, value: object) -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.invoke(command)
    changed = {f for f in Look.__slots__ if getattr(w.session.look, f) != getattr(Look(), f)}
    assert changed == {field}
    assert getattr(w.session.look, field) == value
    assert w.said()
    assert not w.asked(Save)
    assert not w.session.image.history.past


@pytest.mark.parametrize("key", ["/", "ctrl+u", "\\", "M", "O"])
def test_a_switch_switches_back(key: str) -> None:
    w = World()
    w.press(f"{key} {key}")
    assert w.session.look == Look()


def test_tags_go_round_by_way_of_numbers() -> None:
    w = World()
    seen = []
    for _ in range(3):
        w.press("=")
        seen.append(w.session.look.tags)
    assert seen == ["numbers", "none", "names"]


def test_tone_ends_somewhere_and_goes_back_at_once() -> None:
    w = World()
    w.press("' 9 } )")
    assert w.session.look.brightness == 5
    w.press("}")
    assert "all the brightness" in w.said()
    w.invoke("look.plain")
    assert w.session.look == Look()
    w.invoke("look.plain")
    assert "as it is already" in w.said()


def test_tints_go_round() -> None:
    w = World()
    seen = [w.press("ctrl+o").look.fill for _ in range(4)]
    assert seen == [3, 0, 1, 2]


def test_the_view_is_kept_from_image_to_image_on_request() -> None:
    w = World(sizes=((4000, 3000), (4000, 3000), (300, 200)))
    w.at(3000, 2000).press("z z z")
    view = w.session.view
    w.press("d a")
    assert w.session.view.fitted
    w.at(3000, 2000).press("z z z \\ d")
    assert w.session.view == view
    w.press("d")
    assert w.session.view.scale <= 64


def test_hiding_one_and_all_deletes_nothing() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9), (20, 20, 90, 90))})
    w.press("n .")
    assert w.session.hidden == {0}
    assert "not deleted" in w.said()
    w.press("n .")
    assert w.session.hidden == {0, 1}
    w.press(".")
    assert w.session.hidden == {0}
    w.press("escape .")
    assert not w.session.hidden
    w.invoke("look.hide")
    assert w.session.hidden == {0, 1}
    assert len(w.session.image.instances) == 2


def test_what_is_hidden_stays_so_when_another_is_deleted_and_ends_with_the_image() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9), (20, 20, 90, 90))})
    w.press("n n . N x")
    assert w.session.hidden == {0}
    w.press("d")
    assert not w.session.hidden
    w.press(".")
    assert "no instance" in w.said()


def test_escape_brings_the_lines_back_last() -> None:
    w = World()
    w.press("ctrl+u q escape")
    assert w.session.look.bare
    w.press("escape")
    assert not w.session.look.bare
