"""Panels are asked for; the list of instances selects."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Ask


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("files.list", Ask("files", "files.goto")),
        ("stats.show", Ask("stats", "")),
        ("app.settings", Ask("settings", "")),
    ],
)
def test_a_panel_is_opened_also_while_an_image_loads(name: str, ask: Ask) -> None:
    for patient in (False, True):
        w = World(patient=patient)
        w.invoke(name)
        assert w.last(Ask) == ask


def test_the_instances_need_some() -> None:
    w = World(labels={1: boxes((1, 1, 9, 9))})
    w.invoke("instance.list")
    assert not w.asked(Ask)
    assert "no instance" in w.said()
    w.press("d I")
    assert w.last(Ask) == Ask("instances", "instance.pick")


def test_picking_selects_and_brings_the_cursor() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9), (101, 51, 121, 61))})
    w.invoke("instance.pick", "1")
    assert w.session.selection == 1
    assert w.session.cursor == (111.5, 56.5)
    for wrong in ("2", "-1", "x", "", "99999999"):
        w.invoke("instance.pick", wrong)
        assert w.session.selection == 1
        assert "1 to 2" in w.said()
