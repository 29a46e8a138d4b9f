"""Every benchmark runs, with settings so small that its figures mean nothing."""

from __future__ import annotations

import base64
import importlib
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from terminal.profiles import KITTY

FOLDER = Path(__file__).resolve().parent
STEPS = {"first picture", "cursor move", "mask appears", "mask update", "box", "zoom", "next image"}


def bench(script: str, *options: str) -> str:
    argv = [sys.executable, str(FOLDER / script), *options]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout


def load(monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module(name)


def test_draw() -> None:
    out = bench("draw.py", "--cases", "halfblock", "--rounds", "1")
    assert "cursor 40 px" in out
    assert "OVER" not in out


@pytest.mark.usefixtures("shared")
def test_decode() -> None:
    report = json.loads(bench("decode.py", "--size", "64x48", "--repeat", "1", "--json"))
    assert report["candidates"] > 0


def photo_with_a_disc(folder: Path) -> None:
    """A photo with its truth beside it, as `quality.py` and `keystrokes.py` read them."""
    y, x = np.mgrid[0:80, 0:100]
    disc = np.hypot(x - 40, y - 42) < 22
    Image.fromarray(np.where(disc[..., None], (220, 90, 30), (40, 60, 80)).astype(np.uint8)).save(
        folder / "a.png"
    )
    Image.fromarray(disc.astype(np.uint8)).save(folder / "a.ids.png")
    instance = {"class": "disc", "bbox": [19, 21, 62, 64], "area": int(disc.sum()), "layer": 0, "value": 1}
    meta = {"image": "a.png", "width": 100, "height": 80, "layers": 1, "source": "drawn"}
    (folder / "a.json").write_text(json.dumps(meta | {"instances": [instance]}))


def test_quality(tmp_path: Path) -> None:
    photo_with_a_disc(tmp_path)
    sheet = tmp_path / "sheet.png"
    out = bench("quality.py", str(tmp_path), "--noc", "--beside", "grabcut", "--sheet", str(sheet), "--json")
    table = json.loads(out)["grabcut"]["drawn"]
    assert table["n"] == 1
    assert table["iou_box"] > 0.9
    assert table["noc85"] <= 2
    assert json.loads(out)["beside"]["ms_decode"] > 0
    with Image.open(sheet) as picture:
        assert picture.width > picture.height > 0


def test_keystrokes(tmp_path: Path) -> None:
    photo_with_a_disc(tmp_path)
    report = json.loads(bench("keystrokes.py", str(tmp_path), "--segmenter", "oracle", "--json"))
    assert [table["iou0.90"] for table in report.values()] == [1.0, 1.0, 1.0]
    hint, grid, mouse = (report[f"oracle, {way}"] for way in ("keys", "grid", "mouse"))
    assert (hint["median"], hint["hint"]) == (3, 1)
    assert (grid["median"], grid["points"]) == (4, 1)
    assert (mouse["median"], mouse["mouse"]) == (2, 1)
    assert hint["seconds"] < mouse["seconds"]


@pytest.mark.slow
def test_an_object_costs_six_keys_at_most(shared: Path) -> None:
    """With proposals that are right; a few photos of several kinds."""
    options = ("--segmenter", "oracle", "--way", "keys", "--way", "grid", "--every", "22", "--json")
    report = json.loads(bench("keystrokes.py", str(shared / "data" / "dev"), *options))
    for table in report.values():
        assert table["n"] >= 6
        assert table["median"] <= 6
        assert table["iou0.85"] == 1


def test_quality_parts(tmp_path: Path) -> None:
    photo_with_a_disc(tmp_path)
    lines = bench("quality_parts.py", str(tmp_path)).splitlines()
    assert lines[0].startswith("1 instances")
    figures = {line[:22].strip(): line[22:].split() for line in lines[2:]}
    assert {"whole", "no cut", "no previous", "one mask"} < set(figures)
    assert all(0 <= float(row[0]) <= 1 for row in figures.values())


@pytest.mark.usefixtures("shared")
def test_click() -> None:
    (report,) = json.loads(bench("click.py", "--size", "64x48", "--repeat", "1", "--json"))
    assert set(report["ms"]) == {"bare", "shown", "traced", "anylabeling", "x-anylabeling"}


@pytest.mark.e2e
def test_screen() -> None:
    options = ("--drivers", "kitty", "--rounds", "1", "--keys", "0", "--size", "64x48", "--rest", "0.05")
    report = json.loads(bench("screen.py", *options, "--json"))["kitty"]
    assert set(report["steps"]) == STEPS
    cursor = report["steps"]["cursor move"]
    assert 0 < cursor["ours"]["bytes"] < cursor["naive"]["bytes"]
    assert report["burst_s"]["ours"] > 0


def test_screen_prints_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = load(monkeypatch, "screen")
    cost = {"bytes": 100.0, "picture": 50.0, "ms": 2.0}
    naive = {"bytes": 1000.0, "picture": 0.0, "ms": 4.0}
    report = {
        "kitty": {
            "steps": {"zoom": {"ours": cost, "naive": naive}},
            "burst_s": {"ours": 0.5, "naive": 2.0},
            "stored": {"ours": {"pictures": 3, "mb": 5}, "naive": {"pictures": 30, "mb": 90}, "keys": 1000},
        }
    }
    lines = list(screen.table(report))
    assert "| kitty | zoom | 100 B (50 of pictures), 2 ms | 1,000 B, 4 ms | 1 : 10.0 | 1 : 2.0 |" in lines
    assert any("1,000 keys" in line and "1 : 10" in line for line in lines)


def test_the_books_of_stored_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = load(monkeypatch, "screen_line").Ledger(KITTY, 80, 24, (10, 20))
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 20, 10)).decode()
    commands = (
        "a=q,i=1,s=1,v=1;AAAA",
        f"i=5,f=100,m=1;{png}",
        "i=5,m=0;AAAA",
        "a=T,i=7,s=2,v=3;AAAA",
        "a=d,d=i,i=5",
    )
    ledger.feed(b"\x1b[?1049h" + b"".join(f"\x1b_G{command}\x1b\\".encode() for command in commands))
    assert ledger.stored == {"5": 800, "7": 24}
    ledger.feed(b"\x1b_Ga=d,d=I,i=5\x1b\\\x1b_Ga=d,d=R,x=6,y=9\x1b\\")
    assert ledger.stored == {}


def test_run() -> None:
    report = json.loads(bench("run.py", "--count", "2", "--rounds", "1", "--json"))
    assert report["images"] == 2
    assert report["ratio"] > 0
