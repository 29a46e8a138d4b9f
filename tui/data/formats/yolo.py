"""YOLO label files, read and written so that only what was edited changes.

An instance that nobody touched is written back as the very bytes it was read from; an edited one takes the
place of its old line; new ones are appended; comments, blank lines and lines of other kinds stay where they
are. The trainers drop a whole image whose file mixes boxes and polygons, so a save that would begin to mix
them is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from pathlib import Path

from tui.data.atomic import write_checked
from tui.data.files import read_regular, why
from tui.data.formats.base import Kept, LabelFile, Line
from tui.data.formats.yolo_line import NotUnderstoodError, format_instance, parse_line
from tui.errors import ConflictError, LabelFileError, SaveError
from tui.types.instance import Instance
from tui.types.shapes import Box

__all__ = [
    "NAME",
    "LabelFile",
    "format_instance",
    "parse_labels",
    "read_labels",
    "render",
    "save_labels",
    "stale_cache",
]

NAME = "yolo"

MAX_BYTES = 16_000_000

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"([^\r\n]*+)(\r\n|\n|\r)|([^\r\n]+)\Z")


def read_labels(path: Path, image_wh: tuple[int, int]) -> LabelFile:
    """Read a label file; a missing one reads as empty with `exists` False.

    Lines that are not understood never raise, they are listed in `kept`. Raises LabelFileError when the
    file as a whole cannot be read as text: editing its image would mean replacing it.
    """
    try:
        data = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        return LabelFile(path, b"", False, b"", (), "\n", ())
    except OSError as error:
        raise _unreadable(path, why(error)) from error
    if len(data) > MAX_BYTES:
        raise _unreadable(path, f"it is larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(path, "it is UTF-16 text, not UTF-8")
    if b"\0" in data:
        raise _unreadable(path, "it holds NUL bytes: no text file")
    return parse_labels(path, data, image_wh)


def render(label_file: LabelFile, instances: tuple[Instance, ...], image_wh: tuple[int, int]) -> bytes:
    """The bytes of the file with `instances` (in their order) in place of those it held.

    Rendering what was read gives back the bytes that were read. Raises SaveError for shapes without area
    in the image, and when boxes and polygons would be mixed that were not mixed before.
    """
    _refuse_mixing(label_file, instances)
    texts = [_text(instance, image_wh) for instance in instances]
    slots = [i for i, line in enumerate(label_file.lines) if line.instance is not None]
    placed = _place(texts, [label_file.lines[i].text for i in slots])
    replaced = dict(zip(slots, placed, strict=False))
    out: list[tuple[str, str | None]] = []
    for i, line in enumerate(label_file.lines):
        if i not in replaced:
            out.append((line.text, line.end))
        else:
            out.extend(_with_ends(replaced[i], line.end))
    out.extend((text, None) for text in placed[-1])
    return label_file.head + _join(out, label_file.end)


def save_labels(
    label_file: LabelFile,
    instances: tuple[Instance, ...],
    image_wh: tuple[int, int],
    *,
    root: Path | None = None,
) -> LabelFile:
    """Write `instances` durably and return the file as it is then, its instances in the same order.

    Nothing is touched when the text is the same. Raises ConflictError when the file is no longer what
    `label_file` says, SaveError when it cannot be written or would leave `root`; the old file is then
    still there.
    """
    data = render(label_file, instances, image_wh)
    expected = label_file.data if label_file.exists else None
    try:
        write_checked(label_file.path, data, expected=expected, root=root)
    except ConflictError:
        raise
    except SaveError as error:
        raise SaveError(error.what, error.why, f"Your edits are kept. {error.fix}".rstrip()) from error
    return parse_labels(label_file.path, data, image_wh)


def stale_cache(label_path: Path) -> Path | None:
    """The trainer's cache of this file's folder, where there is one.

    Ultralytics before late 8.4 trusts a cache whose file sizes agree, and a corrected class or a moved box
    leaves the size of a six-decimal line as it was: training would go on with the old labels.
    """
    cache = label_path.parent.with_suffix(".cache")
    return cache if cache.is_file() else None


def parse_labels(path: Path, data: bytes, image_wh: tuple[int, int]) -> LabelFile:
    """What the bytes of a label file say; `path` is for the messages."""
    head = _BOM if data.startswith(_BOM) else b""
    lines: list[Line] = []
    kept: list[Kept] = []
    for match in _LINE.finditer(data, len(head)):
        text = (match[1] if match[2] else match[3]).decode("utf-8", "surrogateescape")
        instance = None
        if text.strip():
            try:
                instance = parse_line(text, image_wh)
            except NotUnderstoodError as error:
                kept.append(Kept(path.name, len(lines) + 1, str(error)))
        lines.append(Line(text, (match[2] or b"").decode("ascii"), instance))
    ends = Counter(line.end for line in lines if line.end)
    end = ends.most_common(1)[0][0] if ends else "\n"
    return LabelFile(path, data, True, head, tuple(lines), end, tuple(kept))


def _text(instance: Instance, image_wh: tuple[int, int]) -> str:
    """The instance's own line where it still says the same (undo brings old lines back), else a new one."""
    source = instance.source
    if source is not None and not re.search(r"[\r\n]", source) and source.strip():
        try:
            if parse_line(source, image_wh) == instance:
                return source
        except NotUnderstoodError:
            pass
    return format_instance(instance, image_wh)


def _place(texts: list[str], old: list[str]) -> list[list[str]]:
    """Distribute the new lines over the old lines' places, in order; the last list is appended to the file.

    Unchanged lines anchor themselves, equal ones where they leave room for the changed lines before them.
    Between two anchors, changed lines take the places of the lines that are gone, one each; what is left
    over follows the last of them.
    """
    places: list[list[str]] = [[] for _ in range(len(old) + 1)]
    where: dict[str, list[int]] = {}
    for i, text in enumerate(old):
        where.setdefault(text, []).append(i)
    start, waiting = 0, list[str]()
    for text in texts:
        equal = where.get(text, [])
        roomy = bisect_left(equal, start + len(waiting))
        nearest = roomy if roomy < len(equal) else bisect_left(equal, start)
        if nearest == len(equal):
            waiting.append(text)
            continue
        anchor = equal[nearest]
        _fill(places, waiting, start, anchor)
        places[anchor].append(text)
        start, waiting = anchor + 1, []
    _fill(places, waiting, start, len(old))
    return places


def _fill(places: list[list[str]], waiting: list[str], start: int, anchor: int) -> None:
    """Put changed lines into the free places before the anchor; those too many go right before it."""
    for i, text in enumerate(waiting):
        places[min(start + i, anchor)].append(text)


def _with_ends(texts: list[str], end: str) -> list[tuple[str, str | None]]:
    """Lines for one old place: the last keeps the end that the old line had."""
    return [(text, None) for text in texts[:-1]] + [(text, end) for text in texts[-1:]]


def _join(lines: list[tuple[str, str | None]], end: str) -> bytes:
    """Text of (line, its end or None for the usual); only the last line may go without an end."""
    parts = []
    for i, (text, own) in enumerate(lines):
        inner = i + 1 < len(lines)
        parts.append(text + (end if own is None or (inner and not own) else own))
    return "".join(parts).encode("utf-8", "surrogateescape")


def _refuse_mixing(label_file: LabelFile, instances: tuple[Instance, ...]) -> None:
    kinds = {isinstance(instance.shape, Box) for instance in instances}
    before = {isinstance(instance.shape, Box) for instance in label_file.instances}
    if len(kinds) == 2 and len(before) < 2:
        raise SaveError(
            f"Not saved: {label_file.path.name} would mix boxes and polygons",
            "training tools drop the whole image then",
            "Keep to one task per dataset (--task detect or --task segment)",
        )


def _unreadable(path: Path, reason: str) -> LabelFileError:
    fix = "Its image can be viewed, not edited, until the file is repaired or moved away"
    return LabelFileError(f"Cannot read the labels {path}", reason, fix)
