"""The hint line leads into a review where labels wait for one, through it, and back to it."""

from __future__ import annotations

from dataclasses import replace

from session.world import World, boxes
from tui.session import events as ev
from tui.session.help import hints
from tui.types.review import Rival

UNJUDGED = ("Ctrl-E", "review unjudged")


def line(w: World) -> list[tuple[str, str]]:
    return [(hint.key, hint.label) for hint in hints(w.session)]


def test_labels_that_nobody_judged_lead_into_a_review() -> None:
    w = World(labels={0: boxes((10, 10, 60, 60)), 1: ()})
    assert line(w)[0] == UNJUDGED
    w.press("d")
    assert UNJUDGED not in line(w)
    w.press("a")
    assert line(w)[0] == UNJUDGED
    w.give(ev.Judged(0, "corrected", ""))
    assert UNJUDGED not in line(w)


def test_what_one_labels_oneself_is_no_review() -> None:
    w = World()
    w.at(100, 100).press("q f escape")
    assert w.session.image.instances
    assert UNJUDGED not in line(w)


def test_a_review_shows_both_ways_to_a_class_and_the_models_key_only_where_a_model_disagrees() -> None:
    found = tuple(replace(one, source=name) for one, name in zip(boxes((1, 1, 9, 9)), "a", strict=True))
    w = World(labels={0: found})
    w.press("ctrl+e")
    assert ("1…3 c", "class") in line(w)
    assert ("m", "model's") not in line(w)
    assert "quit" in [label for _, label in line(w)]
    w = World(labels={0: found}, rivals={"a": Rival()})
    w.press("ctrl+e")
    assert ("m", "model's") in line(w)
