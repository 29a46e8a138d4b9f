"""The status line says what a person must know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui.app.status import Gauges, class_label, readout, status_parts
from tui.session.state import Draft, ImageState, Mode, Options, Session
from tui.types.instance import Candidate, Instance
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask

MODEL = "grabcut CPU"
ONE = Instance(0, Box(0, 0, 4, 4))


def session(**changes: object) -> Session:
    image = ImageState(3, "a.jpg", (100, 80), "ready", encoded=True)
    base = Session(Options(), ("cat", "dog"), image_count=12, listing=False, image=image)
    return replace(base, **changes)


def text(state: Session) -> str:
    return " · ".join(part.text for part in status_parts(state, MODEL))


def test_place_name_mode_and_class() -> None:
    line = text(session(mode=Mode.POINTS, current_class=1))
    for part in ("4/12", "a.jpg", "points", "dog", "grabcut CPU", "100%"):
        assert part in line


def test_growing_list_is_marked() -> None:
    assert "4/12…" in text(session(listing=True))


def test_readout_has_the_cursor_and_the_byte_meter_only_when_asked() -> None:
    state = session(cursor=(17.4, 5.0))
    assert "17,5" not in text(state)
    assert readout(state, None) == "17,5"
    assert readout(state, Gauges(1234, 5.0)) == "1,234 B 5.0 ms  17,5"
    loading = replace(state, image=replace(state.image, status="loading"))
    assert readout(loading, None) == ""


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"has_file": False}, "not labeled"),
        ({"has_file": True}, "saved, empty"),
        ({"has_file": True, "instances": (ONE,), "saved": (ONE,)}, "saved"),
        ({"instances": (ONE,)}, "unsaved"),
        ({"blocked": "cannot be read"}, "labels blocked"),
    ],
)
def test_saved_state(changes: dict[str, object], shown: str) -> None:
    state = session()
    image = replace(state.image, **changes)
    assert shown in [part.text for part in status_parts(replace(state, image=image), MODEL)]


def test_failed_and_running_saves() -> None:
    assert "NOT SAVED" in text(session(save_errors={3: "disk full"}))
    assert "saving…" in text(session(saving={3: 1}))
    assert "viewing only" in text(session(options=Options(read_only="no permission")))


def candidate(score: float) -> Candidate:
    return Candidate(LogitMask(np.zeros((2, 2), np.float32), Box(0, 0, 2, 2)), score, 1.0)


def test_candidate_and_score() -> None:
    draft = Draft(
        points=(Point(1, 1),), ticket=2, answered=2, candidates=(candidate(0.5), candidate(0.91)), selected=1
    )
    assert "mask 2/2 score 0.91" in text(session(draft=draft))


def test_waiting_says_for_what() -> None:
    draft = Draft(points=(Point(1, 1),), ticket=2, answered=1)
    assert "segmenting…" in text(session(draft=draft))
    encoding = session(draft=draft)
    assert "encoding…" in text(replace(encoding, image=replace(encoding.image, encoded=False)))


def test_e3_hostile_names_are_shown_escaped() -> None:
    state = session(classes=("\x1b]0;x\x07",))
    state = replace(state, image=replace(state.image, name="a\x1b[2J.jpg"))
    assert "\x1b" not in text(state)
    assert "\\x1b" in text(state)


def test_class_beyond_the_list_keeps_its_number() -> None:
    assert class_label(session(), 17) == "class 17"
    assert class_label(session(classes=()), 0) == "no classes yet"
