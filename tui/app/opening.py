"""What goes on beside the first picture: the folder is listed, the claim taken, earlier sessions are asked
about.

While the program runs it looks every few seconds for what others changed. All of it in threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from tui.app.keeper import Keeper
from tui.app.lanes import Job, Lane
from tui.app.library import Library
from tui.data.files import why
from tui.data.places import write_place
from tui.errors import HeldError, TtylabelError
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.reopen import place_of
from tui.session.state import Session
from tui.types.place import Place
from tui.types.text import printable

_LOG = logging.getLogger("ttylabel")
_REMEMBER_SECONDS = 1.0
"""How long leaving waits for a slow disk to take down where the person stopped."""


class Stage(Protocol):
    """What this needs of the app."""

    def ask(self, ask: fx.Ask) -> None: ...

    def leave(self, code: int) -> None: ...

    def call_from_thread(self, callback: Callable[..., object], *args: object) -> object: ...


class Opening:
    """`post` takes an event from any thread to the event loop; public methods are called from there."""

    def __init__(
        self,
        stage: Stage,
        library: Library,
        keeper: Keeper,
        post: Callable[[ev.Event | fx.Notify], None],
        review: str | None = None,
    ) -> None:
        """`review` is the filter of a review to begin with."""
        self._stage, self._library, self.keeper, self._post = stage, library, keeper, post
        slots = ("look", "answer", "place")
        self._lane = Lane("watch", slots, lambda error: _LOG.error("in a lane", exc_info=error))
        self._listed = threading.Event()
        self._review, self._place = review, Place("", (1, 1))

    def begin(self, editing: bool) -> None:
        """List the folder; then, where labels can be edited, ask what must be asked."""
        threading.Thread(target=self._list, args=(editing,), name="listing", daemon=True).start()
        self._lane.submit("answer", self._connect)

    def close(self, session: Session) -> None:
        """Stop looking, and remember where the person stopped."""
        self._lane.close(0.5)
        if job := self._remembering(session):
            remembering = threading.Thread(target=job, name="place", daemon=True)
            remembering.start()
            remembering.join(_REMEMBER_SECONDS)

    def look(self, session: Session) -> None:
        """In a thread: find out what others changed, and remember where the person is."""
        path = self._library.path(session.image.index)
        self._lane.submit("look", lambda: self.keeper.look(path))
        if job := self._remembering(session):
            self._lane.submit("place", job)

    def _remembering(self, session: Session) -> Job | None:
        """What writes down where the person is; None where that is known already."""
        place = place_of(session, self._library.name(self._library.path(session.image.index)))
        if place is None or place == self._place:
            return None
        self._place = place

        def remember() -> None:
            write_place(self._library.dataset, place)

        return remember

    def give_up(self, indices: Iterable[int]) -> None:
        """The person leaves without saving these images."""
        self.keeper.give_up([self._library.path(index) for index in indices])

    def _list(self, editing: bool) -> None:
        library = self._library
        try:
            library.list_all(lambda count, index: self._post(ev.Listed(count, True, index)))
        except Exception as error:
            self._unlisted(error)
            return
        finally:
            self._listed.set()
        if self._review is not None:
            self._post(ev.Invoke("review.filter", self._review))
        if editing:
            library.sweep()
        for warning in library.listing_warnings():
            self._post(fx.Notify(warning, "warning"))

    def _unlisted(self, error: Exception) -> None:
        """The folder cannot be read: the image in front is all there is."""
        if isinstance(error, TtylabelError):
            reason = error.sentence
        else:
            _LOG.error("while the folder was listed", exc_info=error)
            reason = why(error) if isinstance(error, OSError) else f"internal error: {error}"
        self._post(ev.Listed(1, True, 0))
        self._post(fx.Notify(f"The other images cannot be listed: {printable(reason)}", "error"))

    def _connect(self) -> None:
        self.keeper.connect(self._post)
        if self.keeper.holder is not None:
            self._ask("held")
        else:
            self._ask_recover()

    def _ask_recover(self) -> None:
        if self.keeper.pending:
            self._listed.wait()
            self._ask("recover")

    def _ask(self, dialog: fx.Dialog) -> None:
        self._post_action(lambda: self._stage.ask(fx.Ask(dialog)))

    def _post_action(self, action: Callable[[], None]) -> None:
        try:
            self._stage.call_from_thread(action)
        except RuntimeError:  # the program is leaving
            _LOG.debug("question after the end dropped")

    def held_answer(self, key: str | None) -> None:
        """What to do beside the session that labels this dataset; None and "r" view only."""
        answers = {"t": self.keeper.take_over, "b": self.keeper.beside, "e": self.keeper.end_other}
        if key == "q":
            self._stage.leave(HeldError.exit_code)
        elif key in answers:
            action = answers[key]

            def job() -> None:
                action()
                if self.keeper.holder is None:
                    self._ask_recover()

            self._lane.submit("answer", job)

    def recover_answer(self, key: str | None) -> None:
        """What to do with the unsaved labels of earlier sessions; None and "l" ask again the next time."""
        if key == "d":
            self._lane.submit("answer", self.keeper.discard)
        elif key == "r":
            images = [
                found.image for found in self.keeper.pending if self._library.index(found.image) is not None
            ]

            def job() -> None:
                self.keeper.recover()
                # Behind the events that were just posted: by then the session has told its journal.
                self._post_action(lambda: self._lane.submit("answer", lambda: self.keeper.recovered(images)))

            self._lane.submit("answer", job)
