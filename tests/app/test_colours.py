"""Class colours."""

from __future__ import annotations

import pytest

from tui.app.colours import class_colour, default_colour
from tui.session.state import Options, Session

OWN = (("cat", (1, 2, 3)), ("Traffic Light", (0, 0, 0)), ("Cat", (4, 5, 6)))


def with_own(*classes: str) -> Session:
    return Session(Options(colours=OWN), classes)


def test_first_classes_differ_and_repeat_never_within_a_round() -> None:
    colours = [default_colour(i) for i in range(24)]
    assert len(set(colours[:8])) == 8
    assert len(set(colours)) >= 22


def test_any_class_id_has_a_valid_colour() -> None:
    assert all(0 <= channel <= 255 for i in range(1000) for channel in default_colour(i))


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("cat", (1, 2, 3)),
        ("Cat", (4, 5, 6)),
        ("traffic light", (0, 0, 0)),
        ("TRAFFIC LIGHT", (0, 0, 0)),
        ("dog", default_colour(1)),
    ],
)
def test_own_colours_belong_to_names_in_any_case_unless_case_tells_them_apart(
    name: str, colour: tuple[int, int, int]
) -> None:
    assert class_colour(with_own("bird", name), 1) == colour


def test_what_has_no_name_or_no_own_colour_keeps_that_of_its_number() -> None:
    assert class_colour(with_own("bird"), 0) == default_colour(0)
    assert class_colour(with_own("cat"), 7) == default_colour(7)
    assert class_colour(Session(classes=("cat",)), 0) == default_colour(0)
