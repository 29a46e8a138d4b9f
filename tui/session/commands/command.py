"""What a command is, and the parts that commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tui.session.effects import Effect, Notify
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.types.text import printable

Result = tuple[Session, tuple[Effect, ...]]
"""The session after a command, and what it asks of the world."""

Severity = Literal["information", "warning", "error"]

EVERY_MODE = frozenset(Mode)
NAVIGATE = frozenset({Mode.NAVIGATE, Mode.PROPOSAL})


@dataclass(frozen=True, slots=True)
class Args:
    """What came with a command: a typed count, an argument, and how often its key was repeated."""

    count: int | None = None
    argument: str | None = None
    repeat: int = 0

    @property
    def times(self) -> int:
        """The count, 1 where none was typed."""
        return 1 if self.count is None else self.count


def always(_session: Session) -> str | None:
    """No reason against a command."""
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `doc` is one imperative sentence, `label` its short form for the hint line. `unavailable` gives the
    reason why it cannot be done in a session, or None. `counts`: takes a typed count. `argument` says in
    words what the argument is; empty: it takes none. `loading`: works while the image is not there.
    `edits`: changes the label file. `needs` names the answer it waits for: keys pressed before the mask (or
    the selected candidate's shape) arrived are held for it. `leaves`: takes the person away from
    what is being made: that is asked for twice.
    `typed` calls its keys by a word where they are whatever is on the screen and not in the keymap.
    """

    name: str
    label: str
    doc: str
    group: str
    run: Callable[[Session, Args], Result]
    unavailable: Callable[[Session], str | None] = always
    modes: frozenset[Mode] = EVERY_MODE
    counts: bool = False
    argument: str = ""
    loading: bool = False
    edits: bool = False
    needs: Literal["", "mask", "shape"] = ""
    leaves: bool = False
    typed: str = ""


def said(session: Session, text: str, severity: Severity = "information") -> Result:
    """The unchanged session and one sentence."""
    return session, (Notify(text, severity),)


def reason_against(command: Command, session: Session) -> str | None:
    """Why `command` cannot run in this session, in words, or None.

    A loading image is no reason: keys are held for it.
    """
    image = session.image
    if image.status == "failed" and not command.loading:
        where = printable(image.name) or f"Image {image.index + 1}"
        on, what = ("review.next", "object") if session.mode is Mode.REVIEW else ("files.next", "image")
        return (
            f"{where} cannot be shown: {printable(image.reason)}. "
            f"{key_for(session, on)} goes to the next {what}"
        )
    if session.mode not in command.modes:
        return _mode_reason(session)
    if command.edits and (reason := edit_reason(session)):
        return reason
    return command.unavailable(session)


def edit_reason(session: Session) -> str | None:
    """Why the labels of this image cannot be changed, or None."""
    if session.options.read_only:
        return f"This is for viewing only: {printable(session.options.read_only)}"
    if session.image.blocked:
        return (
            f"The labels of this image cannot be edited: {printable(session.image.blocked)}. "
            "Repair the label file, then open the image again"
        )
    return None


def class_text(session: Session, class_id: int) -> str:
    """The name of a class as it may be shown; `class 7` for an id beyond the list."""
    if 0 <= class_id < len(session.classes):
        return printable(session.classes[class_id])
    return f"class {class_id}"


def _mode_reason(session: Session) -> str:
    if session.mode is Mode.BOX:
        return (
            f"A box is open: {key_for(session, 'box.close')} sets its other corner, "
            f"{key_for(session, 'app.escape')} drops it"
        )
    if session.mode is Mode.POINTS:
        return (
            f"A mask is being made: {key_for(session, 'instance.confirm')} keeps it, "
            f"{key_for(session, 'prompt.clear')} drops it"
        )
    if session.mode is Mode.REVIEW:
        return (
            f"A review is going on: {key_for(session, 'review.edit')} changes the object, "
            f"{key_for(session, 'review.toggle')} ends the review"
        )
    if session.mode is Mode.GRID:
        return (
            f"The grid is open: its letters are places, {key_for(session, 'grid.take')} takes the middle, "
            f"{key_for(session, 'app.escape')} closes it"
        )
    if session.mode is Mode.HINTS:
        return f"Hints are open: their letters take an object, {key_for(session, 'app.escape')} closes them"
    if session.mode is Mode.EDIT:
        return f"An instance is being edited: {key_for(session, 'edit.leave')} ends that"
    if session.mode is Mode.DRAW:
        return (
            f"A polygon is being drawn: {key_for(session, 'polygon.close')} closes it, "
            f"{key_for(session, 'polygon.drop')} drops it"
        )
    return "There is no open box or prompt for this"
