"""What the pipelines answer. An answer to a run that is no longer the newest is dropped here."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result
from tui.session.commands.grid import left
from tui.session.commands.hints import more_hints
from tui.session.commands.program import released
from tui.session.draft import cleared
from tui.session.effects import Effect, Notify, Suggest
from tui.session.events import (
    Loaded,
    ModelReady,
    ProposalsEnded,
    ProposalsFound,
    RegionEncoded,
    Suggested,
)
from tui.session.keymap import key_for
from tui.session.proposals import Proposals, Run, arrived, taken_up
from tui.session.proposing import with_proposals
from tui.session.state import Session
from tui.types.text import printable


def found(session: Session, event: ProposalsFound) -> Result:
    """More proposals; they are shown at once."""
    proposals = session.proposals
    if event.ticket != proposals.ticket or proposals.run is None:
        return session, ()
    run = replace(proposals.run, done=event.done, total=event.total)
    proposals = arrived(replace(proposals, run=run), event.found, event.gone, session.image.instances)
    return with_proposals(session, proposals), ()


def ended(session: Session, event: ProposalsEnded) -> Result:
    """The run is over: say what came of it, and which key goes on from here."""
    proposals = session.proposals
    if event.ticket != proposals.ticket or proposals.run is None:
        return session, ()
    session = replace(session, proposals=replace(proposals, run=None))
    if event.reason:
        return session, (Notify(printable(event.reason), "error"),)
    return session, (Notify(_outcome(session, proposals.run, event.note)),)


def _outcome(session: Session, run: Run, note: str) -> str:
    parts = []
    if run.found:
        accept, every = key_for(session, "proposal.accept"), key_for(session, "proposal.accept_all")
        noun = "proposal" if run.found == 1 else "proposals"
        parts.append(f"{run.found} {noun}: {accept} goes through them, {every} accepts all")
    if run.repeated:
        parts.append(f"{run.repeated} left out: they repeat what is there")
    if not parts:
        parts.append("Nothing tighter found" if run.kind == "tighten" else "Nothing found")
    if note:
        parts.append(printable(note))
    return ". ".join(parts)


def wished(session: Session, event_index: int) -> Result:
    """The embedding of the image in front is there: look for what hints can stand on."""
    proposals, image = session.proposals, session.image
    if event_index != image.index or not session.options.look_ahead or session.options.read_only:
        return session, ()
    ticket = proposals.ready_ticket + 1
    session = replace(session, proposals=replace(proposals, ready_ticket=ticket, ready=(), sought=(0, 0)))
    return session, (Suggest(ticket, image.index, session.classes),)


def suggested(session: Session, event: Suggested) -> Result:
    """What was found ahead; hints that are open get letters for what is new."""
    proposals = session.proposals
    if event.ticket != proposals.ready_ticket:
        return session, ()
    sought = None if event.ended else (event.done, event.total)
    session = replace(session, proposals=replace(proposals, ready=event.found, sought=sought))
    return more_hints(session), ()


def region_encoded(session: Session, event: RegionEncoded) -> Result:
    """Prompts inside the region see more detail from now on; masks of the other resolution do not mix."""
    if event.index != session.image.index:
        return session, ()
    session = replace(session, image=replace(session.image, region=event.region))
    dropped: tuple[Effect, ...] = ()
    if not session.draft.empty:
        session, dropped = released(cleared(left(session)), "The mask was of the other resolution")
    if event.region is None:
        return session, (Notify("The whole image is encoded again"), *dropped)
    back = key_for(session, "view.encode")
    text = (
        f"What is in view is encoded on its own, for small objects: {back} again goes back to the whole image"
    )
    return session, (Notify(text), *dropped)


def model_ready(session: Session, event: ModelReady) -> Result:
    """The segmenter is loaded, and what it cannot do is known."""
    options = replace(session.options, segmenter_limits=event.limits, max_points=event.max_points)
    return replace(session, options=options), ()


def brought_back(session: Session, event: Loaded) -> Session:
    """An image comes to the front: what was open for it when it was left is open again."""
    image, proposals = session.image, session.proposals
    if event.index != image.index or image.status != "loading" or event.index not in proposals.kept:
        return session
    taken: Proposals = taken_up(proposals, event.index)
    return with_proposals(session, taken)
