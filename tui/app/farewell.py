"""What is said on the ordinary screen after leaving: what was done, where it is, and how to go on."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from tui.types.text import printable


def farewell(path: Path, written: Mapping[Path, int]) -> tuple[str, str]:
    """Two lines; `path` was opened, `written` counts the objects in each label file that was saved."""
    again = f"Go on where you stopped: ttylabel {printable(shlex.quote(str(path)))}"
    if not written:
        return "No labels were changed", again
    images, objects = _counted(len(written), "image"), _counted(sum(written.values()), "object")
    holds = "holds" if len(written) == 1 else "hold"
    saved = f"Saved: labels of {images}, which {holds} {objects}, in {printable(_folder(written))}"
    return saved, again


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _folder(written: Mapping[Path, int]) -> str:
    """The folder that holds all these files, from here where it lies below."""
    folder = Path(os.path.commonpath([file.parent for file in written]))
    here = Path.cwd()
    return f"{folder.relative_to(here) if folder.is_relative_to(here) else folder}{os.sep}"
