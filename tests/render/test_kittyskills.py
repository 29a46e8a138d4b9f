"""What is trusted to which terminal, by name and version."""

from __future__ import annotations

import pytest

from tui.render.kittyskills import kitty_in_tmux, kitty_skills


@pytest.mark.parametrize(
    ("name", "version", "edits"),
    [
        ("kitty", "0.41.1", True),
        ("kitty", "0.26.5", True),
        ("kitty", "0.19.3", False),
        ("kitty", "", False),
        ("konsole", "25.04.2", False),
        ("wezterm", "20240203-110809-5046fc22", False),
        ("", "", False),
    ],
)
def test_frames_are_edited_in_kitty_only(name: str, version: str, edits: bool) -> None:
    assert ("frame-edits" in kitty_skills(name, version)) == edits


@pytest.mark.parametrize(
    ("name", "version", "protocol"),
    [
        ("kitty", "0.31.0", "kitty"),
        ("kitty", "0.41.1", "kitty"),
        ("kitty", "0.30.1", "halfblock"),
        ("konsole", "25.04.2", "halfblock"),
        ("ghostty", "1.2.0", "halfblock"),
    ],
)
def test_inside_tmux_a_terminal_must_place_relative_to_a_cell(name: str, version: str, protocol: str) -> None:
    chosen, why = kitty_in_tmux(name, version, answered=True, forced=False)
    assert chosen == protocol
    assert why


def test_who_asks_for_kitty_gets_it_where_it_answers() -> None:
    assert kitty_in_tmux("ghostty", "1.2.0", answered=True, forced=True)[0] == "kitty"
    chosen, why = kitty_in_tmux("kitty", "0.41.1", answered=False, forced=True)
    assert chosen == "halfblock"
    assert "allow-passthrough" in why
