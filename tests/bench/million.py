"""How long a folder of a million images takes to its first picture, and to its whole list.

    python tests/bench/million.py
    python tests/bench/million.py --count 100000

The files are hard links to a few, in memory where there is room (/dev/shm), else below the current folder.
The labeler is the real one, without a terminal: "first picture" is from opening the folder (after imports) to
the first scene with a photo in it, "listed" to the sorted list of all images.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from labelworld import labeling

LINKS = 30_000
"""Links to one file: ext4 allows 65,000."""

MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds, and megabytes of the whole process at its largest."""

    count: int
    first_ms: float
    listed_ms: float
    memory_mb: float


@contextmanager
def folder_of(count: int, fallback: Path) -> Iterator[Path]:
    """A folder of `count` names, each a real image; in memory where there is room, else below `fallback`."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2_000_000_000
    with tempfile.TemporaryDirectory(dir=MEMORY if roomy else fallback, prefix="ttylabel-") as place:
        ok, png = cv2.imencode(".png", np.full((48, 64, 3), 90, np.uint8))
        assert ok
        here = os.open(place, os.O_RDONLY)
        try:
            for number in range(count):
                name = f"img{number:07d}.png"
                if number % LINKS == 0:
                    source = name
                    (Path(place) / name).write_bytes(png.tobytes())
                else:
                    os.link(source, name, src_dir_fd=here, dst_dir_fd=here)
        finally:
            os.close(here)
        yield Path(place)


async def measure(folder: Path) -> Figures:
    """Open the labeler on a folder and wait for the first picture, then for the list."""
    start = time.perf_counter()
    async with labeling(folder, wait=False) as world:
        await world.until(lambda: any(scene.photo is not None for scene in world.driver.scenes), "no picture")
        first = time.perf_counter()
        while world.session.listing:
            await world.pilot.pause(0.02)
        listed = time.perf_counter()
        assert world.session.image.status == "ready"
        count = world.session.image_count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(count, (first - start) * 1000, (listed - start) * 1000, memory)


def line(figures: Figures) -> str:
    return (
        f"{figures.count:,} images: first picture {figures.first_ms:.0f} ms, "
        f"listed {figures.listed_ms:.0f} ms, {figures.memory_mb:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    count = parser.parse_args().count
    with folder_of(10, Path.cwd()) as folder:
        asyncio.run(measure(folder))  # everything is imported now
    with folder_of(count, Path.cwd()) as folder:
        print(line(asyncio.run(measure(folder))))


if __name__ == "__main__":
    main()
