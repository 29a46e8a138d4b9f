"""From the models' classes to the dataset's, for a run that nobody watches.

A dataset without any class takes the models' names: a folder of photos can be labelled at once. One that has
classes keeps them, and gets new ones only where that was asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tui.batch.recipe import About, Recipe
from tui.data.dataset import Dataset
from tui.data.formats.yolo import read_labels
from tui.errors import LabelFileError, SaveError, UsageError
from tui.inference.grounding.prompt import TextPrompt, parse_text_prompt
from tui.pipelines.classmap import class_ids, class_map
from tui.pipelines.ground import phrase_classes

ANYTHING = "object"
"""The class of what `--everything` finds in a dataset that has no classes."""

_LABELS_LOOKED_AT = 200
_TRIES = 100

Targets = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """How a recipe's classes come to be. `reopen` reads the dataset anew, as another run may add to it.

    `name` is the class for what "everything" finds. With `add`, classes that are missing are added; `change`
    False only says what would be.
    """

    recipe: Recipe
    reopen: Callable[[], Dataset]
    name: str = ""
    add: bool = False
    change: bool = True

    def __call__(self, about: About) -> tuple[Targets, tuple[str, ...]]:
        """The dataset's class for each of the models', and the names that lead nowhere. Raises UsageError."""
        dataset = self.reopen()
        names = dataset.classes.names
        for name in self._missing(about, dataset):
            if name not in names:
                names = self._added(name) if self.change else (*names, name)
        return self._mapped(about, names)

    def _missing(self, about: About, dataset: Dataset) -> list[str]:
        """Classes to be added first."""
        names, recipe = dataset.classes.names, self.recipe
        if recipe.mode == "tighten" or (names and not self.add):
            return []
        if not names:
            _refuse_nameless(dataset)
        if recipe.mode == "everything":
            wanted = [self.name] if self.name else [] if names else [ANYTHING]
        elif recipe.mode == "text":
            wanted = list(about.classes)
        else:
            kept = class_ids(about.classes, recipe.only) if recipe.only else range(len(about.classes))
            ruled = [rule.split("->")[-1].strip() for rule in recipe.rules]
            wanted = ruled or [about.classes[i] for i in sorted(kept)]
        known = class_map(wanted, names)
        return [name for name in dict.fromkeys(wanted) if name and name in known.unmapped]

    def _added(self, name: str) -> tuple[str, ...]:
        """Append a class on disk; other processes of the same run may do the same at the same time."""
        for attempt in range(_TRIES):
            dataset = self.reopen()
            if name in dataset.classes.names:
                return dataset.classes.names
            try:
                return dataset.add_class(name)
            except SaveError:
                if attempt + 1 == _TRIES or self.reopen().classes.names == dataset.classes.names:
                    raise
                time.sleep(0.02)
        raise AssertionError

    def _mapped(self, about: About, names: Sequence[str]) -> tuple[Targets, tuple[str, ...]]:
        recipe = self.recipe
        if recipe.mode == "tighten":
            return (), ()
        if recipe.mode == "everything":
            return (self._only_class(names),), ()
        if recipe.mode == "text":
            prompt = parse_text_prompt(recipe.text)
            return phrase_classes(TextPrompt(prompt.phrases, about.classes), names).targets, ()
        mapping = class_map(about.classes, names, recipe.rules)
        if not mapping.used:
            raise UsageError(
                "None of the model's classes is one of the dataset's",
                "",
                "Say which is which with --map 'model name -> dataset class', or add them with --add-classes",
            )
        return mapping.targets, mapping.unmapped

    def _only_class(self, names: Sequence[str]) -> int:
        if self.name:
            mapping = class_map((self.name,), names)
            if mapping.targets[0] is not None:
                return mapping.targets[0]
            raise UsageError(f"The dataset has no class '{self.name}'", "", "Add it with --add-classes")
        if len(names) == 1:
            return 0
        raise UsageError(
            "The dataset has several classes", "what is found has none yet", "Name one with --class"
        )


def _refuse_nameless(dataset: Dataset) -> None:
    """A dataset whose labels count classes that nobody named must not be given the model's names."""
    for image in islice(dataset.list_images(), _LABELS_LOOKED_AT):
        label = dataset.label_path(Path(image))
        try:
            instances = read_labels(label, (1, 1)).instances
        except LabelFileError:
            continue
        if instances:
            raise UsageError(
                "The dataset has labels, but no names of classes",
                f"{label} uses class {instances[0].class_id}",
                "Give the names with --classes FILE",
            )
