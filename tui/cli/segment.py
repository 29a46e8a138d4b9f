"""`ttylabel segment`: one headless prompt, answered as JSON, label lines or a mask picture."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tui.cli.output import emit, emit_json, say
from tui.config import Config, load_config
from tui.data.atomic import write_atomic
from tui.data.formats.yolo import format_instance
from tui.data.image import DecodedImage, read_image
from tui.data.shards import escaped
from tui.errors import UsageError
from tui.geometry.boxes import from_corners
from tui.geometry.masks import full_mask
from tui.geometry.polygons import simplify
from tui.inference.segmenters.base import Segmenter, provider_note
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.segment import Segmentation, segment, trace_candidate
from tui.types.instance import Candidate, Instance, Task, Traced
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

_TOLERANCE = 0.5
"""Pixels that a printed polygon may differ from the mask's exact outline."""

_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)"
_POINT = re.compile(rf"({_NUMBER}),({_NUMBER}),([+-])")
_BOX = re.compile(",".join([f"({_NUMBER})"] * 4))


@dataclass(frozen=True, slots=True)
class _Timing:
    """Milliseconds of each step."""

    load: float
    encode: float
    decode: float


def parse_point(text: str) -> Point:
    """`X,Y,+` or `X,Y,-` in pixels; raises UsageError for anything else."""
    match = _POINT.fullmatch(text.strip())
    if not match:
        raise UsageError(f"--point {text}", "", "Write X,Y,+ (on the object) or X,Y,- (not on it), in pixels")
    return Point(float(match[1]), float(match[2]), match[3] == "+")


def parse_box(text: str) -> Box:
    """`X0,Y0,X1,Y1` in pixels, any two opposite corners; raises UsageError for anything else."""
    match = _BOX.fullmatch(text.strip())
    if not match:
        raise UsageError(f"--box {text}", "", "Write X0,Y0,X1,Y1, two opposite corners in pixels")
    x0, y0, x1, y1 = (float(v) for v in match.groups())
    box = from_corners((x0, y0), (x1, y1))
    if box.area <= 0:
        raise UsageError(f"--box {text}", "the box has no area", "Give two different corners")
    return box


def segment_image(
    image: Path,
    *,
    points: tuple[str, ...],
    box: str | None,
    segmenter: str | None,
    task: Task,
    as_json: bool,
    mask_out: Path | None,
    quiet: bool,
) -> int:
    """Run one prompt on one image and print the answer; returns the exit code."""
    prompt = Prompt(tuple(map(parse_point, points)), parse_box(box) if box else None)
    if prompt.empty:
        raise UsageError("No prompt", "", "Give at least one --point X,Y,+ or a --box X0,Y0,X1,Y1")
    config = load_config()
    start = time.perf_counter()
    picture = _read(image, config, quiet=quiet)
    loaded = time.perf_counter()
    _check_inside(prompt, picture.wh)
    name = segmenter or config.segmenter
    model = open_segmenter(name)
    opened = time.perf_counter()
    embedding = model.encode(picture.rgb)
    encoded = time.perf_counter()
    answer = segment(model, embedding, prompt)
    traced = [trace_candidate(c, picture.wh, task) for c in answer.candidates]
    timing = _Timing((loaded - start) * 1e3, (encoded - opened) * 1e3, answer.ms)
    if mask_out:
        _write_mask(mask_out, answer.candidates[answer.selected], picture.wh)
        say(f"Mask written to {mask_out}", quiet=quiet)
    if note := provider_note(model):
        say(note, quiet=quiet)
    if as_json:
        emit_json(_report(image, picture, answer, traced, timing, model))
    else:
        _emit_label(traced[answer.selected], picture.wh, quiet=quiet)
    model.close()
    return 0


def _read(image: Path, config: Config, *, quiet: bool) -> DecodedImage:
    picture = read_image(image, max_bytes=config.max_image_bytes, max_pixels=config.max_pixels)
    if picture.warning:
        say(picture.warning, quiet=quiet)
    return picture


def _check_inside(prompt: Prompt, wh: tuple[int, int]) -> None:
    """A prompt outside the image is most often a swapped x and y: say so instead of answering."""
    width, height = wh
    for point in prompt.points:
        if not (0 <= point.x < width and 0 <= point.y < height):
            raise UsageError(
                f"--point {point.x:g},{point.y:g} is outside the image",
                f"it is {width} pixels wide and {height} high",
                "Give x before y, in pixels of the upright image",
            )
    box = prompt.box
    if box and (box.x1 <= 0 or box.y1 <= 0 or box.x0 >= width or box.y0 >= height):
        raise UsageError(
            "--box is outside the image",
            f"it is {width} pixels wide and {height} high",
            "Give x before y, in pixels of the upright image",
        )


def _report(
    image: Path,
    picture: DecodedImage,
    answer: Segmentation,
    traced: list[Traced | None],
    timing: _Timing,
    model: Segmenter,
) -> dict[str, object]:
    return {
        "image": escaped(str(image)),
        "size": list(picture.wh),
        "candidates": [_candidate(c, t) for c, t in zip(answer.candidates, traced, strict=True)],
        "selected": answer.selected,
        "segmenter": model.name,
        "provider": model.provider,
        "provider_note": provider_note(model),
        "ms": {
            "load": round(timing.load, 2),
            "encode": round(timing.encode, 2),
            "decode": round(timing.decode, 2),
        },
    }


def _candidate(candidate: Candidate, traced: Traced | None) -> dict[str, object]:
    return {
        "score": round(float(candidate.score), 4),
        "stability": round(float(candidate.stability), 4),
        "area": traced.area if traced else 0,
        "box": list(traced.box.xyxy) if traced else None,
        "polygons": _polygons(traced) if traced else [],
    }


def _polygons(traced: Traced) -> list[list[list[float]]]:
    return [[list(point) for point in simplify(ring, _TOLERANCE)] for ring in traced.rings]


def _emit_label(traced: Traced | None, wh: tuple[int, int], *, quiet: bool) -> None:
    if traced is None:
        say("The mask is empty: no label line. Move the point onto the object or give a box.", quiet=quiet)
        return
    for note in traced.notes:
        say(note, quiet=quiet)
    emit(format_instance(Instance(0, traced.shape), wh))


def _write_mask(path: Path, candidate: Candidate, wh: tuple[int, int]) -> None:
    """Write an 8-bit PNG of the image's size, 255 inside the mask."""
    if path.suffix.lower() != ".png":
        raise UsageError(f"--mask-out {path}", "masks are written as PNG", "Give a name that ends in .png")
    _, data = cv2.imencode(".png", np.where(full_mask(candidate.mask, wh), 255, 0).astype(np.uint8))
    write_atomic(path, data.tobytes())
