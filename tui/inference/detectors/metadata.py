"""What a detector's file says about itself.

Exporters of the YOLO family write key-value texts into the file; some values are Python literals
(`names` is "{0: 'person', 1: 'car'}"). They come from a stranger's file: they are parsed as literals, never
evaluated, and everything may be absent or wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from tui.errors import ModelError
from tui.inference.detectors.base import DetectorOptions, DetectorTask

_LARGEST_TEXT = 4_000_000
_LARGEST_SIDE = 16_384
_LARGEST_CLASSES = 100_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before the graph is looked at; None where neither the file nor the person says it.

    `finished` is True when the file says that its answers are final boxes (NMS inside or none needed).
    """

    names: tuple[str, ...] | None = None
    input_wh: tuple[int, int] | None = None
    stride: int = 32
    task: DetectorTask | None = None
    finished: bool = False


def read_facts(metadata: Mapping[str, str], options: DetectorOptions, label: str) -> Facts:
    """The person's options over the file's metadata. Raises ModelError, which names `label` and the key."""
    names = options.names if options.names is not None else _names(metadata, label)
    input_wh = options.input_wh or _input_wh(metadata, label)
    stride = options.stride or _whole(_literal(metadata, "stride", label), "stride", label) or 32
    if input_wh and any(not 1 <= side <= _LARGEST_SIDE for side in (*input_wh, stride)):
        raise ModelError(f"{label}: the input size {input_wh[0]} x {input_wh[1]} is not possible")
    arguments = _literal(metadata, "args", label)
    finished = metadata.get("end2end") == "True" or (
        isinstance(arguments, dict) and arguments.get("nms") is True
    )
    return Facts(names, input_wh, stride, options.task or _task(metadata, label), finished)


def _names(metadata: Mapping[str, str], label: str) -> tuple[str, ...] | None:
    raw = _literal(metadata, "names", label)
    if raw is None:
        return None
    items = dict(enumerate(raw)) if isinstance(raw, list | tuple) else raw
    names: dict[int, str] = {}
    if isinstance(items, dict):
        names = {k: v for k, v in items.items() if type(k) is int and isinstance(v, str)}
        names = names if len(names) == len(items) else {}
    if not names or min(names) < 0 or max(names) >= _LARGEST_CLASSES:
        raise _wrong(label, "names", "it must be a list of class names or a map from number to name")
    return tuple(names.get(i, f"class {i}") for i in range(max(names) + 1))


def _input_wh(metadata: Mapping[str, str], label: str) -> tuple[int, int] | None:
    """`imgsz` is one number or (height, width)."""
    raw = _literal(metadata, "imgsz", label)
    if raw is None:
        return None
    sides = [raw] if isinstance(raw, int) else raw
    if (
        not isinstance(sides, list | tuple)
        or len(sides) not in (1, 2)
        or any(type(s) is not int for s in sides)
    ):
        raise _wrong(label, "imgsz", "it must be one or two whole numbers")
    return sides[-1], sides[0]


def _task(metadata: Mapping[str, str], label: str) -> DetectorTask | None:
    raw = metadata.get("task")
    known: tuple[DetectorTask, ...] = get_args(DetectorTask)
    for task in known:
        if raw == task:
            return task
    if raw is None:
        return None
    raise ModelError(
        f"{label} is a model for '{raw[:40]}'",
        "it finds no boxes to label",
        f"Take one for {', '.join(known)}",
    )


def _whole(value: object, key: str, label: str) -> int | None:
    if value is None or (type(value) is int and value > 0):
        return value
    raise _wrong(label, key, "it must be a whole number")


def _literal(metadata: Mapping[str, str], key: str, label: str) -> object:
    text = metadata.get(key)
    if text is None:
        return None
    if len(text) > _LARGEST_TEXT:
        raise _wrong(label, key, "it is too long")
    try:
        value: object = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise _wrong(label, key, "it is no Python literal") from error
    return value


def _wrong(label: str, key: str, why: str) -> ModelError:
    return ModelError(f"{label}: the metadata '{key}' cannot be used", why, "Export the model again")
