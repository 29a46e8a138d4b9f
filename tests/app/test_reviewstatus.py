"""What the status line says in a review: label and model side by side."""

from __future__ import annotations

from dataclasses import replace

from session.world import World, boxes
from tui.app.reviewstatus import front_class, parts, state_parts
from tui.session.review import Review
from tui.types.review import Rival
from tui.types.shapes import Box

LABELS = tuple(
    replace(one, source=f"line {n}") for n, one in enumerate(boxes((10, 10, 60, 60), (100, 100, 200, 180)))
)


def texts(w: World) -> list[str]:
    return [part.text for part in parts(w.session)]


def test_label_and_model_stand_side_by_side() -> None:
    w = World(labels={0: LABELS}, rivals={"line 0": Rival(1, Box(10, 10, 60, 60), 0.91, 0.96)})
    w.invoke("review.filter", "disagree")
    assert texts(w)[:3] == ["review 1/1", "cat", "model: dog 0.91, overlap 96%"]
    assert front_class(w.session) == 0


def test_what_the_model_does_not_see_and_what_nobody_labelled() -> None:
    w = World(labels={0: LABELS}, rivals={"line 0": Rival()}, unlabelled={0: Rival(2, Box(0, 0, 9, 9), 0.5)})
    w.invoke("review.filter", "disagree")
    assert texts(w)[:3] == ["review 1/2", "not labeled", "model: bird 0.50"]
    assert front_class(w.session) == 2
    w.press("n")
    assert texts(w)[1:3] == ["cat", "model: nothing here"]


def test_why_it_is_asked_stays_in_sight() -> None:
    w = World(labels={0: LABELS}, scores={"line 0": 0.2, "line 1": 0.9})
    w.press("ctrl+e")
    assert texts(w)[:4] == ["review 1/2", "cat", "score 0.20", "0 done"]


def test_the_counter_follows_skipping_and_says_what_was_decided() -> None:
    w = World(labels={0: LABELS})
    w.press("ctrl+e d")
    assert texts(w)[:3] == ["review 2/2", "cat", "0 done"]
    w.press("2")
    assert texts(w)[:3] == ["review 1/2", "cat", "1 done"]
    w.press("d a d a")
    w.press("ctrl+e ctrl+e y a")
    assert texts(w)[:4] == ["review 1/2", "cat", "✓ accepted", "1 done"]


def test_labels_that_are_still_read_and_an_image_on_its_way() -> None:
    w = World(labels={0: LABELS})
    w.session = replace(w.session, review=Review("on", gathering=True, read=1234))
    assert texts(w) == ["review", "reading labels: 1,234 images"]


def test_the_state_of_an_image_and_its_note() -> None:
    w = World()
    for state, expected in (
        ("accepted", ["✓ checked"]),
        ("corrected", ["✓ checked"]),
        ("proposed", ["? proposed"]),
        ("rejected", ["✗ left out"]),
        ("todo", []),
    ):
        w.session = replace(w.session, image=replace(w.session.image, state=state))
        assert [part.text for part in state_parts(w.session)] == expected
    w.session = replace(w.session, image=replace(w.session.image, note="blurred\x1b[2J"))
    (note,) = (part.text for part in state_parts(w.session))
    assert note.startswith("note: blurred")
    assert "\x1b" not in note
