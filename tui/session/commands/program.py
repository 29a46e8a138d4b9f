"""Help, the command palette, taking things back, leaving."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands import propagate
from tui.session.commands.box import without_corner
from tui.session.commands.command import Args, Command, Result, said
from tui.session.commands.drawing import dropped
from tui.session.commands.files import save_all
from tui.session.commands.grid import left
from tui.session.commands.hints import without_hints
from tui.session.draft import cleared, with_draft
from tui.session.edit import unsaved_images
from tui.session.effects import Ask, Notify, Quit
from tui.session.interrupted import edit_left
from tui.session.keymap import key_for
from tui.session.proposing import cancelled, deselected
from tui.session.state import Mode, Session

ESCAPE, QUIT = "app.escape", "app.quit"


def _help(session: Session, _args: Args) -> Result:
    return session, (Ask("help"),)


def _palette(session: Session, _args: Args) -> Result:
    return session, (Ask("command"),)


def _escape(session: Session, _args: Args) -> Result:
    """One thing at a time: copies on their way, held keys, a shape on its way, grid or hints, an open corner,
    the draft, a run of a model, the selection, at last the bare canvas.
    """
    if session.spread is not None:
        return propagate.stopped(session)
    if session.held:
        return released(session)
    if session.reshaping is not None:
        return said(replace(session, reshaping=None), "Stopped: the object stays as it is")
    if session.grid is not None:
        return left(session, taken=False), ()
    if session.mode is Mode.HINTS:
        return without_hints(session), ()
    if session.mode is Mode.DRAW:
        return dropped(session)
    if session.mode is Mode.EDIT:
        return edit_left(session)
    if session.draft.corner is not None:
        return with_draft(session, without_corner(session.draft)), ()
    if not session.draft.empty:
        return cleared(session), ()
    if session.proposals.run is not None:
        return cancelled(session)
    if session.mode is Mode.PROPOSAL:
        return deselected(session), ()
    if session.selection is None and session.marked:
        return replace(session, marked=frozenset()), ()
    if session.selection is None and session.look.bare:
        return replace(session, look=replace(session.look, bare=False)), ()
    return replace(session, selection=None), ()


def released(session: Session, why: str = "") -> Result:
    """The session without its held keys, and a word about them."""
    count = len(session.held)
    if not count:
        return session, ()
    dropped = "1 waiting key was dropped" if count == 1 else f"{count} waiting keys were dropped"
    text = f"{why}: {dropped}, press them again" if why else f"{dropped[0].upper()}{dropped[1:]}"
    return replace(session, held=()), (Notify(text, "warning"),)


def _nothing_to_escape(session: Session) -> str | None:
    if (
        session.spread is not None
        or session.held
        or session.reshaping is not None
        or not session.draft.empty
        or session.selection is not None
        or session.look.bare
    ):
        return None
    if session.proposals.run is not None or session.mode is not session.resting or session.marked:
        return None
    if session.mode is Mode.REVIEW:
        return f"There is nothing to cancel: {key_for(session, 'review.toggle')} ends the review"
    return f"There is nothing to cancel: {key_for(session, 'app.quit')} leaves the program"


def _quit(session: Session, args: Args) -> Result:
    """Leave; ask when something is unsaved and not on its way to disk, or when waiting takes too long."""
    unsaved = unsaved_images(session)
    if args.argument == "discard" or not unsaved:
        return session, (Quit(unsaved=len(unsaved)),)
    if args.argument == "save":
        session, effects = save_all(session)
        if not effects:
            numbers = ", ".join(str(index + 1) for index in sorted(session.theirs))
            save = key_for(session, "files.save")
            text = f"Changed by another program too: image {numbers}. {save} there chooses, then leave"
            return session, (Notify(text, "warning"),)
        return replace(session, leaving=True), effects
    if session.leaving or any(index not in session.saving for index in unsaved):
        return replace(session, leaving=False), (Ask("quit", "app.quit"),)
    again = key_for(session, "app.quit")
    return replace(session, leaving=True), (Notify(f"Saving, then leaving: {again} again asks"),)


COMMANDS = (
    Command("app.help", "keys", "Show the keys", "program", _help, loading=True),
    Command("app.palette", "commands", "Choose a command by name", "program", _palette, loading=True),
    Command(
        ESCAPE,
        "cancel",
        "Take back waiting keys, corner, prompt, run or selection",
        "program",
        _escape,
        unavailable=_nothing_to_escape,
        loading=True,
    ),
    Command(
        QUIT,
        "quit",
        "Leave the program",
        "program",
        _quit,
        argument="save or discard",
        loading=True,
        leaves=True,
    ),
)
