"""The one owner of picture output while the app runs.

Scenes are turned into bytes in a lane of their own, so encoding a photo never holds the event loop; the
newest scene wins and stale ones are never drawn. Each result is one write, made from the event loop and
therefore never inside a frame of Textual's; where the terminal may read it in parts and knows synchronized
updates, it is one. When nothing waits to be drawn, the driver may improve the picture piece by piece
(`Driver.refine`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui.app.fence import Fence
from tui.app.lanes import Lane
from tui.app.textpage import LEAST_SYNCHRONIZED, SYNC_OFF, SYNC_ON
from tui.render.drivers.base import Driver
from tui.render.scene import Scene

_SYNC_ON, _SYNC_OFF = SYNC_ON.encode(), SYNC_OFF.encode()
_LONGEST_UPDATE_S = 2.0

Cells = Callable[[], NDArray[np.bool_]]
"""Says which cells of the canvas something holds for, bool [rows, cols]."""


class ScreenWriter:
    """Draws scenes through `driver` and hands the bytes to `write`, always from the event loop.

    `post` runs a function on the event loop from another thread, `later` one after some seconds. While
    `covered` (a dialog lies over the canvas) nothing is drawn, unless pictures live under the text;
    `repaint` starts anew from what Textual has left in the cells. Call `answered` when the terminal reports
    its cursor.
    """

    def __init__(
        self,
        driver: Driver,
        *,
        sync: bool,
        write: Callable[[bytes], None],
        post: Callable[[Callable[[], None]], None],
        later: Callable[[float, Callable[[], None]], object],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._write, self._post, self._later = write, post, later
        self.use(driver, sync=sync)
        self._shown: Scene | None = None
        self._wanted: Scene | None = None
        self._refined = False
        self._resting: Scene | None = None
        self._rested: Scene | None = None
        self._drawing = False
        self._covered = self._held = False
        self._bare: tuple[NDArray[np.bool_], Cells] | None = None
        self._generation = 0
        self._epoch = 0
        self._closed = False
        self._using = threading.Lock()
        self._fence = Fence(later, self._next)
        self._lane = Lane("draw", ("scene",), on_error)

    def show(self, scene: Scene) -> None:
        """Draw this scene when the one being drawn is out; a scene that still waits is replaced."""
        self._wanted = scene
        self._next()

    def answered(self) -> None:
        """The terminal has read everything up to the last question."""
        self._fence.answered()

    def repaint(self) -> None:
        """The cells were written over (by Textual): what is on the screen is no longer known."""
        if not self.driver.under_text:
            self.forget()

    def wiped(self, cells: NDArray[np.bool_], covered: Cells | None) -> None:
        """Textual has cleared these cells of the canvas, bool [rows, cols].

        `covered` says which cells lie under a dialog, None where there is none. Beside a dialog nothing but
        these cells is painted, of the scene that is on the screen.
        """
        if covered is None:
            self._bare = None
            self.repaint()
            self.cover(False)
            return
        bare = self._bare[0] if self._bare is not None else cells
        self._bare = (bare | cells if bare.shape == cells.shape else cells), covered
        self.cover(True)

    def forget(self, *, draw: bool = True) -> None:
        """The screen was cleared or may be another (resize, focus): paint everything again.

        Without `draw` only once the next scene is shown: the last one was made for a canvas that has gone.
        """
        self._generation += 1
        self._shown = None
        if draw:
            self._next()

    def cover(self, covered: bool) -> None:
        """A dialog opened over the canvas, or the last one closed."""
        self._covered = covered
        self._next()

    def hold(self, held: bool) -> None:
        """Draw nothing for a moment: it is not known which terminal would get it."""
        self._held = held
        self._next()

    def release(self) -> bytes:
        """The bytes that free what the terminal stores; the next picture is painted from nothing.

        For leaving the terminal for a while, or for another terminal behind the same line.
        """
        # Waiting has an end: leaving matters more than a driver that hangs.
        held = self._using.acquire(timeout=_LONGEST_UPDATE_S)
        try:
            self._epoch += 1
            self._shown = None
            return self.driver.erase()
        finally:
            if held:
                self._using.release()

    def use(self, driver: Driver, *, sync: bool) -> None:
        """Draw with another driver; after `release` and before `resume`."""
        self.driver, self._sync = driver, sync
        # What kitty was sent it keeps, also where text erases it: bytes that were made must go out.
        self._stored = driver.under_text or driver.name == "kitty"

    def resume(self) -> None:
        """After `release`: draw again."""
        self._fence.reset()
        self.forget()

    def close(self) -> bytes:
        """Stop drawing; the bytes that free what the terminal stores."""
        self._closed = True
        self._lane.close()
        return self.release()

    @property
    def idle(self) -> bool:
        """True when the newest scene is on the screen."""
        return not self._drawing and self._wanted is self._shown

    @property
    def behind(self) -> bool:
        """True while another photo than the wanted one, or none, is on the screen."""
        wanted = self._wanted.photo if self._wanted is not None else None
        shown = self._shown.photo if self._shown is not None else None
        if wanted is None or self._covered or self._held:
            return False
        return shown is None or shown.token != wanted.token

    def _next(self) -> None:
        """Draw what is wanted; when that is on the screen, improve it."""
        if self._closed or self._held or self._drawing or self._fence.closed or self._wanted is None:
            return
        old, new = self._shown, self._wanted
        if self._covered and not self.driver.under_text:
            self._restore(old or new)
        elif new is not old:
            self._refined = False
            self._draw(new, lambda: self.driver.update(old, new), self._drawn)
        elif not self._refined and self._at_rest(new):
            self._draw(new, lambda: self.driver.refine(new), self._improved)

    def _restore(self, scene: Scene) -> None:
        """Paint what was cleared beside a dialog, unless the dialog lies over it again by then."""
        if self._bare is None:
            return
        (wanted, covered), self._bare = self._bare, None
        canvas = scene.canvas
        if wanted.shape != (canvas.rows, canvas.cols) or wanted.shape != covered().shape:
            return
        cells = wanted & ~covered()
        if not cells.any():
            return

        def still_bare() -> bool:
            now = covered()
            still = now.shape == cells.shape and not (cells & now).any()
            if not still and self._bare is None:
                self._bare = cells, covered
            return still

        def keep(scene: Scene, data: bytes) -> None:
            """What is shown stays what it was."""

        self._draw(scene, lambda: self.driver.restore(scene, cells), keep, fits=still_bare)

    def _at_rest(self, scene: Scene) -> bool:
        """Whether the scene has stood for as long as the driver asks for; else it is looked at again then."""
        if not self.driver.rest_s or self._rested is scene:
            return True
        if self._resting is not scene:
            self._resting = scene
            self._later(self.driver.rest_s, lambda: self._rest(scene))
        return False

    def _rest(self, scene: Scene) -> None:
        if scene is self._resting:
            self._rested = scene
            self._next()

    def _draw(
        self,
        scene: Scene,
        make: Callable[[], bytes],
        done: Callable[[Scene, bytes], None],
        fits: Callable[[], bool] = lambda: True,
    ) -> None:
        """Run `make` in the lane; send its bytes if it still `fits` and run `done` on the event loop."""
        self._drawing = True
        generation, epoch = self._generation, self._epoch

        def draw() -> None:
            data = b""
            try:
                with self._using:
                    data = make() if epoch == self._epoch else b""
            finally:
                self._post(lambda: arrived(data))

        def arrived(data: bytes) -> None:
            self._drawing = False
            same = generation == self._generation
            # Cells that changed while this was drawn are not what it was made against. After a release the
            # terminal has nothing of what it builds on.
            if not self._closed and epoch == self._epoch and (same or self._stored) and fits():
                self._send(data)
                if same:
                    done(scene, data)
            self._next()

        self._lane.submit("scene", draw)

    def _drawn(self, scene: Scene, data: bytes) -> None:
        self._shown = scene

    def _improved(self, scene: Scene, data: bytes) -> None:
        self._refined = not data

    def _send(self, data: bytes) -> None:
        if data:
            if self._sync and len(data) >= LEAST_SYNCHRONIZED:
                data = _SYNC_ON + data + _SYNC_OFF
            self._write(data + self._fence.passing(len(data)))
