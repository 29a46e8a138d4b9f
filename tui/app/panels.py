"""Opens the panels that an `Ask` names; `tui.app.dialogs` opens the other dialogs."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from tui.app.filelist import FileList
from tui.app.library import Library
from tui.app.pace import Pace
from tui.app.screens.files import FilesPanel
from tui.app.screens.instances import InstancesPanel
from tui.app.screens.settings import SettingsPanel
from tui.app.screens.stats import StatsPanel
from tui.config import config_path, load_config
from tui.data.tally import tally
from tui.errors import ConfigError
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.state import Session

Closed = Callable[[], None]


class Panels:
    """`session` gives the session as it is now: a panel may stay open while it changes."""

    def __init__(
        self,
        app: App[int],
        library: Library,
        *,
        answer: Callable[[ev.Event | fx.Notify], None],
        session: Callable[[], Session],
        pace: Pace,
    ) -> None:
        self._app, self._library, self._answer = app, library, answer
        self._session, self._pace = session, pace
        self._files = FileList(library)
        self.openers: dict[str, Callable[[fx.Ask, Session, Closed], None]] = {
            "files": self._open_files,
            "instances": self._open_instances,
            "stats": self._open_stats,
            "settings": self._open_settings,
        }

    def _open_files(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        def chosen(index: int) -> None:
            closed()
            if index != session.image.index:
                self._answer(ev.Invoke(ask.command, str(index)))

        self._app.push_screen(FilesPanel(self._files, session.image.index), _after(closed, chosen))

    def _open_instances(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        panel = InstancesPanel(
            self._session,
            pick=lambda index: self._answer(ev.Invoke(ask.command, str(index))),
            press=lambda key: self._answer(ev.Key(key)),
        )
        self._app.push_screen(panel, lambda _: closed())

    def _open_stats(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        paths = self._library.paths()
        panel = StatsPanel(
            lambda go_on: tally(self._library.dataset, paths, go_on), len(paths), session.classes, self._pace
        )
        self._app.push_screen(panel, lambda _: closed())

    def _open_settings(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        try:
            current = load_config()
        except ConfigError as error:
            closed()
            self._answer(fx.Notify(error.sentence, "error"))
            return
        self._app.push_screen(SettingsPanel(current, config_path()), lambda _: closed())


def _after(closed: Closed, chosen: Callable[[int], None]) -> Callable[[int | None], None]:
    def done(index: int | None) -> None:
        if index is None:
            closed()
        else:
            chosen(index)

    return done
