"""Choosing between what was labelled here and what somebody else wrote."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Args, Command, Result
from tui.session.edit import Instances, edited, saving, sourced, without
from tui.session.effects import Accept, Ask, Effect, ReadClasses
from tui.session.overtaken import overtaken
from tui.session.state import Session


def _take(session: Session, args: Args) -> Result:
    """Yours, theirs or both; whatever is chosen, undo goes back and the journal keeps the rest."""
    image = session.image
    theirs = session.theirs[image.index]
    if args.argument not in ("yours", "theirs", "both"):
        return session, (Ask("conflict", "conflict.take"),)
    chosen = {"yours": image.instances, "theirs": theirs, "both": both(image.instances, theirs)}
    lost = {"yours": theirs, "theirs": image.instances, "both": ()}
    instances, index = sourced(chosen[args.argument], theirs), image.index
    session = replace(
        session,
        theirs=without(session.theirs, index),
        save_errors=without(session.save_errors, index),
        image=replace(image, saved=theirs, has_file=True),
    )
    session = overtaken(session, edited(session, instances))
    effects: list[Effect] = [Accept(index, lost[args.argument])]
    if session.dirty:
        session, save = saving(session, index, instances)
        effects.append(save)
    return session, tuple(effects)


def both(yours: Instances, theirs: Instances) -> Instances:
    """Every instance of either, those that say the same once, theirs first."""
    twins = set(map(id, theirs))
    return (*theirs, *(one for one in sourced(yours, theirs) if id(one) not in twins))


def _no_conflict(session: Session) -> str | None:
    return None if session.image.index in session.theirs else "Nobody else changed the labels of this image"


def _reload(session: Session, _args: Args) -> Result:
    return session, (ReadClasses(),)


COMMANDS = (
    Command(
        "conflict.take",
        "yours or theirs",
        "Choose between your labels and those another program wrote",
        "images",
        _take,
        unavailable=_no_conflict,
        argument="yours, theirs or both",
        edits=True,
    ),
    Command(
        "class.reload",
        "read classes",
        "Go on with the class list as it is on disk",
        "classes",
        _reload,
        loading=True,
    ),
)
