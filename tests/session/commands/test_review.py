"""Every command of review has its keys and its reason; `tests/session/test_reviewing.py` runs them."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session import effects as fx
from tui.session.commands.command import reason_against
from tui.session.commands.registry import COMMANDS
from tui.session.keymap import keys_of, load_keymap
from tui.session.presets import PRESETS
from tui.session.state import Mode

JUDGING = (
    "review.accept",
    "review.reject",
    "review.edit",
    "review.model",
    "review.accept_image",
    "review.undo",
    "review.next",
    "review.previous",
)
AT_REST = (
    "review.toggle",
    "image.note",
    "image.verify",
    "files.next_unlabeled",
    "files.previous_unlabeled",
    "files.next_unverified",
)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_review_by_key(preset: str) -> None:
    keymap = load_keymap(preset)
    for name in JUDGING:
        assert keys_of(keymap, Mode.REVIEW, name), name
    for name in (*AT_REST, "review.filter"):
        assert keys_of(keymap, Mode.NAVIGATE, name), name
    assert keys_of(keymap, Mode.REVIEW, "review.reclass", "2")


def test_judging_belongs_to_review() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    for name in (*JUDGING, "review.reclass"):
        assert reason_against(COMMANDS[name], w.session), name
    w.press("ctrl+e")
    for name in JUDGING:
        assert (reason_against(COMMANDS[name], w.session) is None) == (
            name not in ("review.undo", "review.model")
        ), name


def test_an_image_is_checked_with_what_is_in_it_and_unchecked_again() -> None:
    (one,) = boxes((10, 10, 60, 60))
    w = World(labels={0: (one,)})
    w.press("$")
    assert w.session.image.state == "accepted"
    assert w.last(fx.Judge) == fx.Judge(0, state="accepted", accepted=("line 0",))
    assert "Checked, with its 1 object" in w.said()
    w.press("$")
    assert w.session.image.state == "todo"


def test_an_image_is_left_out_of_runs_and_taken_back() -> None:
    w = World()
    w.invoke("image.leave_out")
    assert w.session.image.state == "rejected"
    w.invoke("image.leave_out")
    assert w.session.image.state == "todo"
    assert "Not left out" in w.said()
