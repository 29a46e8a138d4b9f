"""A model's classes for a person who looks on: what has no class in the dataset may be offered without one.

Headless, what leads nowhere is dropped (`pipelines.classmap`). In the app a person names what is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.errors import UsageError
from tui.inference.grounding.prompt import TextPrompt
from tui.pipelines.classmap import ClassMap, class_map
from tui.types.text import printable

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class OpenClasses:
    """`map` for a pipeline, whose class ids from `known` on stand for classes that the dataset lacks.

    `note` says in words what was left out.
    """

    map: ClassMap
    known: int
    note: str = ""

    def of(self, class_id: int) -> tuple[int | None, str]:
        """The dataset's class of what a pipeline proposed, or None and the model's own name."""
        if class_id < self.known:
            return class_id, ""
        return None, self.map.names[class_id - self.known]


def open_classes(
    model_names: Sequence[str], dataset_names: Sequence[str], rules: Sequence[str] = ()
) -> OpenClasses:
    """A detector's classes: those the dataset has; where it has none of them, all, for a person to name.

    Raises UsageError for a rule that cannot be read.
    """
    strict = class_map(model_names, dataset_names, rules)
    known = len(dataset_names)
    if not strict.used:
        return OpenClasses(_opened(strict, known, range(len(model_names))), known)
    names = strict.unmapped
    if not names:
        return OpenClasses(strict, known)
    more = ", …" if len(names) > _SHOWN else ""
    shown = ", ".join(printable(name, 24) for name in names[:_SHOWN])
    return OpenClasses(strict, known, f"Not looked for, because the dataset has no such class: {shown}{more}")


def open_phrases(prompt: TextPrompt, dataset_names: Sequence[str]) -> OpenClasses:
    """A text prompt's phrases; one that is no class of the dataset is for a person to name.

    Raises UsageError for a class after an arrow that the dataset does not have.
    """
    strict = class_map(prompt.classes, dataset_names)
    missing = [i for i, target in enumerate(strict.targets) if target is None]
    wrong = [i for i in missing if prompt.classes[i].lower() != prompt.phrases[i]]
    if wrong:
        raise UsageError(
            f"The dataset has no class '{printable(prompt.classes[wrong[0]])}'",
            "",
            "Add it to the dataset, or write 'phrase -> class' with a class that it has",
        )
    return OpenClasses(_opened(strict, len(dataset_names), missing), len(dataset_names))


def _opened(classes: ClassMap, known: int, which: Sequence[int]) -> ClassMap:
    """With an id of its own, beyond the dataset's, for each of these."""
    targets = tuple(known + i if i in which else target for i, target in enumerate(classes.targets))
    return ClassMap(classes.names, targets)
