"""The status line: everything a person must know without asking, as plain parts.

Foreign strings pass through `printable` here; widgets show the parts as literal text, never as markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.state import Session
from tui.types.text import printable


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and its role: "plain", "strong", "good", "warn", "bad" or "class"."""

    text: str
    role: str = "plain"


@dataclass(frozen=True, slots=True)
class Gauges:
    """What the app measures for `-v`: picture bytes sent since the last key, and milliseconds to the last."""

    bytes: int = 0
    ms: float = 0.0


def readout(session: Session, gauges: Gauges | None) -> str:
    """Cursor in image pixels, and the byte meter when there are gauges: shown when the keys rest."""
    where = f"{int(session.cursor[0])},{int(session.cursor[1])}" if session.image.status == "ready" else ""
    return f"{gauges.bytes:,} B {gauges.ms:.1f} ms  {where}" if gauges else where


def status_parts(session: Session, model: str) -> tuple[Part, ...]:
    """Parts from the most to the least important; `model` is the segmenter and where it runs."""
    image = session.image
    total = f"{session.image_count:,}{'…' if session.listing else ''}"
    parts = [
        Part(f"{image.index + 1:,}/{total}", "strong"),
        Part(printable(image.name, 32)),
        Part(session.mode.value, "strong"),
        Part(class_label(session, session.current_class), "class"),
    ]
    parts += _draft_parts(session)
    if session.pending.count or session.pending.keys:
        parts.append(Part(f"{session.pending.count}{''.join(session.pending.keys)}…", "warn"))
    parts.append(_saved_part(session))
    parts.append(Part(f"{len(image.instances)} instance{'' if len(image.instances) == 1 else 's'}"))
    parts.append(Part(f"{session.view.scale * 100:.0f}%"))
    parts.append(Part(model))
    return tuple(parts)


def class_label(session: Session, class_id: int) -> str:
    """The name of a class, or its number where the list has no such entry."""
    if class_id < len(session.classes):
        return printable(session.classes[class_id], 24)
    return f"class {class_id}" if session.classes else "no classes yet"


def _draft_parts(session: Session) -> list[Part]:
    draft, image = session.draft, session.image
    if image.status == "loading":
        return [Part("loading…", "warn")]
    if image.status == "failed":
        return [Part("cannot be shown", "bad")]
    if draft.error:
        return [Part("no mask", "bad")]
    if not draft.empty and draft.waiting:
        return [Part("segmenting…" if image.encoded else "encoding…", "warn")]
    if draft.candidates:
        candidate = draft.candidates[draft.selected]
        shown = f"mask {draft.selected + 1}/{len(draft.candidates)} score {candidate.score:.2f}"
        return [Part(shown, "strong")]
    if not image.encoded and not image.encode_error:
        return [Part("encoding…")]
    return []


def _saved_part(session: Session) -> Part:
    index = session.image.index
    if session.options.read_only:
        return Part("viewing only", "warn")
    if session.image.blocked:
        return Part("labels blocked", "bad")
    if index in session.save_errors:
        return Part("NOT SAVED", "bad")
    if index in session.saving:
        return Part("saving…", "warn")
    if session.dirty:
        return Part("unsaved", "warn")
    if not session.image.has_file:
        return Part("not labeled")
    return Part("saved" if session.image.instances else "saved, empty", "good")
