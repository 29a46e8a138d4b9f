"""The app as a whole, headless: keys in, scenes and label files out."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual import events, timer
from textual.geometry import Size

from datasets import DrawnDataset
from fakes import FakeSegmenter
from labelworld import labeling
from tui.app.screens.help import HelpScreen
from tui.app.screens.pick import PickScreen
from tui.app.widgets.canvas import Canvas
from tui.app.widgets.lines import HintLine, Readout, StatusLine
from tui.render.drivers.recording import RecordingDriver


async def test_first_picture_is_shown_fitted(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.until(lambda: bool(world.driver.scenes) and world.driver.scenes[-1].photo is not None)
        scene = world.driver.scenes[-1]
        assert scene.photo is not None
        assert scene.photo.rgb.shape[:2] == dataset.images[0].rgb.shape[:2]
        assert scene.canvas.rows == 28  # two lines of text below
        width, height = dataset.images[0].wh
        assert scene.view.scale * width <= 1000.5
        assert scene.view.scale * height <= 560.5


async def test_points_confirm_save_and_next(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.keys("q")
        assert world.session.draft.candidates
        assert world.driver.scenes[-1].mask is not None
        await world.keys("2 f")
        assert len(world.session.image.instances) == 1
        assert world.session.image.instances == world.session.image.saved
        line = dataset.images[0].label_path.read_text().split()
        assert line[0] == "1"
        assert len(line) == 5
        await world.keys("d")
        assert world.session.image.index == 1
        assert not dataset.images[1].label_path.exists()


async def test_keys_typed_before_the_mask_wait_for_it(dataset: DrawnDataset) -> None:
    gate = threading.Event()
    slow = FakeSegmenter(delay=lambda what: what == "encode" or gate.wait(10) or None)
    async with labeling(dataset, segmenter=slow) as world:
        for key in ("q", "f", "d"):
            await world.pilot.press(key)
        assert world.session.held
        assert world.session.image.index == 0
        gate.set()
        await world.settled()
        await world.until(lambda: world.session.image.index == 1)
        assert len(dataset.images[0].label_path.read_text().splitlines()) == 1


async def test_app_stays_responsive_while_the_encoder_runs(dataset: DrawnDataset) -> None:
    gate = threading.Event()
    slow = FakeSegmenter(delay=lambda what: what == "decode" or gate.wait(10) or None)
    async with labeling(dataset, segmenter=slow) as world:
        before = world.session.cursor
        await world.pilot.press("l", "l", "q")
        assert world.session.cursor != before
        assert world.session.draft.waiting
        gate.set()
        await world.until(lambda: bool(world.session.draft.candidates))


async def test_m8_late_answer_of_a_left_image_is_dropped(dataset: DrawnDataset) -> None:
    gate = threading.Event()
    slow = FakeSegmenter(delay=lambda what: what == "encode" or gate.wait(10) or None)
    async with labeling(dataset, segmenter=slow) as world:
        await world.pilot.press("q", "b", "d")
        gate.set()
        await world.settled()
        await world.until(lambda: world.session.image.index == 1)
        assert not world.session.draft.candidates
        assert not world.session.image.instances


async def test_neighbours_are_encoded_ahead(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.until(lambda: len(world.segmenter.encoded) == 3)
        await world.keys("d d a")
        assert len(world.segmenter.encoded) == 3


async def test_dialogs_get_the_keys_and_the_canvas_is_painted_anew(dataset: DrawnDataset) -> None:
    driver = RecordingDriver(draws_under_text=False)
    async with labeling(dataset, driver=driver) as world:
        await world.until(lambda: "paint" in driver.calls)
        await world.pilot.press("question_mark")
        assert isinstance(world.app.screen, HelpScreen)
        drawn = len(driver.calls)
        await world.pilot.press("escape")
        await world.until(lambda: "paint" in driver.calls[drawn:])
        assert len(world.app.screen_stack) == 1


async def test_class_palette_sets_and_adds(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.pilot.press("c")
        assert isinstance(world.app.screen, PickScreen)
        await world.pilot.press("s", "l", "a", "enter")
        await world.until(lambda: world.session.current_class == 1)
        await world.pilot.press("c", *"zebra", "enter")
        await world.until(lambda: "zebra" in world.session.classes)
        assert world.session.classes[-1] == "zebra"
        assert world.session.current_class == len(world.session.classes) - 1


async def test_goto_by_name_and_number(dataset: DrawnDataset) -> None:
    name = dataset.images[2].path.stem
    async with labeling(dataset) as world:
        await world.pilot.press("g", *name, "enter")
        await world.until(lambda: world.session.image.index == 2)
        await world.pilot.press("g", "1", "enter")
        await world.until(lambda: world.session.image.index == 0)
        await world.pilot.press("g", "7", "7", "enter")
        assert "No image '77'" in world.app.query_one(HintLine).notice


async def test_quit_leaves_with_code_0(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.keys("q f")
        await world.pilot.press("Q")
        await world.until(lambda: world.app.return_code is not None)
        assert world.app.return_code == 0


async def test_unreadable_labels_block_editing(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset()
    label = dataset.images[0].label_path
    label.parent.mkdir(parents=True, exist_ok=True)
    content = "0 0.5 0.5 0.1 0.1\n".encode("utf-16")
    label.write_bytes(content)
    async with labeling(dataset) as world:
        await world.keys("q f")
        assert world.session.image.blocked
        assert "cannot be edited" in world.app.query_one(HintLine).notice
        assert not world.session.image.instances
    assert label.read_bytes() == content


async def test_damaged_image_is_said_and_can_be_left(dataset: DrawnDataset) -> None:
    dataset.images[0].path.write_bytes(b"this is not a picture")
    async with labeling(dataset) as world:
        assert world.session.image.status == "failed"
        await world.until(lambda: "is not an image" in world.app.query_one(Canvas).message_text)
        await world.keys("d")
        assert world.session.image.status == "ready"


async def test_too_small_terminal_says_so_and_recovers(dataset: DrawnDataset) -> None:
    async with labeling(dataset, size=(30, 8)) as world:
        await world.until(lambda: "Too small" in world.app.query_one(Canvas).message_text)
        await world.pilot.resize_terminal(90, 30)
        await world.until(lambda: not world.app.query_one(Canvas).message_text)
        await world.until(lambda: world.driver.scenes[-1].canvas.cols == 90)


async def test_every_resize_is_drawn_where_textual_misses_its_timers(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=0.012)  # between the delay of a resize and that of a frame
    monkeypatch.setattr(timer, "_time", SimpleNamespace(get_time=lambda: next(clock)))
    async with labeling(dataset) as world:
        for cols, rows in ((90, 30), (90, 17), (120, 40)):
            world.app.post_message(events.Resize(Size(cols, rows), Size(cols, rows)))
            await world.until(
                lambda cols=cols, rows=rows: (
                    bool(world.driver.scenes)
                    and (world.driver.scenes[-1].canvas.cols, world.driver.scenes[-1].canvas.rows)
                    == (cols, rows - 2)
                ),
                f"no picture for {cols}x{rows}",
            )


async def test_read_only_dataset_shows_and_refuses(dataset: DrawnDataset) -> None:
    async with labeling(dataset, options={"read_only": "the labels folder cannot be written"}) as world:
        await world.keys("q f")
        assert "viewing only" in world.app.query_one(HintLine).notice
        assert not world.session.image.instances
        assert not dataset.images[0].label_path.exists()


async def test_mouse_places_points_and_boxes(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.pilot.click(Canvas, offset=(50, 14))
        await world.until(lambda: len(world.session.draft.points) == 1)
        point = world.session.draft.points[0]
        assert point.positive
        view = world.session.view
        assert abs((point.x - view.x) * view.scale - 500) <= 10
        assert abs((point.y - view.y) * view.scale - 280) <= 20


async def test_status_line_shows_no_markup(make_dataset: Callable[..., DrawnDataset], tmp_path: Path) -> None:
    dataset = make_dataset()
    hostile = dataset.images[0].path.with_name("a[@click=app.quit]b[0m.jpg")
    dataset.images[0].path.rename(hostile)
    async with labeling(hostile, size=(160, 40)) as world:
        line = world.app.query_one(StatusLine).render().plain
        assert "[@click=app.quit]" in line


async def test_a_dialog_costs_the_picture_only_when_it_has_gone(dataset: DrawnDataset) -> None:
    driver = RecordingDriver(draws_under_text=False)
    async with labeling(dataset, driver=driver) as world:
        await world.until(lambda: world.app.writer.idle)
        drawn = len(driver.calls)
        await world.pilot.press("c")
        await world.pilot.press("s", "l")
        # The list is shorter now: what it left is painted, and nothing else.
        await world.until(lambda: len(driver.calls) > drawn)
        assert {call.split()[0] for call in driver.calls[drawn:]} == {"restore"}
        await world.pilot.press("escape")
        await world.until(lambda: "paint" in driver.calls[drawn:])
        await world.until(lambda: world.app.writer.idle)
        assert driver.calls[drawn:].count("paint") == 1


async def test_focus_after_another_window_paints_once_a_second_at_most(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.until(lambda: world.app.writer.idle)
        drawn = len(world.driver.calls)
        world.app.post_message(events.AppFocus())
        await world.pilot.pause()
        assert len(world.driver.calls) == drawn
        for _ in range(3):
            world.app.post_message(events.AppBlur())
            world.app.post_message(events.AppFocus())
        await world.until(lambda: "paint" in world.driver.calls[drawn:])
        await world.until(lambda: world.app.writer.idle)
        assert world.driver.calls[drawn:] == ["paint"]


async def test_pieces_are_fenced_and_the_answer_is_no_key(dataset: DrawnDataset) -> None:
    driver = RecordingDriver()
    driver.pieces = [b"\x1b]8888;x\x1b\\" * 1000, b"\x1b]8888;y\x1b\\"]
    async with labeling(dataset, driver=driver) as world:
        await world.until(lambda: len(driver.pieces) == 1)
        before = world.session
        world.app.post_message(events.CursorPosition(0, 0))
        await world.until(lambda: not driver.pieces)
        assert world.session.cursor == before.cursor
        assert world.session.mode == before.mode


async def test_the_meter_counts_what_was_written_since_the_key(dataset: DrawnDataset) -> None:
    async with labeling(dataset, verbose=True) as world:
        await world.until(lambda: world.app.writer.idle)
        await world.pilot.press("l")
        await world.until(
            lambda: re.search(r"[1-9]\d* B ", world.app.query_one(Readout).render().plain) is not None
        )
        shown = world.app.query_one(Readout).render().plain
        count = int(shown.split(" B ")[0].replace(",", ""))
        assert count == len(b"\x1b]8888;%d\x1b\\" % len(world.driver.scenes))


async def test_after_a_suspension_everything_is_drawn_from_nothing(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        await world.until(lambda: world.app.writer.idle)
        drawn = len(world.driver.calls)
        world.app.pictures_off()
        world.app.terminal_back()
        await world.until(lambda: "paint" in world.driver.calls[drawn:])
        assert world.driver.calls[drawn] == "erase"
