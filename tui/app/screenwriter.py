"""The one owner of raw terminal output while the app runs.

Scenes are turned into bytes in a lane of their own, so encoding a photo never holds the event loop; the
newest scene wins and stale ones are never drawn. Each result is one write, inside a synchronized update where
the terminal knows it, made from the event loop and therefore never inside a frame of Textual's.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.app.lanes import Lane
from tui.render.drivers.base import Driver
from tui.render.scene import Scene

_SYNC_ON, _SYNC_OFF = b"\x1b[?2026h", b"\x1b[?2026l"


class ScreenWriter:
    """Draws scenes through `driver` and hands the bytes to `write`, always from the event loop.

    `post` runs a function on the event loop from another thread. While `covered` (a dialog lies over the
    canvas) nothing is drawn; `repaint` starts anew from what Textual has left in the cells.
    """

    def __init__(
        self,
        driver: Driver,
        *,
        sync: bool,
        write: Callable[[bytes], None],
        post: Callable[[Callable[[], None]], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self.driver = driver
        self._sync, self._write, self._post = sync, write, post
        self._shown: Scene | None = None
        self._wanted: Scene | None = None
        self._drawing = False
        self._covered = False
        self._generation = 0
        self._closed = False
        self._lane = Lane("draw", ("scene",), on_error)

    def show(self, scene: Scene) -> None:
        """Draw this scene when the one being drawn is out; a scene that still waits is replaced."""
        self._wanted = scene
        self._next()

    def repaint(self) -> None:
        """The cells were written over (by Textual): what is on the screen is no longer known."""
        if self.driver.under_text:
            return
        self._generation += 1
        self._shown = None
        self._next()

    def forget(self) -> None:
        """The screen was cleared (resize, resume): paint everything again."""
        self._generation += 1
        self._shown = None
        self._next()

    def cover(self, covered: bool) -> None:
        """A dialog opened over the canvas, or the last one closed."""
        if covered == self._covered:
            return
        self._covered = covered
        if self.driver.under_text:
            return
        if not covered:
            self.forget()

    def close(self) -> bytes:
        """Stop drawing; the bytes that free what the terminal stores."""
        self._closed = True
        self._lane.close()
        return self.driver.erase()

    @property
    def idle(self) -> bool:
        """True when the newest scene is on the screen."""
        return not self._drawing and self._wanted is self._shown

    def _next(self) -> None:
        blind = self._covered and not self.driver.under_text
        if self._closed or self._drawing or blind or self._wanted is None or self._wanted is self._shown:
            return
        old, new, generation = self._shown, self._wanted, self._generation
        self._drawing = True

        def draw() -> None:
            data = b""
            try:
                data = self.driver.update(old, new)
            finally:
                self._post(lambda: self._drawn(new, data, generation))

        self._lane.submit("scene", draw)

    def _drawn(self, scene: Scene, data: bytes, generation: int) -> None:
        self._drawing = False
        if self._closed:
            return
        if generation != self._generation and not self.driver.under_text:
            # The cells changed while this was drawn: a difference against them would be wrong.
            self._next()
            return
        if data:
            data = _SYNC_ON + data + _SYNC_OFF if self._sync else data
            self._write(data)
        self._shown = scene if generation == self._generation else None
        self._next()
