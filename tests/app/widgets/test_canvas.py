"""The canvas: blank to Textual, keys and mouse to the session."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.app.textpage import CLEAR, KEEP
from tui.app.widgets.canvas import Canvas


class Host(App[None], inherit_bindings=False):
    """One canvas and what it reported."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.pointers: list[tuple[float, float, str]] = []
        self.wiped = 0
        self.cleared: list[list[tuple[int, int]]] = []

    def compose(self) -> ComposeResult:
        yield Canvas()

    def on_mount(self) -> None:
        self.query_one(Canvas).focus()

    @on(Canvas.KeyPressed)
    def _key(self, message: Canvas.KeyPressed) -> None:
        self.keys.append(message.event.key)

    @on(Canvas.Pointer)
    def _pointer(self, message: Canvas.Pointer) -> None:
        self.pointers.append((message.x, message.y, message.action))

    @on(Canvas.Wiped)
    def _wiped(self, message: Canvas.Wiped) -> None:
        self.wiped += 1
        self.cleared.append([(int(row), int(col)) for row, col in np.argwhere(message.cells)])


async def test_every_key_reaches_the_session() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("tab", "q", "ctrl+q", "escape", "space", "shift+tab")
        await pilot.pause()
        assert app.keys == ["tab", "q", "ctrl+q", "escape", "space", "shift+tab"]


def cells(canvas: Canvas, crop: Region | None = None) -> list[str]:
    """What the canvas hands to Textual: `.` for cells left alone, `_` for cleared ones, or text."""
    strips = canvas.render_lines(crop or canvas.region)
    assert all(segment.style is None for strip in strips for segment in strip)
    return [strip.text.replace(KEEP, ".").replace(CLEAR, "_") for strip in strips]


async def test_cells_are_cleared_once_and_then_left_alone() -> None:
    app = Host()
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        canvas = app.query_one(Canvas)
        assert cells(canvas) == ["." * 20] * 5
        canvas.wipe()
        assert cells(canvas) == ["_" * 20] * 5
        assert cells(canvas) == ["." * 20] * 5


async def test_only_cells_that_a_dialog_left_are_cleared() -> None:
    app = Host()
    async with app.run_test(size=(10, 4)) as pilot:
        await pilot.pause()
        canvas = app.query_one(Canvas)
        cells(canvas)
        assert canvas.cover([Region(2, 0, 4, 3)]) is False
        assert cells(canvas) == ["." * 10] * 4
        assert canvas.cover([Region(2, 0, 4, 2)]) is True
        app.cleared.clear()
        assert cells(canvas) == ["." * 10, "." * 10, "..____....", "." * 10]
        await pilot.pause()
        assert app.cleared[0] == [(2, col) for col in range(2, 6)]
        assert canvas.covered().sum() == 8
        assert canvas.cover([]) is True
        assert cells(canvas, Region(0, 0, 4, 4)) == ["..__", "..__", "....", "...."]
        assert cells(canvas) == ["....__....", "....__....", "." * 10, "." * 10]


async def test_a_dialog_beside_the_canvas_is_none_of_its_business() -> None:
    app = Host()
    async with app.run_test(size=(10, 4)) as pilot:
        await pilot.pause()
        canvas = app.query_one(Canvas)
        cells(canvas)
        canvas.cover([Region(20, 0, 4, 3), Region(0, 9, 3, 3)])
        assert canvas.cover([]) is False


async def test_a_text_is_shown_in_the_middle_wrapped() -> None:
    app = Host()
    async with app.run_test(size=(20, 5)) as pilot:
        canvas = app.query_one(Canvas)
        canvas.say("a.jpg is not an image at all")
        await pilot.pause()
        lines = [strip.text.strip(KEEP + CLEAR + " ") for strip in canvas.render_lines(canvas.region)]
        assert [line for line in lines if line] == ["a.jpg is not an", "image at all"]
        assert not lines[0]
        canvas.say("")
        assert cells(canvas) == ["_" * 20] * 5


async def test_textual_writing_over_the_cells_is_reported() -> None:
    app = Host()
    async with app.run_test() as pilot:
        for _ in range(4):
            await pilot.pause()
        before = app.wiped
        app.query_one(Canvas).wipe()
        for _ in range(4):
            await pilot.pause()
        assert app.wiped > before


async def test_click_is_a_point_and_drag_is_a_box() -> None:
    app = Host()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.click(Canvas, offset=(5, 6))
        await pilot.click(Canvas, offset=(7, 8), button=3)
        await pilot.mouse_down(Canvas, offset=(2, 3))
        await pilot.mouse_up(Canvas, offset=(12, 9))
        await pilot.pause()
        assert [action for _, _, action in app.pointers] == ["positive", "negative", "press", "release"]
        assert [(int(x), int(y)) for x, y, _ in app.pointers] == [(5, 6), (7, 8), (2, 3), (12, 9)]


async def test_e1_a_message_of_wide_characters_stays_within_its_lines() -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        canvas = app.query_one(Canvas)
        canvas.say(f"{'写真' * 30}.jpg 写真 cannot be shown 写真写真写真写真")
        await pilot.pause()
        strips = canvas.render_lines(Region(0, 0, 40, 12))
        texts = ["".join(segment.text for segment in strip) for strip in strips]
        shown = [text for text in texts if "写" in text]
        assert shown
        assert all(cell_len(text) == 40 for text in shown)
