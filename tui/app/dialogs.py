"""Opens the dialog an `Ask` names; each ends by posting one `Invoke`, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from tui.app.library import Library
from tui.app.screens.ask import ChoiceScreen, TextScreen
from tui.app.screens.help import HelpScreen
from tui.app.screens.pick import Item, Picked, PickScreen
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.commands.command import reason_against
from tui.session.commands.registry import COMMANDS
from tui.session.edit import unsaved_images
from tui.session.help import help_table
from tui.session.keymap import keys_of, load_keymap
from tui.session.state import Session

Answer = Callable[[ev.Event | fx.Notify], None]
Closed = Callable[[], None]


class Dialogs:
    """Ordinary Textual screens at the edge of the session."""

    def __init__(self, app: App[int], library: Library, answer: Answer) -> None:
        self._app, self._library, self._answer = app, library, answer

    def open(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        """Push the dialog; `closed` runs when it is gone, before its answer is posted."""
        openers: dict[str, Callable[[fx.Ask, Session, Closed], None]] = {
            "class": self._classes,
            "command": self._commands,
            "goto": self._goto,
            "help": self._help,
            "quit": self._quit,
        }
        openers[ask.dialog](ask, session, closed)

    def _classes(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        keymap = load_keymap(session.keymap)
        items = [
            Item(name, str(number), ", ".join(keys_of(keymap, session.mode, "class.set", str(number))))
            for number, name in enumerate(session.classes)
        ]
        create = "" if session.options.read_only else "Add class"

        def done(picked: Picked | None) -> None:
            closed()
            if picked is not None and picked.created:
                self._answer(ev.Invoke("class.add", picked.value))
            elif picked is not None:
                self._answer(ev.Invoke(ask.command, picked.value))

        self._app.push_screen(PickScreen("Class", items, create=create), done)

    def _commands(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        keymap = load_keymap(session.keymap)
        items = []
        for command in COMMANDS.values():
            reason = reason_against(command, session)
            keys = ", ".join(keys_of(keymap, session.mode, command.name))
            items.append(Item(command.doc, command.name, reason or keys, disabled=reason is not None))

        def done(picked: Picked | None) -> None:
            closed()
            if picked is not None:
                self._answer(ev.Invoke(picked.value))

        self._app.push_screen(PickScreen("Command", items), done)

    def _goto(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        def done(text: str | None) -> None:
            closed()
            if text is None:
                return
            index = self._library.find(text)
            if index is None:
                advice = "give a number from 1, or a part of a name"
                self._answer(fx.Notify(f"No image '{text}': {advice}.", "warning"))
            else:
                self._answer(ev.Invoke(ask.command, str(index)))

        self._app.push_screen(TextScreen("Go to image", "number, or part of the name"), done)

    def _help(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        lines = help_table(load_keymap(session.keymap))
        self._app.push_screen(HelpScreen(lines), lambda _: closed())

    def _quit(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        count = len(unsaved_images(session))
        text = f"{count} image{'s are' if count != 1 else ' is'} not saved."
        reasons = list(dict.fromkeys(session.save_errors.values()))
        if reasons:
            text += f" {reasons[0]}"

        def done(key: str | None) -> None:
            closed()
            if key is not None:
                self._answer(ev.Invoke(ask.command, {"s": "save", "q": "discard"}[key]))

        choices = (("s", "save, then quit"), ("q", "quit and lose the changes"))
        self._app.push_screen(ChoiceScreen(text, choices), done)
