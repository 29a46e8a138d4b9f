"""`update(session, event)`: the product's behaviour as one pure function."""

from __future__ import annotations

from tui.session import answers, conflict, dispatch, preview, proposed, recover, reshape, reviewing, saves
from tui.session.commands import snap
from tui.session.effects import Effect
from tui.session.events import (
    ClassesChanged,
    ClassesReordered,
    Conflicted,
    Decoded,
    DecodeFailed,
    Encoded,
    EncodeFailed,
    Event,
    Facts,
    ImageReplaced,
    Invoke,
    Judged,
    Key,
    LabelsChanged,
    Listed,
    Loaded,
    LoadFailed,
    ModelReady,
    Pointed,
    Previewed,
    ProposalsEnded,
    ProposalsFound,
    RegionEncoded,
    Reshaped,
    ReshapeFailed,
    Resized,
    Rested,
    Restored,
    Saved,
    SaveFailed,
    Snapped,
    Sought,
    Suggested,
    TraceDone,
    ViewOnly,
)
from tui.session.state import Session


def update(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what it asks of the world, in order.

    The same events on the same session give the same result: there is no clock, file or chance in here.
    Whatever changed an annotation, the journal hears of it first.
    """
    after, effects = _routed(session, event)
    return after, (*recover.recorded(session, after), *effects)


def _routed(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """Every kind of event has one function."""
    match event:
        case Key():
            return dispatch.press(session, event)
        case Invoke():
            return dispatch.invoke(session, event)
        case Pointed():
            return dispatch.point(session, event)
        case Loaded():
            return answers.loaded(proposed.brought_back(session, event), event)
        case LoadFailed():
            return answers.load_failed(session, event)
        case Listed():
            return answers.listed(session, event)
        case Encoded():
            session, effects = answers.encoded(session, event)
            session, wishes = proposed.wished(session, event.index)
            return session, (*effects, *wishes)
        case EncodeFailed():
            return answers.encode_failed(session, event)
        case Decoded():
            return answers.decoded(session, event)
        case DecodeFailed():
            return answers.decode_failed(session, event)
        case TraceDone():
            return answers.trace_done(session, event)
        case Rested() | Previewed() | Reshaped() | ReshapeFailed() | Snapped():
            return _handwork(session, event)
        case ProposalsFound():
            return proposed.found(session, event)
        case ProposalsEnded():
            return proposed.ended(session, event)
        case Suggested():
            return proposed.suggested(session, event)
        case RegionEncoded():
            return proposed.region_encoded(session, event)
        case ModelReady():
            return proposed.model_ready(session, event)
        case Saved():
            return saves.saved(session, event)
        case SaveFailed():
            return saves.save_failed(session, event)
        case Facts() | Judged() | Sought():
            return reviewing.routed(session, event)
        case ClassesChanged():
            return answers.classes_changed(session, event)
        case Conflicted() | LabelsChanged() | ImageReplaced() | ClassesReordered() | ViewOnly():
            return _others(session, event)
        case Restored():
            return recover.restored(session, event)
        case Resized():
            return answers.canvas_resized(session, event)


def _handwork(
    session: Session, event: Rested | Previewed | Reshaped | ReshapeFailed | Snapped
) -> tuple[Session, tuple[Effect, ...]]:
    """What hands asked for beside prompts: a preview, a changed shape, the nearest edge."""
    match event:
        case Rested():
            return preview.rested(session)
        case Previewed():
            return preview.previewed(session, event), ()
        case Reshaped():
            return reshape.reshaped(session, event)
        case ReshapeFailed():
            return reshape.reshape_failed(session, event)
        case Snapped():
            return snap.snapped_to(session, event)


def _others(
    session: Session, event: Conflicted | LabelsChanged | ImageReplaced | ClassesReordered | ViewOnly
) -> tuple[Session, tuple[Effect, ...]]:
    """What other programs and sessions did to the dataset."""
    match event:
        case Conflicted():
            return conflict.conflicted(session, event)
        case LabelsChanged():
            return conflict.labels_changed(session, event)
        case ImageReplaced():
            return conflict.image_replaced(session, event)
        case ClassesReordered():
            return conflict.classes_reordered(session, event)
        case ViewOnly():
            return conflict.view_only(session, event)
