"""The viewport: which part of the image is on the canvas. Pure arithmetic, image pixels <-> device pixels.

`wh` is always the image's (width, height). A view never shows more void than it must: an axis on which the
image is smaller than the canvas is centred, any other is held inside the image.
"""

from __future__ import annotations

from dataclasses import replace

from tui.session.state import Viewport
from tui.types.shapes import Box

ZOOM_FACTOR = 1.5
MOST_STEPS = 100
"""More zoom steps than lie between any two scales; their factor is still a number that fits a float."""

LARGEST_SCALE = 64.0
"""Device pixels per image pixel beyond which zooming shows nothing new."""

LOOKED_AT = 0.7
"""How much of the canvas, across or down, an object fills that is looked at."""

CLOSEST_LOOK = 4.0
"""Device pixels for one of the image: closer, a tiny object is one blur."""

FOLLOW_INSET = 0.25
"""Where the cursor reappears after it left the view, as a part of the canvas: one large jump instead of many
small ones, because each costs a picture on terminals that cannot scroll one."""


def fit_scale(wh: tuple[int, int], canvas: tuple[int, int]) -> float:
    """The scale at which the whole image just fills the canvas."""
    return min(canvas[0] / wh[0], canvas[1] / wh[1])


def fit(wh: tuple[int, int], canvas: tuple[int, int]) -> Viewport:
    """The whole image, centred."""
    if not _usable(wh, canvas):
        return Viewport(canvas=canvas)
    return held(Viewport(scale=fit_scale(wh, canvas), canvas=canvas, fitted=True), wh)


def held(view: Viewport, wh: tuple[int, int]) -> Viewport:
    """`view` moved the least so that it shows no void it could avoid."""
    return replace(
        view,
        x=_held_axis(view.x, wh[0], view.canvas[0] / view.scale),
        y=_held_axis(view.y, wh[1], view.canvas[1] / view.scale),
    )


def scaled(view: Viewport, wh: tuple[int, int], scale: float, at: tuple[float, float]) -> Viewport:
    """`view` at another scale, with image point `at` staying where it is on the canvas.

    The scale is held between the fitted one (or 1, for an image smaller than the canvas) and
    `LARGEST_SCALE`; at the fitted scale the view is a fitted one again.
    """
    if not _usable(wh, view.canvas):
        return view
    fitted = fit_scale(wh, view.canvas)
    scale = min(max(scale, min(fitted, 1.0)), max(LARGEST_SCALE, fitted))
    if abs(scale - fitted) < 1e-9 * fitted:
        return fit(wh, view.canvas)
    ratio = view.scale / scale
    moved = replace(
        view,
        x=at[0] - (at[0] - view.x) * ratio,
        y=at[1] - (at[1] - view.y) * ratio,
        scale=scale,
        fitted=False,
    )
    return held(moved, wh)


def zoomed(view: Viewport, wh: tuple[int, int], steps: int, at: tuple[float, float]) -> Viewport:
    """`steps` zoom steps in (positive) or out, around image point `at`.

    A step that crosses the fitted scale stops there, so that zooming out always ends on the whole image.
    """
    if not _usable(wh, view.canvas):
        return view
    fitted = fit_scale(wh, view.canvas)
    scale = view.scale * ZOOM_FACTOR ** min(max(steps, -MOST_STEPS), MOST_STEPS)
    if (view.scale - fitted) * (scale - fitted) < 0:
        scale = fitted
    return scaled(view, wh, scale, at)


def framed(view: Viewport, wh: tuple[int, int], box: Box, *, part: float = 0.6) -> Viewport:
    """`box` in the middle, filling `part` of the canvas."""
    if not _usable(wh, view.canvas):
        return view
    width, height = max(box.width, 1.0), max(box.height, 1.0)
    scale = min(view.canvas[0] * part / width, view.canvas[1] * part / height)
    return centred(scaled(view, wh, scale, box.center), wh, box.center)


def looked_at(view: Viewport, wh: tuple[int, int], box: Box) -> Viewport:
    """`box` in the middle with its surroundings, to be judged: large, but not beyond what the photo shows.

    It fills `LOOKED_AT` of the canvas, about half of its area where the two have one shape. Never less than
    the whole image on the canvas, never more than `CLOSEST_LOOK` device pixels for one of the image.
    """
    if not _usable(wh, view.canvas):
        return view
    width, height = max(box.width, 1.0), max(box.height, 1.0)
    scale = min(view.canvas[0] * LOOKED_AT / width, view.canvas[1] * LOOKED_AT / height, CLOSEST_LOOK)
    scale = max(scale, fit_scale(wh, view.canvas))
    return centred(scaled(view, wh, scale, box.center), wh, box.center)


def centred(view: Viewport, wh: tuple[int, int], at: tuple[float, float]) -> Viewport:
    """Image point `at` in the middle of the canvas, as far as the image's borders allow."""
    width, height = view.canvas[0] / view.scale, view.canvas[1] / view.scale
    return held(replace(view, x=at[0] - width / 2, y=at[1] - height / 2), wh)


def panned(view: Viewport, wh: tuple[int, int], dx: float, dy: float) -> Viewport:
    """The view moved by parts of the canvas: `dx=0.5` is half a canvas to the right."""
    moved = replace(
        view, x=view.x + dx * view.canvas[0] / view.scale, y=view.y + dy * view.canvas[1] / view.scale
    )
    return held(moved, wh)


def following(view: Viewport, wh: tuple[int, int], at: tuple[float, float]) -> Viewport:
    """The view moved only if image point `at` is outside it, then well into it."""
    if not _usable(wh, view.canvas):
        return view
    width, height = view.canvas[0] / view.scale, view.canvas[1] / view.scale
    x, y = _followed_axis(view.x, width, at[0]), _followed_axis(view.y, height, at[1])
    if (x, y) == (view.x, view.y):
        return view
    return held(replace(view, x=x, y=y), wh)


def resized(view: Viewport, wh: tuple[int, int], canvas: tuple[int, int]) -> Viewport:
    """The view on a canvas of another size: fitted views are fitted anew, others keep their middle."""
    if view.fitted or not _usable(wh, view.canvas) or not _usable(wh, canvas):
        return fit(wh, canvas)
    middle = view.x + view.canvas[0] / view.scale / 2, view.y + view.canvas[1] / view.scale / 2
    return centred(scaled(replace(view, canvas=canvas), wh, view.scale, middle), wh, middle)


def visible(view: Viewport, wh: tuple[int, int]) -> Box:
    """The part of the image on the canvas, in image pixels."""
    width, height = view.canvas[0] / view.scale, view.canvas[1] / view.scale
    return Box(max(view.x, 0.0), max(view.y, 0.0), min(view.x + width, wh[0]), min(view.y + height, wh[1]))


def to_device(view: Viewport, at: tuple[float, float]) -> tuple[float, float]:
    """Image point -> device pixels from the canvas' top-left corner."""
    return (at[0] - view.x) * view.scale, (at[1] - view.y) * view.scale


def to_image(view: Viewport, at: tuple[float, float]) -> tuple[float, float]:
    """Device pixels from the canvas' top-left corner -> image point."""
    return at[0] / view.scale + view.x, at[1] / view.scale + view.y


def _usable(wh: tuple[int, int], canvas: tuple[int, int]) -> bool:
    return min(*wh, *canvas) > 0


def _held_axis(start: float, size: int, extent: float) -> float:
    if extent >= size:
        return (size - extent) / 2
    return min(max(start, 0.0), size - extent)


def _followed_axis(start: float, extent: float, at: float) -> float:
    if at < start:
        return at - extent * FOLLOW_INSET
    if at >= start + extent:
        return at - extent * (1 - FOLLOW_INSET)
    return start
