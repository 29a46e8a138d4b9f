"""How fast a person labels."""

from __future__ import annotations

from session.world import World, boxes
from tui.app.pace import PAUSE_S, Pace
from tui.session import events as ev


def test_pace_counts_labeling_and_no_pauses() -> None:
    times = iter((0.0, 10.0, 20.0, 20.0 + 10 * PAUSE_S, 30.0 + 10 * PAUSE_S))
    pace, w = Pace(lambda: next(times)), World()
    pace.note(ev.Loaded(0, "", (1, 1), (), False), w.session)
    for key in ("q", "f", "q", "f"):
        if key == "q":
            w.at(100 + 200 * len(pace.kept), 100)
        pace.note(ev.Key(key), w.press(key))
    assert pace.kept == [20.0, 30.0 + PAUSE_S]
    assert pace.seconds == 30.0 + PAUSE_S
    assert round(pace.per_minute, 3) == round(2 / 1.5, 3)
    assert pace.keys_each == 2


def test_what_was_there_before_is_not_ours_and_undo_takes_back() -> None:
    pace, w = Pace(), World(labels={1: boxes((1, 1, 9, 9))})
    pace.note(ev.Key("h"), w.session)
    pace.note(ev.Key("d"), w.press("d"))
    assert len(w.session.image.instances) == 1
    assert pace.kept == []
    for key in ("q", "f"):
        pace.note(ev.Key(key), w.press(key))
    assert len(pace.kept) == 1
    pace.note(ev.Key("u"), w.press("u"))
    assert pace.kept == []
    assert pace.per_minute == 0
    assert pace.keys_each == 0


def test_what_a_review_decided_counts_and_what_it_took_back_does_not() -> None:
    times = iter((0.0, *(float(second) for second in range(0, 60, 5))))
    pace, w = (
        Pace(lambda: next(times)),
        World(labels={0: boxes((1, 1, 9, 9), (20, 20, 40, 40), (5, 5, 99, 99))}),
    )
    for key in ("ctrl+e", "y", "u", "n", "y", "2"):
        pace.note(ev.Key(key), w.press(key))
    assert w.session.review.phase == "off"
    assert len(pace.judged) == 3
    assert pace.kept == []
    assert pace.keys_each == 2
    assert round(pace.per_minute, 3) == round(3 / 25 * 60, 3)
    for key in ("q", "f"):
        pace.note(ev.Key(key), w.press(key))
    assert (len(pace.judged), len(pace.kept)) == (3, 1)
    assert pace.done == sorted(pace.done)
