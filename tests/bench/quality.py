"""Quality of any registered segmenter on a folder of photos with true masks.

    python tests/bench/quality.py DIR --segmenter grabcut --max-per-image 2 --limit 30 --json
    python tests/bench/quality.py DIR --segmenter sprout --segmenter grabcut --noc --sheet sheet.png \
        --beside FOLDER_WITH_MOBILE_SAM

DIR holds, for each photo, `<name>.jpg|png`, `<name>.ids.png` (8-bit label maps stacked top to bottom; 0
background, 255 ignore) and `<name>.json` ("image", "width", "height", "layers", "source" and "instances" with
"class", half-open "bbox", "area", "layer", "value").

Definitions. Instances: at least 0.3 % of the photo, both sides of the box at least 16 px, the largest first.
Loose box: each side of the true box moved outward by 0 to 10 % of that dimension, drawn from a generator
seeded with the instance's name. Click 1: the pixel of the true mask that is farthest from its edge; every
later one: the deepest pixel of the largest error, positive on a missed part, negative on a spilled one; all
clicks go in again with the chosen mask as previous. NoC@85: clicks until IoU reaches 0.85, counted as 20
where it never does. Pixels marked ignore do not count. The mask measured is the one `pipelines.segment`
selects, so the table judges the ranking together with the masks. Several segmenters get the same photos in
turn, so that their times compare; times are medians. `--beside` times another one without judging its masks
(a model with random weights costs what a trained one does), on the first ten photos: each decodes a click in
turn with the others, and the shares are medians.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tui.geometry.masks import full_mask
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.segment import segment
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

sys.path.insert(0, str(Path(__file__).resolve().parent))

from quality_sheet import View, look, sheet

Mask = NDArray[np.bool_]
Row = dict[str, Any]
Extent = tuple[float, float, float, float]

MIN_SHARE, MIN_SIDE, NOC_IOU, NOC_CAP = 0.003, 16, 0.85, 20


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One instance: its mask, tight box, a key that seeds its loose box, and its class."""

    key: str
    mask: Mask
    box: Extent
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photo with its true instances, largest first, and the pixels that do not count."""

    rgb: NDArray[np.uint8]
    source: str
    ignore: Mask
    truths: tuple[Truth, ...]


def photos(folder: Path, max_per_image: int, every: int = 1) -> Iterator[Photo]:
    """The folder's photos, in order of their paths; every so many-th of them."""
    for path in sorted(folder.rglob("*.json"))[::every]:
        ids_path = path.with_name(path.stem + ".ids.png")
        if ids_path.exists():
            yield _load(path, ids_path, max_per_image)


def _load(path: Path, ids_path: Path, max_per_image: int) -> Photo:
    meta = json.loads(path.read_text(encoding="utf-8"))
    width, height = meta["width"], meta["height"]
    with Image.open(ids_path) as image:
        layers = np.asarray(image, dtype=np.uint8).reshape(meta["layers"], height, width)
    with Image.open(path.with_name(meta["image"])) as image:
        rgb = np.asarray(image.convert("RGB"))
    stem = Path(meta["image"]).stem
    truths: list[Truth] = []
    for index, item in sorted(enumerate(meta["instances"]), key=lambda pair: -pair[1]["area"]):
        mask = layers[item["layer"]] == item["value"]
        x0, y0, x1, y1 = item["bbox"]
        large = mask.sum() >= MIN_SHARE * width * height and min(x1 - x0, y1 - y0) >= MIN_SIDE
        if large and len(truths) < max_per_image:
            truths.append(Truth(f"{stem}:{index}", mask, (x0, y0, x1, y1), item["class"]))
    return Photo(rgb, meta["source"], (layers == 255).any(axis=0), tuple(truths))


def mask_iou(a: Mask, b: Mask, ignore: Mask) -> float:
    """Intersection over union outside `ignore`; 1 where both are empty."""
    a, b = a & ~ignore, b & ~ignore
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0


def box_iou(a: Extent | None, b: Extent) -> float:
    """IoU of two half-open boxes; 0 where the first is absent."""
    if a is None:
        return 0.0
    across = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - across * down
    return across * down / union if union else 0.0


def tight_box(mask: Mask) -> Extent | None:
    """Half-open extent of a mask, None when it is empty."""
    xs, ys = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return (float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)) if len(xs) else None


def loose_box(box: Extent, image_wh: tuple[int, int], key: str, amount: float = 0.10) -> Box:
    """A box as a person draws it: see the module's definitions."""
    moved = np.random.default_rng(zlib.crc32(key.encode())).uniform(0, 1, 4)
    x0, y0, x1, y1 = box
    dx, dy = (x1 - x0) * amount, (y1 - y0) * amount
    return Box(
        max(0.0, x0 - moved[0] * dx),
        max(0.0, y0 - moved[1] * dy),
        min(float(image_wh[0]), x1 + moved[2] * dx),
        min(float(image_wh[1]), y1 + moved[3] * dy),
    )


def next_click(true: Mask, predicted: Mask, ignore: Mask) -> Point:
    """The click a careful person makes next, at the centre of its pixel."""
    missed, spilled = _deepest(true & ~predicted & ~ignore), _deepest(predicted & ~true & ~ignore)
    x, y, _ = missed if missed[2] >= spilled[2] else spilled
    return Point(x + 0.5, y + 0.5, positive=missed[2] >= spilled[2])


def _deepest(mask: Mask) -> tuple[int, int, float]:
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y), float(depth[y, x])


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Runs one photo's instances through a segmenter and collects a row for each."""

    segmenter: Segmenter
    photo: Photo
    embedding: Embedding
    noc: bool
    views: list[View] | None = None

    def row(self, truth: Truth) -> Row:
        row: Row = {"key": truth.key, "source": self.photo.source, "ms_decode": [], "scored": []}
        self._box(truth, row)
        self._clicks(truth, row)
        return row

    def _show(self, prompt: Prompt, mask: Mask, truth: Truth, iou: float) -> None:
        if self.views is not None:
            self.views.append(look(self.photo.rgb, prompt, mask, truth.mask, iou, truth.key))

    def _answer(self, prompt: Prompt, truth: Truth, row: Row) -> tuple[Prompt, Mask, float]:
        """The mask for a prompt and its IoU, and the prompt that carries it on."""
        answer = segment(self.segmenter, self.embedding, prompt)
        mask = full_mask(answer.chosen.mask, self.embedding.image_wh)
        iou = mask_iou(mask, truth.mask, self.photo.ignore)
        row["ms_decode"].append(answer.ms)
        row["scored"].append((answer.chosen.score, iou))
        return Prompt(prompt.points, prompt.box, answer.chosen.mask), mask, iou

    def _box(self, truth: Truth, row: Row) -> None:
        box = loose_box(truth.box, self.embedding.image_wh, truth.key)
        _, mask, row["iou_box"] = self._answer(Prompt(box=box), truth, row)
        self._show(Prompt(box=box), mask, truth, row["iou_box"])
        row["tight_box_iou"] = box_iou(
            tight_box(mask & ~self.photo.ignore), tight_box(truth.mask) or truth.box
        )

    def _clicks(self, truth: Truth, row: Row) -> None:
        prompt, mask = Prompt(), np.zeros_like(truth.mask)
        reached = NOC_CAP
        for count in range(1, (NOC_CAP if self.noc else 5) + 1):
            points = (*prompt.points, next_click(truth.mask, mask, self.photo.ignore))
            prompt, mask, iou = self._answer(Prompt(points, None, prompt.previous), truth, row)
            if count in (1, 3, 5):
                row[f"iou_click{count}"] = iou
            if count == 3:
                self._show(prompt, mask, truth, iou)
            if iou >= NOC_IOU and reached == NOC_CAP:
                reached = count
            if count >= 5 and reached < NOC_CAP:
                break
        if self.noc:
            row["noc85"] = reached


def measure(
    segmenters: Sequence[Segmenter],
    chosen: Iterator[Photo],
    *,
    noc: bool,
    limit: int | None,
    beside: Segmenter | None = None,
    views: list[View] | None = None,
) -> tuple[list[list[Row]], list[list[dict[str, float]]]]:
    """Rows of each segmenter for each instance of at most `limit` photos; by photo all times, `beside` last.

    `views` collects pictures of the first segmenter's answers.
    """
    rows: list[list[Row]] = [[] for _ in segmenters]
    times: list[list[dict[str, float]]] = []
    for photo in islice(chosen, limit):
        for number, segmenter in enumerate(segmenters):
            embedding, ms_encode = timed(partial(segmenter.encode, photo.rgb))
            bench = Bench(segmenter, photo, embedding, noc, views if number == 0 else None)
            rows[number] += [bench.row(truth) | {"ms_encode": ms_encode} for truth in photo.truths]
        if beside and len(times) < TIMED:
            times.append(in_turn([*segmenters, beside], photo))
    return rows, times


def in_turn(segmenters: Sequence[Segmenter], photo: Photo) -> list[dict[str, float]]:
    """Milliseconds of each segmenter for one photo and for one click on it, the median of rounds in turn."""
    click = Prompt((Point(photo.rgb.shape[1] / 2, photo.rgb.shape[0] / 2),))
    encoded = [timed(partial(segmenter.encode, photo.rgb)) for segmenter in segmenters]
    rounds = [
        [segment(one, embedding, click).ms for one, (embedding, _) in zip(segmenters, encoded, strict=True)]
        for _ in range(ROUNDS)
    ]
    decoded = np.median(rounds[1:], axis=0)
    return [
        {"ms_encode": ms, "ms_decode": float(decode)}
        for (_, ms), decode in zip(encoded, decoded, strict=True)
    ]


def timed(step: Callable[[], Embedding]) -> tuple[Embedding, float]:
    """A step's result and the milliseconds it took."""
    start = time.perf_counter()
    found = step()
    return found, (time.perf_counter() - start) * 1e3


TIMED, ROUNDS = 10, 6
COSTS = ("ms_encode", "ms_decode")
MEASURES = ("iou_box", "tight_box_iou", "iou_click1", "iou_click3", "iou_click5", "noc85")


def summary(rows: Sequence[Row]) -> dict[str, float]:
    """Means over instances, the median of the box IoU, score/IoU correlation, median ms."""
    table: dict[str, float] = {"n": len(rows)}
    for name in MEASURES:
        if name in rows[0]:
            table[name] = float(np.mean([row[name] for row in rows]))
    table["iou_box_median"] = float(np.median([row["iou_box"] for row in rows]))
    scores, ious = np.array([pair for row in rows for pair in row["scored"]]).T
    varies = len(scores) > 2 and scores.std() > 0 and ious.std() > 0
    table["score_r"] = float(np.corrcoef(scores, ious)[0, 1]) if varies else float("nan")
    table["ms_encode"] = float(np.median([row["ms_encode"] for row in rows]))
    table["ms_decode"] = float(np.median([ms for row in rows for ms in row["ms_decode"]]))
    return table


def show(tables: dict[str, dict[str, float]]) -> None:
    """Print one line for each source, the whole set first."""
    columns = list(tables["all"])
    print(" ".join(f"{name:>14}" for name in ("source", *columns)))
    for source, table in tables.items():
        cells = [f"{table[c]:>14.3f}" if c != "n" else f"{table[c]:>14.0f}" for c in columns]
        print(f"{source[:14]:>14} " + " ".join(cells))


def main() -> int:
    """Parse the arguments, measure, print."""
    args = arguments()
    cv2.setNumThreads(args.threads)
    names = args.segmenter or ["grabcut"]
    segmenters = [open_segmenter(name) for name in names]
    beside = open_segmenter(args.beside) if args.beside else None
    views: list[View] | None = [] if args.sheet else None
    try:
        found, times = measure(
            segmenters,
            photos(args.folder, args.max_per_image),
            noc=args.noc,
            limit=args.limit,
            beside=beside,
            views=views,
        )
    finally:
        for segmenter in filter(None, (*segmenters, beside)):
            segmenter.close()
    if not found[0]:
        print(f"{args.folder}: no photo with true masks", file=sys.stderr)
        return 1
    if views:
        Image.fromarray(sheet(views)).save(args.sheet)
    report: dict[str, Any] = {name: by_source(rows) for name, rows in zip(names, found, strict=True)}
    costs = {key: float(np.median([row[-1][key] for row in times])) for key in COSTS} if times else {}
    if args.json:
        print(json.dumps(report | ({"beside": costs} if costs else {}), indent=2))
        return 0
    for number, (name, tables) in enumerate(report.items()):
        if len(names) > 1:
            print(f"\n{name}")
        show(tables)
        if costs:
            shares = (np.median([row[number][key] / row[-1][key] for row in times]) for key in COSTS)
            print("beside {}: encode 1 : {:.2f}, decode 1 : {:.2f}".format(args.beside, *shares))
    return 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segmenter", action="append", help="name or folder; repeat it to compare")
    parser.add_argument("--max-per-image", type=int, default=2)
    parser.add_argument("--limit", type=int, help="photos")
    parser.add_argument("--noc", action="store_true", help="also NoC@85, up to 20 clicks an instance: slow")
    parser.add_argument("--beside", help="a segmenter to compare times with, name or folder")
    parser.add_argument(
        "--sheet", type=Path, help="PNG of the first segmenter's best, median and worst answers"
    )
    parser.add_argument("--threads", type=int, default=1, help="OpenCV's threads")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def by_source(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """A summary for all rows, then one for each source."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row["source"]].append(row)
    return {"all": summary(rows)} | {source: summary(part) for source, part in sorted(parts.items())}


if __name__ == "__main__":
    sys.exit(main())
