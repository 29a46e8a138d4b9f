"""What holds in every session, whatever happened before."""

from __future__ import annotations

from tui.session.state import Mode, Session
from tui.session.view import fit_scale


def check(session: Session) -> None:
    """Fail when a session contradicts itself."""
    image, draft, view = session.image, session.draft, session.view
    if image.status == "ready":
        assert 0 <= session.cursor[0] < image.wh[0]
        assert 0 <= session.cursor[1] < image.wh[1]
        assert session.cursor[0] % 1 == 0.5
        assert session.cursor[1] % 1 == 0.5
        smallest = min(1.0, fit_scale(image.wh, view.canvas))
        assert view.scale >= smallest - 1e-9
    assert session.selection is None or 0 <= session.selection < len(image.instances)
    assert session.selection is None or draft.empty
    assert not draft.candidates or draft.points or draft.box is not None
    assert not draft.candidates or 0 <= draft.selected < len(draft.candidates)
    assert all(0 <= index < len(draft.candidates) for index in draft.traced)
    assert draft.answered <= draft.ticket
    assert not draft.points or any(p.positive for p in draft.points) or draft.box is not None
    assert session.mode is not Mode.EDIT or session.selection is not None
    assert (session.mode is Mode.DRAW or bool(session.grid)) or not session.drawn
    assert all(0 <= n < len(image.instances) for n in session.hidden | session.marked)
    mode = session.grid.back if session.grid else session.mode
    assert (session.mode is Mode.GRID) == (session.grid is not None)
    assert session.review.phase != "on" or mode is Mode.REVIEW
    assert (mode is Mode.BOX) == (draft.corner is not None)
    assert (mode is Mode.POINTS) == (draft.corner is None and not draft.empty)
    assert session.mode is not Mode.HINTS or session.hints.open
    proposals = session.proposals
    assert session.mode is not Mode.PROPOSAL or proposals.at(proposals.selected)
    assert session.mode is not Mode.PROPOSAL or session.selection is None
    assert len({one.key for one in proposals.offered}) == len(proposals.offered)
    assert session.dirty == (image.status == "ready" and image.instances != image.saved)
    assert image.index not in session.unsaved or image.status != "ready"
    assert not (session.held and session.image.status == "failed")
