"""What keys cost in bytes and time, ours beside textual-image's widgets driven the naive way, in one run.

    python tests/bench/screen.py                 # all drivers, 1,000 keys for the stored pictures
    python tests/bench/screen.py --quick         # 100 keys
    python tests/bench/screen.py --drivers kitty --json

Both programs run on a pseudo-terminal in front of a terminal that answers and counts but does not draw, of
104x41 cells of 10x20 pixels: a photo is shown at 1040x780. A key counts until its picture is final: bytes of
any kind, milliseconds to the last byte of a picture. Ours is the whole labeler: its status and hint lines
count too. Its model answers at once. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from draw import draw_photo
from PIL import Image
from screen_line import Answer, Line

from terminal.profiles import FOOT, KITTY, PLAIN

APPS = Path(__file__).resolve().parent / "screen_apps.py"
PROFILES = {"kitty": KITTY, "sixel": FOOT, "halfblock": PLAIN}
SIZE = (104, 41)
SLOW_BYTES, SLOW_RTT = 1_000_000.0, 0.05
BURST_KEYS, BURST_RATE = 20, 30.0
STEPS = ("first picture", "cursor move", "mask appears", "mask update", "box", "zoom", "next image")

Costs = dict[str, list[Answer]]


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        draw_dataset(Path(folder) / "set", options.size, options.rounds + 1)
        report = {driver: compare(driver, Path(folder), options) for driver in options.drivers}
    print(json.dumps(report, indent=2) if options.json else "\n".join(table(report)))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="keys in bytes and time, ours and the naive way")
    parser.add_argument("--drivers", nargs="+", choices=list(PROFILES), default=list(PROFILES))
    parser.add_argument("--rounds", type=int, default=5, help="how often each key is measured (default 5)")
    parser.add_argument("--keys", type=int, default=1000, help="keys before stored pictures are counted")
    parser.add_argument("--quick", action="store_true", help="100 keys before stored pictures are counted")
    parser.add_argument("--rest", type=float, default=0.35, help="seconds between keys (default 0.35)")
    parser.add_argument("--size", type=wh, default=(1280, 960), help="photo as WxH (default 1280x960)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.keys = min(options.keys, 100)
    return options


def wh(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def draw_dataset(root: Path, size: tuple[int, int], count: int) -> None:
    """A drawn photo and its mirror images, in turn."""
    (root / "images").mkdir(parents=True)
    (root / "data.yaml").write_text("path: .\ntrain: images\nnames: [thing]\n")
    photo = Image.fromarray(draw_photo().rgb).resize(size)
    flips = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)
    pictures = [photo, *(photo.transpose(flip) for flip in flips)]
    for number in range(count):
        pictures[number % 4].save(root / "images" / f"{number:03}.png", compress_level=1)


def compare(driver: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one driver, ours and naive."""
    report: dict[str, Any] = {"steps": {}}
    costs = {way: key_costs(way, driver, folder, options) for way in ("ours", "naive")}
    for step in STEPS:
        report["steps"][step] = {way: median(costs[way][step]) for way in costs}
    report["burst_s"] = {way: burst(way, driver, folder) for way in costs}
    if driver == "kitty" and options.keys:
        report["stored"] = {way: stored(way, folder, options.keys) for way in costs} | {"keys": options.keys}
    return report


@contextmanager
def running(way: str, driver: str, folder: Path, **line: float) -> Iterator[Line]:
    """One of the two programs with its first picture on the screen."""
    say(f"{driver} {way}")
    argv = [sys.executable, str(APPS), way, driver, str(folder / "set")]
    with (
        tempfile.TemporaryDirectory() as home,
        Line(argv, PROFILES[driver], home=Path(home), size=SIZE, **line) as program,
    ):
        yield program


def key_costs(way: str, driver: str, folder: Path, options: argparse.Namespace) -> Costs:
    """Each kind of key, several times."""
    rounds = range(options.rounds)
    costs: Costs = {step: [] for step in STEPS}
    with running(way, driver, folder) as line:

        def key(name: str, step: str = "") -> None:
            answer = line.press(name)
            if step:
                costs[step].append(answer)
            line.rest(options.rest)  # the status line, and what is sent when the keys rest

        costs["first picture"].append(line.wait_picture())
        for _ in rounds:
            key("l", "cursor move")
        for _ in rounds:
            key("q", "mask appears")
            key("l")
            key("q", "mask update")
            key("b")
        key("r")
        for _ in rounds:
            key("l", "box")
        key("b")
        for _ in rounds:
            key("z", "zoom")
            key("Z", "zoom")
        for _ in rounds:
            key("d", "next image")
    return costs


def burst(way: str, driver: str, folder: Path) -> float:
    """Seconds from the first of some quick keys until the picture is final, over a slow line."""
    with running(way, driver, folder, bandwidth=SLOW_BYTES, rtt=SLOW_RTT) as line:
        line.wait_picture()
        start = time.monotonic()
        for number in range(BURST_KEYS):
            while time.monotonic() < start + number / BURST_RATE:
                line.pump()
            # To and fro: a key held down accelerates and would soon rest at the image's edge.
            line.send("lllllhhhhh"[number % 10])
        line.rest(0.2)
        return line.screen.picture_at - start


def stored(way: str, folder: Path, keys: int) -> dict[str, float]:
    """Pictures (and their decoded megabytes) that a kitty keeps after many keys of all kinds."""
    with running(way, "kitty", folder) as line:
        line.wait_picture()
        pattern = "llqlqlhbhh"
        for number in range(keys):
            line.send(pattern[number % len(pattern)])
            line.rest(0.02)
        line.rest()
        held = line.screen.stored
        return {"pictures": len(held), "mb": round(sum(held.values()) / 1e6, 1)}


def median(answers: list[Answer]) -> dict[str, float]:
    return {
        "bytes": statistics.median(answer.bytes for answer in answers),
        "picture": statistics.median(answer.picture for answer in answers),
        "ms": round(statistics.median(answer.ms for answer in answers), 1),
    }


def table(report: dict[str, Any]) -> Iterator[str]:
    """Markdown: a row per driver and key, then the slow line and the stored pictures."""
    yield "| Driver | Key | Ours | Naive | Ours : naive, bytes | Ours : naive, time |"
    yield "|---|---|---:|---:|---:|---:|"
    for driver, found in report.items():
        for step, cost in found["steps"].items():
            mine, theirs = cost["ours"], cost["naive"]
            yield (
                f"| {driver} | {step} | {amount(mine)} | {amount(theirs)} "
                f"| {ratio(mine, theirs, 'bytes')} | {ratio(mine, theirs, 'ms')} |"
            )
    yield ""
    yield f"| {BURST_KEYS} keys at {BURST_RATE:.0f} Hz over 1 MB/s, 50 ms | Ours | Naive | Ours : naive |"
    yield "|---|---:|---:|---:|"
    for driver, found in report.items():
        mine, theirs = found["burst_s"]["ours"], found["burst_s"]["naive"]
        seconds = f"{mine:.2f} s | {theirs:.2f} s | 1 : {theirs / max(mine, 0.01):.1f}"
        yield f"| {driver}, until the picture is final | {seconds} |"
    for found in report.values():
        if "stored" in found:
            mine, theirs = found["stored"]["ours"], found["stored"]["naive"]
            yield (
                f"| kitty, pictures stored after {found['stored']['keys']:,} keys "
                f"| {mine['pictures']} ({mine['mb']} MB) | {theirs['pictures']} ({theirs['mb']} MB) "
                f"| 1 : {theirs['pictures'] / max(1, mine['pictures']):.0f} |"
            )


def amount(cost: dict[str, float]) -> str:
    """Half-blocks are text: their pictures are not told apart."""
    picture = f" ({cost['picture']:,.0f} of pictures)" if cost["picture"] else ""
    return f"{cost['bytes']:,.0f} B{picture}, {cost['ms']:,.0f} ms"


def ratio(mine: dict[str, float], theirs: dict[str, float], what: str) -> str:
    return f"1 : {theirs[what] / mine[what]:,.1f}" if mine[what] else "-"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
