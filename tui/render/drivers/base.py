"""What every terminal driver offers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tui.render.scene import Canvas, Scene


class Driver(Protocol):
    """Turns scenes into bytes. A driver never writes: `tui.app.screenwriter` owns the terminal.

    The bytes of each call are one write: they leave the text cursor where it was (DECSC/DECRC) and carry no
    synchronized-update marks (the writer adds those).
    """

    @property
    def name(self) -> str:
        """The protocol as `--graphics` spells it."""
        ...

    @property
    def under_text(self) -> bool:
        """True when pictures survive text written over them (kitty placements): a repaint of the cells by
        Textual needs no new picture. False: whoever repaints cells must send `update(None, scene)` after it.
        """
        ...

    @property
    def rest_s(self) -> float:
        """Seconds without a newer scene before `refine` is worth its bytes; 0 where keys pass between."""
        ...

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """The canvas in device pixels: what `View.scale` counts in."""
        ...

    def placed(self, canvas: Canvas) -> Canvas:
        """The cells of `canvas` that the picture lies on: `device_wh` pixels fill them."""
        ...

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """Bytes that turn a terminal showing `old` into one showing `new`; `old=None` paints everything.

        Deterministic; may use memo caches (encoded photos) but no other state than what the terminal holds.
        """
        ...

    def refine(self, scene: Scene) -> bytes:
        """The next piece (<= 32 KB) that improves what is shown for this scene; b'' when nothing is left.

        The writer calls it only when no newer scene waits; each piece is complete in itself (other graphics
        commands may follow it).
        """
        ...

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """Paint `cells` (bool [rows, cols] of the scene's canvas) of the scene that is shown once more: a
        text that stood there was cleared. What lies in other cells stays: a dialog may be among it.

        b'' where pictures survive text, or cannot be painted in part.
        """
        ...

    def hide(self, old: Scene) -> bytes:
        """Take the pictures off the screen but keep what is stored (a dialog opens)."""
        ...

    def erase(self) -> bytes:
        """Take everything off the screen and free what the terminal stores (exit, crash, suspend)."""
        ...
