"""Pieces that status lines are made of. Foreign strings pass through `printable` here."""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.state import Session
from tui.types.text import printable


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and its role: "plain", "strong", "good", "warn", "bad", "class" or "name".

    A name is cut at its front rather than left out where there is little room.
    """

    text: str
    role: str = "plain"


def class_label(session: Session, class_id: int) -> str:
    """The name of a class, or its number where the list has no such entry."""
    if class_id < len(session.classes):
        return printable(session.classes[class_id], 24)
    return f"class {class_id}" if session.classes else "no classes yet"


def saved_part(session: Session) -> Part:
    """Whether the labels of the image in front are on disk."""
    index = session.image.index
    if session.options.read_only:
        return Part("viewing only", "warn")
    if session.image.blocked:
        return Part("labels blocked", "bad")
    if index in session.theirs:
        return Part("CONFLICT", "bad")
    if index in session.save_errors:
        return Part("NOT SAVED", "bad")
    if index in session.saving:
        return Part("saving…", "warn")
    if session.dirty:
        return Part("unsaved", "warn")
    if not session.image.has_file:
        return Part("not labeled")
    return Part("saved" if session.image.instances else "saved, empty", "good")
