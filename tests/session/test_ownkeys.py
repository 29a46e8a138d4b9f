"""A person's own keys over a preset: in force at once, and what is wrong or lost is said."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.errors import ConfigError
from tui.session.keymap import OwnKeys, key_named, keys_of, load_keymap
from tui.session.ownkeys import checked
from tui.session.presets import PRESETS
from tui.session.state import Mode, Options

MINE: OwnKeys = (
    ("all", "Ctrl-X", "files.next"),
    ("navigate", "x", "-"),
    ("navigate", "d d", "instance.delete"),
    ("navigate", "d", "-"),
    ("points", "2", "class.set 2"),
)


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_of_ones_own_is_nothing_wrong(name: str) -> None:
    assert checked(name, ()) == ()


def test_own_keys_are_in_force_and_help_and_hints_know_them() -> None:
    w = World(labels={0: boxes((10, 10, 60, 60))}, options=Options(keys=MINE))
    w.press("n x")
    assert len(w.session.image.instances) == 1
    w.press("d d")
    assert not w.session.image.instances
    w.press("ctrl+x")
    assert w.session.image.index == 1
    assert keys_of(load_keymap("anylabeling", MINE), Mode.NAVIGATE, "files.next") == ("Ctrl-X",)
    assert keys_of(load_keymap("anylabeling"), Mode.NAVIGATE, "files.next") == ("d",)


def test_sentences_name_the_own_key() -> None:
    w = World(options=Options(keys=(("all", "q", "-"), ("all", "ctrl+x", "point.positive"))))
    w.press("e")
    assert "start with Ctrl-X" in w.said()


def test_what_the_preset_loses_is_said_with_the_modes() -> None:
    told = checked("anylabeling", (("points", "x", "point.positive"), ("all", "q", "files.next")))
    assert "x is now point.positive, it was point.delete (points), which has no key left there" in told
    assert any(text.startswith("q is now files.next, it was point.positive (") for text in told)
    assert any("q is now files.next, it was edit.insert (edit)" in text for text in told)
    assert checked("anylabeling", (("navigate", "ctrl+x", "files.next"),)) == ()


def test_a_key_of_navigate_leaves_the_proposal_in_front_its_own() -> None:
    own = (("navigate", "x", "files.last"), ("navigate", "ctrl+x", "files.next"))
    keymap = load_keymap("anylabeling", own)
    assert keys_of(keymap, Mode.PROPOSAL, "proposal.reject") == ("x",)
    assert keys_of(keymap, Mode.PROPOSAL, "files.next") == ("d", "Ctrl-X")


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (("navigat", "x", "files.next"), r"\[keys.navigat\] is no mode \(did you mean 'navigate'\?\)"),
        (("all", "ctrl+shift+x", "files.next"), "'ctrl\\+shift\\+x': no key that every terminal sends"),
        (("all", "f5", "files.next"), "'f5': no key that every terminal sends"),
        (("all", "ctrl+i", "files.next"), "cannot tell it from Tab"),
        (("all", "Ctrl-M", "files.next"), "cannot tell it from Enter"),
        (("all", " ", "files.next"), "a line without a key"),
        (("all", "x", "file.next"), r"'file.next', which is no command \(did you mean 'files.next'\?\)"),
        (("navigate", "x", "edit.left"), "edit.left does nothing there, it is for edit"),
        (("all", "x", "point.positive 3"), "takes nothing behind its name"),
        (("all", "d d", "files.next"), "'d' hides the longer sequences that begin with it"),
        (("all", "' x", "files.next"), "begins a count"),
    ],
)
def test_what_cannot_work_is_refused_in_words(own: tuple[str, str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        checked("anylabeling", (own,))


def test_a_digit_is_a_count_in_vim() -> None:
    assert checked("anylabeling", (("navigate", "1", "files.next"),))
    with pytest.raises(ConfigError, match="which is a count in this preset"):
        checked("vim", (("navigate", "1", "files.next"),))


def test_many_faults_are_counted() -> None:
    with pytest.raises(ConfigError, match="and 2 more"):
        checked("anylabeling", tuple(("all", "x", f"no.such{n}") for n in range(5)))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ctrl-X", "ctrl+x"),
        ("Enter", "enter"),
        ("Esc", "escape"),
        ("←", "left"),
        ("Shift-Tab", "shift+tab"),
        ("Space", "space"),
        ("X", "X"),
        ("+", "+"),
    ],
)
def test_keys_as_help_shows_them_are_understood(written: str, name: str) -> None:
    assert key_named(written) == name
