"""Facts about the terminal, found once before the app starts (`tui.render.probe`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Protocol = Literal["kitty", "sixel", "halfblock", "textual-image"]
Colours = Literal["truecolor", "256", "16", "none"]


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the terminal is and which way of drawing was chosen.

    `cell` is (width, height) of a character cell in pixels. `quirks` are names out of `render.probe.QUIRKS`;
    drivers ask for them by name. `why` says in words how the protocol was chosen. `typed` are the bytes a
    person typed while the probe was listening: they belong to the app. `exact_cell` is the cell with its
    fractions of a pixel where the terminal has such (quirk `fractional-cells`) and said them.
    """

    protocol: Protocol
    cell: tuple[int, int] = (10, 20)
    colours: Colours = "truecolor"
    sync: bool = False
    tmux: bool = False
    name: str = ""
    quirks: frozenset[str] = frozenset()
    why: str = ""
    typed: bytes = b""
    exact_cell: tuple[float, float] | None = None
