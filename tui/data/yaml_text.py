"""YAML read as text: every scalar exactly as the user wrote it, with the place where it stands.

`data.yaml` names are words, not values: `no`, `1.0`, `0x10` and `12:30` are class names like any other, so
nothing is resolved. Places let a value be added by inserting its characters, which leaves every other byte
of the user's file alone. Built from ruamel's event stream (YAML 1.2): no tags, no objects, no recursion.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError

from tui.data.files import read_regular, why
from tui.errors import ConfigError

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_ALIASES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the text: character offset, and line and column counted from 0."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written; `plain` when without quotes."""

    value: str
    start: Place
    end: Place
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence; `flow` when written in brackets."""

    items: tuple[Node, ...]
    start: Place
    end: Place
    flow: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping in the order of the file; keys are scalars and occur once."""

    pairs: tuple[tuple[Text, Node], ...]
    start: Place
    end: Place
    flow: bool

    def get(self, key: str) -> Node | None:
        """The value of a key, or None where the key is absent or has no value."""
        node = self.raw(key)
        return None if isinstance(node, Text) and node.plain and node.value in ("", "~", "null") else node

    def raw(self, key: str) -> Node | None:
        """The value of a key as written, which may be an empty scalar."""
        return next((value for name, value in self.pairs if name.value == key), None)


Node = Text | Items | Pairs


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    start: Place
    flow: bool
    mapping: bool
    anchor: str | None
    nodes: list[Node]


def read_yaml(path: Path) -> tuple[bytes, Pairs]:
    """The file's bytes and its top-level mapping; places count characters behind a byte order mark.

    Raises ConfigError, with the line, for everything that is no plain YAML mapping: more than 1 MB, more
    than 20 levels or 50 aliases, tags, duplicate keys, syntax errors, text that is not UTF-8.
    """
    try:
        data = read_regular(path, MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}", why(error)) from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"Cannot read {path}", "it is larger than 1 MB: no dataset description")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"Cannot read {path}", "it is not UTF-8 text") from error
    return data, parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> Pairs:
    """The top-level mapping of a text; `path` is for the messages of ConfigError."""
    try:
        root = _build(text, path)
    except MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        raise _refused(path, line, str(error.problem or error.context)) from error
    except (YAMLError, ValueError) as error:  # characters that YAML does not allow
        raise ConfigError(f"Cannot read {path}", str(error).split("\n")[0]) from error
    if isinstance(root, Pairs):
        return root
    raise ConfigError(f"Cannot read {path}", "it holds no 'key: value' lines")


def quoted(value: str) -> str:
    """`value` as a YAML scalar that YAML 1.1 and 1.2 readers both take for this text."""
    words = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*", value) and value.lower() not in words:
        return value
    return json.dumps(value, ensure_ascii=False)


def _build(text: str, path: Path) -> Node | None:
    """Fold the events into nodes, with a stack of our own so that depth costs nothing."""
    stack = [_Open(Place(0, 0, 0), False, False, None, [])]
    anchors: dict[str, Node] = {}
    aliases = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if getattr(event, "tag", None):
            raise _refused(path, line, f"the tag {event.tag} is not allowed here")
        if kind == "AliasEvent":
            aliases += 1
            if aliases > MAX_ALIASES or event.anchor not in anchors:
                raise _refused(path, line, f"more than {MAX_ALIASES} aliases, or one without its anchor")
            stack[-1].nodes.append(anchors[event.anchor])
        elif kind == "ScalarEvent":
            node = Text(event.value, _place(event.start_mark), _place(event.end_mark), not event.style)
            stack[-1].nodes.append(node)
            if event.anchor:
                anchors[event.anchor] = node
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            if len(stack) > MAX_DEPTH:
                raise _refused(path, line, f"nested deeper than {MAX_DEPTH} levels")
            mapping = kind == "MappingStartEvent"
            stack.append(_Open(_place(event.start_mark), bool(event.flow_style), mapping, event.anchor, []))
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            closed = stack.pop()
            collection = _close(closed, _place(event.end_mark), path)
            stack[-1].nodes.append(collection)
            if closed.anchor:
                anchors[closed.anchor] = collection
    return stack[0].nodes[0] if stack[0].nodes else None


def _close(open_: _Open, end: Place, path: Path) -> Node:
    if not open_.mapping:
        return Items(tuple(open_.nodes), open_.start, end, open_.flow)
    pairs: list[tuple[Text, Node]] = []
    seen: set[str] = set()
    for key, value in zip(open_.nodes[::2], open_.nodes[1::2], strict=True):
        line = key.start.line + 1
        if not isinstance(key, Text):
            raise _refused(path, line, "a key must be a word")
        if key.value in seen:
            raise _refused(path, line, f"'{key.value}' occurs twice")
        seen.add(key.value)
        pairs.append((key, value))
    return Pairs(tuple(pairs), open_.start, end, open_.flow)


def _place(mark: StreamMark) -> Place:
    return Place(mark.index, mark.line, mark.column)


def _refused(path: Path, line: int, reason: str) -> ConfigError:
    return ConfigError(f"{path} line {line}", reason, "Correct the file")
