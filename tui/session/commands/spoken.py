"""The picture in words, on request."""

from __future__ import annotations

from tui.session.commands.command import Args, Command, Result, said
from tui.session.effects import Ask
from tui.session.spoken import cursor_sentence, page
from tui.session.state import Session


def _cursor(session: Session, _args: Args) -> Result:
    return said(session, cursor_sentence(session))


def _all(session: Session, _args: Args) -> Result:
    return session, (Ask("words", lines=page(session)),)


COMMANDS = (
    Command("words.cursor", "where", "Say where the cursor is and what is there", "look", _cursor),
    Command("words.all", "in words", "List everything in the image in words", "look", _all),
)
