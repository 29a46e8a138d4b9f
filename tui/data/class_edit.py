"""Renaming and removing classes in the text of a class list; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tui.data.classes import YAML_SUFFIXES, parse_names, yaml_says
from tui.data.yaml_text import Items, Node, Pairs, Text, parse_yaml, quoted
from tui.errors import SaveError

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")

_Edit = tuple[int, int, str]
"""(start, stop, characters that take this place)."""

_Edits = Callable[[str, Pairs], list[_Edit]]


def renamed(path: Path, data: bytes, class_id: int, name: str) -> bytes:
    """The bytes of a list whose class `class_id` is called `name`.

    Raises SaveError for a file that is laid out in a way that cannot be edited, ConfigError for a bad list.
    """
    names = parse_names(path, data)
    wanted = (*names[:class_id], name, *names[class_id + 1 :])
    if path.suffix.lower() in YAML_SUFFIXES:
        return _yaml(path, data, wanted, lambda text, top: _renaming(text, top, class_id, wanted))
    mark, text = _decoded(data)
    lines = _LINE.findall(text)
    line = lines[class_id]
    start = len(line) - len(line.lstrip())
    lines[class_id] = line[:start] + name + line[len(line.rstrip()) :]
    return mark + "".join(lines).encode()


def removed(path: Path, data: bytes, class_ids: Iterable[int]) -> bytes:
    """The bytes of a list without these classes; later ones move down. Raises as `renamed` does."""
    for class_id in sorted(class_ids, reverse=True):
        data = _without(path, data, class_id)
    return data


def _without(path: Path, data: bytes, class_id: int) -> bytes:
    names = parse_names(path, data)
    wanted = names[:class_id] + names[class_id + 1 :]
    if path.suffix.lower() in YAML_SUFFIXES:
        return _yaml(path, data, wanted, lambda text, top: _removing(text, top, class_id, wanted))
    mark, text = _decoded(data)
    lines = _LINE.findall(text)
    return mark + "".join(lines[:class_id] + lines[class_id + 1 :]).encode()


def _decoded(data: bytes) -> tuple[bytes, str]:
    """The byte order mark, if any, and the text."""
    text = data.decode("utf-8-sig")
    return data[: len(data) - len(text.encode())], text


def _yaml(path: Path, data: bytes, wanted: tuple[str, ...], edits_of: _Edits) -> bytes:
    mark, text = _decoded(data)
    top = parse_yaml(text, path)
    edited = text
    edits = edits_of(text, top)
    count = top.get("nc")
    if isinstance(count, Text):
        edits.append((count.start.index, count.end.index, str(len(wanted))))
    for start, stop, new in sorted(edits, reverse=True):
        edited = edited[:start] + new + edited[stop:]
    if not yaml_says(edited, top, wanted, path):
        fix = "Write its names as a plain list, without gaps, and run it again"
        raise SaveError("No class was changed", f"{path} is laid out in a way that cannot be edited", fix)
    return mark + edited.encode()


def _renaming(text: str, top: Pairs, class_id: int, wanted: tuple[str, ...]) -> list[_Edit]:
    names = top.get("names")
    if names is None:
        return [_whole(text, wanted)]
    entry = _entry(names, class_id)
    return [(entry[1].start.index, entry[1].end.index, quoted(wanted[class_id]))] if entry else []


def _removing(text: str, top: Pairs, class_id: int, wanted: tuple[str, ...]) -> list[_Edit]:
    names = top.get("names")
    if names is None:
        return [_whole(text, wanted)]
    entry = _entry(names, class_id)
    if entry is None or not isinstance(names, Items | Pairs):
        return []
    key, value = entry
    start, stop = (key or value).start, value.end.index
    if names.flow:
        edits = [_flow_cut(text, start.index, stop)]
    else:
        end = text.find("\n", stop)
        edits = [(start.index - start.column, len(text) if end < 0 else end + 1, "")]
    if isinstance(names, Pairs):
        later = [key for key, _ in names.pairs if int(key.value) > class_id]
        edits += [(key.start.index, key.end.index, _number(key)) for key in later]
    return edits


def _entry(names: Node, class_id: int) -> tuple[Text | None, Node] | None:
    """Key (None in a list) and value of a class; None where a map has a gap."""
    if isinstance(names, Items):
        return None, names.items[class_id]
    if isinstance(names, Pairs):
        return next(((key, value) for key, value in names.pairs if int(key.value) == class_id), None)
    return None


def _number(key: Text) -> str:
    number = str(int(key.value) - 1)
    return number if key.plain else f'"{number}"'


def _flow_cut(text: str, start: int, stop: int) -> _Edit:
    """What to cut so that no comma is left over: with the one behind, or before the last entry."""
    behind = re.compile(r"\s*,[ \t]*").match(text, stop)
    if behind:
        return start, behind.end(), ""
    before = re.search(r",\s*\Z", text[:start])
    return (before.start() if before else start), stop, ""


def _whole(text: str, wanted: tuple[str, ...]) -> _Edit:
    """A block of names at the end of a file that had `nc` alone."""
    eol = "\r\n" if "\r\n" in text else "\n"
    start = "" if text.endswith("\n") else eol
    lines = "".join(f"  {i}: {quoted(name)}{eol}" for i, name in enumerate(wanted))
    return len(text), len(text), f"{start}names:{eol}{lines}"
