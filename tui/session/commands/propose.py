"""Letting models look for objects, and deciding on what they offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.session import view as viewport
from tui.session.commands.classes import class_number, class_wanted, with_class
from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.draft import cleared
from tui.session.effects import Ask, Encode, EncodeRegion, Propose
from tui.session.keymap import key_for
from tui.session.marks import targets
from tui.session.proposals import Kind, Proposed, Run
from tui.session.proposing import accepted, rejected, selected, with_proposals, with_selected
from tui.session.state import Mode, Session
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, bounds

_PROPOSAL = frozenset({Mode.PROPOSAL})


def _run(
    session: Session,
    kind: Kind,
    *,
    text: str = "",
    instances: tuple[Instance, ...] = (),
    outlines: bool = False,
) -> Result:
    """A new run; what an earlier one of the same kind still offers goes."""
    image = session.image
    old = {one.key for one in session.proposals.offered if one.kind == kind}
    proposals = replace(session.proposals.without(old), ticket=session.proposals.ticket + 1, run=Run(kind))
    effect = Propose(proposals.ticket, image.index, kind, session.classes, text, instances, outlines)
    session = with_proposals(session, proposals)
    if not image.encode_error:
        return session, (effect,)
    return replace(session, image=replace(image, encode_error="")), (Encode(image.index), effect)


def _detector(session: Session, _args: Args) -> Result:
    return _run(session, "detector")


def _no_detector(session: Session) -> str | None:
    if session.options.detector:
        return None
    return (
        "There is no detector: start with --detector NAME or --detector FILE.onnx, "
        'or write detector = "NAME" into config.toml'
    )


def _everything(session: Session, _args: Args) -> Result:
    return _run(session, "everything")


def _text(session: Session, args: Args) -> Result:
    text = (args.argument or "").strip()
    if not text:
        return session, (Ask("text", "propose.text"),)
    session = replace(session, proposals=replace(session.proposals, text=text))
    return _run(session, "text", text=text)


def _no_grounder(session: Session) -> str | None:
    if session.options.grounder:
        return None
    return (
        "There is no model that finds things by words: start with --grounder NAME or --grounder FILE.onnx, "
        'or write grounder = "NAME" into config.toml'
    )


def _tighten(session: Session, _args: Args) -> Result:
    return _run(session, "tighten", instances=_loose(session), outlines=bool(targets(session)))


def _loose(session: Session) -> tuple[Instance, ...]:
    """What is marked or selected, of any shape; else all that are boxes: outlines were drawn with care."""
    instances = session.image.instances
    if chosen := targets(session):
        return tuple(instances[index] for index in chosen)
    return tuple(instance for instance in instances if _is_box(instance))


def _is_box(instance: Instance) -> bool:
    shape = instance.shape
    if isinstance(shape, Polygon):
        box = bounds(shape)
        corners = {(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)}
        return len(shape.points) == 4 and set(shape.points) == corners
    return True


def _no_box(session: Session) -> str | None:
    if _loose(session):
        return None
    if session.image.instances:
        how = f"{key_for(session, 'instance.next')} and {key_for(session, 'instance.mark')}"
        return f"Outlines are left alone unless they are selected or marked: {how} choose them"
    return f"There is no box to tighten: {key_for(session, 'box.manual')} draws one"


def _encode(session: Session, _args: Args) -> Result:
    """What is in view, or the whole again when just that is what was encoded."""
    image = session.image
    seen = _in_view(session)
    session = cleared(session)
    if image.region is not None and (session.view.fitted or _holds(image.region, seen)):
        return session, (EncodeRegion(image.index, None),)
    return session, (EncodeRegion(image.index, seen),)


def _in_view(session: Session) -> Box:
    return viewport.visible(session.view, session.image.wh)


def _holds(region: Box, seen: Box) -> bool:
    """Whether a region is the one that this view would give: it holds the view and is not much larger."""
    inside = region.x0 <= seen.x0 and region.y0 <= seen.y0 and seen.x1 <= region.x1 and seen.y1 <= region.y1
    return inside and max(region.width, region.height) <= 1.5 * max(seen.width, seen.height)


def _whole_in_view(session: Session) -> str | None:
    if session.image.region is None and session.view.fitted:
        return (
            f"All of the image is in view: zoom in on the small objects first ({key_for(session, 'view.in')})"
        )
    return None


def _accept(session: Session, args: Args) -> Result:
    """The proposal in front; where there is none, the first comes to the front to be looked at."""
    one = selected(session)
    if one is None:
        return with_selected(session, session.proposals.offered[0]), ()
    return _with_class(session, args, "proposal.accept", (one,))


def _accept_all(session: Session, args: Args) -> Result:
    return _with_class(session, args, "proposal.accept_all", session.proposals.offered)


def _with_class(session: Session, args: Args, command: str, chosen: tuple[Proposed, ...]) -> Result:
    """Accept with the class given, which then is the current one, or with what each one knows of itself."""
    given = class_number(session, args.argument)
    if args.argument is not None and given is None:
        return said(session, "There is no such class", "warning")
    if given is None and all(one.class_id is not None for one in chosen):
        return accepted(session, chosen, None)
    session, answered = with_class(session, args.argument)
    if not answered:
        return class_wanted(session, command)
    return accepted(session, chosen, given if len(chosen) == 1 else None)


def _choose(session: Session, _args: Args) -> Result:
    return class_wanted(session, "proposal.accept")


def _reject(session: Session, _args: Args) -> Result:
    one = selected(session)
    return rejected(session, (one,)) if one is not None else (session, ())


def _reject_all(session: Session, _args: Args) -> Result:
    return rejected(session, session.proposals.offered)


def _none_open(session: Session) -> str | None:
    if session.proposals.offered:
        return None
    ways = ("propose.everything", *(("propose.detector",) if session.options.detector else ()))
    keys = " or ".join(key_for(session, name) for name in ways)
    return f"There is no open proposal: {keys} looks for objects"


def _seeking(
    name: str,
    label: str,
    doc: str,
    run: Callable[[Session, Args], Result],
    unavailable: Callable[[Session], str | None] = lambda _: None,
    argument: str = "",
) -> Command:
    return Command(
        name, label, doc, "proposals", run, unavailable, modes=NAVIGATE, argument=argument, edits=True
    )


COMMANDS = (
    _seeking("propose.detector", "detector", "Let the detector propose instances", _detector, _no_detector),
    _seeking("propose.everything", "everything", "Propose everything in the image", _everything),
    _seeking(
        "propose.text",
        "text…",
        "Propose what a text describes",
        _text,
        _no_grounder,
        argument="phrases, like: cat . red car -> car",
    ),
    _seeking(
        "propose.tighten", "tighten", "Propose better shapes from the boxes that are there", _tighten, _no_box
    ),
    _seeking(
        "view.encode",
        "small objects",
        "Encode what is in view on its own, for small objects",
        _encode,
        _whole_in_view,
    ),
    Command(
        "proposal.accept",
        "accept",
        "Accept the proposal in front, or show the first",
        "proposals",
        _accept,
        unavailable=_none_open,
        modes=NAVIGATE,
        argument="class number, from 0",
        edits=True,
    ),
    Command(
        "proposal.choose",
        "accept as…",
        "Choose a class for the proposal and accept it",
        "proposals",
        _choose,
        modes=_PROPOSAL,
        edits=True,
    ),
    Command(
        "proposal.reject", "reject", "Reject the proposal in front", "proposals", _reject, modes=_PROPOSAL
    ),
    Command(
        "proposal.accept_all",
        "accept all",
        "Accept all open proposals",
        "proposals",
        _accept_all,
        unavailable=_none_open,
        modes=NAVIGATE,
        argument="class number, from 0",
        edits=True,
    ),
    Command(
        "proposal.reject_all",
        "reject all",
        "Reject all open proposals",
        "proposals",
        _reject_all,
        unavailable=_none_open,
        modes=NAVIGATE,
    ),
)
