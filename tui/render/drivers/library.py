"""The textual-image package as a driver: the fallback behind `--graphics textual-image`, and the baseline of
the benchmarks. It knows no layers, so every update composes the whole picture and sends all of it.

That package asks the terminal questions when it is imported and prints on the real standard output: it is
imported inside a function and `sys.__stdout__` is replaced while it runs.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.render import compose
from tui.render.scene import Canvas, Scene
from tui.render.terminal import Terminal


class LibraryDriver:
    """Draws by handing the composed picture to textual-image.

    kitty placeholders where the terminal has them, sixel where it has that, else half-blocks in true colour
    (quirks `library-kitty` and `library-sixel` say which).
    """

    def __init__(self, terminal: Terminal) -> None:
        self._kind = next((q for q in ("library-kitty", "library-sixel") if q in terminal.quirks), "halfcell")
        self._cell = terminal.cell
        self._canvas: Canvas | None = None
        self._images: list[Any] = []

    @property
    def name(self) -> str:
        return "textual-image"

    @property
    def under_text(self) -> bool:
        return False

    @property
    def rest_s(self) -> float:
        return 0.0

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Every pixel of every cell; half-blocks have two a cell."""
        if self._kind == "halfcell":
            return canvas.cols, canvas.rows * 2
        return canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]

    def placed(self, canvas: Canvas) -> Canvas:
        """All of the canvas."""
        return canvas

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """The whole picture, whatever changed."""
        self._canvas = new.canvas
        wh = self.device_wh(new.canvas)
        if 0 in wh:
            return b""
        pen = compose.Pen(1, 1, 2, 0, 1) if self._kind == "halfcell" else compose.pen_for(new.canvas.cell)
        picture = Image.fromarray(compose.rgb_frame(new, wh, pen))
        return self._render(picture, new.canvas)

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """Nothing: the package paints all or nothing."""
        return b""

    def refine(self, scene: Scene) -> bytes:
        """Nothing: an update shows all there is."""
        return b""

    def hide(self, old: Scene) -> bytes:
        """Write blanks over the canvas; kitty pictures go with their placeholders."""
        return _blanks(old.canvas)

    def erase(self) -> bytes:
        """Blank the canvas and free the pictures by id, each on its own.

        The package's own clean-up wipes every placement on the screen and keeps the pictures stored.
        """
        freed = b"".join(b"\x1b_Ga=d,d=I,i=%d,q=2\x1b\\" % image.terminal_image_id for image in self._images)
        self._images.clear()
        canvas, self._canvas = self._canvas, None
        return freed + (_blanks(canvas) if canvas else b"")

    def _render(self, picture: Image.Image, canvas: Canvas) -> bytes:
        """Run a renderable of the package and collect its text and what it prints."""
        renderables = _renderables(self._cell)
        kinds = {"library-kitty": "TGPImage", "library-sixel": "SixelImage", "halfcell": "HalfcellImage"}
        before = self._images[-1:]
        with _muzzled() as printed:
            image = getattr(renderables, kinds[self._kind])(picture, width=canvas.cols, height=canvas.rows)
            options = SimpleNamespace(max_width=canvas.cols, max_height=canvas.rows)
            segments = [_text(item) for item in image.__rich_console__(None, options)]
        freed = b"".join(b"\x1b_Ga=d,d=I,i=%d,q=2\x1b\\" % one.terminal_image_id for one in before)
        self._images = [image] if self._kind == "library-kitty" else []
        text = _at_canvas("".join(segments), canvas, sixel=self._kind == "library-sixel")
        return printed.getvalue().encode() + b"\x1b7" + text.encode() + b"\x1b[m\x1b8" + freed


def _text(item: Any) -> str:
    """The text of a segment with its colours, or of a control."""
    if hasattr(item, "segment"):
        return str(item.segment.text)
    return str(item.style.render(item.text) if item.style else item.text)


def _at_canvas(text: str, canvas: Canvas, *, sixel: bool) -> str:
    """Put lines of cells below each other at the canvas' column; a sixel begins at its top left."""
    if sixel:
        start = text.index("\x1bP")
        stop = text.index("\x1b\\", start) + 2
        return f"\x1b[{canvas.row + 1};{canvas.col + 1}H{text[start:stop]}"
    lines = text.split("\n")[: canvas.rows]
    return "".join(
        f"\x1b[{canvas.row + number + 1};{canvas.col + 1}H{line}" for number, line in enumerate(lines)
    )


def _blanks(canvas: Canvas) -> bytes:
    blank = " " * canvas.cols
    rows = (f"\x1b[{canvas.row + row + 1};{canvas.col + 1}H{blank}" for row in range(canvas.rows))
    return f"\x1b7\x1b[m{''.join(rows)}\x1b8".encode()


def _renderables(cell: tuple[int, int]) -> Any:
    """The package's renderables, imported without a word to the terminal and told the cell's size."""
    with _muzzled():
        import textual_image.renderable as renderables
        from textual_image import _terminal

        size = getattr(_terminal, "CellSize", None)
        asked = getattr(_terminal, "get_cell_size", None)
        if size is not None and asked is not None:
            asked._result = size(*cell)
    return renderables


@contextlib.contextmanager
def _muzzled() -> Iterator[io.StringIO]:
    """Catch what is printed on the real standard output; to the package it looks like no terminal.

    Its use of Pillow functions that are going away is its own business, not a warning for our users.
    """
    real = sys.__stdout__
    caught = io.StringIO()
    # The package writes to this name itself; the stubs call it final and want a real file.
    sys.__stdout__ = caught  # type: ignore[assignment,misc]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield caught
    finally:
        sys.__stdout__ = real  # type: ignore[misc]  # final to the stubs, as above
