"""A driver that draws nothing and remembers what it was asked: for tests of the app."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.render.scene import Canvas, Scene


@dataclass(slots=True, eq=False)
class RecordingDriver:
    """Keeps every scene in `scenes` and every call in `calls`, and answers with a short marker.

    `refine` hands out `pieces`. `draws_under_text` stands for a driver of either kind.
    """

    draws_under_text: bool = True
    scenes: list[Scene] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "recording"

    @property
    def under_text(self) -> bool:
        return self.draws_under_text

    @property
    def rest_s(self) -> float:
        return 0.0

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Every pixel of every cell."""
        return canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]

    def placed(self, canvas: Canvas) -> Canvas:
        """All of the canvas."""
        return canvas

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """Remember `new`; the marker is an operating system command that terminals ignore."""
        self.scenes.append(new)
        self.calls.append("paint" if old is None else "update")
        return b"\x1b]8888;%d\x1b\\" % len(self.scenes)

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """Remember how many cells."""
        self.calls.append(f"restore {np.count_nonzero(cells)}")
        return b""

    def refine(self, scene: Scene) -> bytes:
        """The next of `pieces`."""
        return self.pieces.pop(0) if self.pieces else b""

    def hide(self, old: Scene) -> bytes:
        """Remember that the pictures went."""
        self.calls.append("hide")
        return b""

    def erase(self) -> bytes:
        """Remember that everything went."""
        self.calls.append("erase")
        return b""
