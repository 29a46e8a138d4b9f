"""What a `data.yaml` says about where a dataset lies and what it holds."""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from pathlib import Path

from tui.data.files import read_regular, small_listing, why
from tui.data.yaml_text import Items, Node, Pairs, Text, read_yaml
from tui.errors import ConfigError
from tui.types.instance import Task

_SPLITS = ("train", "val", "validation", "test", "minival")
_LIST_BYTES = 256_000_000


@dataclass(frozen=True, slots=True)
class Description:
    """A data.yaml: the dataset's root, its existing image folders and list files, in order of the file.

    `task` is set where the file says it; `pose` when it describes keypoints, which no label here can hold.
    """

    path: Path
    root: Path
    sources: tuple[Path, ...]
    task: Task | None
    pose: bool
    warnings: tuple[str, ...]


def find_description(folder: Path) -> Path | None:
    """The YAML file that describes a folder: `data.yaml`, or the only one that names classes and splits."""
    for name in ("data.yaml", "data.yml"):
        if (folder / name).is_file():
            return folder / name
    found = [path for path in small_listing(folder, (".yaml", ".yml")) if _describes(path)]
    return found[0] if len(found) == 1 else None


def read_description(path: Path) -> Description:
    """Read a data.yaml. Raises ConfigError for a file that is not one, or that leads outside its root.

    `path:` is taken relative to the file. Where it names a place that does not exist here (it was written
    on another machine), the file's own folder is taken, with a warning.
    """
    top = read_yaml(path)[1]
    root, warnings = _root(top, path)
    sources: list[Path] = []
    for split in _SPLITS:
        node = top.get(split)
        for text in _texts(node, split, path):
            place = _inside(root, text, split, path)
            if place is None:
                warnings.append(f"{path.name}: '{split}: {text}' is not there")
            elif place not in sources:
                sources.append(place)
    said = top.get("task")
    task: Task | None = None
    if isinstance(said, Text) and said.value in ("detect", "segment"):
        task = "detect" if said.value == "detect" else "segment"
    return Description(path, root, tuple(sources), task, top.get("kpt_shape") is not None, tuple(warnings))


def read_list(path: Path, root: Path) -> list[Path]:
    """Image paths of a list file, one a line; `./` and relative paths count from the file's folder.

    Raises ConfigError for a path that leads outside `root`: a list could name any file of the machine.
    """
    images = []
    try:
        data = read_regular(path, _LIST_BYTES)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}", why(error)) from error
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        text = line.decode("utf-8", "surrogateescape").strip()
        if not text:
            continue
        image = absolute(path.parent / text)
        if not _within(image, root):
            raise ConfigError(
                f"{path} line {number}", f"{text} leads outside the dataset {root}", "Correct the file"
            )
        images.append(image)
    return images


def _describes(path: Path) -> bool:
    try:
        top = read_yaml(path)[1]
    except ConfigError:
        return False
    return any(top.get(key) for key in ("names", "nc")) and any(top.get(split) for split in _SPLITS)


def _root(top: Pairs, path: Path) -> tuple[Path, list[str]]:
    own = absolute(path).parent
    node = top.get("path")
    if node is None:
        return own, []
    if not isinstance(node, Text):
        raise ConfigError(
            f"{path} line {node.start.line + 1}", "'path' must be one folder", "Correct the file"
        )
    place = absolute(own / node.value)
    if not place.is_dir():
        return own, [f"{path.name}: 'path: {node.value}' is not there; its own folder is taken"]
    if not _within(place, own):
        raise ConfigError(
            f"{path}: 'path' leads outside the dataset ({place})",
            "",
            f"Open that folder itself, with --classes {path}",
        )
    return place, []


def _texts(node: Node | None, split: str, path: Path) -> list[str]:
    """A split's entries: one text or a list of them."""
    if node is None:
        return []
    entries = node.items if isinstance(node, Items) else (node,)
    texts = [entry.value for entry in entries if isinstance(entry, Text)]
    if len(texts) != len(entries):
        line = node.start.line + 1
        raise ConfigError(
            f"{path} line {line}", f"'{split}' must be a folder or a list of folders", "Correct the file"
        )
    return texts


def _inside(root: Path, text: str, split: str, path: Path) -> Path | None:
    """The folder or list file that an entry means, None where it is not there.

    Exports write `../train/images` and mean `train/images`; the trainers try both, and so does this.
    """
    retried = text[3:] if text.startswith("../") else None
    if retried is not None and (root / retried).exists():
        text = retried
    place = absolute(root / text)
    if not place.exists():
        return None
    if not _within(place, root):
        raise ConfigError(
            f"{path}: '{split}' leads outside the dataset ({place})", "", "Open that folder itself"
        )
    return place


def _within(place: Path, root: Path) -> bool:
    try:
        return place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links that run in a circle
        return False


def absolute(path: Path) -> Path:
    """Absolute and without `..`, but with its links: label paths follow the names the user sees."""
    # `Path.resolve` would follow the links, `Path.absolute` would keep the `..`.
    return Path(os.path.abspath(path))  # noqa: PTH100
