"""Filters and the order of the queue."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.session.review import UNKNOWN, Item, Review, Verdict, parse_filter, queue, summary
from tui.types.review import ImageFacts, ObjectFacts, Rival

CLASSES = ("cat", "dog")
FACTS = (
    ImageFacts(0, "proposed", False, (ObjectFacts("a", 0, 0.5, 0.9), ObjectFacts("b", 1, 0.001, 0.2))),
    ImageFacts(1, "accepted", True, (ObjectFacts("c", 0, 0.1, 0.4),)),
    ImageFacts(2, "todo", False, (ObjectFacts("d", 1, 0.2), ObjectFacts("e", 0, 0.2, fault="twice"))),
    ImageFacts(
        3,
        "proposed",
        False,
        (ObjectFacts("f", 0, 0.3, 0.95, "", 0.3), ObjectFacts("g", 1, 0.3, 0.99, rival=Rival(1, None, 0.0))),
    ),
)


def lines(text: str) -> str:
    return "".join(item.line for item in queue(FACTS, parse_filter(text, CLASSES)))


def test_the_least_certain_come_first_and_what_was_judged_is_left_out() -> None:
    assert lines("") == "egbfda"


def test_an_unstable_mask_is_doubtful_whatever_its_score() -> None:
    facts = (ImageFacts(0, "todo", False, (ObjectFacts("a", 0, 0.1, 0.9, stability=0.3),)),)
    (item,) = queue(facts, parse_filter("", CLASSES))
    assert item.why == "stability 0.30"
    assert item.uncertainty == pytest.approx(0.7)


def test_a_sure_model_that_disagrees_comes_before_an_unsure_one_and_after_a_fault() -> None:
    objects = (
        ObjectFacts("unsure", 0, 0.1, rival=Rival(1, None, 0.3)),
        ObjectFacts("sure", 0, 0.1, rival=Rival(1, None, 0.9)),
        ObjectFacts("fault", 0, 0.1, fault="twice"),
    )
    found = queue((ImageFacts(0, "todo", False, objects),), parse_filter("", CLASSES))
    assert [item.line for item in found] == ["fault", "sure", "unsure"]


def test_why_it_is_asked_about_is_said() -> None:
    found = {item.line: item.why for item in queue(FACTS, parse_filter("all", CLASSES))}
    assert found["b"] == "score 0.20"
    assert found["e"] == "twice"
    assert found["f"] == "a fresh mask agrees to 30%"
    assert found["d"] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", "egbfcda"),
        ("state:accepted", "c"),
        ("state:accepted,todo", "ecd"),
        ("class:cat", "efa"),
        ("class:1", "gbd"),
        ("class:cat,dog score<0.5", "b"),
        ("score:0.1-0.5 all", "bc"),
        ("score>0.9", "gfa"),
        ("size<1", "b"),
        ("lint", "e"),
        ("sam<0.7", "f"),
        ("disagree", "g"),
        ("note", "c"),
    ],
)
def test_filters(text: str, expected: str) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lnit", "lint"),
        ("state:done", "accepted"),
        ("class:dgo", "dog"),
        ("class:99999999", "cat, dog"),
        ("score<1.2.3", "score<0.5"),
        ("what?", "class:cat"),
    ],
)
def test_a_wrong_word_is_named_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_filter(text, CLASSES)
    assert text.split(":")[-1] in caught.value.sentence
    assert hint in caught.value.sentence


def test_models_are_asked_only_where_the_filter_needs_them() -> None:
    assert not parse_filter("score<0.5", CLASSES).fresh
    assert parse_filter("sam<0.7", CLASSES).fresh
    assert parse_filter("disagree", CLASSES).rivals


def test_following_skips_what_is_decided() -> None:
    items = tuple(Item(n, str(n), 0, 0.5) for n in range(4))
    review = Review(queue=items, verdicts={items[1]: "accepted"})
    assert review.following(1) == 2
    assert review.following(1, -1) == 0
    assert review.following(4) is None
    assert review.item == items[0]
    assert Review().item is None


def test_the_summary_counts() -> None:
    items = tuple(Item(n // 2, str(n), 0, 0.5) for n in range(4))
    text = summary(Review(queue=items, verdicts={items[0]: "accepted", items[2]: "rejected"}))
    assert text == "Review ended: 1 accepted, 1 rejected; 2 left"
    assert "nothing decided" in summary(Review())


def test_the_summary_of_a_long_review_fits_a_line_of_80_columns() -> None:
    items = tuple(Item(n, str(n), 0, 0.5) for n in range(1_200))
    verdicts: tuple[Verdict, ...] = ("accepted", "reclassed", "edited", "added", "rejected")
    decided = {item: verdicts[n % 5] for n, item in enumerate(items[:999])}
    assert len(summary(Review(queue=items, verdicts=decided))) < 80


def test_going_back_passes_by_what_was_deleted() -> None:
    items = tuple(Item(n, str(n), 0, 0.5) for n in range(3))
    review = Review(queue=items, verdicts={items[0]: "accepted", items[1]: "rejected"})
    assert review.there(1, -1) == 0
    assert review.there(1) == 2
    assert review.there(-1, -1) is None


def test_an_order_is_claimed_only_where_something_is_known() -> None:
    assert not Review(queue=(Item(0, "a", 0, UNKNOWN),)).ranked
    assert Review(queue=(Item(0, "a", 0, 0.9), Item(0, "b", 0, UNKNOWN))).ranked


def test_a_class_with_a_space_is_named_in_quotes() -> None:
    classes = ("traffic light", "car")
    wanted = parse_filter('class:"traffic light",car score<0.5', classes)
    assert wanted.object(ObjectFacts("a", 0, 0.1, 0.4))
    assert wanted.object(ObjectFacts("a", 1, 0.1, 0.4))
    assert not wanted.object(ObjectFacts("a", 0, 0.1, 0.6))
    with pytest.raises(UsageError, match="Did you mean '\"traffic light\"'"):
        parse_filter("class:traffic", classes)
