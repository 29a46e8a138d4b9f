"""How many keys an object costs: a robot labels photos with true masks through the real session.

    python tests/bench/keystrokes.py DIR --segmenter oracle --segmenter sprout
    python tests/bench/keystrokes.py DIR --limit 20 --json

DIR is as in `quality.py`, whose instances these are. The session is the product's, without Textual: keys go
in, label files come out. Photos of one source are one dataset with that source's classes, walked with `d`.
Every key counts, also those that led nowhere.

The robot does what a good user does (`hands.py`): it opens hints and takes the object whose letter lies on
it; else it points with the grid. It looks through the candidates where the mask is of something else,
corrects a mask that is nearly right with up to three points, and at last draws a box. It stops at an IoU of
0.85 and names the object. What is measured is the polygon that was saved against the true mask. "grid" is the
same without hints.

Beside it the same policy by mouse, through the same session and model: clicks for points, a drag for a box,
and the same keys for candidates, class and keeping; there are no hints. A click is one action here, but it is
also a movement to the target: `seconds` are the operators of Card, Moran and Newell's keystroke-level model
("The keystroke-level model for user performance time with interactive systems", CACM 23, 1980): 0.28 s a key
(average typist), 1.1 s a pointing movement, 0.1 s a press or release of the button. Thinking is left out on
both sides. The oracle answers with the truth, so its figures are the cost of pointing alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from hands import Grid, Keyboard, Labeled, Mouse, Scene
from oracle import Oracle
from quality import Photo, photos

from tui.app.headless import Headless
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import open_segmenter
from tui.session import events as ev
from tui.session.state import Options

KEY_S, MOVE_S, BUTTON_S = 0.28, 1.1, 0.1
CANVAS = (1200, 760)
ALL = 10_000
REACHED = (0.85, 0.90)
WAYS = {"keys": Keyboard, "grid": Grid, "mouse": Mouse}


def label(found: Sequence[Photo], segmenter: Segmenter, way: str, folder: Path, most: int) -> list[Labeled]:
    """Photos of one source as a dataset, labelled from the first image to the last."""
    classes = _classes(found)
    (folder / "images").mkdir(parents=True)
    for number, photo in enumerate(found):
        Image.fromarray(photo.rgb).save(folder / "images" / f"{number:03}.png", compress_level=1)
    (folder / "classes.txt").write_text("".join(f"{name}\n" for name in classes))
    opened = open_dataset(folder, task="segment")
    world = Headless(
        Library(opened, Config()),
        segmenter,
        Options(task="segment", segmenter=segmenter.name),
        opened.classes.names,
        "anylabeling",
    )
    world.give(ev.Resized(*CANVAS))
    world.list_images()
    world.settle()
    rows: list[Labeled] = []
    for number, photo in enumerate(found):
        if number:
            world.press("d")
        hands = WAYS[way](world, Scene(photo.ignore))
        rows += [hands.label(truth, classes.index(truth.name), photo.source) for truth in photo.truths[:most]]
    return rows


def _classes(found: Sequence[Photo]) -> list[str]:
    """The classes of a source, the most frequent first, as a person would list them."""
    counts: dict[str, int] = defaultdict(int)
    for photo in found:
        for truth in photo.truths:
            counts[truth.name] += 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def measure(found: Sequence[Photo], name: str, way: str, most: int) -> list[Labeled]:
    """All photos, source by source; of each the `most` largest objects."""
    segmenter: Segmenter = Oracle(found) if name == "oracle" else open_segmenter(name)
    sources: dict[str, list[Photo]] = defaultdict(list)
    for photo in found:
        sources[photo.source].append(photo)
    rows: list[Labeled] = []
    with tempfile.TemporaryDirectory() as folder:
        for source, group in sources.items():
            rows += label(group, segmenter, way, Path(folder) / source, most)
    segmenter.close()
    return rows


def summary(rows: Sequence[Labeled]) -> dict[str, float]:
    """Medians and means of actions, seconds of the model, shares that reached an IoU."""
    keys, moves, buttons = (np.array([getattr(r, f) for r in rows]) for f in ("keys", "moves", "buttons"))
    actions = keys + moves
    seconds = keys * KEY_S + moves * MOVE_S + buttons * BUTTON_S
    return {
        "n": len(rows),
        "median": float(np.median(actions)),
        "mean": float(actions.mean()),
        "p90": float(np.percentile(actions, 90)),
        "mouse": float(moves.mean()),
        "seconds": float(np.median(seconds)),
        "mean_s": float(seconds.mean()),
        **{f"iou{level:.2f}": float(np.mean([r.iou >= level for r in rows])) for level in REACHED},
        **{way: float(np.mean([r.way == way for r in rows])) for way in ("hint", "points", "box")},
    }


def show(tables: dict[str, dict[str, float]]) -> None:
    """One line for each segmenter and way; `mouse` are the mouse actions among the actions."""
    columns = list(next(iter(tables.values())))
    print(" ".join((f"{'':>24}", *(f"{name:>8}" for name in columns))))
    for name, table in tables.items():
        print(f"{name[:24]:>24} " + " ".join(f"{table[column]:>8.2f}" for column in columns))


def main() -> int:
    """Parse the arguments, label, print."""
    args = arguments()
    found = list(islice(photos(args.folder, ALL, args.every), args.limit))
    if not any(photo.truths for photo in found):
        print(f"{args.folder}: no photo with true masks", file=sys.stderr)
        return 1
    report: dict[str, Any] = {}
    for name in args.segmenter or ["oracle"]:
        for way in args.way or list(WAYS):
            rows = measure(found, name, way, args.max_per_image)
            report[f"{name}, {way}"] = summary(rows)
            if args.by_source:
                for source in dict.fromkeys(row.source for row in rows):
                    part = [row for row in rows if row.source == source]
                    report[f"{name}, {way}, {source}"] = summary(part)
            if args.worst:
                for row in sorted(rows, key=lambda row: -row.keys)[: args.worst]:
                    print(f"{row.keys:>4} {row.iou:.2f} {row.source} {row.key}: {row.typed}", file=sys.stderr)
    if args.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segmenter", action="append", help='"oracle", a name or a folder; repeat it')
    parser.add_argument("--way", action="append", choices=list(WAYS))
    parser.add_argument("--max-per-image", type=int, default=2)
    parser.add_argument("--limit", type=int, help="photos")
    parser.add_argument("--every", type=int, default=1, help="take every so many-th photo")
    parser.add_argument("--by-source", action="store_true")
    parser.add_argument(
        "--worst", type=int, default=0, help="show the objects that cost most, and their keys"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
