"""Remembers where a person stopped in each dataset: a small file each, among the user's own state.

Never in the dataset: two people who share one stop in different places. What cannot be read or written is
forgotten, since nothing but convenience depends on it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

from tui.config import state_dir
from tui.data.atomic import write_atomic
from tui.data.dataset import Dataset
from tui.data.files import read_regular
from tui.errors import SaveError
from tui.types.place import Place
from tui.types.shapes import Box

_LIMIT = 20_000


def place_file(dataset: Dataset) -> Path:
    """The file for what was opened: a folder, an image and a list in it are each remembered apart."""
    opened = b"\0".join(os.fsencode(source) for source in dataset.sources)
    return state_dir() / "places" / f"{hashlib.sha256(opened).hexdigest()[:32]}.json"


def read_place(dataset: Dataset) -> Place | None:
    """Where the person stopped, if the image is still there."""
    try:
        raw = json.loads(read_regular(place_file(dataset), _LIMIT))
        place = _place(raw)
    except (OSError, ValueError, RecursionError):
        return None
    image = image_of(dataset, place)
    return place if image is not None and image.is_file() else None


def image_of(dataset: Dataset, place: Place | None) -> Path | None:
    """The image of a place; None without one."""
    return dataset.image_root / place.image if place is not None else None


def write_place(dataset: Dataset, place: Place) -> bool:
    """Remember a place, replacing the one before; whether it is on disk. Blocks."""
    raw = {
        "image": place.image,
        "image_wh": list(place.image_wh),
        "class": place.class_name,
        "view": [round(v, 2) for v in place.view.xyxy] if place.view else None,
        "cursor": [round(v, 2) for v in place.cursor],
    }
    try:
        write_atomic(place_file(dataset), json.dumps(raw).encode("ascii"))
    except SaveError:
        return False
    return True


def _place(raw: Any) -> Place | None:
    """A place as it was kept; None for anything else."""
    if not isinstance(raw, dict) or not isinstance(raw.get("image"), str):
        return None
    wh, view, cursor = _numbers(raw.get("image_wh"), 2), _numbers(raw.get("view"), 4), raw.get("cursor")
    point = _numbers(cursor, 2)
    if wh is None or point is None or min(wh) < 1 or "\0" in raw["image"]:
        return None
    box = (
        Box(view[0], view[1], view[2], view[3]) if view and view[0] < view[2] and view[1] < view[3] else None
    )
    name = raw.get("class")
    return Place(
        raw["image"],
        (int(wh[0]), int(wh[1])),
        name if isinstance(name, str) else "",
        box,
        (point[0], point[1]),
    )


def _numbers(raw: Any, count: int) -> list[float] | None:
    """So many finite numbers, or None."""
    if not isinstance(raw, list) or len(raw) != count:
        return None
    good = all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in raw)
    return [float(v) for v in raw] if good else None
