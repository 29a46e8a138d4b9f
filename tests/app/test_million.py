"""A folder of any size opens with its first picture at once: the work before it does not grow.

TTYLABEL_IMAGES=1000000 tries it with a million real files; `tests/bench/million.py` measures that.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.million import folder_of
from labelworld import labeling
from tui.data.dataset import Dataset

SMALL = 40_000
COUNT = int(os.environ.get("TTYLABEL_IMAGES", str(SMALL)))


class Counted:
    """`os.scandir` that counts the entries it gave, in all folders."""

    def __init__(self) -> None:
        self.seen = 0
        self._real = os.scandir

    def __call__(self, *args: Any) -> Any:
        scan, outer = self._real(*args), self

        class Scan:
            def __enter__(self) -> Scan:
                return self

            def __exit__(self, *_: object) -> None:
                scan.close()

            def __iter__(self) -> Iterator[os.DirEntry[str]]:
                for entry in scan:
                    outer.seen += 1
                    yield entry

        return Scan()


@pytest.mark.slow
async def test_e7_the_first_picture_waits_for_a_few_names_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, drawn, real = Counted(), threading.Event(), Dataset.list_images

    def listed_later(self: Dataset) -> list[Path]:
        assert drawn.wait(60)
        return real(self)

    with folder_of(COUNT, tmp_path) as folder:
        monkeypatch.setattr(os, "scandir", counted)
        monkeypatch.setattr(Dataset, "list_images", listed_later)
        async with labeling(folder, wait=False) as world:
            await world.until(lambda: any(scene.photo for scene in world.driver.scenes), "no picture")
            assert world.session.listing
            assert counted.seen <= 20_000
            drawn.set()
            if COUNT <= SMALL:
                await world.until(lambda: not world.session.listing, "it was not listed")
                assert world.session.image_count == COUNT
