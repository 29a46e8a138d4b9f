"""The Textual application: keys in, events to the session, effects out, scenes to the terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from tui.app.atrest import AtRest
from tui.app.attachment import Attachment
from tui.app.dialogs import Dialogs
from tui.app.geometry import canvas_of, canvas_text, cell_now, image_point
from tui.app.inbox import Inbox
from tui.app.keeper import Keeper
from tui.app.keygate import GatedApp
from tui.app.keys import KeyReader, typed_ahead
from tui.app.lifeline import HANGUP, Lifeline, hung_up
from tui.app.lines import METER_WIDTH, READOUT_WIDTH, Lines
from tui.app.opening import Opening
from tui.app.pace import Pace
from tui.app.panels import Panels
from tui.app.photos import Photos
from tui.app.runner import Runner
from tui.app.scene import build_scene
from tui.app.screenwriter import ScreenWriter
from tui.app.setup import Setup
from tui.app.sieve import install_sieve
from tui.app.terminaldriver import TerminalDriver
from tui.app.widgets.canvas import Canvas
from tui.app.widgets.lines import HintLine, Readout, StatusLine, show_lines
from tui.render.probe import Window, window_of
from tui.render.scene import Canvas as DrawingArea
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.edit import unsaved_images
from tui.session.start import start
from tui.session.update import update

_LOG = logging.getLogger("ttylabel")
_RESIZE_SECONDS, _SAVE_SECONDS, _LINE_CHECK_SECONDS = 0.02, 5.0, 2.0


class LabelApp(GatedApp, inherit_bindings=False):
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
        self._keeper = setup.keeper or Keeper(setup.library)
        self.failure: BaseException | None = None
        """What the program itself failed with, if it did; the log has the details."""
        self._started = False
        self._keys, self._pace = KeyReader(), Pace()
        self._typed = setup.terminal.typed
        self._cell = setup.terminal.cell
        self.session, self._effects = start(setup.options, setup.classes, setup.keymap, place=setup.place)

    @property
    def _canvas(self) -> Canvas:
        return self.query_one(Canvas)

    def compose(self) -> ComposeResult:
        # The first row is text because xterm keeps the topmost pictures least; the last because a sixel there
        # scrolls the screen.
        with Horizontal(id="top", classes="line"):
            yield StatusLine()
            yield Readout(METER_WIDTH if self._setup.verbose else READOUT_WIDTH)
        yield Canvas()
        yield HintLine(classes="line")

    # Start and end

    def on_mount(self) -> None:
        inbox = self.inbox = Inbox(self.receive, self._handle_exception)
        self.at_rest = AtRest(self._later, lambda: len(self.screen_stack) > 1)
        setup = self._setup
        self.runner = Runner(
            setup.library,
            setup.segmenter,
            task=setup.options.task,
            memory_bytes=setup.memory_bytes,
            finders=setup.finders,
            disk=setup.disk,
            post=inbox.answer,
            on_error=inbox.on_error,
            keeper=self._keeper,
        )
        self.opening = Opening(self, setup.library, self._keeper, inbox.answer, setup.review)
        self.writer = ScreenWriter(
            setup.driver,
            sync=setup.terminal.sync,
            write=self._write,
            post=inbox.post,
            later=asyncio.get_running_loop().call_later,
            on_error=inbox.on_error,
        )
        self.lines = Lines(
            (self.query_one(StatusLine), self.query_one(Readout), self.query_one(HintLine)),
            session=lambda: self.session,
            model=lambda: f"{self.session.options.segmenter} {setup.segmenter.provider}",
            metered=setup.verbose,
            later=self._later,
            rested=lambda: self.receive(ev.Rested()) if self.session.look.preview else None,
            drawing=lambda: self.writer.behind,
            dialog=lambda: len(self.screen_stack) > 1,
        )
        self.photos = Photos(post=inbox.post, changed=self.refresh_view, on_error=inbox.on_error)
        panels = Panels(
            self, setup.library, answer=self.receive, session=lambda: self.session, pace=self._pace
        )
        self.dialogs = Dialogs(self, setup.library, answer=self.receive, opening=self.opening, panels=panels)
        self._started = True
        self.attachment = Attachment(
            tmux=setup.terminal.tmux,
            paint=self.paint_anew,
            changed=self._another_terminal,
            hold=self.writer.hold,
            apart=lambda work: self.run_worker(work, thread=True, exit_on_error=False),
            post=inbox.post,
        )
        self._begin()

    def _begin(self) -> None:
        """Everything is made: watch over the line and the files, and run what the session asks for."""
        self.lifeline = Lifeline(self, self._driver, self.leave)
        self.lifeline.listen(asyncio.get_running_loop())
        self.set_interval(_LINE_CHECK_SECONDS, self.lifeline.check_line)
        self.set_interval(_LINE_CHECK_SECONDS, lambda: self.opening.look(self.session))
        self._canvas.focus()
        self.opening.begin(not self._setup.options.read_only)
        if (recorder := self._setup.recorder) is not None:
            recorder.failed = lambda text: self.inbox.answer(fx.Notify(text, "error"))
        for notice in self._setup.notices:
            self._notify(fx.Notify(notice, "warning"))
        self._run(self._effects)

    def _type_ahead(self) -> None:
        """Keys typed before the app listened belong to it, once the canvas has a size to take steps in."""
        typed, self._typed = self._typed, b""
        for key in typed_ahead(typed):
            self.receive(key)

    def leave(self, code: int) -> None:
        """End the program once label files on their way are written."""
        saved = self.runner.finish_saves(_SAVE_SECONDS)
        self.exit(return_code=code if saved or code else 3, result=code)

    def on_unmount(self) -> None:
        if self._started:
            self._write(self.writer.close())
            self.opening.close(self.session)
            self.runner.close()
            self._keeper.close()
            self.photos.close()

    # Textual's own way is a page of its and our source on the terminal. The log is the place for that.

    def _handle_exception(self, error: Exception) -> None:
        self._fail(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """Textual's input thread has ended: the line is cut, or there is an error in it."""
        if hung_up(0):
            self.leave(HANGUP)
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
        return self.writer.leave() if self._started else b""

    def ask_terminal(self) -> None:
        """Another terminal may have taken the place of the one that was asked at the start."""
        if self._setup.ask is not None:
            terminal, driver = self._setup.ask()
            self._setup = replace(self._setup, terminal=terminal, driver=driver)
            self.writer.use(driver, sync=terminal.sync)
            self._typed, self._cell = terminal.typed, terminal.cell

    def terminal_back(self) -> None:
        """After a suspension the screen is blank, and a driver may count in other pixels."""
        for screen in self.screen_stack:
            screen.refresh(layout=True)
        self.writer.resume()
        self._measure()

    def _another_terminal(self) -> None:
        """It has no pictures of ours, unless it is one that was here before."""
        stored = self.writer.release()
        self.lifeline.ask_again()
        if self._setup.driver.name == "kitty":
            self._write(stored)

    def paint_anew(self, lost: bool) -> None:
        """Write all text and pictures again, and send them again when they are `lost`."""
        if lost:
            self._write(self.writer.release())
        self._forget_text()
        self.screen.refresh()
        self.writer.forget()

    def on_app_blur(self) -> None:
        self.attachment.blur()

    def on_app_focus(self) -> None:
        self.attachment.focus()

    def on_cursor_position(self) -> None:
        self.writer.answered()

    # Events in

    def receive(self, event: ev.Event | fx.Notify) -> None:
        """Take one event to the session, run what it asks for, and show the outcome."""
        if isinstance(event, fx.Notify):
            self._notify(event)
            return
        if self._setup.recorder is not None:
            self._setup.recorder.take(event)
        if isinstance(event, ev.Listed):
            self._setup.library.take_listing()
        self.session, effects = update(self.session, event)
        self._run(effects, asked=isinstance(event, ev.Key | ev.Invoke | ev.Pointed))
        self._pace.note(event, self.session)
        if self.query(Canvas):  # gone when the program is leaving; what was saved is still heard
            self._after(event)
            self.refresh_view()

    def _after(self, event: ev.Event) -> None:
        """What the app itself must do beside the session."""
        image = self.session.image
        if isinstance(event, ev.Loaded | ev.Resized | ev.Invoke):
            self.lines.stir()
        if isinstance(event, ev.Loaded) and event.index == image.index:
            self.photos.load(self._setup.library, image.index)
        elif isinstance(event, ev.Encoded) and event.index == image.index:
            self.runner.embedded()
        elif isinstance(event, ev.EncodeFailed) and event.index == image.index:
            self.runner.not_embedded(event.reason)
        self._canvas.say(canvas_text(self.session, self.size))

    def _run(self, effects: tuple[fx.Effect, ...], *, asked: bool = True) -> None:
        """Do what the session wants; a question opens at once where a person has `asked` for something."""
        for effect in effects:
            match effect:
                case fx.Notify():
                    self._notify(effect)
                case fx.Ask():
                    (self.open_dialog if asked else self.ask)(effect)
                case fx.Quit():
                    if effect.unsaved:
                        self.opening.give_up(unsaved_images(self.session))
                    self.leave(3 if effect.unsaved else 0)
                case _:
                    self.runner.run(effect)

    @on(Canvas.KeyPressed)
    def _key(self, message: Canvas.KeyPressed) -> None:
        key = None if self.gate.returned(message.event) else self._keys.read(message.event)
        if key is None:
            return
        for listener in (self.lines, self.attachment, self.at_rest):
            listener.key()
        self.receive(key)
        self.lines.stir()

    @on(Canvas.Pointer)
    def _mouse(self, message: Canvas.Pointer) -> None:
        view, canvas = self.session.view, self._area()
        x, y = image_point((message.x, message.y), canvas, self._setup.driver, view)
        self.receive(ev.Pointed(x, y, message.action))

    # Dialogs and notices

    def ask(self, ask: fx.Ask) -> None:
        """Put a question that nobody asked for, as soon as nobody types."""
        self.at_rest.run(lambda: self.open_dialog(ask))

    def open_dialog(self, ask: fx.Ask) -> None:
        """Put a question over the picture."""
        below = self.screen
        self.writer.cover(True)
        self.dialogs.open(ask, self.session, closed=self._dialog_closed)
        if self.screen is not below:  # it may have come to nothing
            self.gate.shut()
            self.screen.call_after_refresh(self.gate.open)
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
            self.lines.show()
            self.call_later(self.gate.open)

    def _notify(self, notice: fx.Notify) -> None:
        self.lines.say(notice.text, notice.severity)

    # Picture and lines out

    def refresh_view(self) -> None:
        """Show the session: picture, status, hints."""
        session, canvas = self.session, self._area()
        self.photos.tone(session.look.tone)
        show_lines(self.query(".line"), bare=session.look.bare, rows=self._setup.driver.name == "sixel")
        if not canvas_text(self.session, self.size):
            self.writer.show(build_scene(session, canvas, self.photos.shown))
        self.lines.show()

    def _area(self) -> DrawingArea:
        return canvas_of(self._canvas.region, self._cell)

    def on_resize(self, event: events.Resize) -> None:
        """A cell of another size leaves the canvas at its size in cells, so the canvas would not say so.

        Textual tells its screens by a timer of its own, which may never come (`_later`) and then holds all
        further sizes back.
        """
        self._later(_RESIZE_SECONDS, self._check_resize)
        self._forget_text()
        if self._started:
            self.attachment.look()
        cell = cell_now(event, self._cell, Window() if self.is_headless else window_of(0))
        if cell != self._cell:
            self._cell = cell
            self.call_after_refresh(self._measure)

    @on(Canvas.Measured)
    def _measure(self) -> None:
        """The canvas may have another size or cell: tell the session, paint anew."""
        width, height = self._setup.driver.device_wh(self._area())
        self._canvas.wipe()
        self.writer.forget(draw=False)
        self.receive(ev.Resized(width, height))
        self._type_ahead()

    @on(Canvas.Wiped)
    def _wiped(self, event: Canvas.Wiped) -> None:
        self.writer.wiped(event.cells, self._canvas.covered if len(self.screen_stack) > 1 else None)

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        """Run `action` on the event loop after a time. Textual's timers leave out a tick whose time has
        passed when they look, and one that is to come once then never comes.
        """

        def due() -> None:
            if self.is_running:
                self.inbox.run(action) if self._started else action()

        asyncio.get_running_loop().call_later(seconds, due)

    def _forget_text(self) -> None:
        """What stands in the terminal's cells is not known: the next frame writes all of its text."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.page.forget()

    def _write(self, data: bytes) -> None:
        if self.is_headless:
            self.bytes_written(len(data))
        elif isinstance(self._driver, TerminalDriver):
            self._driver.write_picture(data)

    def bytes_written(self, count: int) -> None:
        """So many bytes, Textual's or pictures, went to the terminal: the meter of the last key runs on."""
        if self._started:
            self.lines.count(count)
