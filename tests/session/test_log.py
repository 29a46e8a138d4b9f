"""A log says what was given and in which order answers came; a damaged one is refused in words."""

from __future__ import annotations

import json

import pytest

from tui.errors import UsageError
from tui.session import events as ev
from tui.session.log import (
    GIVEN,
    Entry,
    Header,
    Mark,
    entry_line,
    header_line,
    mark_of,
    read_entry,
    read_header,
)

EVENTS = [
    ev.Key("q"),
    ev.Key("left", 7),
    ev.Invoke("class.set", "3"),
    ev.Invoke("files.next", None, 4),
    ev.Pointed(1.5, -2.25, "positive"),
    ev.Resized(1040, 780),
]


@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_what_was_given_comes_back(event: ev.Event) -> None:
    assert read_entry(entry_line(Entry(1.25, event)), 2) == Entry(1.25, event)


def test_every_kind_of_given_event_is_covered() -> None:
    assert {type(event) for event in EVENTS} == set(GIVEN)


def test_a_key_is_a_short_line() -> None:
    assert entry_line(Entry(0.5, ev.Key("q"))) == '{"t":0.5,"event":"Key","name":"q"}'


def test_marks_name_the_answer_and_carry_what_cannot_be_made_again() -> None:
    mark = mark_of(ev.Loaded(2, "a.jpg", (1, 1), (), True), image="sub/a.jpg", labels="0 1\n")
    again = read_entry(entry_line(Entry(0, mark)), 2).what
    assert again == mark
    assert isinstance(again, Mark)
    assert again.fits(ev.Loaded(2, "b.jpg", (9, 9), (), False))
    assert not again.fits(ev.Loaded(3, "a.jpg", (1, 1), (), True))
    assert not again.fits(ev.LoadFailed(2, "a.jpg", "damaged"))
    names = mark_of(ev.ClassesChanged(("cat", "dog")))
    assert read_entry(entry_line(Entry(0, names)), 2).what == names
    assert mark_of(ev.Encoded(1, 12.5)).fits(ev.Encoded(1, 99.0))


def test_an_empty_label_file_differs_from_none() -> None:
    for labels in ("", None):
        mark = mark_of(ev.Loaded(0, "a", (1, 1), (), labels is not None), image="a", labels=labels)
        found = read_entry(entry_line(Entry(0, mark)), 2).what
        assert isinstance(found, Mark)
        assert found.labels == labels


def test_the_header_comes_back() -> None:
    header = Header("/set", "a.jpg", "segment", "grabcut", "vim", ("a", "b"), False, "held", "yolo")
    assert read_header(header_line(header)) == header


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "no JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "no JSON"),
        ('{"t":0,"event":"Pointed","x":NaN,"y":1,"action":"move"}', "no JSON"),
        ('{"t":0,"event":"Pointed","x":1e999,"y":1,"action":"move"}', "no JSON"),
        ('{"t":"x","event":"Key","name":"q"}', "'t' is no number"),
        ('{"t":0,"event":"Saved","index":1}', "no event of a person"),
        ('{"t":0,"event":"Key"}', "'name' is missing"),
        ('{"t":0,"event":"Key","name":3}', "wrong kind"),
        ('{"t":0,"event":"Key","name":"q","repeat":true}', "wrong kind"),
    ],
)
def test_a_damaged_line_is_refused_by_number(line: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"Line 7 of the log.*{why}"):
        read_entry(line, 7)


@pytest.mark.parametrize("change", [{"ttylabel": "dataset"}, {"version": 99}])
def test_other_files_are_no_logs(change: dict[str, object]) -> None:
    raw = json.loads(header_line(Header("d", "a", "detect", "s", "vim"))) | change
    with pytest.raises(UsageError, match="log"):
        read_header(json.dumps(raw))


@pytest.mark.parametrize("text", ["", "# a page of text", "\x7fELF\x02", "[]", '{"ttylabel": 3}', "[" * 9000])
def test_a_foreign_file_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UsageError, match="no log of a session"):
        read_header(text)
