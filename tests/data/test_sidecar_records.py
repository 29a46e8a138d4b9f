"""Records as values and as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.sidecar_records import Origin, line_digest, origins_of, packed_origin, state_of
from tui.types.prompt import Point
from tui.types.shapes import Box

FULL = Origin(
    line_digest("0 0.5 0.5 0.1 0.1"),
    source="yolo11n + mobile-sam",
    sha256="ab" * 32,
    pipeline="detect",
    score=0.0,
    stability=0.98,
    points=(Point(1.5, 2.25), Point(3.0, 4.0, positive=False)),
    box=Box(1.0, 2.0, 30.5, 40.0),
    accepted=True,
    time=7,
)


@pytest.mark.parametrize("origin", [FULL, Origin("00")])
def test_an_origin_comes_back_from_json(origin):
    raw = json.loads(json.dumps({"instances": [packed_origin(origin, 7)]}))
    assert origins_of(raw)[0].time == 7
    assert origins_of(raw)[0] == (origin if origin.time else Origin("00", time=7))


def test_only_what_a_person_made_or_accepted_is_theirs():
    assert Origin("x").by_person
    assert Origin("x", source="yolo11n", accepted=True).by_person
    assert not Origin("x", source="yolo11n").by_person


def test_a_line_is_known_whatever_its_blanks_and_end():
    assert line_digest(" 0  0.5\t0.5 0.1 0.1\r\n") == line_digest("0 0.5 0.5 0.1 0.1")
    assert line_digest("0 0.5 0.5 0.1 0.1") != line_digest("1 0.5 0.5 0.1 0.1")


def test_no_record_is_never_opened_and_none_is_not_empty():
    assert not state_of("a", {}).known
    assert state_of("a", {"state": "todo"}).known
    assert state_of("a", {"state": "accepted", "objects": 0}).labelled_empty
    assert not state_of("a", {"state": "accepted"}).labelled_empty


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)
_fields = ("state", "objects", "note", "time", "instances", "line", "source", "score", "points", "box")


@given(
    raw=st.dictionaries(st.sampled_from(_fields), _json),
    entry=st.dictionaries(st.sampled_from(_fields), _json),
)
def test_any_json_is_read_as_something(raw, entry):
    state_of("a", raw)
    origins_of(raw)
    origins_of({"instances": [entry, {"line": "a", **entry}]})


def test_a_state_of_a_newer_program_is_todo():
    assert state_of("a", {"state": "adjudicated"}).state == "todo"
