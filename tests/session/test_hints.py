from __future__ import annotations

import pytest

from tui.session.hints import LETTERS, MOST, STEADY, Hints, Target, hint, labels, steady


def targets(count: int) -> tuple[Target, ...]:
    return tuple(Target("thing", number, float(number), 0.0) for number in range(count))


@pytest.mark.parametrize("count", [0, 1, 2, 23, 24, 25, 47, 48, 300, 575, 576])
def test_labels_are_distinct_prefix_free_and_of_two_letters_at_most(count: int) -> None:
    made = labels(count)
    assert len(set(made)) == count
    assert all(1 <= len(label) <= 2 and set(label) <= set(LETTERS) for label in made)
    assert not [(a, b) for a in made for b in made if a != b and b.startswith(a)]


@pytest.mark.parametrize("count", [1, 24, 25, 60, 576])
def test_the_first_labels_are_the_shortest_and_no_letter_is_wasted(count: int) -> None:
    lengths = [len(label) for label in labels(count)]
    assert lengths == sorted(lengths)
    singles = lengths.count(1)
    assert count <= len(LETTERS) or singles + 1 + (len(LETTERS) - singles - 1) * len(LETTERS) < count


def test_the_home_row_comes_first() -> None:
    assert set(labels(9)) == set("asdfghjkl")


def test_targets_beyond_two_letters_get_none() -> None:
    made = hint(targets(MOST + 5))
    assert len(made.labels) == len(made.targets) == MOST


def test_typing_narrows_and_takes() -> None:
    made = hint(targets(40))
    assert made.typing(made.labels[3]) == made.targets[3]
    prefix, second = made.labels[-1]
    narrowed = made.typing(prefix)
    assert isinstance(narrowed, Hints)
    assert {label[0] for label, _ in narrowed.open} == {prefix}
    assert narrowed.typing(second) == made.targets[-1]


def test_letters_that_lead_nowhere() -> None:
    made = hint(targets(3))
    assert made.typing("z") is None
    assert made.typing("") == made


@pytest.mark.parametrize("count", [1, 20, 21, 60, len(STEADY), len(STEADY) + 1])
def test_steady_labels_are_distinct_and_prefix_free_whatever_was_known(count: int) -> None:
    half = steady(targets(count // 2), {})
    made = steady(targets(count)[::-1], half.given)
    assert len(set(made.labels)) == count
    assert not [(a, b) for a in made.labels for b in made.labels if a != b and b.startswith(a)]
    if count <= len(STEADY):
        assert half.given.items() <= made.given.items()


def test_two_targets_that_knew_one_label_are_told_apart() -> None:
    made = steady(targets(2), {("thing", 0): "k", ("thing", 1): "k"})
    assert made.labels == ("k", "f")
