"""Deciding on proposals: which one is in front, what accepting and rejecting do, how both are taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui.session.commands.command import Result, class_text, said
from tui.session.commands.move import moved_to
from tui.session.edit import autosaved, edited, position, undone
from tui.session.effects import Cancel, Effect, Notify
from tui.session.keymap import key_for
from tui.session.proposals import Proposals, Proposed, Step, put_off, unrepeated
from tui.session.state import Mode, Session
from tui.types.instance import Instance
from tui.types.text import printable


def selected(session: Session) -> Proposed | None:
    """The proposal in front, if the keys mean one."""
    return session.proposals.at(session.proposals.selected) if session.mode is Mode.PROPOSAL else None


def with_selected(session: Session, one: Proposed) -> Session:
    """The session with an open proposal in front, and the cursor on it so that the view shows it."""
    proposals = replace(session.proposals, selected=one.key)
    session = replace(session, proposals=proposals, selection=None, mode=Mode.PROPOSAL)
    return moved_to(session, one.box.center)


def with_proposals(session: Session, proposals: Proposals) -> Session:
    """The session with other proposals; when the one in front is gone no other takes its place, also not
    under a grid or hints that lie over it.
    """
    session = replace(session, proposals=proposals)
    if proposals.at(proposals.selected) is not None:
        return session
    if session.grid is not None and session.grid.back is Mode.PROPOSAL:
        session = replace(session, grid=replace(session.grid, back=session.resting))
    if session.hints.back == Mode.PROPOSAL:
        session = replace(session, hints=replace(session.hints, back=session.resting.value))
    return deselected(session)


def deselected(session: Session) -> Session:
    """The session with no proposal in front; all stay open."""
    return replace(session, mode=session.resting) if session.mode is Mode.PROPOSAL else session


def accepted(session: Session, chosen: tuple[Proposed, ...], class_id: int | None) -> Result:
    """These proposals as instances, in one undoable step; `class_id` overrules the class of each.

    One whose class nobody knows gets the current class. A proposal for an instance that is no longer there
    is left out.
    """
    instances = list(session.image.instances)
    done: list[Proposed] = []
    for one in chosen:
        known = one.class_id if class_id is None else class_id
        instance = Instance(session.current_class if known is None else known, one.shape)
        if one.replaces is None:
            instances.append(instance)
        elif (at := position(instances, one.replaces)) is not None:
            instances[at] = instance
        else:
            continue
        done.append(one)
    session = _decided(session, chosen, accepted=True)
    if not done:
        session = _stepped(session)
        return said(session, "The instance that this is a better shape for is no longer there", "warning")
    session, effects = autosaved(edited(session, tuple(instances)))
    return session, (*effects, *_told(session, done))


def _told(session: Session, done: list[Proposed]) -> tuple[Effect, ...]:
    """What is to be said after accepting: how many, or what the one could not express."""
    if len(done) > 1:
        undo = key_for(session, "edit.undo")
        return (Notify(f"Accepted {len(done)} proposals: {undo} takes all of it back"),)
    notes = done[0].notes
    if not notes:
        return ()
    kept = class_text(session, session.image.instances[-1].class_id)
    return (Notify(f"Accepted as {kept}: {'; '.join(map(printable, notes))}"),)


def rejected(session: Session, chosen: tuple[Proposed, ...]) -> Result:
    """These proposals off the offer; undo brings them back."""
    session = _decided(session, chosen, accepted=False)
    what = "Rejected 1 proposal" if len(chosen) == 1 else f"Rejected {len(chosen)} proposals"
    many = len(chosen) > 1
    return (
        said(session, f"{what}: {key_for(session, 'edit.undo')} brings them back") if many else (session, ())
    )


def _decided(session: Session, chosen: tuple[Proposed, ...], *, accepted: bool) -> Session:
    """Take these off the offer, remember that, and go on to the next one if one of them was in front."""
    proposals, keys = session.proposals, {one.key for one in chosen}
    following = _following(proposals, keys) if session.mode is Mode.PROPOSAL else None
    step = Step(len(session.image.history.past), chosen, accepted)
    left = replace(proposals.without(keys), past=(*proposals.past, step))
    session = with_proposals(session, left)
    return with_selected(session, following) if following is not None else session


def _following(proposals: Proposals, keys: Iterable[int]) -> Proposed | None:
    """The first open proposal after the one in front that is not among `keys`, all around."""
    offered, gone = proposals.offered, set(keys)
    start = next((i for i, one in enumerate(offered) if one.key == proposals.selected), 0)
    around = (*offered[start:], *offered[:start])
    return next((one for one in around if one.key not in gone), None)


def can_take_back(session: Session) -> bool:
    """Whether the newest thing to undo is a rejection."""
    past = session.proposals.past
    return bool(past) and not past[-1].accepted and past[-1].depth == len(session.image.history.past)


def taken_back(session: Session) -> Session:
    """One step of undo: a rejection, or a change of instances together with the proposals it accepted."""
    past, depth = session.proposals.past, len(session.image.history.past)
    if can_take_back(session):
        return _stepped(session)
    session = deselected(undone(session))
    if past and past[-1].accepted and past[-1].depth == depth - 1:
        return _stepped(session)
    return session


def _stepped(session: Session) -> Session:
    """The newest decision taken back: what it took off the offer is open again, the first in front."""
    *past, step = session.proposals.past
    offered = (*step.gone, *session.proposals.offered)
    session = replace(session, proposals=replace(session.proposals, offered=offered, past=tuple(past)))
    return with_selected(session, step.gone[0]) if step.gone else session


def without_repeats(session: Session) -> Session:
    """After instances came (a mask was kept, a change was redone): what repeats one is no longer offered."""
    proposals = session.proposals
    if not proposals.offered:
        return session
    left = unrepeated(proposals.offered, session.image.instances)
    return with_proposals(session, replace(proposals, offered=left))


def cancelled(session: Session) -> Result:
    """The run at work stopped; what it found so far stays open."""
    run, proposals = session.proposals.run, session.proposals
    if run is None:
        return session, ()
    session = replace(session, proposals=replace(proposals, run=None, ticket=proposals.ticket + 1))
    count = len(session.proposals.offered)
    if count:
        text = f"Stopped: {_open(count)}"
    elif run.found:
        text = f"Stopped: {run.found} found, none of them is open any more"
    elif run.repeated:
        text = f"Stopped: {run.repeated} found, which repeat what is there"
    else:
        text = "Stopped: nothing was found so far"
    return session, (Cancel(), Notify(text))


def left_behind(session: Session) -> Result:
    """The image is left: a run stops, open proposals wait there, and the person is told."""
    proposals = session.proposals
    effects: list[Effect] = [] if proposals.run is None else [Cancel()]
    if proposals.offered:
        text = (
            f"{_open(len(proposals.offered))} at {printable(session.image.name)}, until you leave the program"
        )
        effects.append(Notify(text))
    index = session.image.index
    return replace(deselected(session), proposals=put_off(proposals, index)), tuple(effects)


def _open(count: int) -> str:
    return "1 proposal stays open" if count == 1 else f"{count} proposals stay open"
