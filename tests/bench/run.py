"""`ttylabel run` beside the same model calls in a bare loop: images a second, and their ratio.

    python tests/bench/run.py                              # a hand-made network, drawn photos
    python tests/bench/run.py --detector yolo11s.onnx --images photos/ --count 60 --json

The bare loop calls the detector on pictures that are decoded already and keeps nothing. The run reads and
decodes files, maps classes, merges, writes label files durably and records where they come from. The budget:
at least 90 % of the throughput. Both ways use all cores, in turn, and the best round of each counts:
other people's work on the machine only ever adds.

The hand-made network costs about as much as a YOLO11s (20 GFLOP a picture) and finds two objects.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# As the program sets it (`tui.cli.main`), and before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inference.detectors import tinyyolo
from inference.onnxmini import Graph, message, text
from tui.data.image import read_image
from tui.inference.detectors.registry import open_detector

ROOT = Path(__file__).resolve().parents[2]
SIDE, CHANNELS, LAYERS = 640, 64, 21
WH = (1280, 960)


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        detector = options.detector or made_network(folder)
        images = photos(folder, options)
        rounds = [(bare(detector, images), run(folder, detector, images)) for _ in range(options.rounds)]
    best_bare, best_run = (max(rates) for rates in zip(*rounds, strict=True))
    report = {
        "images": len(images),
        "bare_per_s": round(best_bare, 3),
        "run_per_s": round(best_run, 3),
        "ratio": round(best_run / best_bare, 3),
    }
    print(json.dumps(report) if options.json else table(report))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="ttylabel run against a bare loop")
    parser.add_argument("--detector", type=Path, help="an .onnx file; default: a hand-made network")
    parser.add_argument("--images", type=Path, help="a folder; default: drawn photos")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def made_network(folder: Path) -> Path:
    """A YOLO whose convolutions cost something and whose answer is always the same."""
    answer = tinyyolo.raw() * np.where(np.arange(7)[:, None] < 4, SIDE / tinyyolo.SIDE, 1).astype(np.float32)
    graph = Graph({"images": ("float32", (1, 3, SIDE, SIDE))}, {"output0": (1, *answer.shape)})
    rng = np.random.default_rng(0)
    value, inputs = "images", 3
    for layer in range(LAYERS):
        weights = graph.const(rng.normal(0, 0.05, (CHANNELS, inputs, 3, 3)))
        step = 2 if layer < 2 else 1
        value = graph.op("Conv", value, weights, kernel_shape=[3, 3], strides=[step] * 2, pads=[1] * 4)
        value, inputs = graph.op("Relu", value), CHANNELS
    nothing = graph.op("Mul", graph.op("ReduceMean", value, keepdims=0), graph.const(0.0))
    graph.op("Add", graph.const(answer[None]), nothing, into="output0")
    names = message(14, text(1, "names") + text(2, repr(dict(enumerate(tinyyolo.NAMES)))))
    path = folder / "made.onnx"
    path.write_bytes(graph.serialize() + names)
    return path


def photos(folder: Path, options: argparse.Namespace) -> list[Path]:
    """JPEG files in a folder of their own."""
    place = folder / "set"
    place.mkdir()
    found = sorted(options.images.glob("*.jpg"))[: options.count] if options.images else []
    for source in found:
        shutil.copy(source, place)
    rng = np.random.default_rng(1)
    for i in range(0 if options.images else options.count):
        coarse = rng.integers(0, 255, (WH[1] // 16, WH[0] // 16, 3), np.uint8)
        _, data = cv2.imencode(".jpg", cv2.resize(coarse, WH, interpolation=cv2.INTER_CUBIC))
        (place / f"{i:04}.jpg").write_bytes(data.tobytes())
    return sorted(place.glob("*.jpg"))


def bare(detector: Path, images: list[Path]) -> float:
    """Images a second of the model calls alone."""
    model = open_detector(detector)
    pictures = [read_image(path).rgb for path in images]
    model.detect(pictures[0])
    start = time.perf_counter()
    for picture in pictures:
        model.detect(picture)
    seconds = time.perf_counter() - start
    model.close()
    return len(images) / seconds


def run(folder: Path, detector: Path, images: list[Path]) -> float:
    """Images a second of `ttylabel run`, after its models are open."""
    argv = [sys.executable, "-m", "tui", "run", folder / "set", "--detector", detector]
    done = subprocess.run(
        [*map(str, argv), "--existing", "replace", "--again", "--json", "-q"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["done"] == len(images)
    return len(images) / float(summary["seconds"])


def table(report: dict[str, float]) -> str:
    return (
        f"{report['images']} images: bare loop {report['bare_per_s']:.2f}/s, "
        f"run {report['run_per_s']:.2f}/s, {report['ratio']:.0%} of it"
    )


if __name__ == "__main__":
    sys.exit(main())
