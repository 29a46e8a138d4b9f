from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.presets import PRESETS
from tui.session.state import Mode

THREE = boxes((10, 10, 60, 60), (200, 100, 300, 200), (500, 400, 620, 470))


def labelled(keymap: str = "anylabeling") -> World:
    return World(labels={0: THREE}, keymap=keymap)


def test_letters_select_an_instance_and_the_mode_comes_back() -> None:
    w = labelled()
    w.press("f")
    assert w.session.mode is Mode.HINTS
    labels = w.session.hints.labels
    w.press(labels[1])
    assert (w.session.mode, w.session.selection) == (Mode.NAVIGATE, 1)
    assert w.session.cursor == (250.5, 150.5)
    w.press("2")
    assert w.session.image.instances[1].class_id == 1
    w.press("f f")
    assert w.session.selection == 0
    assert len(w.press("x").image.instances) == 2


def test_capitals_are_letters_too() -> None:
    w = labelled()
    w.press("f")
    w.press(w.session.hints.labels[2].upper())
    assert w.session.selection == 2


def test_two_letters_for_many() -> None:
    many = boxes(*((x, y, x + 8, y + 8) for x in range(0, 600, 60) for y in range(0, 450, 90)))
    w = World(labels={0: many})
    w.press("f")
    label = w.session.hints.labels[-1]
    w.press(label[0])
    assert w.session.mode is Mode.HINTS
    assert all(left.startswith(label[0]) for left, _ in w.session.hints.open)
    w.press("backspace")
    assert len(w.session.hints.open) == len(many)
    w.press(" ".join(label))
    assert w.session.selection == len(many) - 1


def test_only_what_is_in_sight_gets_letters() -> None:
    w = labelled()
    w.at(30, 30).press("z z z z z f")
    assert [target.key for target in w.session.hints.targets] == [0]
    seen = w.session.hints.targets[0]
    assert 10 <= seen.x <= 60
    assert 10 <= seen.y <= 60


@pytest.mark.parametrize("key", ["escape", "backspace"])
def test_closing(key: str) -> None:
    w = labelled()
    w.press(f"f {key}")
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.selection is None


def test_a_wrong_letter_says_so_and_stays() -> None:
    w = labelled()
    w.press("f z")
    assert w.session.mode is Mode.HINTS
    assert "No hint begins" in w.said()


def test_nothing_to_take() -> None:
    w = World()
    w.press("f")
    assert w.session.mode is Mode.NAVIGATE
    assert "nothing in sight" in w.said()


def test_other_modes_keep_f() -> None:
    w = labelled()
    w.press("q f")
    assert len(w.session.image.instances) == 4
    w.press("r f")
    assert w.session.mode is Mode.BOX
    w.invoke("hints.start")
    assert "A box is open" in w.said()


def test_the_grid_is_one_key_away_when_no_letter_stands_on_it() -> None:
    w = labelled()
    w.press("f space")
    assert w.session.mode is Mode.GRID
    w.press("f space")
    assert (w.session.mode, w.session.hints.targets) == (Mode.POINTS, ())


def test_commands_of_other_modes_say_that_hints_are_open() -> None:
    w = labelled()
    w.press("f")
    for name in ("instance.next", "edit.undo"):
        w.invoke(name)
        assert "Hints are open" in w.said()
    w.invoke("hints.back")
    w.invoke("hints.letter", "f")
    assert "no open box or prompt" in w.said()


def test_leaving_the_image_closes_them() -> None:
    w = labelled()
    w.press("f >")
    assert w.session.image.index == 2
    assert w.session.mode is Mode.NAVIGATE


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_them(name: str) -> None:
    w = labelled(keymap=name)
    w.press("n" if name == "cvat" else "f")
    assert w.session.mode is Mode.HINTS
