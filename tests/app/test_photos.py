"""The photo in the tone asked for."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tui.app.library import Library
from tui.app.photos import Photos
from tui.config import Config
from tui.data.dataset import open_dataset

WAIT = 10.0


class Desk:
    """A `Photos` whose answers wait in a queue, as they would for the event loop."""

    def __init__(self, folder: Path) -> None:
        for number in range(2):
            ok, data = cv2.imencode(".png", np.full((8, 8, 3), 50 + number, np.uint8))
            assert ok
            (folder / f"{number}.png").write_bytes(data.tobytes())
        self.library = Library(open_dataset(folder), Config())
        self.library.list_all()
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.errors: list[BaseException] = []
        self.shown: list[int] = []
        self.photos = Photos(post=self.posted.put, changed=self._changed, on_error=self.errors.append)

    def _changed(self) -> None:
        assert self.photos.shown is not None
        self.shown.append(int(self.photos.shown.rgb[0, 0, 0]))

    def load(self, index: int) -> None:
        self.library.load(self.library.path(index))
        self.photos.load(self.library, index)

    def answer(self) -> None:
        self.posted.get(timeout=WAIT)()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.photos.close()
    assert not desk.errors


def test_the_photo_is_shown_as_it_is_until_the_toned_one_is_ready(desk: Desk) -> None:
    desk.load(0)
    plain = desk.photos.shown
    desk.photos.tone((3, 0, False))
    assert desk.photos.shown is plain
    desk.answer()
    assert desk.shown[0] > 50
    assert desk.photos.shown is not None
    assert plain is not None
    assert desk.photos.shown.token != plain.token
    desk.photos.tone((0, 0, False))
    assert desk.photos.shown is plain
    assert not desk.photos.busy


def test_the_tone_goes_on_for_the_next_image_and_a_late_answer_is_dropped(desk: Desk) -> None:
    desk.photos.tone((-3, 0, False))
    desk.load(0)
    late = desk.posted.get(timeout=WAIT)
    desk.load(1)
    late()
    assert not desk.shown
    desk.answer()
    assert desk.shown[0] < 51
