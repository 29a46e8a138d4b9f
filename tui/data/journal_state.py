"""What the journal knows of an image, and the step from one state of it to the next as a record.

A step names what stays and lists only what is new: the instances as "so many from the front, so many from the
back, these between", undo and redo as "so many stay, these on top". A change of one object among a hundred is
one object in the file, and so is each step of undo.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tui.data.journal import Record
from tui.types.instance import Instance, same_annotation
from tui.types.shapes import Box, Polygon

Instances = tuple[Instance, ...]
_Stack = tuple[Instances, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One image: its size, the digest of its label file (`digest_of`) as last known, and what it holds.

    `instances` are in front of the person, `saved` in the label file; `past` and `future` are undo and redo,
    nearest last.
    """

    wh: tuple[int, int] = (0, 0)
    digest: str = ""
    instances: Instances = ()
    saved: Instances = ()
    past: _Stack = ()
    future: _Stack = ()

    @property
    def dirty(self) -> bool:
        """Whether something in here is not in the label file."""
        return not same_annotation(self.instances, self.saved)


def digest_of(data: bytes | None) -> str:
    """A label file's content as a short text; empty for no file."""
    return "" if data is None else blake2b(data, digest_size=16).hexdigest()


def relined(instances: Instances, written: Instances) -> Instances:
    """`instances` with the label lines of those that were just written, where class and shape are theirs."""
    lines: dict[object, list[str | None]] = {}
    for one in reversed(written):
        lines.setdefault((one.class_id, one.shape), []).append(one.source)
    return tuple(
        replace(one, source=known.pop()) if (known := lines.get((one.class_id, one.shape))) else one
        for one in instances
    )


def step(image: Path, before: Kept | None, after: Kept) -> Record | None:
    """The record that leads from one state to the next; None when nothing changed."""
    old = before or Kept()
    if before == after:
        return None
    record: dict[str, Any] = {"k": "edit", "i": os.fspath(image)}
    if old.wh != after.wh:
        record["wh"] = list(after.wh)
    if old.digest != after.digest:
        record["d"] = after.digest
    if old.instances != after.instances:
        record["n"] = _change(old.instances, after.instances)
    if old.saved != after.saved:
        record["s"] = _change(old.saved, after.saved)
    if old.past != after.past:
        record["p"] = _restack(old.past, after.past, old.instances)
    if old.future != after.future:
        record["f"] = _restack(old.future, after.future, old.instances)
    return record


def stepped(before: Kept | None, record: Record) -> Kept:
    """The state after a record of `step`. Raises KeyError, TypeError, ValueError, IndexError for others."""
    old = before or Kept()
    wh, digest = record.get("wh", old.wh), record.get("d", old.digest)
    if not isinstance(digest, str):
        raise TypeError("digest")
    return Kept(
        (int(wh[0]), int(wh[1])),
        digest,
        _changed(old.instances, record["n"]) if "n" in record else old.instances,
        _changed(old.saved, record["s"]) if "s" in record else old.saved,
        _restacked(old.past, record["p"], old.instances) if "p" in record else old.past,
        _restacked(old.future, record["f"], old.instances) if "f" in record else old.future,
    )


def _change(old: Instances, new: Instances) -> list[Any]:
    head = _common(old, new)
    most = min(len(old), len(new)) - head
    tail = 0
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return [head, tail, [_plain(one) for one in new[head : len(new) - tail]]]


def _changed(old: Instances, change: Sequence[Any]) -> Instances:
    head, tail, new = change
    if not 0 <= head <= head + tail <= len(old):
        raise ValueError("a change of other instances")
    return (*old[:head], *map(_instance, new), *old[len(old) - tail :])


def _restack(old: _Stack, new: _Stack, near: Instances) -> list[Any]:
    kept = _common(old, new)
    added = []
    for instances in new[kept:]:
        added.append(_change(near, instances))
        near = instances
    return [kept, added]


def _restacked(old: _Stack, change: Sequence[Any], near: Instances) -> _Stack:
    kept, added = change
    if not 0 <= kept <= len(old):
        raise ValueError("a change of another history")
    new = list(old[:kept])
    for one in added:
        near = _changed(near, one)
        new.append(near)
    return tuple(new)


def _common(old: Sequence[object], new: Sequence[object]) -> int:
    """How many elements both begin with."""
    count = min(len(old), len(new))
    if old[:count] == new[:count]:
        return count
    return next(i for i in range(count) if old[i] != new[i])


def _plain(instance: Instance) -> list[Any]:
    shape = instance.shape
    values = shape.xyxy if isinstance(shape, Box) else [[float(x), float(y)] for x, y in shape.points]
    return [int(instance.class_id), instance.source, [*values]]


def _instance(plain: Sequence[Any]) -> Instance:
    class_id, source, values = plain
    if not isinstance(class_id, int) or not (source is None or isinstance(source, str)):
        raise TypeError("instance")
    if values and isinstance(values[0], list):
        return Instance(class_id, Polygon(tuple((float(x), float(y)) for x, y in values)), source)
    x0, y0, x1, y1 = map(float, values)
    return Instance(class_id, Box(x0, y0, x1, y1), source)
