"""`ttylabel segment`: the headless twin."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from datasets import DrawnDataset
from tui.cli.main import main
from tui.cli.segment import parse_box, parse_point
from tui.errors import UsageError
from tui.types.prompt import Point
from tui.types.shapes import Box


def run(*argv: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["segment", *argv])
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


def box_text(dataset: DrawnDataset, *, grow: int = 6) -> str:
    x0, y0, x1, y1 = dataset.images[0].box(0)
    return f"{x0 - grow:g},{y0 - grow:g},{x1 + grow:g},{y1 + grow:g}"


def test_json_contract(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    image = dataset.images[0]
    assert run(str(image.path), "--box", box_text(dataset), "--json") == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert err == ""
    assert set(report) == {
        "image",
        "size",
        "candidates",
        "selected",
        "segmenter",
        "provider",
        "provider_note",
        "ms",
    }
    assert report["image"] == str(image.path)
    assert report["size"] == list(image.wh)
    assert report["segmenter"] == "sprout"
    assert set(report["ms"]) == {"load", "encode", "decode"}
    chosen = report["candidates"][report["selected"]]
    assert {"score", "area", "box", "polygons"} <= set(chosen)
    canvas = np.zeros(image.wh[::-1], np.uint8)
    cv2.fillPoly(canvas, [np.round(np.array(ring) - 0.5).astype(np.int32) for ring in chosen["polygons"]], 1)
    truth = image.mask(0)
    assert (canvas.astype(bool) & truth).sum() / (canvas.astype(bool) | truth).sum() > 0.9
    assert np.abs(np.array(chosen["box"]) - np.array(image.box(0))).max() <= 4


def test_label_line_and_mask(
    dataset: DrawnDataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, mask_file = dataset.images[0], tmp_path / "m.png"
    code = run(str(image.path), "--box", box_text(dataset), "--task", "detect", "--mask-out", str(mask_file))
    assert code == 0
    out, err = capsys.readouterr()
    fields = out.split()
    assert len(fields) == 5
    assert fields[0] == "0"
    assert all(0 <= float(v) <= 1 for v in fields[1:])
    assert "Mask written" in err
    mask = cv2.imdecode(np.frombuffer(mask_file.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert mask.shape == image.wh[::-1]
    assert set(np.unique(mask)) == {0, 255}


def test_points_positive_and_negative(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    disc = dataset.images[0].shapes[0]
    code = run(str(dataset.images[0].path), "--point", f"{disc.x},{disc.y},+", "--point", "5,5,-", "--json")
    assert code == 0
    report = json.loads(capsys.readouterr().out)
    x0, y0, x1, y1 = report["candidates"][report["selected"]]["box"]
    assert x0 < disc.x < x1
    assert y0 < disc.y < y1


@pytest.mark.parametrize(
    "text", ["1,2", "1,2,*", "a,2,+", "1,2,+,3", "1e5,2,+", "nan,1,+", "", "1,2,+ 3,4,-"]
)
def test_bad_points(text: str) -> None:
    with pytest.raises(UsageError, match="X,Y"):
        parse_point(text)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,x", "1,2,1,9", "4,4,4,4"])
def test_bad_boxes(text: str) -> None:
    with pytest.raises(UsageError):
        parse_box(text)


def test_good_points_and_boxes() -> None:
    assert parse_point("1.5,20,-") == Point(1.5, 20, False)
    assert parse_box("30,40,10,20") == Box(10, 20, 30, 40)


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        ([], 2, "No prompt"),
        (["--point", "1,1"], 2, "X,Y,+"),
        (["--point", "9999,1,+"], 2, "outside the image"),
        (["--box", "5000,5000,6000,6000"], 2, "outside the image"),
        (["--point", "9,9,+", "--segmenter", "nonsense"], 2, "nonsense"),
        (["--point", "9,9,+", "--mask-out", "m.jpg"], 2, ".png"),
    ],
)
def test_mistakes_are_one_sentence(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, words: str
) -> None:
    assert run(str(dataset.images[0].path), *argv) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"not an image", b"<html></html>"])
def test_files_that_are_no_images(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    assert run(str(path), "--point", "1,1,+", "--json") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "x.jpg" in err
    assert err.count("\n") == 1


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "none.jpg"), "--point", "1,1,+") in (1, 2)
    assert "none.jpg" in capsys.readouterr().err


def test_e2_a_name_that_is_no_utf_8_is_json_for_every_reader(
    dataset: DrawnDataset, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    image = dataset.images[0].path.rename(dataset.images[0].path.with_name(os.fsdecode(b"caf\xe9.png")))
    assert run(str(image), "--box", box_text(dataset), "--json") == 0
    report = json.loads(capsysbinary.readouterr().out)
    assert report["image"].encode("utf-8").endswith(b"caf%E9.png")
