"""From a model's classes to the dataset's: by name, or as the person says."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from tui.errors import UsageError
from tui.types.text import printable

_ARROW = "->"
_FORM = "Write 'model name -> dataset class'; '*' stands for every class that is not named"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ClassMap:
    """The dataset's class id for each of the model's, None where the dataset has no such class.

    `names` are the model's names, as the file gives them.
    """

    names: tuple[str, ...]
    targets: tuple[int | None, ...]

    @property
    def used(self) -> frozenset[int]:
        """The model's classes that lead somewhere."""
        return frozenset(i for i, target in enumerate(self.targets) if target is not None)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Names of the model's classes that lead nowhere; what is found of them is dropped."""
        return tuple(n for n, target in zip(self.names, self.targets, strict=True) if target is None)


def class_map(
    model_names: Sequence[str], dataset_names: Sequence[str], rules: Sequence[str] = ()
) -> ClassMap:
    """Each of the model's classes to the dataset class of the same name, unless a rule says otherwise.

    Names are compared without regard to case and to the kind of space ("traffic_light" is "Traffic light").
    A rule is "model name -> dataset class", or "* -> dataset class" for all that no rule names. Raises
    UsageError for a rule that cannot be read and, with the nearest, for a name that does not exist.
    """
    own, theirs = _by_name(model_names), _by_name(dataset_names)
    targets = [theirs.get(_folded(name)) for name in model_names]
    named: set[int] = set()
    rest: int | None = None
    for rule in rules:
        source, target = _read_rule(rule)
        class_id = _find(target, theirs, dataset_names, f"The dataset has no class '{printable(target)}'")
        if source == "*":
            rest = class_id
            continue
        index = _find(source, own, model_names, f"The model has no class '{printable(source)}'")
        for i, name in enumerate(model_names):
            if _folded(name) == _folded(model_names[index]):
                targets[i] = class_id
                named.add(i)
    if rest is not None:
        targets = [target if i in named else rest for i, target in enumerate(targets)]
    return ClassMap(tuple(model_names), tuple(targets))


def class_ids(model_names: Sequence[str], wanted: Sequence[str]) -> frozenset[int]:
    """The model's classes of these names, for a class filter. Raises UsageError with the nearest name."""
    own = _by_name(model_names)
    for name in wanted:
        _find(name, own, model_names, f"The model has no class '{printable(name)}'")
    folded = {_folded(name) for name in wanted}
    return frozenset(i for i, name in enumerate(model_names) if _folded(name) in folded)


def _read_rule(rule: str) -> tuple[str, str]:
    parts = [part.strip() for part in rule.split(_ARROW)]
    if len(parts) != 2 or not all(parts):
        raise UsageError(f"Class rule '{printable(rule)}'", "", _FORM)
    return parts[0], parts[1]


def _find(name: str, table: dict[str, int], names: Sequence[str], what: str) -> int:
    if (found := table.get(_folded(name))) is not None:
        return found
    near = difflib.get_close_matches(_folded(name), table, 1)
    if near:
        raise UsageError(what, "", f"Did you mean '{printable(names[table[near[0]]])}'?")
    shown = ", ".join(printable(n) for n in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise UsageError(what, "", f"Its classes: {shown}{more}" if names else "It has no classes")


def _by_name(names: Sequence[str]) -> dict[str, int]:
    """First position of each name."""
    table: dict[str, int] = {}
    for i, name in enumerate(names):
        table.setdefault(_folded(name), i)
    return table


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
