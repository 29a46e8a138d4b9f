"""`update(session, event)`: the product's behaviour as one pure function."""

from __future__ import annotations

from tui.session import answers, dispatch, saves
from tui.session.effects import Effect
from tui.session.events import (
    ClassesChanged,
    Decoded,
    DecodeFailed,
    Encoded,
    EncodeFailed,
    Event,
    Invoke,
    Key,
    Listed,
    Loaded,
    LoadFailed,
    Pointed,
    Resized,
    Saved,
    SaveFailed,
    TraceDone,
)
from tui.session.state import Session


def update(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what it asks of the world, in order.

    Routing only; every kind of event has one function. The same events on the same session give the same
    result: there is no clock, file or chance in here.
    """
    match event:
        case Key():
            return dispatch.press(session, event)
        case Invoke():
            return dispatch.invoke(session, event)
        case Pointed():
            return dispatch.point(session, event)
        case Loaded():
            return answers.loaded(session, event)
        case LoadFailed():
            return answers.load_failed(session, event)
        case Listed():
            return answers.listed(session, event)
        case Encoded():
            return answers.encoded(session, event)
        case EncodeFailed():
            return answers.encode_failed(session, event)
        case Decoded():
            return answers.decoded(session, event)
        case DecodeFailed():
            return answers.decode_failed(session, event)
        case TraceDone():
            return answers.trace_done(session, event)
        case Saved():
            return saves.saved(session, event)
        case SaveFailed():
            return saves.save_failed(session, event)
        case ClassesChanged():
            return answers.classes_changed(session, event)
        case Resized():
            return answers.canvas_resized(session, event)
