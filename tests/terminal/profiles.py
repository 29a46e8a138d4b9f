"""How different terminals answer questions, and what they can draw.

The answers are those of the real programs named (probed by their own control sequences).
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.screen import SixelLimits


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
    kitty: bool = False
    """Draws kitty graphics."""
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
    setting_reports: bool = False
    """DECRQSS; shows whether 24-bit colours survive."""
    cursor_reports: bool = True
    """CSI 6 n."""
    pixel_winsize: bool = True
    """The kernel's window size carries pixels."""
    truecolor: bool = True
    """Sets COLORTERM."""


KITTY = Profile(
    name="kitty",
    term="xterm-kitty",
    version="kitty(0.41.1)",
    device_attributes="62;",
    kitty=True,
    kitty_keys=True,
    sync=True,
    inband_resize=True,
    window_reports=True,
    mode_reports=True,
    setting_reports=True,
)
XTERM = Profile(
    name="xterm",
    term="xterm-256color",
    version="XTerm(379)",
    device_attributes="63;1;2;4;6;9;15;16;22;28",
    sixel=SixelLimits(max_wh=(1000, 1000), slots=16),
    sixel_registers=1024,
    mode_reports=True,
    setting_reports=True,
)
FOOT = Profile(
    name="foot",
    term="foot",
    version="foot(1.21.0)",
    device_attributes="62;4;22;28",
    kitty_keys=True,
    sixel=SixelLimits(),
    sixel_registers=1024,
    sync=True,
    inband_resize=True,
    window_reports=True,
    mode_reports=True,
    setting_reports=True,
)
PLAIN = Profile(
    name="plain",
    term="xterm-256color",
    device_attributes="62;22",
    window_reports=True,
    mode_reports=True,
    setting_reports=True,
)
SILENT = Profile(
    name="silent",
    term="xterm-256color",
    cursor_reports=False,
    pixel_winsize=False,
    truecolor=False,
)
PROFILES = {profile.name: profile for profile in (KITTY, XTERM, FOOT, PLAIN, SILENT)}
