"""What is written around the picture, row by row: panels, help, dialogs, a review. The picture is left out.

A wanted change: run with TTYLABEL_SNAPSHOTS=write, look at the difference, commit it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from labelworld import World, labeling
from tui.data.dataset import open_dataset
from tui.data.sidecar import sidecar_of
from tui.data.sidecar_records import Origin, line_digest

FOLDER = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("TTYLABEL_SNAPSHOTS") == "write"


def rows(world: World) -> str:
    """The screen as text; cells of the picture are blank.

    So are a scrollbar's end, which moves with any line more, and the read-out, which comes when keys rest.
    """
    strips = world.app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip) for strip in strips)
    texts = (re.sub("[\ufdd0-\ufdef]", " ", line).rstrip() for line in lines)
    plain = (re.sub(r"(\d+% \d+,\d+)$", "", text).rstrip() for text in texts)
    return "".join(re.sub("[▁▂▃▄▅▆▇] │$", "  │", text) + "\n" for text in plain)


async def compare(world: World, size: tuple[int, int], name: str) -> None:
    """The screen against its file, once it says what the file says."""
    file = FOLDER / f"{size[0]}x{size[1]}" / f"{name}.txt"
    await world.settled()
    await world.pilot.pause()
    if WRITE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rows(world), "utf-8")
    expected = file.read_text("utf-8")
    try:
        await world.until(lambda: rows(world) == expected)
    except AssertionError:
        assert rows(world) == expected


PANELS = (
    ("label", ()),
    ("mask", ("q",)),
    ("help", ("b", "?")),
    ("palette", ("escape", ":", *"judged")),
    ("classes", ("escape", "c")),
    ("files", ("escape", "F")),
    ("instances", ("escape", "I")),
    ("statistics", ("escape", "ctrl+t")),
    ("settings", ("escape", "@")),
    ("goto", ("escape", "escape", "g")),
    ("filter", ("escape", "ctrl+f")),
    ("note", ("escape", "exclamation_mark")),
    ("review", ("escape", "ctrl+e")),
    ("summary", ("y", "y", "y", "n", "1", "y")),
)
"""What is compared, in order, and the keys that lead there from the one before."""


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "wide"])
async def test_rows_are_as_they_were(
    size: tuple[int, int], make_dataset: Callable[..., DrawnDataset]
) -> None:
    made = make_dataset(labelled=True)
    sidecar = sidecar_of(open_dataset(made.root))
    for number, image in enumerate(made.images):
        lines = image.label_path.read_text().splitlines()
        origins = [
            Origin(line_digest(line), "yolo11n", score=0.3 + 0.2 * at + 0.05 * number)
            for at, line in enumerate(lines)
        ]
        sidecar.update(image.path, state="proposed", objects=len(lines), origins=origins)
    async with labeling(made, size=size) as world:
        await world.settled()
        for name, keys in PANELS:
            await world.pilot.press(*keys)
            if name == "mask":
                await world.until(lambda: "sure " in world.text())
            elif name == "statistics":
                await world.until(lambda: "100% labelled" in world.text())
            elif name == "review":
                await world.until(lambda: world.session.review.item is not None)
                await world.settled()
                await world.pilot.press("d", "a")
            world.app.lines.say("", "")
            await compare(world, size, name)
