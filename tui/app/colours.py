"""Class colours that people with any colour vision can tell apart.

The first eight are the set of Okabe and Ito ("Color Universal Design", 2008) without black, brightened where
it would sink into a photo; further classes repeat them at other lightness. Colour is never the only cue: the
class name stands in the status line and in the instance list.
"""

from __future__ import annotations

from tui.render.scene import Rgb

_BASE: tuple[Rgb, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
    (255, 255, 255),
)
_LIGHTNESS = (1.0, 0.65, 1.3)


def class_colour(class_id: int) -> Rgb:
    """The colour of a class: (r, g, b) in 0..255, the same in every session."""
    base = _BASE[class_id % len(_BASE)]
    factor = _LIGHTNESS[(class_id // len(_BASE)) % len(_LIGHTNESS)]
    r, g, b = (min(255, round(channel * factor)) for channel in base)
    return r, g, b
