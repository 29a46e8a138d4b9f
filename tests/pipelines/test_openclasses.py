"""What a person may name is offered; what a rule or the dataset rules out is not."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.inference.grounding.prompt import parse_text_prompt
from tui.pipelines.openclasses import open_classes, open_phrases

MODEL = ("person", "car", "dog", "chair", "table", "cup", "bed")


def test_classes_that_the_dataset_has_are_looked_for_alone() -> None:
    classes = open_classes(MODEL, ("dog", "person"))
    assert classes.map.targets == (1, None, 0, None, None, None, None)
    assert classes.of(1) == (1, "")
    assert classes.note == "Not looked for, because the dataset has no such class: car, chair, table, cup, …"


@pytest.mark.parametrize("dataset", [(), ("nut", "bolt")])
def test_where_it_has_none_of_them_a_person_names_them(dataset: tuple[str, ...]) -> None:
    classes = open_classes(MODEL[:2], dataset)
    assert [classes.of(t) for t in classes.map.targets if t is not None] == [(None, "person"), (None, "car")]
    assert classes.note == ""


def test_rules_lead_where_they_say() -> None:
    classes = open_classes(MODEL[:2], ("vehicle",), ("car -> vehicle",))
    assert classes.map.targets == (None, 0)
    assert "person" in classes.note
    assert open_classes(MODEL[:2], ("thing",), ("* -> thing",)).note == ""
    with pytest.raises(UsageError):
        open_classes(MODEL, ("vehicle",), ("car",))


def test_a_phrase_that_is_no_class_is_for_a_person_to_name() -> None:
    classes = open_phrases(parse_text_prompt("Cat . red car -> car . old shoe"), ("cat", "car"))
    targets = classes.map.targets
    assert [classes.of(t) for t in targets if t is not None] == [(0, ""), (1, ""), (None, "old shoe")]


def test_a_class_that_was_written_must_be_there() -> None:
    with pytest.raises(UsageError, match="no class 'lorry'"):
        open_phrases(parse_text_prompt("red car -> lorry"), ("cat",))
