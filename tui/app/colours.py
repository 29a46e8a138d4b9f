"""Class colours that people with any colour vision can tell apart, or a person's own.

The first eight are the set of Okabe and Ito ("Color Universal Design", 2008) without black, brightened where
it would sink into a photo; further classes repeat them at other lightness. Colour is never the only cue: the
class name, or its number, stands beside each shape, and in the status line and the instance list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tui.render.scene import Rgb
from tui.session.state import Session

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


def class_colour(session: Session, class_id: int) -> Rgb:
    """The colour of a class in this session; see `colour_of`."""
    return colour_of(session.classes, session.options.colours, class_id)


def colour_of(names: Sequence[str], own: tuple[tuple[str, Rgb], ...], class_id: int) -> Rgb:
    """The colour of a class: the one that the person's settings, `own`, give its name, else the number's.

    Names in the settings hold for all datasets; where no class has exactly this name, case does not matter.
    """
    if own and 0 <= class_id < len(names):
        name, table = names[class_id], _by_name(own)
        found = table.get(name) or table.get(name.casefold())
        if found is not None:
            return found
    return default_colour(class_id)


def default_colour(class_id: int) -> Rgb:
    """The colour of a class number: (r, g, b) in 0..255, the same in every session."""
    base = _BASE[class_id % len(_BASE)]
    factor = _LIGHTNESS[(class_id // len(_BASE)) % len(_LIGHTNESS)]
    r, g, b = (min(255, round(channel * factor)) for channel in base)
    return r, g, b


@lru_cache(4)
def _by_name(own: tuple[tuple[str, Rgb], ...]) -> Mapping[str, Rgb]:
    """Names as they are written lie over names in any case."""
    return {**{name.casefold(): colour for name, colour in own}, **dict(own)}
