"""Classes by name, by rule, and mistakes with the nearest name."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.pipelines.classmap import class_ids, class_map

MODEL = ("person", "car", "traffic light", "truck")
DATASET = ("Car", "pedestrian", "traffic_light")


def test_by_name_without_regard_to_case_and_underscores() -> None:
    classes = class_map(MODEL, DATASET)
    assert classes.targets == (None, 0, 2, None)
    assert classes.used == {1, 2}
    assert classes.unmapped == ("person", "truck")


def test_rules_come_before_names() -> None:
    classes = class_map(MODEL, DATASET, ("person -> pedestrian", "TRUCK->car"))
    assert classes.targets == (1, 0, 2, 0)


def test_a_star_takes_what_no_rule_names() -> None:
    assert class_map(("object",), DATASET, ("* -> Car",)).targets == (0,)
    assert class_map(MODEL, DATASET, ("* -> Car", "person -> pedestrian")).targets == (1, 0, 0, 0)


def test_repeated_names_go_together() -> None:
    assert class_map(("a", "a"), ("b",), ("a -> b",)).targets == (0, 0)


def test_a_model_without_classes_in_the_dataset_finds_nothing() -> None:
    assert class_map(MODEL, ()).used == frozenset()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("person", "Write 'model name"),
        ("-> car", "Write 'model name"),
        ("a -> b -> c", "Write 'model name"),
        ("persn -> car", "Did you mean 'person'?"),
        ("zebra -> car", "Its classes: person, car, traffic light, truck"),
        ("person -> pedestrain", "Did you mean 'pedestrian'?"),
        ("person -> x\x1b[2J", "no class 'x\\x1b[2J'"),
    ],
)
def test_a_wrong_rule_is_explained(rule: str, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        class_map(MODEL, DATASET, (rule,))
    assert sentence in error.value.sentence


def test_a_filter_by_name() -> None:
    assert class_ids(MODEL, ("Car", "traffic_light")) == {1, 2}
    with pytest.raises(UsageError, match="Did you mean 'truck'"):
        class_ids(MODEL, ("trucks",))
