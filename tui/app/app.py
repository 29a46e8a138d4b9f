"""The Textual application: keys in, events to the session, effects out, scenes to the terminal."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual import events, on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from tui.app.dialogs import Dialogs
from tui.app.geometry import canvas_of, cell_now, image_point
from tui.app.keys import KeyReader, key_name
from tui.app.library import Library
from tui.app.lifeline import HANGUP, Lifeline, hung_up
from tui.app.runner import Runner
from tui.app.scene import build_scene
from tui.app.screenwriter import ScreenWriter
from tui.app.sieve import install_sieve, typed_keys
from tui.app.status import Gauges, readout, status_parts
from tui.app.terminaldriver import TerminalDriver
from tui.app.widgets.canvas import Canvas
from tui.app.widgets.lines import HintLine, Readout, StatusLine
from tui.inference.segmenters.base import Segmenter
from tui.render.drivers.base import Driver
from tui.render.probe import Window, window_of
from tui.render.scene import Canvas as DrawingArea
from tui.render.scene import Photo
from tui.render.terminal import Terminal
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.help import hints
from tui.session.start import start
from tui.session.state import Options, Session
from tui.session.update import update

_LOG = logging.getLogger("ttylabel")
_READOUT_SECONDS = 0.25
_READOUT_WIDTH, _METER_WIDTH = 13, 34
_NOTICE_SECONDS = 8.0
_RESIZE_SECONDS = 0.02
_SAVE_SECONDS = 5.0
_LINE_CHECK_SECONDS = 2.0
_FOCUS_SECONDS = 1.0
_REATTACH_SECONDS = 5.0
SMALLEST = (40, 12)
"""Columns and rows below which the program only says that it needs more room."""


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """Everything the app is given: what was found and decided before it starts."""

    library: Library
    segmenter: Segmenter
    terminal: Terminal
    driver: Driver
    options: Options
    classes: tuple[str, ...]
    keymap: str
    memory_bytes: int
    notices: tuple[str, ...] = ()
    verbose: bool = False


class LabelApp(App[int], inherit_bindings=False):
    """One labeling session on one dataset. The session decides; this class only carries."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: transparent; }
    #top { height: 1; }
    """

    def __init__(self, setup: Setup) -> None:
        install_sieve()
        super().__init__(driver_class=TerminalDriver)
        self._setup = setup
        self.failure: BaseException | None = None
        """What the program itself failed with, if it did; the log has the details."""
        self._started = False
        self._away_since: float | None = None
        self._painted_at = 0.0
        self._keys = KeyReader()
        self._typed = setup.terminal.typed
        self._cell = setup.terminal.cell
        self._photo: Photo | None = None
        self._key_time = 0.0
        self._key_ms = 0.0
        self._pressed_at = 0.0
        self._key_bytes = 0
        self._effects: tuple[fx.Effect, ...]
        self.session: Session
        self.session, self._effects = start(setup.options, setup.classes, setup.keymap)

    @property
    def _canvas(self) -> Canvas:
        return self.query_one(Canvas)

    def compose(self) -> ComposeResult:
        # The first row is text because xterm keeps the topmost pictures least; the last because a sixel there
        # scrolls the screen.
        with Horizontal(id="top"):
            yield StatusLine()
            yield Readout(_METER_WIDTH if self._setup.verbose else _READOUT_WIDTH)
        yield Canvas()
        yield HintLine()

    # Start and end

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()

        def post(action: Callable[[], None]) -> None:
            try:
                loop.call_soon_threadsafe(action)
            except RuntimeError:  # the loop is closed: the program is leaving
                _LOG.debug("answer after the end dropped")

        def on_error(error: BaseException) -> None:
            _LOG.error("in a lane", exc_info=error)
            notice = fx.Notify(f"Internal error: {error}. The log has the details.", "error")
            post(lambda: self._notify(notice))

        setup = self._setup
        self.runner = Runner(
            setup.library,
            setup.segmenter,
            task=setup.options.task,
            memory_bytes=setup.memory_bytes,
            post=lambda answer: post(lambda: self.receive(answer)),
            on_error=on_error,
        )
        self.writer = ScreenWriter(
            setup.driver,
            sync=setup.terminal.sync,
            write=self._write,
            post=post,
            later=loop.call_later,
            on_error=on_error,
        )
        self.dialogs = Dialogs(self, setup.library, answer=self.receive)
        self._started = True
        lifeline = Lifeline(self, self._driver, self._leave)
        lifeline.listen(loop)
        self.set_interval(_LINE_CHECK_SECONDS, lifeline.check_line)
        self._canvas.focus()
        self._list_images(post)
        for notice in setup.notices:
            self._notify(fx.Notify(notice, "warning"))
        self._run(self._effects)

    def _list_images(self, post: Callable[[Callable[[], None]], None]) -> None:
        library = self._setup.library

        def list_all() -> None:
            front = library.path(0)
            library.list_all()
            index = library.index(front) or 0
            post(lambda: self.receive(ev.Listed(len(library), True, index)))
            if not self.session.options.read_only:
                library.sweep()
            for warning in library.listing_warnings():
                notice = fx.Notify(warning, "warning")
                post(partial(self._notify, notice))

        self.run_worker(list_all, thread=True, exit_on_error=False)

    def _type_ahead(self) -> None:
        """Keys typed before the app listened belong to it, once the canvas has a size to take steps in."""
        typed, self._typed = self._typed, b""
        for pressed in typed_keys(typed):
            name = key_name(pressed.key, pressed.character)
            if name:
                self.receive(ev.Key(name))

    def _leave(self, code: int) -> None:
        saved = self.runner.finish_saves(_SAVE_SECONDS)
        self.exit(return_code=code if saved or code else 3, result=code)

    def on_unmount(self) -> None:
        if self._started:
            self._write(self.writer.close())
            self.runner.close()

    # Textual's own way is a page of its and our source on the terminal. The log is the place for that.

    def _handle_exception(self, error: Exception) -> None:
        self._fail(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """Textual's input thread has ended: the line is cut, or there is an error in it."""
        if hung_up(0):
            self._leave(HANGUP)
            return
        self._return_code = 1
        self._fail(RuntimeError("the keyboard cannot be read any more"))
        self._close_messages_no_wait()

    def _fail(self, error: BaseException) -> None:
        if self.failure is None:
            self.failure = error
            _LOG.critical("the program failed", exc_info=error)

    # The terminal goes and comes

    def pictures_off(self) -> bytes:
        """Free all pictures: the terminal is given back, for a while or for good."""
        return self.writer.release() if self._started else b""

    def terminal_back(self) -> None:
        """After a suspension the screen is blank."""
        self._canvas.wipe()
        for screen in self.screen_stack:
            screen.refresh(layout=True)
        self.writer.resume()

    def on_app_blur(self) -> None:
        self._away_since = time.monotonic()

    def on_app_focus(self) -> None:
        """What lay over the window may have taken pictures with it (xterm), and tmux may have been attached
        to another terminal, which has none of them.
        """
        now, since = time.monotonic(), self._away_since
        self._away_since = None
        if since is None or now - self._painted_at < _FOCUS_SECONDS:
            return
        self._painted_at = now
        if self._setup.terminal.tmux and now - since > _REATTACH_SECONDS:
            self._write(self.writer.release())
        self.writer.forget()

    def on_cursor_position(self) -> None:
        self.writer.answered()

    # Events in

    def receive(self, event: ev.Event | fx.Notify) -> None:
        """Take one event to the session, run what it asks for, and show the outcome."""
        if isinstance(event, fx.Notify):
            self._notify(event)
            return
        self.session, effects = update(self.session, event)
        self._run(effects)
        self._after(event)
        self.refresh_view()

    def _after(self, event: ev.Event) -> None:
        """What the app itself must do beside the session."""
        image = self.session.image
        if isinstance(event, ev.Loaded) and event.index == image.index:
            path = self._setup.library.path(image.index)
            picture = self._setup.library.picture(path)
            self._photo = Photo(self._setup.library.identity(path), picture.rgb)
        elif isinstance(event, ev.Encoded) and event.index == image.index:
            self.runner.embedded()
        elif isinstance(event, ev.EncodeFailed) and event.index == image.index:
            self.runner.not_embedded(event.reason)
        self._canvas.say(self._canvas_text())

    def _run(self, effects: tuple[fx.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case fx.Notify():
                    self._notify(effect)
                case fx.Ask():
                    self._open_dialog(effect)
                case fx.Quit():
                    self._leave(3 if effect.unsaved else 0)
                case _:
                    self.runner.run(effect)

    @on(Canvas.KeyPressed)
    def _key(self, message: Canvas.KeyPressed) -> None:
        key = self._keys.read(message.event)
        if key is None:
            return
        self._pressed_at = time.perf_counter()
        self.query_one(HintLine).say("", "information")
        self._key_bytes = 0
        self.receive(key)
        self._key_time = time.monotonic()
        self._later(_READOUT_SECONDS, self._rest)

    @on(Canvas.Pointer)
    def _mouse(self, message: Canvas.Pointer) -> None:
        view, canvas = self.session.view, self._area()
        x, y = image_point((message.x, message.y), canvas, self._setup.driver, view)
        self.receive(ev.Pointed(x, y, message.action))

    # Dialogs and notices

    def _open_dialog(self, ask: fx.Ask) -> None:
        self.writer.cover(True)
        self.dialogs.open(ask, self.session, closed=self._dialog_closed)
        layout = self.screen.screen_layout_refresh_signal
        layout.subscribe(self._canvas, self._dialog_laid_out, immediate=True)

    def _dialog_laid_out(self, dialog: Screen[object]) -> None:
        """The picture stays beside a dialog; the canvas has to know where that is."""
        self._canvas.cover([box.region for box in dialog.children])

    def _dialog_closed(self) -> None:
        if len(self.screen_stack) <= 1:
            # The picture comes back when the dialog's cells are cleared.
            if not self._canvas.cover([]):
                self.writer.cover(False)
            self._canvas.focus()

    def _notify(self, notice: fx.Notify) -> None:
        line = self.query_one(HintLine)
        line.say(notice.text, notice.severity)
        if notice.severity != "error":
            self._later(_NOTICE_SECONDS, lambda: line.say("", "") if line.notice == notice.text else None)

    # Picture and lines out

    def refresh_view(self) -> None:
        """Show the session: picture, status, hints."""
        session, canvas = self.session, self._area()
        if not self._canvas_text():
            self.writer.show(build_scene(session, canvas, self._photo))
        model = f"{session.options.segmenter} {self._setup.segmenter.provider}"
        self.query_one(StatusLine).show(status_parts(session, model), session.current_class)
        self.query_one(HintLine).show(hints(session))

    def _rest(self) -> None:
        """The keys rest: show where the cursor is. While it moves, a move costs its own bytes only."""
        if time.monotonic() - self._key_time >= _READOUT_SECONDS * 0.9:
            gauges = Gauges(self._key_bytes, self._key_ms) if self._setup.verbose else None
            self.query_one(Readout).show(readout(self.session, gauges))

    def _area(self) -> DrawingArea:
        return canvas_of(self._canvas.region, self._cell)

    def _canvas_text(self) -> str:
        """What stands on the canvas in place of a picture; empty when there is a picture to show."""
        if self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]:
            return f"Too small: needs {SMALLEST[0]}x{SMALLEST[1]}"
        return self.session.image.reason if self.session.image.status == "failed" else ""

    def on_resize(self, event: events.Resize) -> None:
        """A cell of another size leaves the canvas at its size in cells, so the canvas would not say so.

        Textual tells its screens by a timer of its own, which may never come (`_later`) and then holds all
        further sizes back.
        """
        self._later(_RESIZE_SECONDS, self._check_resize)
        cell = cell_now(event, self._cell, Window() if self.is_headless else window_of(0))
        if cell != self._cell:
            self._cell = cell
            self.call_after_refresh(self._measure)

    @on(Canvas.Measured)
    def _measure(self) -> None:
        """The canvas may have another size or cell: tell the session, paint anew."""
        width, height = self._setup.driver.device_wh(self._area())
        self._canvas.wipe()
        self.writer.forget()
        self.receive(ev.Resized(width, height))
        self._type_ahead()

    @on(Canvas.Wiped)
    def _wiped(self) -> None:
        self.writer.repaint()
        self.writer.cover(len(self.screen_stack) > 1)

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        """Run `action` on the event loop after a time.

        Textual's timers leave a tick out whose time has passed when they look, and one that is to come once
        then never comes: it takes a busy machine and a few milliseconds.
        """
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: action() if self.is_running else None)

    def _write(self, data: bytes) -> None:
        if self.is_headless:
            self.bytes_written(len(data))
        elif self._driver is not None and data:
            self._driver.write(data.decode("utf-8", "surrogateescape"))

    def bytes_written(self, count: int) -> None:
        """So many bytes, Textual's or pictures, went to the terminal: the meter of the last key runs on."""
        self._key_bytes += count
        self._key_ms = (time.perf_counter() - self._pressed_at) * 1e3
