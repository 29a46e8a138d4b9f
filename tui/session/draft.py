"""The object being made: every change of the draft goes through here, so that mode and tickets stay right.

The mode follows from the draft (an open corner: box; a prompt: points; nothing: navigate), and tickets only
ever grow: an answer to anything but the newest prompt is recognised by its ticket alone.
"""

from __future__ import annotations

from dataclasses import replace

from tui.session.effects import Decode, Effect, Encode
from tui.session.state import Draft, Mode, Session
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask


def with_draft(session: Session, draft: Draft) -> Session:
    """The session with this draft and its mode; a draft and a selection exclude each other."""
    if draft.empty:
        mode = Mode.PROPOSAL if session.mode is Mode.PROPOSAL else session.resting
        return replace(session, draft=draft, mode=mode)
    mode = Mode.POINTS if draft.corner is None else Mode.BOX
    if session.selection is not None:
        draft = replace(draft, beside=session.selection)
    return replace(session, draft=draft, mode=mode, selection=None)


def cleared(session: Session) -> Session:
    """The session without a draft; answers still on their way become stale."""
    ticket = session.draft.ticket + 1
    return with_draft(session, Draft(ticket=ticket, answered=ticket))


def prompted(session: Session, draft: Draft) -> tuple[Session, tuple[Effect, ...]]:
    """The session with a changed prompt, and the decode that answers it.

    The candidates shown stay until the answer arrives, so that the mask does not flicker. An image whose
    encoding failed is encoded again first: the person just asked for it.
    """
    image = session.image
    draft = replace(draft, ticket=session.draft.ticket + 1, error="", offered=False)
    prompt = Prompt(points=draft.points, box=draft.box, previous=draft.previous)
    decode = Decode(draft.ticket, image.index, prompt, draft.coarseness)
    if image.encode_error:
        session = replace(session, image=replace(image, encode_error=""))
        return with_draft(session, draft), (Encode(image.index), decode)
    return with_draft(session, draft), (decode,)


def fed_back(session: Session) -> LogitMask | None:
    """The mask that an appended point is decoded with: the chosen candidate's logits, unchanged.

    While the answer to the newest prompt is still on its way, the mask that prompt was decoded with goes on
    standing in: the points are appended in entry order all the same.
    """
    if "mask input" in session.options.segmenter_limits:
        return None
    candidate = session.selected_candidate
    if candidate is None or session.draft.waiting:
        return session.draft.previous
    return candidate.mask


def spanned(a: tuple[float, float], b: tuple[float, float]) -> Box:
    """The half-open box from the pixel at `a` to the pixel at `b`, both inside it.

    `a` and `b` are cursor places, which are pixel centres, so every edge up to the image border is in reach.
    """
    return Box(
        min(a[0], b[0]) - 0.5,
        min(a[1], b[1]) - 0.5,
        max(a[0], b[0]) + 0.5,
        max(a[1], b[1]) + 0.5,
    )
