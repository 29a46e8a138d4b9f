"""What a decode keystroke costs over the bare ONNX Runtime call on the same feeds.

    python tests/bench/decode.py                                  # tiny reference models beside the checkout
    python tests/bench/decode.py --segmenter mobile-sam
    python tests/bench/decode.py --encoder E.onnx --decoder D.onnx --size 3840x2160 --json

One keystroke is `pipelines.segment`: prompt tokens, the decoder, candidates with their stability, the choice.
It and the bare call run in turn on one session, so that the ratio does not depend on how busy the machine is.
`all outputs` is the bare call as it is usually made, with the image's size and the full-size masks.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# As the program sets it (`tui.cli.main`), and before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tui.inference.preprocess import fit_longest
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.sam import Sam
from tui.inference.store import StoredModel, find
from tui.pipelines.segment import segment
from tui.types.prompt import Point, Prompt

TINY = Path(__file__).resolve().parents[3] / "shared" / "refmodels" / "tiny"
OUTPUTS = ["low_res_masks", "iou_predictions"]


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        model = find(options.segmenter) if options.segmenter else made(Path(folder), options)
        sam = open_pair(model, Sam)
    try:
        report = measure(sam, options.size, options.repeat)
    finally:
        sam.close()
    print(json.dumps(report, indent=2) if options.json else table(report))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="decode keystroke against the bare ONNX Runtime call")
    parser.add_argument("--segmenter", help="a model's name or directory")
    parser.add_argument("--encoder", type=Path, default=TINY / "sam1_samexporter.encoder.onnx")
    parser.add_argument("--decoder", type=Path, default=TINY / "sam1_multi.decoder.onnx")
    parser.add_argument("--size", type=size, default=(1920, 1080), help="image as WxH (default 1920x1080)")
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def made(folder: Path, options: argparse.Namespace) -> StoredModel:
    """A model directory around the two given files."""
    text = 'name = "bench"\ntitle = "bench"\nprotocol = "sam"\nlicence = "unknown"\n'
    for role in ("encoder", "decoder"):
        (folder / f"{role}.onnx").symlink_to(getattr(options, role).resolve(strict=True))
        text += f'[[files]]\nrole = "{role}"\nname = "{role}.onnx"\n'
    (folder / "manifest.toml").write_text(text)
    return find(folder)


def measure(sam: Sam, wh: tuple[int, int], repeat: int) -> dict[str, Any]:
    width, height = wh
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    embedding, encode_ms = timed(lambda: sam.encode(image))
    click = Prompt((Point(width * 0.4, height * 0.5),))
    feeds = sam.feeds(embedding, click, fit_longest(wh, sam._encoder_layout.side))
    sized = (
        feeds | {"orig_im_size": np.array([height, width], np.float32)} if "orig_im_size" in feeds else feeds
    )
    raw = sam._decoder._raw
    answer = segment(sam, embedding, click)
    steps: dict[str, Callable[[], object]] = {
        "bare": lambda: raw.run(OUTPUTS, feeds),
        "keystroke": lambda: segment(sam, embedding, click),
        "all outputs": lambda: raw.run(None, sized),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(repeat + 3):
        for name, step in steps.items():
            _, ms = timed(step)
            if turn >= 3:
                times[name].append(ms)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "size": list(wh),
        "provider": sam.provider,
        "candidates": len(answer.candidates),
        "encode_ms": round(encode_ms, 2),
        "ms": {name: round(ms, 3) for name, ms in medians.items()},
        "keystroke_over_bare_ms": round(medians["keystroke"] - medians["bare"], 3),
        "keystroke_to_bare": round(medians["keystroke"] / medians["bare"], 3),
    }


def timed(step: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = step()
    return result, (time.perf_counter() - start) * 1e3


def table(report: dict[str, Any]) -> str:
    width, height = report["size"]
    lines = [f"{width}x{height} on {report['provider']}, {report['candidates']} candidates"]
    lines += [f"  {name:12} {ms:9.2f} ms" for name, ms in report["ms"].items()]
    over, ratio = report["keystroke_over_bare_ms"], report["keystroke_to_bare"]
    return "\n".join([*lines, f"  keystroke - bare = {over:.2f} ms, keystroke / bare = {ratio:.3f}"])


if __name__ == "__main__":
    sys.exit(main())
