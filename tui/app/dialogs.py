"""Opens the dialog an `Ask` names; each ends by posting one `Invoke`, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from tui.app.classlist import class_items
from tui.app.library import Library
from tui.app.opening import Opening
from tui.app.panels import Panels
from tui.app.reviewstatus import front_class
from tui.app.screens.ask import ChoiceScreen, TextScreen
from tui.app.screens.conflict import conflict_screen
from tui.app.screens.help import HelpScreen
from tui.app.screens.pick import Item, Picked, PickScreen
from tui.app.screens.recover import RecoverScreen, held_screen
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.commands.command import reason_against
from tui.session.commands.registry import COMMANDS
from tui.session.edit import unsaved_images
from tui.session.help import mode_help, reasons
from tui.session.keymap import key_for, keymap_of, keys_of
from tui.session.review import EXAMPLES
from tui.session.state import Session
from tui.types.text import printable

_LONGEST_ESCAPE = 10
"""Characters that one of a foreign text becomes at most."""

_FEW = 10_000
"""Images among which a name is found at once, before the next key; a thread looks among more."""

Answer = Callable[[ev.Event | fx.Notify], None]
Closed = Callable[[], None]


class Dialogs:
    """Ordinary Textual screens at the edge of the session."""

    def __init__(
        self,
        app: App[int],
        library: Library,
        answer: Answer,
        opening: Opening | None = None,
        panels: Panels | None = None,
    ) -> None:
        self._app, self._library, self._answer, self._opening = app, library, answer, opening
        self._panels = panels.openers if panels else {}

    def open(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        """Push the dialog; `closed` runs when it is gone, before its answer is posted."""
        openers: dict[str, Callable[[fx.Ask, Session, Closed], None]] = {
            "class": self._classes,
            "command": self._commands,
            "goto": self._goto,
            "help": self._help,
            "quit": self._quit,
            "filter": self._filter,
            "note": self._note,
            "summary": self._summary,
            **self._panels,
            "conflict": self._conflict,
            "classes": self._class_list,
            "held": self._held,
            "recover": self._recover,
            "text": self._text,
            "words": self._words,
        }
        openers[ask.dialog](ask, session, closed)

    def _classes(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        items = class_items(session)
        create = "" if session.options.read_only else "Add class"
        start = str(front_class(session))
        prompt = "type to search" if items or not create else "type a new class, then Enter"

        def done(picked: Picked | None) -> None:
            closed()
            if picked is not None and picked.created:
                self._answer(ev.Invoke("class.add", picked.value))
            elif picked is not None:
                self._answer(ev.Invoke(ask.command, picked.value))

        self._app.push_screen(PickScreen("Class", items, create=create, start=start, prompt=prompt), done)

    def _commands(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        keymap = keymap_of(session)
        items: list[Item] = []
        for command in COMMANDS.values():
            reason = reason_against(command, session)
            keys = ", ".join(keys_of(keymap, session.mode, command.name))
            other = f"{command.label} {command.name}"
            items.append(Item(command.doc, command.name, reason or keys, reason is not None, also=other))

        def done(picked: Picked | None) -> None:
            closed()
            if picked is not None:
                self._answer(ev.Invoke(picked.value))

        items.sort(key=lambda item: item.disabled)
        self._app.push_screen(PickScreen("Command", items), done)

    def _goto(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        def found(text: str, index: int | None) -> None:
            if index is None:
                advice = "give a number from 1, or a part of a name"
                self._answer(fx.Notify(f"No image '{text}': {advice}.", "warning"))
            else:
                self._answer(ev.Invoke(ask.command, str(index)))

        def seek(text: str) -> None:
            self._app.call_from_thread(found, text, self._library.find(text))

        def done(text: str | None) -> None:
            closed()
            if text is None:
                return
            number = text.isdigit() and not text.startswith("0")
            if number or len(self._library) <= _FEW:
                found(text, self._library.find(text))
            else:
                self._app.run_worker(lambda: seek(text), thread=True, exit_on_error=False)

        self._app.push_screen(TextScreen("Go to image", "number, or part of the name"), done)

    def _filter(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        screen = TextScreen("Review", "Enter: all that nobody has judged", empty=True, lines=EXAMPLES)
        self._app.push_screen(screen, self._told(ask, closed))

    def _note(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        """Begins as the note there is, which Enter alone leaves as it is."""
        note = session.image.note
        begun = printable(note, limit=max(1, len(note) * _LONGEST_ESCAPE))

        def done(text: str | None) -> None:
            closed()
            if text is not None and text != begun:
                self._answer(ev.Invoke(ask.command, text))

        screen = TextScreen("Note on this image", "an empty one takes it away", begun, empty=True)
        self._app.push_screen(screen, done)

    def _summary(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        onwards = key_for(session, "files.next_unverified")
        text = f"The review is done. {onwards} goes to the next image that nobody has judged."
        self._app.push_screen(ChoiceScreen(text, (), lines=ask.lines, stay="close"), lambda _: closed())

    def _text(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        screen = TextScreen("Find by text", "cat . red car -> car", session.proposals.text)
        self._app.push_screen(screen, self._told(ask, closed))

    def _told(self, ask: fx.Ask, closed: Closed) -> Callable[[str | None], None]:
        def done(text: str | None) -> None:
            closed()
            if text is not None:
                self._answer(ev.Invoke(ask.command, text))

        return done

    def _help(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        lines = mode_help(keymap_of(session), session.mode, reasons(session))
        self._app.push_screen(HelpScreen(lines), lambda _: closed())

    def _words(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        self._app.push_screen(HelpScreen(ask.lines), lambda _: closed())

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

    def _conflict(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        def done(key: str | None) -> None:
            closed()
            if key is not None:
                self._answer(ev.Invoke(ask.command, {"1": "yours", "2": "theirs", "3": "both"}[key]))

        self._app.push_screen(conflict_screen(session), done)

    def _class_list(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        def done(key: str | None) -> None:
            closed()
            if key is not None:
                self._answer(ev.Invoke(ask.command))

        text = "The class list was changed on disk. Labels keep their numbers, which now mean:"
        choices = (("n", "go on with the new list"),)
        self._app.push_screen(ChoiceScreen(text, choices, lines=ask.lines, stay="view only"), done)

    def _held(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        opening = self._opening
        assert opening is not None  # who asks this is an Opening

        def done(key: str | None) -> None:
            closed()
            opening.held_answer(key)

        self._app.push_screen(held_screen(opening.keeper.holder), done)

    def _recover(self, ask: fx.Ask, session: Session, closed: Closed) -> None:
        opening = self._opening
        assert opening is not None  # who asks this is an Opening

        def done(key: str | None) -> None:
            closed()
            opening.recover_answer(key)

        self._app.push_screen(RecoverScreen(opening.keeper.pending), done)
