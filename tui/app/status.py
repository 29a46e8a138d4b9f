"""The status line: everything a person must know without asking, as plain parts.

Foreign strings pass through `printable` here; widgets show the parts as literal text, never as markup.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui.app import reviewstatus
from tui.app.parts import Part, class_label, saved_part
from tui.session import handles
from tui.session.draft import spanned
from tui.session.proposing import selected
from tui.session.state import Draft, Mode, Session
from tui.types.shapes import Polygon, Shape, bounds
from tui.types.text import printable


@dataclass(frozen=True, slots=True)
class Gauges:
    """What the app measures for `-v`: bytes sent since the last key, and milliseconds to the last of them."""

    bytes: int = 0
    ms: float = 0.0


def readout(session: Session, gauges: Gauges | None) -> str:
    """Zoom, cursor in image pixels, and the byte meter when there are gauges: shown when the keys rest."""
    where = ""
    if session.image.status == "ready":
        where = f"{session.view.scale * 100:.0f}% {int(session.cursor[0])},{int(session.cursor[1])}"
    return f"{gauges.bytes:,} B {gauges.ms:.1f} ms  {where}" if gauges else where


def status_parts(session: Session, model: str) -> tuple[Part, ...]:
    """Parts from the most to the least important; `model` is the segmenter and what really runs it."""
    image = session.image
    total = f"{session.image_count:,}{'…' if session.listing else ''}"
    if session.mode is Mode.REVIEW:
        return (Part(f"{image.index + 1:,}/{total}", "strong"), *reviewstatus.parts(session), Part(model))
    parts = [
        Part(f"{image.index + 1:,}/{total}", "strong"),
        Part(session.mode.value, "strong"),
        *_class_parts(session),
    ]
    parts += _draft_parts(session)
    if session.pending.count or session.pending.keys:
        parts.append(Part(f"{session.pending.count}{''.join(session.pending.keys)}…", "warn"))
    parts.append(saved_part(session))
    parts += _tone_parts(session)
    parts += reviewstatus.state_parts(session)
    parts.append(Part(printable(image.name, 32), "name"))
    parts.append(Part(f"{len(image.instances)} instance{'' if len(image.instances) == 1 else 's'}"))
    if image.region is not None:
        parts.append(Part("encoded: view", "good"))
    parts.append(Part(model))
    return tuple(parts)


def _class_parts(session: Session) -> list[Part]:
    """The class of what is in hand, and where that is another one, what the next object will be."""
    front = reviewstatus.front_class(session)
    named = [Part(class_label(session, front), "class")]
    if front != session.current_class and session.classes:
        named.append(Part(f"next: {class_label(session, session.current_class)}"))
    return named


def _tone_parts(session: Session) -> list[Part]:
    """How the photo is shown otherwise than it is: that stays from image to image."""
    look, found = session.look, []
    if look.brightness:
        found.append(f"brightness {look.brightness:+d}")
    if look.contrast:
        found.append(f"contrast {look.contrast:+d}")
    if look.equalised:
        found.append("equalised")
    return [Part(", ".join(found), "warn")] if found else []


def _draft_parts(session: Session) -> list[Part]:
    draft, image = session.draft, session.image
    if image.status == "loading":
        return [Part("loading…", "warn")]
    if image.status == "failed":
        return [Part("cannot be shown", "bad")]
    if session.mode is Mode.HINTS and session.proposals.sought is not None:
        done, total = session.proposals.sought
        return [Part(f"still looking{f' {done / total:.0%}' if total else '…'}", "warn")]
    if session.mode is Mode.EDIT and session.selection is not None:
        shape = image.instances[session.selection].shape
        return [Part(f"moves the {handles.name(shape, session.edit.handle)}", "strong"), _size_part(shape)]
    if session.mode is Mode.DRAW:
        return [Part(f"{len(session.drawn)} vertices", "strong")]
    if draft.corner is not None:
        return [_size_part(spanned(draft.corner, session.cursor))]
    if session.selection is not None:
        return [_size_part(image.instances[session.selection].shape)]
    if draft.error:
        return [Part("no mask", "bad")]
    if not draft.empty and draft.waiting:
        return [Part("segmenting…" if image.encoded else "encoding…", "warn")]
    if draft.candidates:
        candidate = draft.candidates[draft.selected]
        which = f"mask {draft.selected + 1}/{len(draft.candidates)}, {_sure(candidate.score)}"
        return [Part(which, "strong"), *_traced_parts(draft)]
    if session.mode is Mode.PROPOSAL or session.proposals.offered or session.proposals.run:
        return _proposal_parts(session)
    if not image.encoded and not image.encode_error:
        return [Part("encoding…")]
    return []


def _size_part(shape: Shape) -> Part:
    """Width and height of a shape in image pixels."""
    box = bounds(shape)
    return Part(f"{box.width:.0f}x{box.height:.0f} px")


def _traced_parts(draft: Draft) -> list[Part]:
    """The shape the mask will be kept as: vertices, what simplifying kept, holes and parts."""
    traced = draft.traced.get(draft.selected)
    if traced is None or not isinstance(traced.shape, Polygon):
        return []
    kept = "" if traced.kept is None else f" keep {traced.kept:.1%} of it"
    parts = [Part(f"{len(traced.shape.points)} vertices{kept}")]
    return parts + [Part(printable(note)) for note in traced.notes[:1]]


def _proposal_parts(session: Session) -> list[Part]:
    """The run at work, and the proposal in front or how many are open."""
    proposals, parts = session.proposals, list[Part]()
    if (run := proposals.run) is not None:
        share = f" {run.done}/{run.total}" if run.total else "…"
        parts.append(Part(f"{run.kind}{share}", "warn"))
    count = len(proposals.offered)
    if (one := selected(session)) is not None:
        number = next(i for i, other in enumerate(proposals.offered, start=1) if other is one)
        name = one.label or "?" if one.class_id is None else class_label(session, one.class_id)
        parts.append(Part(f"proposal {number}/{count} {printable(name, 24)}, {_sure(one.score)}", "strong"))
        parts.append(Part(printable(one.origin, 32)))
    elif count:
        parts.append(Part(f"{count} proposal{'' if count == 1 else 's'}", "strong"))
    return parts


def _sure(score: float) -> str:
    """A predicted IoU or a confidence for people; `tui.session.spoken` has the numbers by name."""
    return f"sure {score:.0%}" if math.isfinite(score) else "not sure"
