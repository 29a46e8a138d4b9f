"""What a person can change so that pictures look better or cost less, from what the probe found.

Pure: the same finding and environment give the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.render.answers import Answers
from tui.render.terminal import Terminal

QUIRK_TEXTS: Mapping[str, str] = {
    "sixel-slots-16": "keeps 16 pictures at a time; the whole picture is sent again now and then",
    "sixel-max-1000": "shows no picture over 1000x1000 pixels; the picture is made smaller",
    "sixel-opaque": "paints the empty pixels of a sixel; whole cells are sent instead of pixels",
    "sixel-bands": "paints all six rows of a sixel's last band",
    "text-erases": "text written over a picture removes it; pictures are placed again",
    "stretch-from-offset": "stretches pictures from within a cell; they are sent to fit",
    "fractional-cells": "its cells are no whole number of pixels",
    "truecolor": "has 24-bit colour whatever it answers",
    "library-kitty": "textual-image speaks kitty graphics to it",
    "library-sixel": "textual-image speaks sixel to it",
}
"""What each quirk means and what is done about it."""

_PICTURE_TERMINALS = (
    "kitty, Ghostty, WezTerm, konsole, foot, iTerm2, `xterm -ti vt340`, Windows Terminal 1.22"
)


def is_ssh(env: Mapping[str, str]) -> bool:
    """Whether this is the far end of an SSH connection."""
    return bool(env.get("SSH_TTY") or env.get("SSH_CONNECTION"))


def advise(terminal: Terminal, answers: Answers, env: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences that say what would be better and how to get it, most useful first; () when all is well."""
    found = [*_picture_advice(terminal, answers, env), *_colour_advice(terminal, answers, env)]
    if answers.da1 is None and env.get("TERM") != "dumb":
        found.insert(0, "Nothing was answered in time: on a very slow line name the way with `--graphics`")
    return tuple(found)


def _picture_advice(terminal: Terminal, answers: Answers, env: Mapping[str, str]) -> list[str]:
    if terminal.tmux:
        return _tmux_advice(terminal, answers)
    if env.get("STY"):
        return ["GNU screen lets no pictures through: leave it, or use tmux with `allow-passthrough on`"]
    sixel = answers.da1 is not None and 4 in answers.da1
    if answers.kitty_graphics or sixel:
        return []
    if terminal.name == "xterm":
        return ["xterm draws pictures when it is started as `xterm -ti vt340`"]
    if terminal.name == "xterm.js":
        return ["In VS Code set `terminal.integrated.enableImages` to true and open a new terminal"]
    if terminal.name == "windows terminal":
        return ["Windows Terminal draws pictures from version 1.22 on"]
    return [f"Terminals that draw real pictures: {_PICTURE_TERMINALS}"]


def _tmux_advice(terminal: Terminal, answers: Answers) -> list[str]:
    if not answers.outer_name and not answers.kitty_graphics:
        return [
            "tmux lets nothing through to the terminal around it: `tmux set -g allow-passthrough on` "
            "(tmux 3.3 or newer), then start again"
        ]
    if terminal.protocol == "halfblock":
        return ["Outside tmux the pictures would be sharper"]
    return []


def _colour_advice(terminal: Terminal, answers: Answers, env: Mapping[str, str]) -> list[str]:
    if env.get("NO_COLOR"):
        return ["NO_COLOR is set: unset it to see colours"]
    if terminal.colours == "truecolor" or answers.truecolor is False or env.get("TERM") == "dumb":
        return []
    if terminal.tmux:
        return ["For 24-bit colours in tmux: `tmux set -as terminal-features ',*:RGB'`, then attach again"]
    if is_ssh(env):
        return [
            "ssh does not carry COLORTERM: where your terminal has 24-bit colours, "
            "`export COLORTERM=truecolor`"
        ]
    return ["Where your terminal has 24-bit colours, `export COLORTERM=truecolor`"]
