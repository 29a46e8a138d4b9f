"""A click on a picture whose embedding is there: ours, the bare decoder call, and two other tools' way.

    python tests/bench/click.py                        # tiny reference MobileSAM beside the checkout
    python tests/bench/click.py --encoder E.onnx --decoder D.onnx --json
    python tests/bench/click.py --segmenter mobile-sam --size 1920x1080 --size 4000x3000

The budgets hold for a full-size MobileSAM; the exporter beside the reference models writes one with random
weights. All ways run in turn on one session and the fastest run of each counts: other people's work on the
machine only ever adds.

    bare             the decoder call on ready inputs
    shown            ours: the decoder, candidates, the choice, and the outline at the size of a view
    traced           ours: the same, and the outline at image resolution
    anylabeling      AnyLabeling's way: the decoder up-samples to the 684 x 1024 canvas it was fed, the mask
                     is warped to the full picture as floats, thresholded, its outer contours simplified
    x-anylabeling    the same after decoding the picture file again, as X-AnyLabeling does at every click

The last two are restated from a description of what those programs do, not their code.

Random weights give masks of noise, with thousands of outlines that no click ever has. So every way runs the
decoder and then goes on with an ellipse of a tenth of the picture; `--trained` goes on with the real mask.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# As the program sets it (`tui.cli.main`), and before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tui.geometry.contours import outlines
from tui.geometry.masks import view_mask
from tui.inference.embedding import Embedding
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.sam import Sam
from tui.inference.store import StoredModel, find
from tui.pipelines.segment import segment, trace_candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

TINY = Path(__file__).resolve().parents[3] / "shared" / "refmodels" / "tiny"
SIZES = [(1920, 1080), (4000, 3000)]
VIEW = (1200, 675)
CANVAS = (684, 1024)
WARM_UP = 3


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sam = open_pair(find(options.segmenter) if options.segmenter else made(folder, options), Sam)
        if not options.trained:
            sam._decoder = Ellipse(sam._decoder)
        try:
            reports = [measure(sam, wh, folder, options.repeat) for wh in options.size or SIZES]
        finally:
            sam.close()
    print(json.dumps(reports, indent=2) if options.json else "\n".join(table(r) for r in reports))
    return 0


class Ellipse:
    """A decoder that does its work and then says it found an ellipse; otherwise the session it wraps."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.generic]]
    ) -> tuple[NDArray[np.generic], ...]:
        answers = self._session.run(outputs, feeds)
        return tuple(
            ellipse(a.shape) if name.endswith("masks") else a
            for name, a in zip(outputs, answers, strict=True)
        )


@cache
def ellipse(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Masks of that shape with one smooth object in their upper left, where every picture has a part."""
    y, x = np.mgrid[0 : 1 : 1j * shape[-2], 0 : 1 : 1j * shape[-1]]
    logits = 12 * (1 - np.hypot((x - 0.4) / 0.2, (y - 0.3) / 0.16))
    return np.ascontiguousarray(np.broadcast_to(logits.astype(np.float32), shape))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="a click: ours against the bare call and two other tools' way"
    )
    parser.add_argument("--segmenter", help="a model's name or directory")
    parser.add_argument("--encoder", type=Path, default=TINY / "mobile_sam.encoder.onnx")
    parser.add_argument("--decoder", type=Path, default=TINY / "mobile_sam.decoder.onnx")
    parser.add_argument("--size", type=size, action="append", help="picture as WxH, repeatable")
    parser.add_argument(
        "--trained", action="store_true", help="the weights are real: use the masks as they are"
    )
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def made(folder: Path, options: argparse.Namespace) -> StoredModel:
    """A folder with links to the two given files; what they are is recognised."""
    place = folder / "bench"
    place.mkdir()
    for role in ("encoder", "decoder"):
        (place / f"{role}.onnx").symlink_to(getattr(options, role).resolve(strict=True))
    return find(place)


def photo(wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Soft shapes with grain: it compresses about as a photo does."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    soft = cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    soft += rng.integers(-8, 9, soft.shape, np.int16)
    return np.clip(soft, 0, 255).astype(np.uint8)


def measure(sam: Sam, wh: tuple[int, int], folder: Path, repeat: int) -> dict[str, Any]:
    image, file = photo(wh), folder / f"{wh[0]}x{wh[1]}.jpg"
    Image.fromarray(image).save(file, quality=92)
    embedding = sam.encode(image)
    ways = clicks(sam, embedding, file)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeat + WARM_UP):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn >= WARM_UP:
                times[name].append((time.perf_counter() - start) * 1e3)
    ms = {name: round(min(values), 2) for name, values in times.items()}
    return {
        "size": list(wh),
        "provider": sam.provider,
        "ms": ms,
        "median_ms": {name: round(statistics.median(values), 2) for name, values in times.items()},
        "shown_over_bare_ms": round(ms["shown"] - ms["bare"], 2),
        "anylabeling_to_shown": round(ms["anylabeling"] / ms["shown"], 2),
        "x_anylabeling_to_shown": round(ms["x-anylabeling"] / ms["shown"], 2),
    }


def clicks(sam: Sam, embedding: Embedding, file: Path) -> dict[str, Callable[[], object]]:
    """Each way of answering one click, by name."""
    width, height = embedding.image_wh
    click = Prompt((Point(width * 0.4, height * 0.5),))
    feeds = sam.feeds(embedding, click, sam.fit(embedding.image_wh))
    decoder = sam._decoder
    session = getattr(decoder, "_session", decoder)._raw
    canvas = feeds | {"orig_im_size": np.array(CANVAS, np.float32)}

    def shown() -> object:
        chosen = segment(sam, embedding, click).chosen
        whole = Box(0, 0, width, height)
        return outlines(view_mask(chosen.mask, whole, VIEW, embedding.image_wh))

    def traced() -> object:
        return trace_candidate(segment(sam, embedding, click).chosen, embedding.image_wh, "segment")

    def anylabeling() -> object:
        masks = decoder.run(["masks"], canvas)[0]
        return outer_contours(warped(np.asarray(masks[0, 0], np.float32), (width, height)))

    def x_anylabeling() -> object:
        cv2.cvtColor(cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        return anylabeling()

    return {
        "bare": lambda: session.run(["low_res_masks", "iou_predictions"], feeds),
        "shown": shown,
        "traced": traced,
        "anylabeling": anylabeling,
        "x-anylabeling": x_anylabeling,
    }


def warped(mask: NDArray[np.float32], wh: tuple[int, int]) -> NDArray[np.float32]:
    """A mask on the canvas to the full picture."""
    scale = min(CANVAS[1] / wh[0], CANVAS[0] / wh[1])
    back = np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]], np.float64)
    return np.asarray(cv2.warpAffine(mask, back, wh, flags=cv2.INTER_LINEAR), np.float32)


def outer_contours(mask: NDArray[np.float32]) -> list[NDArray[np.int32]]:
    binary = np.where(mask > 0, 255, 0).astype(np.uint8)
    found, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [cv2.approxPolyDP(c, 0.001 * cv2.arcLength(c, True), True) for c in found]


def table(report: dict[str, Any]) -> str:
    width, height = report["size"]
    lines = [f"{width}x{height} on {report['provider']}"]
    median = report["median_ms"]
    lines += [f"  {name:14} {ms:9.2f} ms (median {median[name]:.2f})" for name, ms in report["ms"].items()]
    lines.append(f"  shown - bare = {report['shown_over_bare_ms']:.2f} ms (budget 8)")
    lines.append(f"  AnyLabeling's way / shown = {report['anylabeling_to_shown']:.2f} (budget 2 at 12 MP)")
    lines.append(
        f"  X-AnyLabeling's way / shown = {report['x_anylabeling_to_shown']:.2f} (budget 4 at 12 MP)"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
