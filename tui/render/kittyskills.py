"""What a terminal with kitty graphics can do beyond placing pictures, by name and version.

No query tells: a terminal that does not know Unicode placeholders shows strange letters, and one that does
not know relative placements shows nothing. So only what was seen to work counts: kitty edits frames (seen
with 0.26 and 0.41) and knows relative placements since 0.31 (its documentation says so; seen with 0.41, also
inside tmux 3.3). konsole and WezTerm place by cursor only.
"""

from __future__ import annotations

import re

from tui.render.terminal import Protocol

_FRAME_EDITS, _ANCHORS = (0, 26), (0, 31)


def kitty_skills(name: str, version: str) -> frozenset[str]:
    """Quirks of the terminal that draws (around tmux, or without it): `frame-edits` or nothing."""
    edits = name == "kitty" and _numbers(version) >= _FRAME_EDITS
    return frozenset({"frame-edits"}) if edits else frozenset()


def kitty_in_tmux(name: str, version: str, *, answered: bool, forced: bool) -> tuple[Protocol, str]:
    """Kitty graphics or half-blocks inside tmux, and why.

    `name` and `version` are the outer terminal's. `answered`: it answered the graphics query, which
    reaches it only where tmux hands it on. `forced`: the person asked for kitty.
    """
    if not answered:
        return "halfblock", (
            "inside tmux nothing answered for kitty graphics: half-blocks"
            " (`set -g allow-passthrough on` in tmux lets a kitty outside draw)"
        )
    if forced:
        return "kitty", "asked for with --graphics"
    if name == "kitty" and _numbers(version) >= _ANCHORS:
        return "kitty", "kitty around tmux answered: pictures hang on a cell of the pane"
    return "halfblock", (
        "the terminal around tmux is not known to place pictures in a pane: half-blocks"
        " (`--graphics kitty` tries it)"
    )


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, `(0, 41, 1)`; empty when there are none, which is less than any."""
    return tuple(int(part) for part in re.findall(r"\d+", version.split(" ")[0])[:3])
