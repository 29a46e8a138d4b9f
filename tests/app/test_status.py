"""The status line says what a person must know."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tui.app.parts import class_label
from tui.app.reviewstatus import front_class
from tui.app.status import Gauges, readout, status_parts
from tui.session.handles import Edit
from tui.session.look import Look
from tui.session.proposals import Proposals, Proposed, Run
from tui.session.state import Draft, ImageState, Mode, Options, Session
from tui.types.instance import Candidate, Instance, Traced
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask, Polygon

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
    for part in ("4/12", "a.jpg", "points", "dog", "grabcut CPU"):
        assert part in line


def test_growing_list_is_marked() -> None:
    assert "4/12…" in text(session(listing=True))


def test_readout_has_the_cursor_and_the_byte_meter_only_when_asked() -> None:
    state = session(cursor=(17.4, 5.0))
    assert "17,5" not in text(state)
    assert readout(state, None) == "100% 17,5"
    assert readout(state, Gauges(1234, 5.0)) == "1,234 B 5.0 ms  100% 17,5"
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
    assert "mask 2/2, sure 91%" in text(session(draft=draft))


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


def test_sizes_are_said_where_a_shape_is_in_hand() -> None:
    box = Instance(0, Box(10, 20, 40, 60))
    state = session()
    state = replace(state, image=replace(state.image, instances=(box,)), selection=0)
    assert "30x40 px" in text(state)
    edited = text(replace(state, mode=Mode.EDIT, edit=Edit(2)))
    assert "moves the top side" in edited
    assert "30x40 px" in edited
    opened = session(mode=Mode.BOX, draft=Draft(corner=(10.5, 10.5)), cursor=(20.5, 40.5))
    assert "11x31 px" in text(opened)
    assert "2 vertices" in text(session(mode=Mode.DRAW, drawn=((1.5, 1.5), (9.5, 1.5))))


def test_a_candidate_shows_its_stability_and_what_it_will_be_kept_as() -> None:
    mask = LogitMask(np.ones((2, 2), np.float32), Box(0, 0, 4, 4))
    ring = Polygon(((0, 0), (4, 0), (4, 4)))
    traced = Traced(ring, Box(0, 0, 4, 4), (), 8, ("1 hole is bridged by a seam",), 0.912)
    draft = Draft(
        (Point(1, 1),), candidates=(Candidate(mask, 0.91, 0.87),), traced=MappingProxyType({0: traced})
    )
    line = text(session(mode=Mode.POINTS, draft=draft))
    for part in ("mask 1/1, sure 91%", "3 vertices keep 91.2% of it", "1 hole is bridged"):
        assert part in line


def test_runs_and_proposals() -> None:
    nameless = Proposed(1, "everything", Box(0, 0, 4, 4), 0.9, "sam", stability=0.97)
    named = Proposed(2, "detector", Box(0, 0, 4, 4), 0.5, "yolo\x1b[2J", 1, label="dog")
    running = Proposals(run=Run("everything", 3, 32))
    assert "everything 3/32" in text(session(proposals=running))
    assert "detector…" in text(session(proposals=Proposals(run=Run("detector"))))
    offered = Proposals(offered=(nameless, named), selected=1)
    assert "2 proposals" in text(session(proposals=offered))
    front = text(session(proposals=offered, mode=Mode.PROPOSAL))
    assert "proposal 1/2 ?, sure 90% · sam" in front
    front = text(session(proposals=replace(offered, selected=2), mode=Mode.PROPOSAL))
    assert "proposal 2/2 dog, sure 50%" in front
    assert "\x1b" not in front


def test_a_region_encoded_on_its_own_is_told() -> None:
    state = session()
    assert "encoded: view" in text(replace(state, image=replace(state.image, region=Box(0, 0, 9, 9))))


def parts_of(state: Session) -> list[tuple[str, str]]:
    return [(part.role, part.text) for part in status_parts(state, MODEL)]


@pytest.mark.parametrize("mode", [Mode.NAVIGATE, Mode.EDIT])
def test_the_class_named_is_that_of_the_object_in_hand_and_the_next_ones_is_told(mode: Mode) -> None:
    state = session(mode=mode, current_class=1)
    state = replace(state, image=replace(state.image, instances=(ONE,)))
    assert ("class", "dog") in parts_of(replace(state, mode=Mode.NAVIGATE))
    taken = replace(state, selection=0)
    assert front_class(taken) == 0
    assert ("class", "cat") in parts_of(taken)
    assert ("plain", "next: dog") in parts_of(taken)
    assert "next:" not in text(replace(taken, current_class=0))


def test_the_class_named_is_that_of_the_proposal_in_front() -> None:
    one = Proposed(1, "detector", Box(0, 0, 4, 4), 0.5, "yolo", 1, label="dog")
    front = session(proposals=Proposals(offered=(one,), selected=1), mode=Mode.PROPOSAL)
    assert ("class", "dog") in parts_of(front)


def test_a_photo_that_is_shown_otherwise_than_it_is_is_told() -> None:
    assert "brightness" not in text(session())
    changed = text(session(look=Look(brightness=2, contrast=-1, equalised=True)))
    assert "brightness +2, contrast -1, equalised" in changed


def test_hints_say_that_more_is_looked_for() -> None:
    looking = session(mode=Mode.HINTS, proposals=Proposals(sought=(3, 8)))
    assert "still looking 38%" in text(looking)
    assert "still looking…" in text(replace(looking, proposals=Proposals(sought=(0, 0))))
    assert "looking" not in text(replace(looking, proposals=Proposals()))
