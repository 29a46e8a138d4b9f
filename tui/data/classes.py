"""The class list: names by position, read as written, and only ever appended to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.data.atomic import write_checked
from tui.data.files import read_regular, small_listing, why
from tui.data.yaml_text import Items, Node, Pairs, Text, parse_yaml, quoted, read_yaml
from tui.errors import ConfigError, SaveError, UsageError

MAX_CLASSES = 100_000
_MAX_BYTES = 16_000_000
YAML_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class ClassList:
    """Class names; a class id is a position. `source` is the file they come from, None when there is none.

    A gap in a map of names is filled by the name `class <id>`. `warnings` are sentences for the person.
    """

    names: tuple[str, ...] = ()
    source: Path | None = None
    warnings: tuple[str, ...] = ()

    def name(self, class_id: int) -> str:
        """The name of a class, or `class 17` for an id that is not in the list."""
        return class_name(self.names, class_id)


def class_name(names: Sequence[str], class_id: int) -> str:
    """The name at a position, or `class 17` beyond the list; ids are never renumbered."""
    return names[class_id] if 0 <= class_id < len(names) else f"class {class_id}"


def read_classes(path: Path) -> ClassList:
    """Names from a YAML file (`names`, or `nc` alone) or from a text file with one name a line.

    Raises ConfigError, with the line, for an empty name, one with control characters, or one given twice.
    """
    if path.suffix.lower() in YAML_SUFFIXES:
        return ClassList(_yaml_names(read_yaml(path)[1], path), path)
    return ClassList(_text_names(_read_text(path)[0], path), path)


def find_classes(folders: Sequence[Path], yaml: Path | None = None) -> ClassList:
    """The dataset's list: `yaml` if it names classes, else `classes.txt` or one `.names` file in `folders`.

    Where `yaml` and a text file disagree, the YAML counts (trainers read no other) and a warning says so.
    """
    described = read_classes(yaml) if yaml else ClassList()
    text = next((file for folder in folders if (file := _text_file(folder))), None)
    if text is None:
        return described
    if not described.names:
        return read_classes(text)
    try:
        other = read_classes(text).names
    except ConfigError as error:
        return ClassList(described.names, yaml, (f"{text.name} is ignored: {error.sentence}",))
    if other == described.names:
        return described
    warning = f"{text.name} and {described.source.name if described.source else ''} name different classes"
    return ClassList(described.names, yaml, (f"{warning}; the latter counts, as it does in training",))


def add_class(classes: ClassList, name: str, *, new_file: Path, root: Path | None = None) -> ClassList:
    """Append a class to the file the list came from, or to `new_file` when there is none.

    Everything else in the file stays as it is, byte for byte (`nc` follows). Raises UsageError for a name
    that cannot be used, SaveError or ConflictError when the file cannot be written.
    """
    name = usable_name(name, classes.names, "No class was added")
    path = classes.source or new_file
    data = read_list_bytes(path) if path.exists() else None
    write_checked(path, appended(path, data, classes.names, name), expected=data, root=root)
    return ClassList((*classes.names, name), path, classes.warnings)


def usable_name(name: str, names: Sequence[str], refusal: str) -> str:
    """The name without outer blanks. Raises UsageError (`refusal`: why) where it cannot join `names`."""
    name = name.strip()
    reason = _bad_name(name) or (f"'{name}' is in the list already" if name in names else "")
    if reason:
        raise UsageError(refusal, reason)
    return name


def read_list_bytes(path: Path) -> bytes:
    """The bytes of a file with a class list. Raises ConfigError."""
    return read_yaml(path)[0] if path.suffix.lower() in YAML_SUFFIXES else _read_text(path)[1]


def parse_names(path: Path, data: bytes) -> tuple[str, ...]:
    """The names in the bytes of a file; its suffix says how to read them. Raises ConfigError."""
    text = data.decode("utf-8-sig")
    if path.suffix.lower() in YAML_SUFFIXES:
        return _yaml_names(parse_yaml(text, path), path)
    return _text_names(text, path)


def appended(path: Path, data: bytes | None, names: tuple[str, ...], name: str) -> bytes:
    """The bytes of a file with one class more; everything else stays. `data` is None for a new text file.

    Raises SaveError for a file that does not hold `names`, or whose layout cannot be extended.
    """
    if data is None:
        return "".join(f"{one}\n" for one in (*names, name)).encode()
    if parse_names(path, data) != names:
        raise SaveError(f"No class was added: {path.name} changed on disk", "", "Open the dataset again")
    if path.suffix.lower() in YAML_SUFFIXES:
        return _with_yaml_name(path, data, names, name)
    body = data.rstrip()
    end = "\r\n" if b"\r\n" in data else "\n"
    separator = end if body and body != b"\xef\xbb\xbf" else ""
    return body + f"{separator}{name}{end}".encode()


def yaml_says(edited: str, before: Pairs, names: tuple[str, ...], path: Path) -> bool:
    """Whether the edited text gives these names and leaves every other key but `nc` as it was."""
    try:
        after = parse_yaml(edited, path)
        others = [key.value for key, _ in (*before.pairs, *after.pairs) if key.value not in ("names", "nc")]
        same = all(_plain(after.raw(key)) == _plain(before.raw(key)) for key in others)
        return same and _yaml_names(after, path) == names
    except ConfigError:
        return False


def _text_file(folder: Path) -> Path | None:
    fixed = folder / "classes.txt"
    if fixed.is_file():
        return fixed
    darknet = small_listing(folder, (".names",))
    return darknet[0] if len(darknet) == 1 else None


def _bad_name(name: str) -> str:
    if not name:
        return "the name is empty"
    if re.search(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]", name):
        return "the name holds control characters or line breaks"
    return ""


def _checked(names: dict[int, tuple[str, int]], path: Path) -> tuple[str, ...]:
    """Names by id, each with its line, as a tuple without gaps."""
    first: dict[str, int] = {}
    for name, line in names.values():
        if reason := _bad_name(name):
            raise ConfigError(f"{path} line {line}", reason, "Correct the file")
        if name in first:
            raise ConfigError(
                f"{path} line {line}",
                f"'{name}' is on line {first[name]} too, and classes are told apart by their names",
                f"Name one of them otherwise, such as '{name} 2': labels hold numbers and stay as they are",
            )
        first[name] = line
    count = max(names, default=-1) + 1
    return tuple(names[i][0] if i in names else f"class {i}" for i in range(count))


def _read_text(path: Path) -> tuple[str, bytes]:
    try:
        data = read_regular(path, _MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}", why(error)) from error
    try:
        return data[:_MAX_BYTES].decode("utf-8-sig"), data
    except UnicodeDecodeError as error:
        raise ConfigError(f"Cannot read {path}", "it is not UTF-8 text") from error


def _text_names(text: str, path: Path) -> tuple[str, ...]:
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", text.rstrip())] if text.strip() else []
    return _checked({i: (name, i + 1) for i, name in enumerate(lines)}, path)


def _yaml_names(top: Pairs, path: Path) -> tuple[str, ...]:
    node = top.get("names")
    if node is None:
        count = top.get("nc")
        text = count.value if isinstance(count, Text) else "0"
        if not re.fullmatch(r"[0-9]{1,6}", text):
            raise ConfigError(f"{path}", f"'nc' is no count: {text}", "Correct the file")
        return tuple(f"class_{i}" for i in range(min(int(text), MAX_CLASSES)))
    if isinstance(node, Text):
        raise ConfigError(
            f"{path} line {node.start.line + 1}", "'names' must be a list or a map", "Correct the file"
        )
    pairs = enumerate(node.items) if isinstance(node, Items) else _numbered(node, path)
    names: dict[int, tuple[str, int]] = {}
    for class_id, value in pairs:
        if not isinstance(value, Text):
            raise ConfigError(
                f"{path} line {value.start.line + 1}", "a class name must be a word", "Correct the file"
            )
        names[class_id] = (value.value, value.start.line + 1)
    return _checked(names, path)


def _numbered(names: Pairs, path: Path) -> list[tuple[int, Node]]:
    numbered: dict[int, Node] = {}
    for key, value in names.pairs:
        line = key.start.line + 1
        if not re.fullmatch(r"[0-9]{1,9}", key.value) or int(key.value) >= MAX_CLASSES:
            reason = f"'{key.value}' is not a class number from 0 to {MAX_CLASSES - 1}"
            raise ConfigError(f"{path} line {line}", reason, "Correct the file")
        if int(key.value) in numbered:
            raise ConfigError(
                f"{path} line {line}", f"class {int(key.value)} occurs twice", "Correct the file"
            )
        numbered[int(key.value)] = value
    return list(numbered.items())


def _with_yaml_name(path: Path, data: bytes, names: tuple[str, ...], name: str) -> bytes:
    text = data.decode("utf-8-sig")
    top = parse_yaml(text, path)
    edits = [_name_edit(text, top, len(names), name)]
    count = top.get("nc")
    if isinstance(count, Text):
        edits.append((count.start.index, count.end.index, str(len(names) + 1)))
    edited = text
    for start, stop, new in sorted(edits, reverse=True):
        edited = edited[:start] + new + edited[stop:]
    if not yaml_says(edited, top, (*names, name), path):
        fix = f"Add '{name}' to it by hand"
        raise SaveError("No class was added", f"{path} is laid out in a way that cannot be extended", fix)
    return data[: len(data) - len(text.encode())] + edited.encode()


def _name_edit(text: str, top: Pairs, class_id: int, name: str) -> tuple[int, int, str]:
    """(start, stop, characters) that add a class to the text of a data.yaml."""
    eol = "\r\n" if "\r\n" in text else "\n"
    names = top.raw("names")
    if isinstance(names, Text):  # the key is there, without a value
        key = next(key for key, _ in top.pairs if key.value == "names")
        at = text.index(":", key.end.index) + 1
        return at, at, f"{eol}  {class_id}: {quoted(name)}"
    if names is None:
        start = "" if not text or text.endswith("\n") else eol
        numbered = [f"  {i}: class_{i}{eol}" for i in range(class_id)]
        return len(text), len(text), f"{start}names:{eol}{''.join(numbered)}  {class_id}: {quoted(name)}{eol}"
    entry = quoted(name) if isinstance(names, Items) else f"{class_id}: {quoted(name)}"
    nodes = names.items if isinstance(names, Items) else [value for _, value in names.pairs]
    if names.flow or not nodes:
        close = names.end.index - 1
        inside = text[names.start.index + 1 : close].rstrip()
        comma = "" if not inside or inside.endswith(",") else ", "
        at = names.start.index + 1 + len(inside)
        return at, at, (comma or (" " if inside else "")) + entry
    last_start = nodes[-1].start if isinstance(names, Items) else names.pairs[-1][0].start
    line_start = last_start.index - last_start.column
    indent = text[line_start : last_start.index]
    line_end = text.find("\n", nodes[-1].end.index)
    if line_end < 0:
        return len(text), len(text), f"{eol}{indent}{entry}"
    return line_end + 1, line_end + 1, f"{indent}{entry}{eol}"


def _plain(node: Node | None) -> object:
    """A node without its places, for comparison."""
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    if isinstance(node, Pairs):
        return [(key.value, _plain(value)) for key, value in node.pairs]
    return None if node is None else node.value
