"""Choosing classes: by digit, by palette, and adding new ones to the end of the list."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Args, Command, Result, class_text, edit_reason, said
from tui.session.edit import autosaved, edited
from tui.session.effects import AddClass, Ask
from tui.session.keymap import key_for
from tui.session.marks import targets
from tui.session.state import Mode, Session
from tui.types.text import printable


def with_class(session: Session, argument: str | None) -> tuple[Session, bool]:
    """The session with the class that was given as the current one; whether there is a class.

    One that was given and does not exist is no class: the current one was not meant.
    """
    chosen = class_number(session, argument)
    if argument is not None and chosen is None:
        return session, False
    if chosen is not None:
        session = replace(session, current_class=chosen)
    return session, 0 <= session.current_class < len(session.classes)


def class_number(session: Session, argument: str | None) -> int | None:
    """The class id that `argument` names, or None for anything but an id in the list."""
    if argument is None or not (argument.isascii() and argument.isdigit() and len(argument) < 7):
        return None
    return int(argument) if int(argument) < len(session.classes) else None


def class_wanted(session: Session, command: str) -> Result:
    """Ask for a class; the answer goes to `command`, also by way of a class that must be added first."""
    return replace(session, class_command=command, class_adding=""), (Ask("class", command),)


def _set(session: Session, args: Args) -> Result:
    if args.argument is None:
        return _choose(session, args)
    chosen = class_number(session, args.argument)
    if chosen is None:
        return said(session, _no_such_class(session, args.argument), "warning")
    wanted = _meant(session)
    if not wanted:
        return replace(session, current_class=chosen), ()
    if reason := edit_reason(session):
        return said(session, reason, "warning")
    return _reclass(session, wanted, chosen)


def _meant(session: Session) -> tuple[int, ...]:
    """The instances that a class is for: none while something is made, in edit mode the one in hand."""
    if session.drawn or not session.draft.empty:
        return ()
    if session.mode is Mode.EDIT and session.selection is not None:
        return (session.selection,)
    return targets(session)


def _reclass(session: Session, wanted: tuple[int, ...], class_id: int) -> Result:
    """The selected or marked instances with another class, as one change."""
    changed = list(session.image.instances)
    for index in wanted:
        if changed[index].class_id != class_id:
            changed[index] = replace(changed[index], class_id=class_id, source=None)
    if tuple(changed) == session.image.instances:
        return said(session, f"This instance is {class_text(session, class_id)} already")
    return autosaved(edited(session, tuple(changed), selection=session.selection))


def _no_such_class(session: Session, argument: str | None) -> str:
    palette = key_for(session, "class.choose")
    count = len(session.classes)
    if not count:
        return f"There are no classes yet: {palette} adds one"
    number = (
        f"class {int(argument) + 1}"
        if argument and argument.isascii() and argument.isdigit()
        else "that class"
    )
    classes = "is 1 class" if count == 1 else f"are {count} classes"
    return f"There is no {number}: there {classes}, and {palette} adds another"


def _choose(session: Session, _args: Args) -> Result:
    return class_wanted(session, "class.set")


def _add(session: Session, args: Args) -> Result:
    name = (args.argument or "").strip()
    if not name:
        return class_wanted(session, "class.set")
    command = session.class_command or "class.set"
    session = replace(session, class_command=command, class_adding=name)
    return session, (AddClass(name),)


def _add_reason(session: Session) -> str | None:
    if session.options.read_only:
        return f"No class can be added: {printable(session.options.read_only)}"
    return None


COMMANDS = (
    Command(
        "class.set",
        "class",
        "Use a class, or give it to the selected instance",
        "classes",
        _set,
        argument="class number, from 0",
    ),
    Command("class.choose", "class…", "Choose a class from the list", "classes", _choose),
    Command(
        "class.add",
        "new class",
        "Add a class to the end of the list",
        "classes",
        _add,
        unavailable=_add_reason,
        argument="name",
    ),
)
