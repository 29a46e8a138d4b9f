"""One decoder: orientation, depth, damage and limits."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tui.data.image import file_digest, image_wh, is_image_name, read_image
from tui.errors import ImageError


def corner_marked() -> np.ndarray:
    """Grey 48 x 32 with a red block at the top left, as it looks upright."""
    rgb = np.full((32, 48, 3), 128, np.uint8)
    rgb[:8, :8] = (255, 0, 0)
    return rgb


def encoded(rgb: np.ndarray, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, kind, **options)
    return buffer.getvalue()


def stored(upright: np.ndarray, orientation: int) -> np.ndarray:
    """How a camera stores an upright image under an EXIF orientation."""
    undo = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: np.transpose(a, (1, 0, 2)),
        6: np.rot90,
        7: lambda a: np.rot90(np.transpose(a, (1, 0, 2)), 2),
        8: lambda a: np.rot90(a, -1),
    }
    return np.ascontiguousarray(undo[orientation](upright))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "TIFF", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_i4_every_orientation_is_upright(tmp_path, orientation, kind):
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / "a.img"
    path.write_bytes(encoded(stored(corner_marked(), orientation), kind, exif=exif.tobytes()))
    image = read_image(path)
    assert image.wh == (48, 32) == image_wh(path)
    assert image.rgb.shape == (32, 48, 3)
    assert (np.abs(image.rgb[:6, :6].astype(int) - (255, 0, 0)) < 60).all()
    assert (np.abs(image.rgb[-6:, -6:].astype(int) - 128) < 20).all()


def test_i4_shared_photos_agree_with_their_orientation_table(shared):
    rows = csv.DictReader((shared / "data/hard/expected.csv").read_text("utf-8").splitlines())
    checked = 0
    for row in rows:
        if not row["opencv_5_color_shape"].startswith("[") or "bomb" in row["file"]:
            continue
        path = shared / "data/hard" / row["file"]
        height, width, _ = map(int, row["opencv_5_color_shape"].strip("[]").split(","))
        try:
            image = read_image(path)
        except ImageError:
            assert row["file"].startswith("broken/"), row
            continue
        assert image.wh == (width, height) == image_wh(path), row["file"]
        checked += 1
    assert checked > 60


def test_i2_shared_broken_files_have_one_sentence_and_no_traceback(shared):
    sentences = []
    for path in sorted((shared / "data/hard/broken").iterdir()):
        try:
            assert read_image(path).rgb.dtype == np.uint8
        except ImageError as error:
            sentences.append((path.name, error.sentence))
    assert len(sentences) >= 8
    assert all(text.startswith(name) and "\n" not in text for name, text in sentences)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_i2_a_cut_jpeg_is_shown_with_a_warning(tmp_path, cut):
    rgb = np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8)
    data = encoded(rgb, "JPEG", quality=90)
    path = tmp_path / "a.jpg"
    path.write_bytes(data[: int(len(data) * cut)])
    image = read_image(path)
    assert image.wh == (160, 120)
    assert image.warning.startswith("is damaged")
    assert image.rgb[:16].std() > 30


def test_i2_the_end_marker_of_a_thumbnail_does_not_hide_the_cut(tmp_path):
    rgb = np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8)
    thumbnail = b"\xff\xd8thumbnail\xff\xd9"
    data = encoded(rgb, "JPEG")
    data = data[:2] + b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail + data[2:]
    (tmp_path / "whole.jpg").write_bytes(data + b"trailing bytes")
    (tmp_path / "cut.jpg").write_bytes(data[: len(data) // 2])
    assert read_image(tmp_path / "whole.jpg").warning == ""
    assert read_image(tmp_path / "cut.jpg").warning.startswith("is damaged")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello", "is not an image"),
        (b"<html>404</html>", "is not an image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.jpg is"),
    ],
)
def test_i2_what_is_no_image_is_said(tmp_path, content, words):
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=words):
        read_image(path)
    with pytest.raises(ImageError):
        image_wh(path)


def test_i2_a_cut_png_is_damaged(tmp_path):
    data = encoded(np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8), "PNG")
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageError, match=r"a\.png is damaged: "):
        read_image(tmp_path / "a.png")


def test_i2_pipes_folders_and_missing_files_do_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "dangling.jpg").symlink_to("nowhere")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    for name, words in (
        ("pipe", "not a regular file"),
        ("folder", "folder"),
        ("missing", "gone"),
        ("dangling", "gone"),
        ("loop", "circle"),
    ):
        for read in (read_image, image_wh):
            with pytest.raises(ImageError, match=words):
                read(tmp_path / f"{name}.jpg")


def test_i1_too_many_pixels_are_refused_by_the_header(tmp_path):
    path = tmp_path / "bomb.png"
    Image.new("1", (3000, 2000)).save(path)
    with pytest.raises(ImageError, match="3000x2000 is over the 5 MP limit"):
        read_image(path, max_pixels=5_000_000)
    assert read_image(path, max_pixels=6_000_000).wh == (3000, 2000)


def test_i1_shared_bomb(shared):
    with pytest.raises(ImageError, match="30000x30000 is over the 200 MP limit"):
        read_image(shared / "data/hard/made/bomb_30000x30000.png")


def test_too_many_bytes_are_refused_unread(tmp_path):
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(ImageError, match="10000 MB is over the 512 MB limit"):
        read_image(path)


def test_i3_twelve_bits_in_sixteen_are_not_black(tmp_path):
    ramp = np.tile(np.linspace(0, 4095, 256, dtype=np.uint16), (64, 1))
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", ramp)[1].tobytes())
    rgb = read_image(tmp_path / "a.png").rgb
    assert rgb.min() == 0
    assert rgb.max() == 255
    assert abs(float(rgb.mean()) - 127) < 5
    assert (rgb[..., 0] == rgb[..., 2]).all()


def test_i3_deep_colour_keeps_its_channels(tmp_path):
    bgr = np.zeros((64, 64, 3), np.uint16)
    bgr[:32, :, 2] = 4000
    bgr[32:, :, 0] = 2000
    (tmp_path / "a.tif").write_bytes(cv2.imencode(".tiff", bgr)[1].tobytes())
    rgb = read_image(tmp_path / "a.tif").rgb
    assert tuple(rgb[10, 10]) == (255, 0, 0)
    assert tuple(rgb[50, 10]) == pytest.approx((0, 0, 127), abs=1)


def test_i3_float_with_nan(tmp_path):
    values = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    values[0, 0] = np.nan
    Image.fromarray(values).save(tmp_path / "a.tif")
    rgb = read_image(tmp_path / "a.tif").rgb
    assert rgb.shape == (64, 64, 3)
    assert rgb[0, 0, 0] == 0
    assert rgb[-1, -1, 0] == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_i3_modes_become_rgb(tmp_path, mode):
    Image.fromarray(corner_marked()).convert(mode).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").rgb.shape == (32, 48, 3)


def test_i3_alpha_is_dropped_not_blended(tmp_path):
    rgba = np.dstack((corner_marked(), np.zeros((32, 48), np.uint8)))
    Image.fromarray(rgba).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png").rgb, corner_marked())


def test_i3_of_several_pages_the_first_is_shown(tmp_path):
    pages = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    image = read_image(tmp_path / "a.tif")
    assert tuple(image.rgb[0, 0]) == (255, 0, 0)
    assert "first is shown" in image.warning


@pytest.mark.parametrize("wh", [(1, 1), (1, 3000), (3000, 1)])
def test_i5_extreme_sizes(tmp_path, wh):
    Image.new("RGB", wh).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").wh == wh


def test_e2_a_name_that_is_not_utf8(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    path.write_bytes(encoded(corner_marked(), "PNG"))
    assert read_image(path).wh == (48, 32)


def test_image_names():
    assert all(map(is_image_name, ["a.jpg", "A.JPEG", "x.y.png", "ü.WebP"]))
    assert not any(map(is_image_name, ["a.txt", "a.gif", ".a.jpg", "._a.jpg", "jpg", "a.jpg.txt"]))


def test_a_digest_is_one_of_the_bytes(tmp_path: Path) -> None:
    one, same, other = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png"
    one.write_bytes(encoded(corner_marked(), "PNG"))
    same.write_bytes(one.read_bytes())
    other.write_bytes(encoded(corner_marked(), "BMP"))
    assert file_digest(one) == file_digest(same) != file_digest(other)
    with pytest.raises(ImageError):
        file_digest(one, max_bytes=10)
    with pytest.raises(ImageError):
        file_digest(tmp_path / "absent.png")
