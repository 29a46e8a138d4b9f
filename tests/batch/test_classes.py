"""Which class of the dataset is which of the models'."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from batch.world import DETECT, World, make_world
from tui.batch.classes import Classes
from tui.batch.recipe import About, Recipe
from tui.data.dataset import Dataset, open_dataset
from tui.errors import SaveError, UsageError

YOLO = About("yolo", ("red", "green", "blue"), ("1",), ("CPU",))
ANYTHING = About("sam", (), ("1",), ("CPU",))
EVERYTHING = Recipe(mode="everything", task="detect", segmenter="sam")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "set")


def classes(world: World, recipe: Recipe = DETECT, **more: object) -> Classes:
    return Classes(recipe, lambda: open_dataset(world.root), **more)


def names(world: World) -> tuple[str, ...]:
    return open_dataset(world.root).classes.names


def test_names_that_agree_are_mapped_and_the_others_told(world: World) -> None:
    assert classes(world)(YOLO) == ((0, 1, None), ("blue",))
    assert names(world) == ("red", "green")


def test_nothing_in_common_is_a_mistake(world: World) -> None:
    with pytest.raises(UsageError, match="None of the model's classes"):
        classes(world)(About("yolo", ("dog",), (), ()))


def test_missing_classes_are_added_when_asked_for(world: World) -> None:
    assert classes(world, add=True, change=False)(YOLO)[0] == (0, 1, 2)
    assert names(world) == ("red", "green")
    assert classes(world, add=True)(YOLO)[0] == (0, 1, 2)
    assert names(world) == ("red", "green", "blue")


def test_a_dataset_without_classes_takes_the_models(world: World) -> None:
    (world.root / "classes.txt").unlink()
    only = replace(DETECT, only=("green", "blue"))
    assert classes(world, only)(YOLO)[0] == (None, 0, 1)
    assert names(world) == ("green", "blue")


def test_a_rule_names_the_class_that_is_taken(world: World) -> None:
    (world.root / "classes.txt").unlink()
    assert classes(world, replace(DETECT, rules=("* -> thing",)))(YOLO)[0] == (0, 0, 0)
    assert names(world) == ("thing",)


def test_labels_without_names_are_not_given_the_models_names(world: World) -> None:
    (world.root / "classes.txt").unlink()
    world.write("7 0.5 0.5 0.1 0.1\n")
    with pytest.raises(UsageError, match="no names of classes"):
        classes(world)(YOLO)


def test_what_everything_finds_gets_the_only_class_or_the_named_one(world: World) -> None:
    with pytest.raises(UsageError, match="several classes"):
        classes(world, EVERYTHING)(ANYTHING)
    assert classes(world, EVERYTHING, name="Green")(ANYTHING)[0] == (1,)
    with pytest.raises(UsageError, match="no class 'blob'"):
        classes(world, EVERYTHING, name="blob")(ANYTHING)
    assert classes(world, EVERYTHING, name="blob", add=True)(ANYTHING)[0] == (2,)
    (world.root / "classes.txt").write_text("one\n")
    assert classes(world, EVERYTHING)(ANYTHING)[0] == (0,)
    (world.root / "classes.txt").unlink()
    assert classes(world, EVERYTHING)(ANYTHING)[0] == (0,)
    assert names(world) == ("object",)


def test_phrases_lead_to_classes_and_a_missing_one_is_named(world: World) -> None:
    text = Recipe(mode="text", task="detect", text="rose -> red . leaf -> green . cherry -> red")
    about = About("dino", ("red", "green", "red"), (), ())
    assert classes(world, text)(about)[0] == (0, 1, 0)
    stray = replace(text, text="rose")
    with pytest.raises(UsageError, match="no class 'rose'"):
        classes(world, stray)(About("dino", ("rose",), (), ()))


def test_tighten_asks_for_no_class(world: World) -> None:
    assert classes(world, Recipe(mode="tighten", task="detect"))(ANYTHING) == ((), ())


def test_several_runs_may_add_the_same_classes_at_once(world: World) -> None:
    """The list changes between reading and adding, as when another share of the run is faster."""
    opened: list[Dataset] = []

    def reopen() -> Dataset:
        dataset = open_dataset(world.root)
        if len(opened) == 1:
            open_dataset(world.root).add_class("blue")
        opened.append(dataset)
        return dataset

    targets, _ = Classes(DETECT, reopen, add=True)(YOLO)
    assert targets == (0, 1, 2)
    assert names(world) == ("red", "green", "blue")


def test_a_list_that_cannot_be_written_ends_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Dataset, name: str) -> None:
        raise SaveError("No class was added")

    monkeypatch.setattr(Dataset, "add_class", refuse)
    with pytest.raises(SaveError):
        classes(world, add=True)(YOLO)
