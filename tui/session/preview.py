"""The mask under a resting cursor, before any key asks for it."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result
from tui.session.effects import Preview
from tui.session.events import Previewed
from tui.session.state import Mode, Session
from tui.types.instance import Candidate


def rested(session: Session) -> Result:
    """The keys rest: ask what a point here would give, where that is wanted and costs a decode only."""
    image = session.image
    if not wanted(session) or image.status != "ready" or not image.encoded:
        return session, ()
    if session.previewed is not None and _here(session, session.previewed):
        return session, ()
    return session, (Preview(image.index, *session.cursor),)


def previewed(session: Session, event: Previewed) -> Session:
    """The answer, while the cursor is still where it was."""
    return replace(session, previewed=event) if wanted(session) and _here(session, event) else session


def shown(session: Session) -> Candidate | None:
    """The mask to show under the cursor, if any."""
    event = session.previewed
    return event.candidate if event is not None and wanted(session) and _here(session, event) else None


def wanted(session: Session) -> bool:
    """Only where a point would start a new object: nothing else is being made or selected."""
    return session.look.preview and session.mode is Mode.NAVIGATE and session.selection is None


def _here(session: Session, event: Previewed) -> bool:
    return (event.index, event.x, event.y) == (session.image.index, *session.cursor)
