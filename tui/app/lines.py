"""The two lines of text beside the picture: when they are shown, and what they cost.

What changes with every step of a key held down (place, zoom, the byte meter) is shown when the keys rest, and
the wait for an answer only when it lasts: a key costs its picture and the characters that change for longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tui.app.colours import class_colour
from tui.app.parts import Part
from tui.app.reviewstatus import front_class
from tui.app.status import Gauges, readout, status_parts
from tui.app.widgets.lines import HintLine, Readout, StatusLine
from tui.session.help import Hint, hints
from tui.session.state import Session

READOUT_WIDTH, METER_WIDTH = 20, 41
_REST_SECONDS = 0.25
_ANSWER_SECONDS = 0.15
_NOTICE_SECONDS = 8.0
_DRAWING_SECONDS = 0.4
_DIALOG = (Hint("Esc", "close", True, ""),)
"""The hint line under a dialog: what it shows else are keys of the picture."""


class Lines:
    """The status line with its read-out, and the hint line, which gives way to notices.

    `later(seconds, action)` runs an action on the event loop after a time; `metered` shows what keys cost;
    `model` is the segmenter and where it runs; `rested` runs when the keys rest. `drawing` tells whether the
    photo is on its way to the screen, `dialog` whether a question is open: the keys belong to it then.
    """

    def __init__(
        self,
        widgets: tuple[StatusLine, Readout, HintLine],
        *,
        session: Callable[[], Session],
        model: Callable[[], str],
        metered: bool,
        later: Callable[[float, Callable[[], object]], None],
        rested: Callable[[], None] = lambda: None,
        drawing: Callable[[], bool] = lambda: False,
        dialog: Callable[[], bool] = lambda: False,
    ) -> None:
        self._rested, self._drawing, self._dialog = rested, drawing, dialog
        self._behind: float | None = None
        self._looking = False
        self._status, self._readout, self._hint = widgets
        self._session, self._model, self._metered, self._later = session, model, metered, later
        self._gauges = Gauges()
        self._pressed = self._stirred = self._due = 0.0
        self._awaited = 0

    def show(self) -> None:
        """Show the session as it is now; while an answer may come at once, as it was before the key."""
        session, now = self._session(), time.monotonic()
        draft = session.draft
        if draft.waiting and session.image.encoded:
            if draft.ticket != self._awaited:
                self._awaited, self._due = draft.ticket, now + _ANSWER_SECONDS
                self._later(_ANSWER_SECONDS, self.show)
            if now < self._due - 0.01:
                return
        here, mode, *others = status_parts(session, self._model())
        self._status.show(
            (here, mode, *self._slow(now), *others), class_colour(session, front_class(session))
        )
        self._hint.show(_DIALOG if self._dialog() else hints(session))

    def _slow(self, now: float) -> tuple[Part, ...]:
        """That the photo is on its way, once that has lasted; whether it has come is looked at again."""
        if not self._drawing():
            self._behind = None
            return ()
        self._behind = now if self._behind is None else self._behind
        if not self._looking:
            self._looking = True
            self._later(_DRAWING_SECONDS, self._look)
        return (Part("drawing…", "warn"),) if now - self._behind >= _DRAWING_SECONDS * 0.9 else ()

    def _look(self) -> None:
        self._looking = False
        self.show()

    def key(self) -> None:
        """A key was pressed: the meter starts, the last notice was read."""
        self._pressed, self._gauges = time.perf_counter(), Gauges()
        self._hint.say("", "information")

    def count(self, written: int) -> None:
        """So many bytes went to the terminal since the key."""
        ms = (time.perf_counter() - self._pressed) * 1e3
        self._gauges = Gauges(self._gauges.bytes + written, ms)

    def stir(self) -> None:
        """Place or zoom may have changed: show them when nothing more comes for a while."""
        self._stirred = time.monotonic()
        self._later(_REST_SECONDS, self._rest)

    def say(self, text: str, severity: str) -> None:
        """Put a sentence in place of the hints until the next key, for some seconds if it is no error."""
        self._hint.say(text, severity)
        if severity != "error":
            shown = self._hint.notice
            self._later(
                _NOTICE_SECONDS, lambda: self._hint.say("", "") if self._hint.notice == shown else None
            )

    def _rest(self) -> None:
        if time.monotonic() - self._stirred >= _REST_SECONDS * 0.9:
            self._readout.show(readout(self._session(), self._gauges if self._metered else None))
            self._rested()
