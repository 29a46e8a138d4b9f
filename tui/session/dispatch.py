"""From keys, palette and mouse to commands; keys that must wait are held and replayed in order."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.box import close_prompt, open_corner, without_corner
from tui.session.commands.classes import class_number
from tui.session.commands.command import EVERY_MODE, Args, Command, Result, reason_against, said
from tui.session.commands.grid import left
from tui.session.commands.move import snapped
from tui.session.commands.program import ESCAPE, QUIT, released
from tui.session.commands.registry import COMMANDS
from tui.session.draft import with_draft
from tui.session.effects import Ask, Effect, Notify
from tui.session.events import Invoke, Key, Pointed
from tui.session.keymap import Binding, Bound, Unbound, key_for, keymap_of, resolve, shown
from tui.session.state import Mode, Pending, Session
from tui.types.text import printable

HELD_KEYS = 200
"""How many keys wait at most: more than a person types during a slow load, few enough to stay harmless."""


def press(session: Session, key: Key) -> Result:
    """One key: part of a sequence, a command, or held until an answer arrives."""
    keymap = keymap_of(session)
    found = _hint_letter(session, key.name) or resolve(keymap, session.mode, session.pending, key.name)
    if session.held and not (isinstance(found, Bound) and found.binding.command == ESCAPE):
        return _hold(session, (key,))
    if isinstance(found, Pending):
        return replace(session, pending=found), ()
    if session.pending != Pending():
        session = replace(session, pending=Pending())
    if isinstance(found, Unbound):
        keys = printable(shown(found.typed))
        return said(session, f"{keys} has no meaning here: {key_for(session, 'app.help')} shows the keys")
    command = meant(session, COMMANDS[found.binding.command], found.binding.argument)
    if found.count is not None and not command.counts:
        return said(session, f"{command.doc}: takes no count, so nothing was done", "warning")
    if _must_wait(session, command):
        return _hold(session, (*map(Key, found.typed[:-1]), key))
    return run(session, command, Args(found.count, found.binding.argument, key.repeat))


def _hint_letter(session: Session, key: str) -> Bound | None:
    """While hints are open every letter belongs to them."""
    letter = len(key) == 1 and key.isalpha()
    if session.mode is not Mode.HINTS or session.pending != Pending() or not letter:
        return None
    return Bound(Binding("hints.letter", key), None, (key,))


def meant(session: Session, command: Command, argument: str | None) -> Command:
    """What a command means here: a class given to a mask that was found ahead keeps it, since the person has
    seen it and named it; one given in a review judges the object in front.
    """
    if session.mode is Mode.REVIEW and command.name in ("class.set", "class.choose"):
        return COMMANDS["review.reclass"]
    named = command.name == "class.set" and class_number(session, argument) is not None
    return COMMANDS["instance.confirm"] if named and session.draft.offered else command


def invoke(session: Session, event: Invoke) -> Result:
    """A command by name, from the palette or a dialog; it cannot be held, so it says why it cannot run."""
    command = COMMANDS.get(event.command)
    if command is None:
        return said(session, f"There is no command '{printable(event.command)}'", "error")
    if command.modes == EVERY_MODE:
        session = left(session, taken=False)  # it is meant for the mode that the grid lies over
    command = meant(session, command, event.argument)
    if _must_wait(session, command) or (session.held and not command.loading):
        text = f"The {_awaited(session)} is still on its way: ask for this again in a moment"
        return said(session, text, "warning")
    return run(session, command, Args(event.count, event.argument))


def _awaited(session: Session) -> str:
    if session.image.status == "loading":
        return "image"
    return "mask" if session.reshaping is None else "new shape"


def run(session: Session, command: Command, args: Args) -> Result:
    """Run a command, or say why not; leaving an unconfirmed draft takes a second press."""
    if reason := reason_against(command, session):
        return said(session, reason, "warning")
    if command.leaves:
        if (session.drawn or not session.draft.empty) and not session.warned:
            return replace(session, warned=True), (Notify(_draft_warning(session), "warning"),)
        return command.run(session, args)
    stays = session.leaving
    if session.warned or stays:
        session = replace(session, warned=False, leaving=False)
    session, effects = command.run(session, args)
    return session, (Notify(_stays(session)), *effects) if stays else effects


def _stays(session: Session) -> str:
    return f"You go on, so the program stays: {key_for(session, 'app.quit')} leaves"


def _draft_warning(session: Session) -> str:
    again = "the same key again drops it and goes on"
    if session.draft.corner is not None:
        return f"A box is open: {key_for(session, 'box.close')} closes it, {again}"
    if session.drawn:
        return f"A polygon is being drawn: {key_for(session, 'polygon.close')} closes it, {again}"
    keep, drop = key_for(session, "instance.confirm"), key_for(session, "prompt.clear")
    return f"An unconfirmed mask is on screen: {keep} keeps it, {drop} drops it, {again}"


def _must_wait(session: Session, command: Command) -> bool:
    """Whether the command's key is held: its image, its mask or the mask's shape is still on the way."""
    if session.image.status == "loading":
        astray = session.spread is not None and command.leaves and command.name != QUIT
        return not command.loading or astray
    if session.reshaping is not None:
        return not command.loading or command.leaves
    draft = session.draft
    if not command.needs or reason_against(command, session):
        return False
    if draft.waiting:
        return True
    return command.needs == "shape" and bool(draft.candidates) and draft.selected not in draft.traced


def _hold(session: Session, keys: tuple[Key, ...]) -> Result:
    if len(session.held) + len(keys) > HELD_KEYS:
        text = (
            f"{HELD_KEYS} keys wait already, this one was dropped: "
            f"{key_for(session, ESCAPE)} drops the others too"
        )
        return said(session, text, "warning")
    return replace(session, held=(*session.held, *keys)), ()


def replayed(session: Session) -> Result:
    """The held keys pressed anew, in order, up to the first that must go on waiting.

    A dialog ends the replay: what was typed after its key was typed without seeing it.
    """
    keys, session = session.held, replace(session, held=())
    effects: list[Effect] = []
    for done, key in enumerate(keys, start=1):
        session, more = press(session, key)
        effects += more
        rest = keys[done:]
        if session.held:
            return replace(session, held=(*session.held, *rest)), tuple(effects)
        if rest and any(isinstance(effect, Ask) for effect in more):
            session, more = released(replace(session, held=rest), "A question is open")
            return session, (*effects, *more)
    return session, tuple(effects)


def point(session: Session, event: Pointed) -> Result:
    """The mouse: it moves the cursor, puts points, and draws a box from press to release."""
    if session.image.status != "ready":
        return session, ()
    if session.held or session.reshaping is not None:
        return (
            (session, ())
            if event.action == "move"
            else said(
                session, f"The {_awaited(session)} is still on its way: point again in a moment", "warning"
            )
        )
    if event.action != "move":
        session = left(session, taken=False)
    elif session.grid is not None:
        return session, ()
    session = replace(session, cursor=snapped((event.x, event.y), session.image.wh))
    if event.action in ("positive", "negative"):
        return run(session, COMMANDS[f"point.{event.action}"], Args())
    if event.action == "press":
        return _press_button(session)
    if event.action == "release":
        return _release_button(session)
    return session, ()


def _press_button(session: Session) -> Result:
    if session.draft.corner is not None:
        return session, ()
    command = COMMANDS["box.corner"]
    if reason := reason_against(command, session):
        return said(session, reason, "warning")
    return open_corner(session, manual=False), ()


def _release_button(session: Session) -> Result:
    draft = session.draft
    if draft.corner is None:
        return session, ()
    if draft.corner == session.cursor:
        return with_draft(session, without_corner(draft)), ()
    return run(session, COMMANDS["box.close"], Args()) if draft.manual else close_prompt(session)
