"""Colours and attributes of text: SGR, the 256-colour palette."""

from __future__ import annotations

from dataclasses import dataclass, replace

Rgb = tuple[int, int, int]
Colour = Rgb | int | None
"""A 24-bit colour, a palette index, or None for the terminal's default."""

FOREGROUND: Rgb = (229, 229, 229)
BACKGROUND: Rgb = (0, 0, 0)

_BASE: tuple[Rgb, ...] = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)
_STEPS = (0, 95, 135, 175, 215, 255)
PALETTE: tuple[Rgb, ...] = (
    *_BASE,
    *((r, g, b) for r in _STEPS for g in _STEPS for b in _STEPS),
    *((v, v, v) for v in range(8, 239, 10)),
)


def rgb(colour: Colour, default: Rgb) -> Rgb:
    """The colour as it is painted."""
    if colour is None:
        return default
    return PALETTE[colour & 255] if isinstance(colour, int) else colour


@dataclass(frozen=True, slots=True)
class Pen:
    """What SGR has set; attributes that change no pixel (bold, italic, underline) are not kept."""

    fg: Colour = None
    bg: Colour = None
    reverse: bool = False
    underline: Colour = None
    """The colour of underlines: kitty's placeholders carry a placement id in it."""

    def sgr(self, params: str) -> Pen:
        """The pen after `CSI params m`."""
        pen = self
        items = params.split(";") if params else ["0"]
        while items:
            item = items.pop(0) or "0"
            if ":" in item:
                pen = pen._coloured(item.split(":")[0], _colon_colour(item.split(":")))
            elif item in {"38", "48", "58"}:
                pen = pen._coloured(item, _semicolon_colour(items))
            else:
                pen = pen._attribute(int(item))
        return pen

    def _coloured(self, which: str, colour: Colour) -> Pen:
        if which == "38":
            return replace(self, fg=colour)
        return replace(self, bg=colour) if which == "48" else replace(self, underline=colour)

    def _attribute(self, code: int) -> Pen:
        if code == 0:
            return Pen()
        if code in (7, 27):
            return replace(self, reverse=code == 7)
        if 30 <= code <= 37 or 90 <= code <= 97:
            return replace(self, fg=code - 30 if code < 90 else code - 82)
        if 40 <= code <= 47 or 100 <= code <= 107:
            return replace(self, bg=code - 40 if code < 100 else code - 92)
        if code == 39:
            return replace(self, fg=None)
        if code == 59:
            return replace(self, underline=None)
        return replace(self, bg=None) if code == 49 else self

    def colours(self) -> tuple[Rgb, Rgb | None]:
        """Ink and paper as painted; paper None where the terminal's own background shows."""
        if self.reverse:
            return rgb(self.bg, BACKGROUND), rgb(self.fg, FOREGROUND)
        paper = None if self.bg is None else rgb(self.bg, BACKGROUND)
        return rgb(self.fg, FOREGROUND), paper


def _colon_colour(parts: list[str]) -> Colour:
    """`48:2:colourspace:r:g:b`, `48:2:r:g:b` or `48:5:n`."""
    if parts[1:2] == ["5"]:
        return int(parts[2])
    if parts[1:2] == ["2"]:
        r, g, b = (int(v or 0) for v in parts[-3:])
        return r, g, b
    return None


def _semicolon_colour(items: list[str]) -> Colour:
    """Takes `2;r;g;b` or `5;n` off the front of `items`."""
    if items[:1] == ["5"] and len(items) > 1:
        colour: Colour = int(items[1] or 0)
        del items[:2]
        return colour
    if items[:1] == ["2"] and len(items) > 3:
        r, g, b = (int(v or 0) for v in items[1:4])
        del items[:4]
        return r, g, b
    return None
