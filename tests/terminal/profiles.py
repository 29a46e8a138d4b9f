"""How different terminals answer questions, and what they can draw.

The answers are those of the real programs named (probed by their own control sequences).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from terminal.kitty import Features
from terminal.screen import Colours, SixelLimits, Tmux


@dataclass(frozen=True, slots=True)
class Profile:
    """One terminal. Empty texts and False mean that it does not answer that question at all."""

    name: str
    term: str
    """The TERM it sets."""
    version: str = ""
    """XTVERSION."""
    device_attributes: str = ""
    """DA1, without its frame."""
    kitty: Features | None = None
    """What it knows of kitty graphics; None: nothing."""
    text_erases: bool = False
    """Text written into a cell takes the pictures off it."""
    kitty_keys: bool = False
    """Offers the kitty keyboard protocol."""
    sixel: SixelLimits | None = None
    sixel_registers: int = 0
    sync: bool = False
    """Mode 2026."""
    inband_resize: bool = False
    """Mode 2048."""
    window_reports: bool = False
    """CSI 14 t, 16 t, 18 t."""
    mode_reports: bool = False
    """DECRQM."""
    setting_reports: Literal["", "colour", "palette"] = ""
    """DECRQSS of SGR: the colour as it was set, or the palette index that stands in for it."""
    cursor_reports: bool = True
    """CSI 6 n."""
    pixel_winsize: bool = True
    """The kernel's window size carries pixels."""
    truecolor: bool = True
    """Sets COLORTERM."""
    colours: Colours = "truecolor"
    """The widest colours it shows."""
    env: dict[str, str] = field(default_factory=dict)
    """Further variables it sets."""
    tmux: Tmux = ""
    around: Profile | None = None
    """The terminal in which tmux runs."""


KITTY = Profile(
    name="kitty",
    term="xterm-kitty",
    version="kitty(0.41.1)",
    device_attributes="62;",
    kitty=Features(),
    kitty_keys=True,
    sync=True,
    inband_resize=True,
    window_reports=True,
    mode_reports=True,
    setting_reports="colour",
)
XTERM = Profile(
    name="xterm",
    term="xterm-256color",
    version="XTerm(379)",
    device_attributes="63;1;2;4;6;9;15;16;22;28",
    sixel=SixelLimits(max_wh=(1000, 1000), slots=16),
    sixel_registers=1024,
    mode_reports=True,
    setting_reports="colour",
)
FOOT = Profile(
    name="foot",
    term="foot",
    version="foot(1.21.0)",
    device_attributes="62;4;22;28",
    kitty_keys=True,
    sixel=SixelLimits(whole_cells=True),
    sixel_registers=1024,
    sync=True,
    inband_resize=True,
    window_reports=True,
    mode_reports=True,
    setting_reports="colour",
)
PLAIN = Profile(
    name="plain",
    term="xterm-256color",
    device_attributes="62;22",
    window_reports=True,
    mode_reports=True,
    setting_reports="colour",
)
SILENT = Profile(
    name="silent",
    term="xterm-256color",
    cursor_reports=False,
    pixel_winsize=False,
    truecolor=False,
)
MLTERM = Profile(
    name="mlterm",
    term="mlterm",
    device_attributes="63;1;2;3;4;6;7;15;18;22;29",
    sixel=SixelLimits(see_through=False),
    sixel_registers=1024,
    window_reports=True,
    mode_reports=True,
    setting_reports="palette",
    truecolor=False,
)
KONSOLE = Profile(
    name="konsole",
    term="xterm-256color",
    version="Konsole 25.04.2",
    device_attributes="62;1;4",
    kitty=Features(placeholders=False, relative=False, frames=False, stretch_from_offset=True),
    sixel=SixelLimits(max_wh=(16384, 16384), see_through=False, bands=True),
    sixel_registers=256,
    window_reports=True,
)
WEZTERM = Profile(
    name="wezterm",
    term="xterm-256color",
    version="WezTerm 20240203-110809-5046fc22",
    device_attributes="65;4;6;18;22",
    kitty=Features(placeholders=False, relative=False, frames=True),
    text_erases=True,
    sixel=SixelLimits(),
    sixel_registers=1024,
    sync=True,
    window_reports=True,
    mode_reports=True,
    setting_reports="colour",
    env={"TERM_PROGRAM": "WezTerm"},
)
VSCODE = Profile(
    name="vscode",
    term="xterm-256color",
    version="xterm.js(5.6.0)",
    device_attributes="62;4;9;22",
    sixel=SixelLimits(replaces=True),
    sixel_registers=256,
    sync=True,
    window_reports=True,
    mode_reports=True,
    setting_reports="",
    env={"TERM_PROGRAM": "vscode"},
)
TMUX = Profile(
    name="tmux",
    term="tmux-256color",
    version="tmux 3.3a",
    device_attributes="1;2",
    kitty=Features(),
    tmux="passthrough",
    around=KITTY,
    env={"TMUX": "/tmp/tmux-0/default,1,0", "TERM_PROGRAM": "tmux"},
)
TMUX_PLAIN = replace(TMUX, name="tmux-plain", tmux="shut")
COLOURS_256 = replace(
    PLAIN, name="256", term="xterm-256color", setting_reports="palette", truecolor=False, colours="256"
)
COLOURS_16 = replace(PLAIN, name="16", term="linux", setting_reports="", truecolor=False, colours="16")
PROFILES = {
    profile.name: profile
    for profile in (
        KITTY,
        KONSOLE,
        WEZTERM,
        XTERM,
        FOOT,
        MLTERM,
        VSCODE,
        TMUX,
        TMUX_PLAIN,
        PLAIN,
        COLOURS_256,
        COLOURS_16,
        SILENT,
    )
}
