"""Work that hands ask for: a preview under the cursor, the nearest edge, a shape changed by its pixels."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tui.app.lanes import Worker
from tui.app.library import Library
from tui.errors import TtylabelError
from tui.geometry.edges import strongest_edge
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.reshape import reshape
from tui.pipelines.segment import segment
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Task
from tui.types.prompt import Point, Prompt
from tui.types.text import printable

Work = fx.Preview | fx.Reshape | fx.Snap


class Handwork:
    """Runs `Work` in the lane that decodes, behind prompts: the person who prompts goes first.

    `embedding` gives an image's embedding if it is in memory, `turn` the decoder to one thread.
    """

    SLOTS = ("reshape", "snap", "preview")
    """The lane's slots that this uses, in the order they are served."""

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        lane: Worker,
        *,
        task: Task,
        embedding: Callable[[Path], Embedding | None],
        turn: Callable[[], AbstractContextManager[None]],
        post: Callable[[ev.Event | fx.Notify], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._library, self._segmenter, self._lane, self._task = library, segmenter, lane, task
        self._embedding, self._turn, self._post, self._on_error = embedding, turn, post, on_error

    def run(self, effect: Work) -> None:
        """Start one effect. Called from the event loop."""
        path = self._library.path(effect.index)
        match effect:
            case fx.Reshape():
                self._lane.submit("reshape", lambda: self._reshape(effect, path))
            case fx.Snap():
                self._lane.submit("snap", lambda: self._snap(effect, path))
            case fx.Preview():
                embedding = self._embedding(path)
                if embedding is not None:
                    self._lane.submit("preview", lambda: self._preview(effect, embedding))

    def _reshape(self, effect: fx.Reshape, path: Path) -> None:
        try:
            wh = self._library.in_hand(path).wh
            done = reshape(effect.operation, effect.shape, wh, self._task, effect.mask)
        except TtylabelError as error:
            self._post(ev.ReshapeFailed(effect.ticket, printable(error.sentence)))
            return
        except Exception as error:  # keys wait for the answer
            self._on_error(error)
            self._post(ev.ReshapeFailed(effect.ticket, printable(f"internal error: {error}")))
            return
        self._post(ev.Reshaped(effect.ticket, done.shapes, done.notes))

    def _snap(self, effect: fx.Snap, path: Path) -> None:
        rgb = self._library.in_hand(path).rgb
        found = strongest_edge(rgb, (effect.x, effect.y), effect.reach)
        self._post(ev.Snapped(effect.index, effect.x, effect.y, found))

    def _preview(self, effect: fx.Preview, embedding: Embedding) -> None:
        """Nobody waits for it: a failure is said when a key asks for a mask."""
        if any(self._lane.waiting(slot) for slot in ("prompt", "trace")):
            return
        try:
            with self._turn():
                answer = segment(self._segmenter, embedding, Prompt((Point(effect.x, effect.y),)))
        except TtylabelError:
            return
        self._post(ev.Previewed(effect.index, effect.x, effect.y, answer.chosen))
